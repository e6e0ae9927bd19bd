"""``specml cite``: how to cite SpecML and the works behind it."""

from typing import Annotated

import typer


def cite(
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Entries of BibTeX.")] = False,
    cff: Annotated[bool, typer.Option("--cff", help="A CITATION.cff file.")] = False,
) -> None:
    """Print how to cite SpecML and the works behind it: as text, BibTeX or CITATION.cff."""
    from specml.documents import citation

    if bibtex and cff:
        raise typer.BadParameter("give one of --bibtex and --cff")
    text = citation.bibtex() if bibtex else citation.cff() if cff else citation.text()
    typer.echo(text, nl=False)
