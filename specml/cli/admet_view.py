"""What ``specml admet predict`` shows of a table: a bar while it is scored, then a summary."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from specml.cli import console
from specml.cli.tasks import resumable
from specml.errors import SpecMLError, message
from specml.workflows import admet_job
from specml.workflows.admet_job import Scheduler, TableJob, TableProgress
from specml.workflows.failure import Failure

NAME = 25  # characters of a file's name beside the bar


def score_all(
    jobs: Sequence[TableJob | Failure],
    schedule: Callable[[str], Scheduler],
    force: bool,
    quiet: bool,
) -> None:
    """Run the jobs one after the other; of several, one that fails does not stop the others.

    Raises
    ------
    SpecMLError
        At the end, if a table could not be scored; the error of the only one as it is.
    """
    failures: list[Failure] = []
    for job in jobs:
        if isinstance(job, Failure):
            failures.append(job)
            continue
        try:
            score(job, schedule, force, quiet)
        except SpecMLError as error:
            if len(jobs) == 1:
                raise
            failures.append(Failure(str(job.source), error))
    if failures:
        reasons = " | ".join(map(str, failures))
        got = f"no result ({reasons})"
        fix = "The results of the others are complete; correct these or leave them out."
        raise SpecMLError(
            message(f"{len(failures)} of {len(jobs)} tables", got, "one of each", fix)
        )


def score(job: TableJob, schedule: Callable[[str], Scheduler], force: bool, quiet: bool) -> None:
    """Run a job under a progress bar.

    Parameters
    ----------
    schedule : makes the scheduler, given what is kept if it breaks off.
    """
    for note in () if quiet else job.molecules.notes:
        console.note(note)
    if job.names_taken:
        taken = ", ".join(job.names_taken)
        console.note(f"{job.source} has {taken} already; new columns: specml_...")
    partial = admet_job.begin(job, force)
    before, begun = partial.rows, time.perf_counter()
    if before and not quiet:
        console.note(f"{partial.path}: going on after {before:,} rows")
    end = TableProgress(before, 0.0, partial.counts)
    kept = "what was read of it" if job.is_streamed else f"the finished rows in {partial.path}"
    with resumable(kept), _bar(job, quiet) as advance:
        for end in admet_job.run(job, partial, schedule(str(partial.path))):
            advance(end, end.rows - before)
    for note in job.notes:
        console.note(note)
    if not quiet:
        _summary(job, end, end.rows - before, time.perf_counter() - begun)


@contextmanager
def _bar(job: TableJob, quiet: bool) -> Iterator[Callable[[TableProgress, int], None]]:
    """A function (progress, rows of this call) that moves a bar."""
    terminal = Console(file=sys.stderr)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} molecules"),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
        console=terminal,
        disable=quiet or not terminal.is_terminal,
    )
    begun, name = time.perf_counter(), job.source.name
    with bar:
        shown = name if len(name) <= NAME else f"{name[: NAME - 3]}..."
        task = bar.add_task(shown, total=1.0, rows=0, rate=0.0)

        def advance(progress: TableProgress, done: int) -> None:
            rate = done / max(time.perf_counter() - begun, 1e-9)
            bar.update(task, completed=progress.share, rows=progress.rows, rate=rate)

        yield advance


def _summary(job: TableJob, end: TableProgress, done: int, seconds: float) -> None:
    rate = f", {done / seconds:,.0f} molecules/s" if done else ""
    n = len(job.endpoints)
    lines = [
        f"{end.rows:,} rows, {n} endpoint{'s' * (n != 1)} in {seconds:.1f} s{rate} → {job.output}",
        f"  scored      {end.n_scored:,}{_listed(end.of_status(scored=True))}",
        f"  not scored  {end.rows - end.n_scored:,}{_listed(end.of_status(scored=False))}",
    ]
    if end.n_scored:
        lines.append(f"  outside the domain of the model  {end.n_outside:,}")
    for line in lines:
        if job.is_streamed:  # the table itself may be on the standard output
            console.note(line)
        else:
            console.output().print(line, soft_wrap=True)


def _listed(counts: Mapping[str, int]) -> str:
    parts = [f"{count:,} {status}" for status, count in counts.items()]
    return f" ({', '.join(parts)})" if parts else ""
