"""``specml admet predict``: a table of molecules in, the same table with predictions out."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from specml.cli import admet_options, options


class TableFormat(StrEnum):
    """The format in which the scored table is written."""

    CSV = "csv"
    PARQUET = "parquet"


def predict(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="CSV, TSV, SMI, SDF, JSON (each also gzipped), xlsx or parquet; a folder of them; "
            "or - for the standard input.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            help="Table to write; a folder if IN is one; or - for the standard output.",
        ),
    ],
    smiles_column: Annotated[
        str | None,
        typer.Option(help="Name or position (from 1) of the column of SMILES; guessed if obvious."),
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option(
            help="Name or position (from 1) of the column of identifiers, by which duplicates are "
            "named."
        ),
    ] = None,
    header: Annotated[
        bool | None,
        typer.Option(
            "--header/--no-header",
            help="Whether text files begin with the names of columns; guessed if not given.",
            show_default=False,
        ),
    ] = None,
    tasks: admet_options.Tasks = None,
    form: Annotated[
        TableFormat | None,
        typer.Option(
            "--format",
            help="Format in which OUT is written; taken from its name if not given.",
            show_default=False,
        ),
    ] = None,
    chunk_size: Annotated[
        int,
        typer.Option(
            help="Number of rows that are scored and saved at once.", min=1, max=1_000_000
        ),
    ] = 500,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Number of processes, of one thread each; one for each processor if not given.",
            min=1,
            show_default=False,
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="Score on a Dask cluster: its address (tcp://host:8786), or local for a new one "
            "on this machine (extra dask)."
        ),
    ] = None,
    device: options.Device = "cpu",
    model: options.Model = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an existing OUT, or another unfinished run.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only warnings.")] = False,
) -> None:
    """Score the molecules of a table: one output row for each input row, in its order.

    All columns are kept; status says of every row whether and as what it was scored. An interrupted
    run goes on where it was when the same command is given again.
    """
    from specml.workflows import threads

    threads.limit()
    from specml.cli import admet_view, console
    from specml.workflows import admet, admet_files, admet_schedulers

    settings = admet_files.TableSettings(
        smiles_column=smiles_column,
        id_column=id_column,
        header=header,
        tasks=admet_options.names(tasks),
        form=None if form is None else form.value,
        chunk_size=chunk_size,
    )
    with admet_files.readable(source) as table, _until_the_reader_has_enough():
        files = admet_files.files_of(table, output, settings.form, force)
        if files.n_finished:
            n_files = files.n_finished + len(files.pairs)
            done = f"{files.n_finished} of {n_files} files are in {output} already"
            console.note(f"{done}; --force does all anew")
        jobs = admet_files.jobs(files, settings, admet.scorer_source(model, device), force)
        with admet_schedulers.scheduler_maker(scheduler, workers or admet.processors()) as schedule:
            admet_view.score_all(jobs, schedule, force, quiet)


@contextmanager
def _until_the_reader_has_enough() -> Iterator[None]:
    """A pipe that is closed at its other end, as by ``head``, ends the command in good order."""
    try:
        yield
    except BrokenPipeError as error:
        raise typer.Exit(0) from error
