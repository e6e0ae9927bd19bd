"""What ``specml admet predict`` does: files in turn, under a progress bar, each resumable."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from specml.admet.columns import renamed, schema
from specml.admet.job import OUTSIDE, Job
from specml.admet.job import run as steps_of
from specml.admet.model_file import SHIPPED
from specml.admet.molecules import SCORED, Status
from specml.admet.rows import loaded
from specml.admet.schedulers import cluster, here_or_processes, on_cluster
from specml.admet.source import open_molecules
from specml.cli import admet_options, console
from specml.cli.tasks import resumable
from specml.errors import InputError, OutputError, message
from specml.io import outputs
from specml.io.tables.encoding import encoder
from specml.io.tables.files import tables_in
from specml.io.tables.partial import Partial, partial_names

if TYPE_CHECKING:
    from distributed import Client

NAME = 25  # characters of a file's name beside the bar
LISTS = (".smi", ".smiles", ".txt")  # suffixes


@dataclass(frozen=True)
class Request:
    """The command line."""

    source: Path
    output: Path
    smiles: str | None
    identifier: str | None
    header: bool | None
    tasks: str | None
    form: str | None
    chunk_size: int
    workers: int
    scheduler: str | None
    device: str
    model: Path | None
    force: bool
    quiet: bool


def run(request: Request) -> None:
    """Score every file of the request."""
    pairs = _pairs(request)
    model = admet_options.model(request.model, request.device)
    endpoints = admet_options.chosen(loaded(model).endpoints, request.tasks)
    jobs = [
        Job(
            open_molecules(source, request.smiles, request.identifier, request.header),
            model,
            endpoints,
            encoder(output, request.form),
            request.chunk_size,
        )
        for source, output in pairs
    ]
    outputs.check([output for _, output in pairs], request.force, "OUT")
    connection = nullcontext()
    if request.scheduler is not None:
        connection = cluster(request.scheduler, request.workers)  # type: ignore[assignment]
    with connection as client:
        for job, (source, output) in zip(jobs, pairs, strict=True):
            _score(request, job, source, output, client)


def _pairs(request: Request) -> list[tuple[Path, Path]]:
    """Input and output of each file that is to be scored."""
    source, output = request.source, request.output
    if not source.is_dir():
        if output.is_dir():
            raise OutputError(
                message(str(output), "a folder", "a file, because IN is one", "Name a file in it.")
            )
        pairs = [(source, output)]
    else:
        pairs = [(path, output / _renamed(path.name, request.form)) for path in tables_in(source)]
        if not pairs:
            raise InputError(
                message(str(source), "no tables in it", "CSV or parquet", "Check the folder.")
            )
    _check_apart(pairs)
    free = [(one, other) for one, other in pairs if request.force or not _finished(request, other)]
    if len(free) < len(pairs):
        done = len(pairs) - len(free)
        console.note(f"{done} of {len(pairs)} files are in {output} already; --force does all anew")
    return free


def _check_apart(pairs: list[tuple[Path, Path]]) -> None:
    """No output may be an input, nor one output another's."""
    sources = {path.resolve() for path, _ in pairs}
    made: dict[Path, Path] = {}
    for source, output in pairs:
        for path in (output, *partial_names(output)):
            if path.resolve() in sources or (path.exists() and path.samefile(source)):
                raise OutputError(
                    message(str(path), "the input itself", "another file", "Choose another OUT.")
                )
        if output in made:
            got = f"the name of the results of {made[output].name} and of {source.name}"
            fix = "Rename one of them."
            raise OutputError(message(str(output), got, "a name for each", fix))
        made[output] = source


def _finished(request: Request, output: Path) -> bool:
    """In a folder, files of an earlier call that are complete are not done again."""
    return request.source.is_dir() and output.exists()


