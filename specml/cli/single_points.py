"""What ``specml hamiltonian`` and ``specml scf`` have in common on the command line."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from specml.documents.publishing import Document

NoOptimize = Annotated[
    bool,
    typer.Option(
        "--no-optimize",
        help="Of --smiles: the geometry of RDKit as it is, not relaxed with GFN2-xTB.",
    ),
]
Show = Callable[["Console", Any, dict[str, Path], bool], None]


def deliver(
    document: "Document",
    answers: Iterable[Any],
    paths: dict[str, dict[str, Path]],
    show: Show,
    quiet: bool,
) -> None:
    """Write the files of each molecule when it is done and print its tables, however many come.

    Parameters
    ----------
    answers : results of the workflow, and failures beside them.
    paths : name of a molecule -> suffix -> path, as :func:`specml.documents.publishing.reserve`
        made them.
    show : prints a result, given its files and whether the user wants it quiet.

    Raises
    ------
    SpecMLError
        At the end, if a molecule has no answer.
    """
    from specml.cli import console
    from specml.cli.answers import Delivery
    from specml.documents.publishing import publish

    terminal = console.output()

    def write(result: Any) -> dict[str, Path]:
        return publish(document, result, paths[result.structure.name])

    def print_tables(result: Any, written: dict[str, Path], _: bool) -> None:
        show(terminal, result, written, quiet)

    Delivery(write, print_tables, lambda _: None, quiet).run(answers, len(paths))
