"""A predicted matrix in whatever basis a calculation uses.

The model answers in its own basis A. T + V_SAP, kinetic energy and the potentials of the atoms, is
as cheap in the basis B of the calculation and holds what B does near the nuclei; only the rest of
the prediction is projected:

    F_B = (T + V_SAP)_B + P (F_A - (T + V_SAP)_A) P^T,    P = S_BA S_AA^-1

Where B is A this is F_A; ghost atoms need no special case. From the converged matrix of
water in def2-SVP the measure of the guard is 2e-4 hartree in def2-TZVP; projecting orbitals
instead gives 5e-3.
"""

import numpy as np
import scipy.linalg
from pyscf import gto

from specml.reference.one_electron import one_electron

LINEARLY_DEPENDENT = 1e-8  # eigenvalues of an overlap below it are rounding
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


def project(fock: np.ndarray, source: gto.Mole, target: gto.Mole) -> np.ndarray:
    """A matrix of ``source`` in the basis of ``target``, (nao, nao) in hartree."""
    cross = gto.intor_cross("int1e_ovlp", target, source)
    if source.nao == target.nao and np.allclose(np.diag(cross), 1.0, rtol=0.0, atol=SAME):
        return fock
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


def inverse_root(overlap: np.ndarray) -> np.ndarray:
    """(nao, m) X with X^T S X = 1; directions that are numerically zero are left out."""
    values, vectors = np.linalg.eigh(overlap)
    kept = values > LINEARLY_DEPENDENT
    return vectors[:, kept] * values[kept] ** -0.5
