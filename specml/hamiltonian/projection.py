"""Occupied orbitals of a predicted matrix, in whatever basis a calculation uses.

The model answers in its own basis A. In the basis B of the calculation the orbitals are the closest
ones there, made orthonormal again the symmetric way, so that the density holds every electron and
is idempotent:

    C' = S_BB^-1 S_BA C,    C_B = C' (C'^T S_BB C')^-1/2

Where B is A this changes nothing; ghost atoms and Cartesian functions need no special case.
"""

import numpy as np
import scipy.linalg
from pyscf import gto

LINEARLY_DEPENDENT = 1e-8  # eigenvalues of an overlap below it are rounding


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


def occupied(mol: gto.Mole, fock: np.ndarray) -> tuple[np.ndarray, float]:
    """Occupied orbitals (nao, n) of a matrix and the gap above them, hartree."""
    count = mol.nelectron // 2
    energies, coefficients = scipy.linalg.eigh(fock, mol.intor_symmetric("int1e_ovlp"))
    gap = energies[count] - energies[count - 1] if count < len(energies) else np.inf
    return coefficients[:, :count], float(gap)


def project(orbitals: np.ndarray, source: gto.Mole, target: gto.Mole) -> np.ndarray:
    """Orthonormal orbitals (nao, n) of ``target`` closest to those of ``source``."""
    overlap = target.intor_symmetric("int1e_ovlp")
    cross = gto.intor_cross("int1e_ovlp", target, source)
    closest = inverse_root(overlap, power=-1.0) @ (cross @ orbitals)
    return closest @ inverse_root(closest.T @ overlap @ closest)


def inverse_root(matrix: np.ndarray, power: float = -0.5) -> np.ndarray:
    """A power of a symmetric positive matrix; directions that are numerically zero stay zero."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > LINEARLY_DEPENDENT
    return (vectors[:, kept] * values[kept] ** power) @ vectors[:, kept].T
