"""The geometry a single-point command uses: of a file as it is, of a SMILES relaxed."""

from dataclasses import replace

from specml.reference.surface import GFN2Surface
from specml.structure import Structure

AS_GIVEN = "as given"


def settled(structure: Structure, optimize: bool) -> tuple[Structure, str]:
    """A structure and where its geometry comes from.

    Raises
    ------
    ReferenceFailure
        If GFN2-xTB does not converge.
    """
    if structure.smiles is None or not optimize:
        return structure, AS_GIVEN
    surface = GFN2Surface()
    return replace(surface.relax([structure])[0].structure, name=structure.name), surface.name
