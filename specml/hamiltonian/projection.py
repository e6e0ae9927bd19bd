"""A predicted matrix in whatever basis a calculation uses.

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
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.reference.one_electron import inverse_root, one_electron

SAME = 1e-9  # of the overlap of a function with itself


def real_atoms(mol: gto.Mole, basis: str) -> gto.Mole:
    """The atoms of a molecule that have a nucleus, in another basis, spherical functions."""
    charges, coordinates = mol.atom_charges(), mol.atom_coords()
    return gto.M(
        atom=[(int(z), r) for z, r in zip(charges, coordinates, strict=True) if z > 0],
        unit="Bohr",
        basis=basis,
        charge=mol.charge,
        spin=mol.spin,
        verbose=0,
    )


@dataclass(frozen=True)
class Prediction:
    """A matrix (nao, nao), hartree, and the integrals it was made from, where there are any."""

    matrix: np.ndarray
    integrals: Integrals | None = None


def predict(model: HamiltonianPredictor, source: gto.Mole, mol: gto.Mole) -> Prediction:
    """The predicted matrix in the basis of ``mol``.

    Parameters
    ----------
    source : the same molecule as :func:`real_atoms` makes it in the basis of the model.
    """
    if isinstance(model, HamiltonianPredictor) and source.natm == mol.natm:
        integrals = Integrals.of(mol)
        rows = model.rows([source])[0]
        return Prediction(assemble(integrals, rows, model.card["exchange"]), integrals)
    if same_functions(source, mol):
        return Prediction(model.fock(source))
    return Prediction(project(model.fock(source), source, mol))


def same_functions(one: gto.Mole, other: gto.Mole) -> bool:
    """Whether two molecules have the same basis functions in the same order."""
    if one.nao != other.nao:
        return False
    own = np.diag(gto.intor_cross("int1e_ovlp", one, other))
    return bool(np.allclose(own, 1.0, rtol=0.0, atol=SAME))


def project(fock: np.ndarray, source: gto.Mole, target: gto.Mole) -> np.ndarray:
    """A matrix of ``source`` in the basis of ``target``, F_B of the module."""
    cross = gto.intor_cross("int1e_ovlp", target, source)
    own = one_electron(source)
    projector = scipy.linalg.solve(own.overlap, cross.T, assume_a="pos").T
    return one_electron(target).matrix + projector @ (fock - own.matrix) @ projector.T


def occupied(mol: gto.Mole, fock: np.ndarray) -> tuple[np.ndarray, float]:
    """Orthonormal occupied orbitals (nao, n) of a matrix and the gap above them, hartree."""
    count = mol.nelectron // 2
    # Of a basis that is nearly linearly dependent only the independent part is filled.
    root = inverse_root(mol.intor_symmetric("int1e_ovlp"))
    energies, vectors = np.linalg.eigh(root.T @ fock @ root)
    gap = energies[count] - energies[count - 1] if count < len(energies) else np.inf
    return root @ vectors[:, :count], float(gap)
