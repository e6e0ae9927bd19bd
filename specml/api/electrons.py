"""``specml.electrons`` and ``specml.scf``: predicted Kohn-Sham matrices, and fields from them."""

from collections.abc import Sequence
from pathlib import Path

from specml.api.answer import Answers
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.workflows import threads
from specml.workflows.electronic_structure import ElectronicStructure, ElectronicStructureSettings
from specml.workflows.molecules import Molecules


def electrons(
    x: Molecules,
    *,
    charge: int | None = None,
    optimize: bool = True,
    cubes: Sequence[str] = (),
    cube_spacing_bohr: float = 0.25,
    cube_margin_bohr: float = 5.0,
    model: str | Path | HamiltonianPredictor | None = None,
    device: str = "cpu",
) -> Answers[ElectronicStructure]:
    """Kohn-Sham matrix, orbitals, charges, bond orders, as ``specml hamiltonian`` predicts them.

    Parameters
    ----------
    x, charge, model, device : as :func:`specml.infrared`.
    optimize, cubes, cube_spacing_bohr, cube_margin_bohr : see
        :class:`specml.workflows.electronic_structure.ElectronicStructureSettings`.

    Raises
    ------
    SpecMLError
        As :func:`specml.infrared`, or an orbital that is not there.
    """
    threads.limit()
    settings = ElectronicStructureSettings(
        optimize, tuple(cubes), cube_spacing_bohr, cube_margin_bohr
    )
