"""What follows from a Kohn-Sham matrix F and the overlap S of its basis.

    F C = S C eps,    D = C n C^T  (n = 2 in the lowest half of the electrons, else 0)

Everything here is in atomic units, in PySCF's order of the basis functions; units change where
results are shown. Sources: Mulliken, J. Chem. Phys. 23, 1833 (1955); Loewdin, J. Chem. Phys. 18,
365 (1950); Wiberg, Tetrahedron 24, 1083 (1968); Mayer, Chem. Phys. Lett. 97, 270 (1983).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.linalg
from pyscf import gto

from specml.errors import InputError, message


@dataclass(frozen=True, eq=False)
class Orbitals:
    """Molecular orbitals of a closed-shell molecule.

    Parameters
    ----------
    mol : molecule and basis.
    fock, overlap : (nao, nao)
    energies : (nao,), ascending, hartree.
    coefficients : (nao, nao), a column an orbital, C^T S C = 1.
    """

    mol: gto.Mole
    fock: np.ndarray
    overlap: np.ndarray
    energies: np.ndarray
    coefficients: np.ndarray

    @property
    def n_occupied(self) -> int:
        return self.mol.nelectron // 2

    @property
    def occupations(self) -> np.ndarray:
        """(nao,) of 2 and 0."""
        return np.where(np.arange(len(self.energies)) < self.n_occupied, 2.0, 0.0)

    @cached_property
    def density(self) -> np.ndarray:
        """(nao, nao) density matrix."""
        occupied = self.coefficients[:, : self.n_occupied]
        return 2.0 * occupied @ occupied.T

    @property
    def homo(self) -> float:
        return float(self.energies[self.n_occupied - 1])

    @property
    def lumo(self) -> float:
        """NaN where the basis leaves no orbital empty."""
        empty = self.energies[self.n_occupied :]
        return float(empty[0]) if len(empty) else float("nan")

    @property
    def gap(self) -> float:
        return self.lumo - self.homo


def orbitals(mol: gto.Mole, fock: np.ndarray, overlap: np.ndarray | None = None) -> Orbitals:
    """Solve F C = S C eps.

    Raises
    ------
    InputError
        A matrix of another shape than the basis, or electrons that do not pair.
    """
    if np.shape(fock) != (mol.nao, mol.nao):
        raise InputError(
            message(
                "Kohn-Sham matrix",
                f"shape {np.shape(fock)}",
                f"({mol.nao}, {mol.nao}), the basis functions of the molecule",
                "Give the matrix of this molecule in this basis.",
            )
        )
    if mol.spin != 0:
        raise InputError(
            message(
                "molecule",
                f"{mol.spin} unpaired electrons",
                "none: orbitals are filled in pairs",
                "Correct charge and spin.",
            )
        )
    if overlap is None:
        overlap = mol.intor_symmetric("int1e_ovlp")
    energies, coefficients = scipy.linalg.eigh(fock, overlap)
    return Orbitals(mol, np.asarray(fock), overlap, energies, coefficients)


def dipole(found: Orbitals) -> np.ndarray:
    """(3,) in e bohr, from negative to positive charge, about the centre of mass.

    The origin matters for ions only.
    """
    mol = found.mol
    masses = mol.atom_mass_list()
    origin = masses @ mol.atom_coords() / masses.sum()
    with mol.with_common_orig(origin):
        integrals = mol.intor_symmetric("int1e_r", comp=3)
    electrons = np.einsum("xij,ji->x", integrals, found.density)
    return mol.atom_charges() @ (mol.atom_coords() - origin) - electrons


def mulliken_charges(found: Orbitals) -> np.ndarray:
    """(n_atoms,) in e: Z_A - sum over mu on A of (D S)_mu,mu."""
    return _charges(found, np.einsum("ij,ji->i", found.density, found.overlap))


def loewdin_charges(found: Orbitals) -> np.ndarray:
    """(n_atoms,) in e: Z_A - sum over mu on A of (S^1/2 D S^1/2)_mu,mu."""
    return _charges(found, np.diag(_orthogonal_density(found)))


def mayer_bond_orders(found: Orbitals) -> np.ndarray:
    """(n_atoms, n_atoms): sum over mu on A, nu on B of (D S)_mu,nu (D S)_nu,mu; diagonal zero."""
    product = found.density @ found.overlap
    return _bond_orders(found, product * product.T)


def wiberg_bond_orders(found: Orbitals) -> np.ndarray:
    """(n_atoms, n_atoms): sum over mu on A, nu on B of (S^1/2 D S^1/2)^2_mu,nu; diagonal zero."""
    return _bond_orders(found, _orthogonal_density(found) ** 2)


def _orthogonal_density(found: Orbitals) -> np.ndarray:
    """S^1/2 D S^1/2."""
    values, vectors = np.linalg.eigh(found.overlap)
    root = (vectors * np.sqrt(values)) @ vectors.T
    return root @ found.density @ root


def _charges(found: Orbitals, populations: np.ndarray) -> np.ndarray:
    mol = found.mol
    return mol.atom_charges() - np.bincount(_owners(mol), populations, minlength=mol.natm)


def _bond_orders(found: Orbitals, pairs: np.ndarray) -> np.ndarray:
    """Sums over the blocks of a matrix over basis functions."""
    owner = _owners(found.mol)[:, None] == np.arange(found.mol.natm)
    orders = owner.T @ pairs @ owner
    np.fill_diagonal(orders, 0.0)
    return orders


def _owners(mol: gto.Mole) -> np.ndarray:
    """(nao,) the atom of each basis function."""
    return np.array([label[0] for label in mol.ao_labels(fmt=None)])
