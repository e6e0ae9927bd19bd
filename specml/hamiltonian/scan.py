"""Guesses along a scan or a geometry optimisation, for the scanners that ``guess`` makes.

The network's error changes slowly from step to step, and at the step before it is known. In the
orthogonal basis S^1/2, with the predicted density P and the converged one D,

    P(new) + D(old) - P(old)

is right to second order in step and error. The occupied orbitals are its eigenvectors of the
largest eigenvalues, which are 1 and 0 where the three densities fit together.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pyscf import lib, scf

from specml.hamiltonian.molecule import Molecule

INTEGER = 1e-6  # of 0 or 2 electrons in an orbital
CLEAR = 0.5  # between occupied and empty eigenvalues; a turned molecule, say, has less


@dataclass(frozen=True)
class PreviousStep:
    """The finished step before.

    Parameters
    ----------
    molecule : the molecule at its geometry, in its basis.
    converged, predicted : (nao, n) occupied orbitals; the predicted ones None where there are none.
    """

    molecule: Molecule
    converged: np.ndarray
    predicted: np.ndarray | None

    def fits(self, molecule: Molecule) -> bool:
        """Whether a molecule has the same atoms and the same basis."""
        own, other = self.molecule.mol, molecule.mol
        return (
            np.array_equal(own.ao_loc, other.ao_loc)
            and np.array_equal(own.atom_charges(), other.atom_charges())
            and own.nelectron == other.nelectron
        )

    @property
    def density(self) -> np.ndarray:
        """The density matrix (nao, nao) that PySCF's scanner starts from, with its orbitals."""
        occupations = np.full(self.converged.shape[1], 2.0)
        density = 2.0 * self.converged @ self.converged.T
        return lib.tag_array(density, mo_coeff=self.converged, mo_occ=occupations)


def previous_of(field: Any, predicted: np.ndarray | None) -> PreviousStep | None:
    """The finished step of a scanner; None before the first and where PySCF's own way is kept."""
    if field.mo_coeff is None or not field.converged or isinstance(field, scf.uhf.UHF):
        return None
    if np.abs(field.mo_occ - np.round(field.mo_occ / 2.0) * 2.0).max() > INTEGER:
        return None  # smearing, say: its density is not that of filled orbitals
    own = Molecule(field.mol.copy())  # a scanner moves the atoms of the one it has
    return PreviousStep(own, field.mo_coeff[:, field.mo_occ > 0], predicted)


def corrected(orbitals: np.ndarray, molecule: Molecule, previous: PreviousStep) -> np.ndarray:
    """Predicted orbitals (nao, n) of a molecule with the error of the step before taken off."""
    if previous.predicted is None:
        return orbitals
    old, new = (_root(m.overlap()) for m in (previous.molecule, molecule))
    here = new @ orbitals
    converged, predicted = old @ previous.converged, old @ previous.predicted
    total = here @ here.T + converged @ converged.T - predicted @ predicted.T
    values, vectors = np.linalg.eigh(total)
    count = orbitals.shape[1]
    if count < len(values) and values[-count] - values[-count - 1] < CLEAR:
        return orbitals
    return np.linalg.solve(new, vectors[:, -count:])


def _root(overlap: np.ndarray) -> np.ndarray:
    """The root S^1/2 of an overlap matrix, (nao, nao)."""
    values, vectors = np.linalg.eigh(overlap)
    return (vectors * np.sqrt(values)) @ vectors.T
