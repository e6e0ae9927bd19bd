"""A progress bar over something long that Ctrl-C may stop and a second call resumes.

Called by the commands that work through long lists: ``sample``, ``label``, ``train``, ``admet
label``.
"""

import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from specml.cli import console


def watch(title: str, steps: Generator[tuple[int, int, int], None, None]) -> tuple[int, int]:
    """Run to the end under a progress bar; returns how many were done and how many failed.

    Parameters
    ----------
    steps : yields after each piece of work. Whatever ends the run closes it, so that a run on
        disk keeps what it has finished before anything is said of it.
    """
    done = failed = 0
    bar = Progress(
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
    )
    with bar, closing(steps):
        task = bar.add_task(title, total=None, failed=0)
        for done, failed, total in steps:
            bar.update(task, completed=done + failed, total=total, failed=failed)
    return done, failed


@contextmanager
def resumable(finished_parts: str) -> Iterator[None]:
    """On Ctrl-C say what is kept and how to go on, and end with exit code 130."""
    try:
        yield
    except KeyboardInterrupt as error:
        console.note(f"Interrupted. Kept: {finished_parts}. Run the same command to go on.")
        raise typer.Exit(130) from error


def print_outcome(output: Path, done: int, failed: int) -> None:
    """Say after a run over many tasks what there is now."""
    text = f"{done} done, {failed} failed"
    if failed:
        text += f" (reasons in {output}.failed.tsv)"
    if output.exists():
        where = str(output)
    elif failed and not done:
        where = "nothing new written"
    else:
        where = f"{output}.parts; run the same command to go on"
    console.output().print(f"{text} → {where}", markup=False, soft_wrap=True)