def _renamed(name: str, form: str | None) -> str:
    """Lists of SMILES become CSV; other names stay, unless a form is asked for.

    >>> _renamed("a.smi", None), _renamed("b.tsv.gz", None), _renamed("b.tsv.gz", "parquet")
    ('a.csv', 'b.tsv.gz', 'b.parquet')
    """
    bare = Path(name.removesuffix(".gz"))
    if form is None:
        return f"{bare.stem}.csv" if bare.suffix in LISTS else name
    return f"{bare.stem}.{form}"


def _score(request: Request, job: Job, source: Path, output: Path, client: "Client | None") -> None:
    for note in () if request.quiet else job.molecules.notes:
        console.note(note)
    clashes = renamed(job.molecules.table.schema, schema(job.endpoints).names)
    if clashes:
        console.note(f"{source} has {', '.join(clashes)} already; new columns: specml_...")
    partial = Partial(output, _settings(request, job, source), request.force)
    before, begun = partial.rows, time.perf_counter()
    if before and not request.quiet:
        console.note(f"{partial.path}: going on after {before:,} rows")
    schedule = (
        on_cluster(client) if client else here_or_processes(request.workers, str(partial.path))
    )
    with resumable(f"the finished rows in {partial.path}"), _bar(request, source.name) as advance:
        rows, counts = before, partial.counts
        for step in steps_of(job, partial, schedule):
            rows, counts = step.rows, step.counts
            advance(rows, rows - before, step.share)
    for note in job.molecules.table.notes:
        console.note(note)
    if not request.quiet:
        _summary(job, output, rows, counts, (rows - before, time.perf_counter() - begun))


def _settings(request: Request, job: Job, source: Path) -> dict[str, object]:
    """What the bytes of an output depend on."""
    card = job.model.path or SHIPPED
    return {
        "input": _fingerprint(source),
        "model": _fingerprint(card),
        "--smiles-column": job.molecules.smiles,
        "--id-column": job.molecules.identifier,
        "--header": job.molecules.header,
        "--tasks": [endpoint.name for endpoint in job.endpoints],
        "--format": type(job.encoder).__name__,
        "--chunk-size": request.chunk_size,
    }


def _fingerprint(path: Path) -> list[object]:
    state = path.stat()
    return [str(path.resolve()), state.st_size, state.st_mtime_ns]


@contextmanager
def _bar(request: Request, name: str) -> Iterator:
    """A function (rows, rows of this call, share of the input) that moves a bar."""
    terminal = Console(file=sys.stderr)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} molecules"),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
        console=terminal,
        disable=request.quiet or not terminal.is_terminal,
    )
    begun = time.perf_counter()
    with bar:
        shown = name if len(name) <= NAME else f"{name[: NAME - 3]}..."
        task = bar.add_task(shown, total=1.0, rows=0, rate=0.0)

        def advance(rows: int, done: int, share: float) -> None:
            rate = done / max(time.perf_counter() - begun, 1e-9)
            bar.update(task, completed=share, rows=rows, rate=rate)

        yield advance


def _summary(
    job: Job, output: Path, rows: int, counts: dict[str, int], pace: tuple[int, float]
) -> None:
    done, seconds = pace
    rate = f", {done / seconds:,.0f} molecules/s" if done else ""
    n = len(job.endpoints)
    print_ = console.output().print
    print_(
        f"{rows:,} rows, {n} endpoint{'s' * (n != 1)} in {seconds:.1f} s{rate} → {output}",
        soft_wrap=True,
    )
    scored = sum(counts.get(status, 0) for status in SCORED)
    print_(f"  scored      {scored:,}{_listed(counts, SCORED - {Status.OK})}", soft_wrap=True)
    print_(
        f"  not scored  {rows - scored:,}{_listed(counts, set(Status) - SCORED)}", soft_wrap=True
    )
    if scored:
        print_(f"  outside the domain of the model  {counts.get(OUTSIDE, 0):,}", soft_wrap=True)


def _listed(counts: dict[str, int], statuses: set | frozenset) -> str:
    parts = [
        f"{counts[status]:,} {status.value}"
        for status in Status
        if status in statuses and counts.get(status)
    ]
    return f" ({', '.join(parts)})" if parts else ""
