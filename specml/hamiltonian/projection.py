"""A predicted matrix in whatever basis a calculation uses: for the guess (``attempt``).

The network describes potentials, sums of functions on the atoms, and those have matrix elements in
any basis B (``assemble``). Where the model is not of that kind, or for ghost atoms, T + V_SAP, the
kinetic energy and the potentials of neutral atoms, is computed in B, and what the model adds to it
in its own basis A is projected:

    F_B = (T + V_SAP)_B + P (F_A - (T + V_SAP)_A) P^T,    P = S_BA S_AA^-1

From the converged matrix of water in def2-SVP the measure of the guard is 2e-4 hartree in
def2-TZVP; projecting orbitals instead gives 5e-3.
"""

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from pyscf import gto

from specml.hamiltonian.assembly import Integrals, assemble
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.reference.one_electron import inverse_root, one_electron

SAME = 1e-9  # of the overlap of a function with itself


@dataclass(frozen=True)
class PredictedMatrix:
    """A predicted Kohn-Sham matrix in the basis of a calculation.

    Parameters
    ----------
    matrix : (nao, nao), hartree.
    integrals : those it was made from, where there are any.
    """

    matrix: np.ndarray
    integrals: Integrals | None = None


def predict(model: HamiltonianPredictor, source: Molecule, target: Molecule) -> PredictedMatrix:
    """The predicted matrix in the basis of ``target``.

    Parameters
    ----------
    source : the nuclei of the same molecule in the basis of the model.
    """
    if isinstance(model, HamiltonianPredictor) and source.mol.natm == target.mol.natm:
        integrals = Integrals.of(target)
        rows = model.rows([source])[0]
        return PredictedMatrix(assemble(integrals, rows, model.card["exchange"]), integrals)
    if same_functions(source, target):
        return PredictedMatrix(model.fock(source))
    return PredictedMatrix(project(model.fock(source), source, target))


def same_functions(one: Molecule, other: Molecule) -> bool:
    """Whether two molecules have the same basis functions in the same order."""
    if one.n_functions != other.n_functions:
        return False
    own = np.diag(gto.intor_cross("int1e_ovlp", one.mol, other.mol))
    return bool(np.allclose(own, 1.0, rtol=0.0, atol=SAME))


def project(fock: np.ndarray, source: Molecule, target: Molecule) -> np.ndarray:
    """F_B of the module, (nao, nao) in hartree: a matrix of ``source`` in ``target``'s basis."""
    cross = gto.intor_cross("int1e_ovlp", target.mol, source.mol)
    own = one_electron(source.mol)
    projector = scipy.linalg.solve(own.overlap, cross.T, assume_a="pos").T
    return one_electron(target.mol).matrix + projector @ (fock - own.matrix) @ projector.T


def occupied(molecule: Molecule, fock: np.ndarray) -> tuple[np.ndarray, float]:
    """Orthonormal occupied orbitals (nao, n) of a matrix and the gap above them, hartree."""
    count = molecule.n_occupied
    # Of a basis that is nearly linearly dependent only the independent part is filled.
    root = inverse_root(molecule.overlap())
    energies, vectors = np.linalg.eigh(root.T @ fock @ root)
    gap = energies[count] - energies[count - 1] if count < len(energies) else np.inf
    return root @ vectors[:, :count], float(gap)
