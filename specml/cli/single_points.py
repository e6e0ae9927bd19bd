"""What ``specml hamiltonian`` and ``specml scf`` have in common on the command line."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from specml.documents.format import Format
    from specml.structure import Structure

NoOptimize = Annotated[
    bool,
    typer.Option(
        "--no-optimize",
        help="Of --smiles: the geometry of RDKit as it is, not relaxed with GFN2-xTB.",
    ),
]
Show = Callable[["Console", Any, dict[str, Path], bool], None]


def reserve(
    paths: Callable[[Path, Any, Any], dict[str, Path]],
    structures: Iterable["Structure"],
    settings: object,
    folder: Path,
    force: bool,
) -> None:
    """See to it, before anything is computed, that all files can be written.

    Parameters
    ----------
    paths : of a kind of document: (folder, structure, settings) -> suffix -> path.

    Raises
    ------
    OutputError
        As :func:`specml.documents.files.check`.
    """
    from specml.documents.files import check

    every = [paths(folder, structure, settings) for structure in structures]
    check([path for own in every for path in own.values()], force)


def deliver(
    written: "Format",
    answers: Iterable[Any],
    total: int,
    folder: Path,
    show: Show,
    quiet: bool,
) -> None:
    """Write the files of each molecule when it is done and print its tables, however many come.

    Parameters
    ----------
    written : how results are written.
    answers : results of the workflow, and failures beside them.
    total : how many there will be.
    show : prints a result, given its files and whether the user wants it quiet.

    Raises
    ------
    SpecMLError
        At the end, if a molecule has no answer.
    """
    from specml.cli import console
    from specml.cli.answers import Delivery

    terminal = console.output()

    def print_tables(result: Any, paths: dict[str, Path], _: bool) -> None:
        show(terminal, result, paths, quiet)

    Delivery(lambda result: written.write(result, folder), print_tables, lambda _: None, quiet).run(
        answers, total
    )
