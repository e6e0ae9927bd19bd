"""What ``specml hamiltonian`` and ``specml scf`` have in common on the command line."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from specml.documents.format import Format

NoOptimize = Annotated[
    bool,
    typer.Option(
        "--no-optimize",
        help="Of --smiles: the geometry of RDKit as it is, not relaxed with GFN2-xTB.",
    ),
]
Show = Callable[["Console", Any, dict[str, Path], bool], None]


def reserve(every: Iterable[dict[str, Path]], force: bool) -> None:
    """See to it, before anything is computed, that the files of all molecules can be written.

    Parameters
    ----------
    every : suffix -> path, of each molecule.
    force : replace files that exist.

    Raises
    ------
    OutputError
        As :func:`specml.io.outputs.check`.
    """
    from specml.documents import files

    files.check([path for paths in every for path in paths.values()], force)


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
    written : how a result is written.
    answers : results of the workflow, and failures beside them; there will be ``total``.
    show : prints a result, given its files and whether the user wants it quiet.

    Raises
    ------
    SpecMLError
        At the end, if a molecule has no answer.
    """
    from specml.cli import console
    from specml.cli.answers import Delivery

    terminal = console.output()
    Delivery(
        lambda result: written.write(result, folder),
        lambda result, paths, _detailed: show(terminal, result, paths, quiet),
        lambda _count: None,
        quiet,
    ).run(answers, total)
