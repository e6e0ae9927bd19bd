"""``specml admet label``: charges and Fukui indices of the atoms of drug-like molecules."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options


def label(
    molecules: Annotated[Path, typer.Argument(help="csv or csv.gz with a column `smiles`.")],
    output: Annotated[Path, typer.Option(help="HDF5 file of the labels; a second call goes on.")],
    exclude: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Text file, first block of an InChIKey a line: molecules to leave out.",
        ),
    ] = None,
    processes: options.Processes = 1,
    limit: options.Limit = None,
) -> None:
    """Label atoms with GFN2-xTB (charge, Fukui indices) and molecules (gap, dipole)."""
    from specml.cli import console
    from specml.cli.tasks import resumable, watch
    from specml.data.cascade import evaluation_keys
    from specml.io import atom_labels, outputs
    from specml.io.molecule_list import read_smiles
    from specml.reference.atom_labelling import label_list

    smiles = read_smiles(molecules)
    outputs.check([output], force=True, named_by="--output")
    excluded = evaluation_keys(exclude) if exclude else frozenset()
    with resumable(str(output)):
        steps = label_list(smiles, output, excluded, processes, limit)
        done, failed = watch("molecules", ((p.done, p.failed, p.total) for p in steps))
    labels = atom_labels.read(output)
    size = output.stat().st_size
    console.output().print(
        f"{done} labelled, {failed} left out; {output}: {len(labels)} molecules, "
        f"{labels.n_atoms.sum()} atoms, {size / max(1, len(labels)):.0f} bytes a molecule, "
        f"{labels.attributes['seen']} of {len(smiles)} looked at",
        markup=False,
        soft_wrap=True,
    )
