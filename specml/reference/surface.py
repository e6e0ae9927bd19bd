"""GFN2-xTB as the surface on which geometries relax, where no network is asked for energies.

It answers ``relax`` and ``energies_forces`` as a Predictor does, so that a search for conformers
takes either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from specml.reference.xtb import GFN2, METHOD
from specml.relax import Relaxed, model_hessian, relax
from specml.structure import Structure

# eV/angstrom; half of what the geometries that the shielding model learned from were relaxed to.
FMAX = 0.05
# Where energies are compared: at 0.05 those of flexible molecules are off by a kJ/mol or two.
FMAX_ENERGIES = 0.02
MAX_STEPS = 300
# eV/angstrom^2, of the first Hessian. Conformers begin near their minimum: a stiffer matrix than
# that of specml.relax keeps soft torsions from overshooting and takes 27 instead of 40 steps.
STIFFNESS = 8.0
ACCURACY = 1.0  # of tblite; a fifth faster than that of the labels, minima the same


@dataclass(frozen=True)
class GFN2Surface:
    """Energies, forces and minima of GFN2-xTB.

    Parameters
    ----------
    fmax : eV/angstrom, largest force at a minimum.
    """

    fmax: float = FMAX
    name: ClassVar[str] = METHOD

    def energies_forces(
        self, structures: Sequence[Structure]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Energies (n,) in eV and, for each structure, forces (n_atoms, 3) in eV/angstrom.

        Raises
        ------
        ReferenceFailure
            If tblite does not converge.
        """
        labels = [GFN2(structure)(structure.positions) for structure in structures]
        return np.array([label["energy"] for label in labels]), [row["forces"] for row in labels]

    def relax(self, structures: Sequence[Structure]) -> list[Relaxed]:
        """Local minima, one molecule after the other; errors as :meth:`energies_forces`."""
        return [_minimum(structure, self.fmax) for structure in structures]


def _minimum(structure: Structure, fmax: float) -> Relaxed:
    """Each geometry starts from the density of the last one."""
    calculator = GFN2(structure, ACCURACY)

    def evaluate(moved: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        label = calculator(moved[0].positions)
        return np.array([label["energy"]]), [label["forces"]]

    hessian = model_hessian(structure, STIFFNESS)
    return relax([structure], evaluate, fmax, MAX_STEPS, [hessian])[0]
