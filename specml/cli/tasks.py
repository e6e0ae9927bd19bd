"""A progress bar over something long that Ctrl-C may stop and a second call resumes."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

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


def watch(title: str, steps: Iterable[tuple[int, int, int]]) -> tuple[int, int]:
    """Run to the end under a progress bar; returns how many were done and how many failed.

    Parameters
    ----------
    steps : yields (done, failed, total) after each piece of work.
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
    with bar:
        task = bar.add_task(title, total=None, failed=0)
        for done, failed, total in steps:
            bar.update(task, completed=done + failed, total=total, failed=failed)
    return done, failed


@contextmanager
def resumable(finished_parts: str) -> Iterator[None]:
    """Say on Ctrl-C what is kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt as error:
        console.note(f"Interrupted. Kept: {finished_parts}. Run the same command to go on.")
        raise typer.Exit(130) from error
