"""Scheme ``gfn2``: GFN2-xTB labels from tblite (Bannwarth et al., JCTC 2019, 15, 1652).

Called by ``specml label``, by every relaxation with GFN2-xTB and by models with it as baseline.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from specml.errors import ReferenceFailure, message
from specml.reference.linear_algebra import lend_openblas
from specml.structure import Structure
from specml.units import BOHR, HARTREE

if TYPE_CHECKING:
    from tblite.interface import Calculator, Result

METHOD = "GFN2-xTB"
ACCURACY = 0.1
# Where finite differences are taken. That of the labels left noise in the slopes of the dipole of a
# chloroacid that missed their rotation rule by 0.02 e; now by 0.0002, for half of the time again.
FINE_ACCURACY = 1e-3
SETTINGS = {"method": METHOD, "accuracy": ACCURACY}


def calculator(
    numbers: np.ndarray, positions: np.ndarray, charge: int, unpaired: int, accuracy: float
) -> "Calculator":
    """A silent calculator of tblite; positions in angstrom."""
    lend_openblas()
    from tblite.interface import Calculator  # after its BLAS

    made = Calculator(METHOD, numbers, positions / BOHR, float(charge), unpaired)
    made.set("verbosity", 0)
    made.set("accuracy", accuracy)
    return made


class GFN2:
    """GFN2-xTB of one molecule at many geometries.

    The converged density of one call starts the next, so neighbouring geometries cost about a
    third of a cold start.

    Parameters
    ----------
    structure : the molecule; its charge and multiplicity are kept for every later geometry.
    accuracy : tblite's setting; 1 is its own default, the labels use a tenth of it.
    """

    def __init__(self, structure: Structure, accuracy: float = ACCURACY):
        self._structure = structure
        self._calculator = calculator(
            structure.numbers,
            structure.positions,
            structure.charge,
            structure.multiplicity - 1,
            accuracy,
        )
        self._previous: Result | None = None

    def __call__(self, positions: np.ndarray) -> dict[str, Any]:
        """Energy (eV), forces (eV/angstrom), dipole (e*angstrom), charges (e).

        Parameters
        ----------
        positions : (n_atoms, 3), angstrom.

        Raises
        ------
        ReferenceFailure
            If tblite does not converge.
        """
        self._calculator.update(positions=np.asarray(positions) / BOHR)
        try:
            result = self._converge()
        except RuntimeError as error:
            raise ReferenceFailure(
                message(
                    self._structure.name, str(error), "a converged GFN2-xTB", "Check the geometry."
                )
            ) from error
        self._previous = result
        masses = self._structure.masses
        origin = masses @ positions / masses.sum()
        return {
            "energy": float(result.get("energy")) * HARTREE,
            "forces": -result.get("gradient") * HARTREE / BOHR,
            "dipole": result.get("dipole") * BOHR - self._structure.charge * origin,
            "charges": result.get("charges"),
        }

    def _converge(self) -> "Result":
        """Converge from the last density, or from a fresh guess where there is none or it fails."""
        if self._previous is not None:
            try:
                return self._calculator.singlepoint(self._previous)
            except RuntimeError:
                self._previous = None
        return self._calculator.singlepoint()

    def forward_hessian(self, positions: np.ndarray, step: float = 0.005) -> np.ndarray:
        """(3n, 3n) in eV/angstrom^2 by forward differences: half the cost, enough for sampling."""
        start = self(positions)["forces"].ravel()
        rows = []
        for k in range(positions.size):
            shifted = positions.copy()
            shifted.flat[k] += step
            rows.append((start - self(shifted)["forces"].ravel()) / step)
        hessian = np.array(rows)
        return (hessian + hessian.T) / 2.0

    def derivatives(
        self, positions: np.ndarray, step: float = 0.005
    ) -> tuple[np.ndarray, np.ndarray]:
        """Hessian and dipole derivatives, (3n, 3n) in eV/angstrom^2 and (3, 3n) in e.

        Central differences, by a calculator of ``FINE_ACCURACY``.
        """
        fine = GFN2(self._structure, FINE_ACCURACY)
        size = positions.size
        hessian = np.empty((size, size))
        slopes = np.empty((3, size))
        for k in range(size):
            shift = np.zeros(size)
            shift[k] = step
            plus = fine(positions + shift.reshape(-1, 3))
            minus = fine(positions - shift.reshape(-1, 3))
            hessian[k] = (minus["forces"] - plus["forces"]).ravel() / (2.0 * step)
            slopes[:, k] = (plus["dipole"] - minus["dipole"]) / (2.0 * step)
        return (hessian + hessian.T) / 2.0, slopes


def label(structure: Structure) -> dict[str, Any]:
    """The GFN2-xTB labels of one geometry; errors as in :class:`GFN2`."""
    return GFN2(structure)(structure.positions)
