"""``specml admet label``: charges and Fukui indices of the atoms of drug-like molecules."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options


def label(
    molecules: Annotated[
        Path, typer.Argument(help="Table of molecules, csv or csv.gz, with a column `smiles`.")
    ],
    output: Annotated[
        Path, typer.Option(help="HDF5 file that the labels are written to; a second call goes on.")
    ],
    exclude: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Text file of molecules to leave out: the first block of an InChIKey a line.",
        ),
    ] = None,
    processes: options.Processes = 1,
    limit: options.Limit = None,
) -> None:
    """Label atoms with GFN2-xTB (charge, Fukui indices) and molecules (gap, dipole)."""
    from specml.cli import console
    from specml.cli.tasks import resumable, watch
    from specml.workflows.labelling import AtomLabelling

    labelling = AtomLabelling(molecules, output, exclude)
    steps = labelling.steps(processes, limit)
    with resumable(str(output)):
        done, failed = watch("molecules", steps)
    has = labelling.count()
    console.output().print(
        f"{done} labelled, {failed} left out; {output}: {has.molecules} molecules, "
        f"{has.atoms} atoms, {has.size / max(1, has.molecules):.0f} bytes a molecule, "
        f"{has.seen} of {has.listed} looked at",
        markup=False,
        soft_wrap=True,
    )
