"""What follows from a Kohn-Sham matrix F and the overlap S of its basis.

The workflow of ``specml hamiltonian`` and the benchmark of its accuracy ask for these numbers.

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
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.support import unpaired_electrons


@dataclass(frozen=True, eq=False)
class Orbitals:
    """Molecular orbitals of a closed-shell molecule.

    Parameters
    ----------
    molecule : the molecule with its basis.
    fock : F, (nao, nao), hartree.
    overlap : S, (nao, nao).
    energies : (nao,), ascending, hartree.
    coefficients : (nao, nao), a column an orbital, C^T S C = 1.
    """

    molecule: Molecule
    fock: np.ndarray
    overlap: np.ndarray
    energies: np.ndarray
    coefficients: np.ndarray

    @property
    def n_occupied(self) -> int:
        """The number of orbitals that hold two electrons."""
        return self.molecule.n_occupied

    @property
    def occupations(self) -> np.ndarray:
        """Electrons in each orbital, 2 or 0, (nao,)."""
        return np.where(np.arange(len(self.energies)) < self.n_occupied, 2.0, 0.0)

    @cached_property
    def density(self) -> np.ndarray:
        """The density matrix D, (nao, nao)."""
        occupied = self.coefficients[:, : self.n_occupied]
        return 2.0 * occupied @ occupied.T

    @property
    def homo(self) -> float:
        """Energy of the highest occupied orbital, hartree."""
        return float(self.energies[self.n_occupied - 1])

    @property
    def lumo(self) -> float:
        """Energy of the lowest empty orbital, hartree; NaN where the basis leaves none empty."""
        empty = self.energies[self.n_occupied :]
        return float(empty[0]) if len(empty) else float("nan")

    @property
    def gap(self) -> float:
        """LUMO minus HOMO, hartree."""
        return self.lumo - self.homo


def orbitals(
    source: Molecule | gto.Mole, fock: np.ndarray, overlap: np.ndarray | None = None
) -> Orbitals:
    """Solve F C = S C eps.

    Parameters
    ----------
    source : the molecule in the basis of the matrix.
    fock : F, (nao, nao), hartree.
    overlap : S where it is known.

    Raises
    ------
    InputError
        A matrix of another shape than the basis, or electrons that do not pair.
    """
    molecule = Molecule.of(source)
    nao = molecule.n_functions
    if np.shape(fock) != (nao, nao):
        raise InputError(
            message(
                "Kohn-Sham matrix",
                f"shape {np.shape(fock)}",
                f"({nao}, {nao}), the basis functions of the molecule",
                "Give the matrix of this molecule in this basis.",
            )
        )
    if unpaired := unpaired_electrons(molecule.mol):
        raise InputError(
            message(
                molecule.name,
                unpaired,
                "none: orbitals are filled in pairs",
                "Correct charge and spin.",
            )
        )
    if overlap is None:
        overlap = molecule.overlap()
    energies, coefficients = scipy.linalg.eigh(fock, overlap)
    return Orbitals(molecule, np.asarray(fock), overlap, energies, coefficients)


def dipole(orbitals: Orbitals) -> np.ndarray:
    """Dipole moment, (3,) in e bohr, from negative to positive charge, about the centre of mass.

    The origin matters for ions only.
    """
    mol = orbitals.molecule.mol
    masses = mol.atom_mass_list()
    origin = masses @ mol.atom_coords() / masses.sum()
    with mol.with_common_orig(origin):
        integrals = mol.intor_symmetric("int1e_r", comp=3)
    electrons = np.einsum("xij,ji->x", integrals, orbitals.density)
    return mol.atom_charges() @ (mol.atom_coords() - origin) - electrons


def mulliken_charges(orbitals: Orbitals) -> np.ndarray:
    """Charges (n_atoms,) in e: Z_A - sum over mu on A of (D S)_mu,mu."""
    return _charges(orbitals, np.einsum("ij,ji->i", orbitals.density, orbitals.overlap))


def loewdin_charges(orbitals: Orbitals) -> np.ndarray:
    """Charges (n_atoms,) in e: Z_A - sum over mu on A of (S^1/2 D S^1/2)_mu,mu."""
    return _charges(orbitals, np.diag(_orthogonal_density(orbitals)))


def mayer_bond_orders(orbitals: Orbitals) -> np.ndarray:
    """Orders (n_atoms, n_atoms): sum over mu on A, nu on B of (D S)_mu,nu (D S)_nu,mu.

    The diagonal is zero.
    """
    return mayer_orders(orbitals.molecule.mol, orbitals.density, orbitals.overlap)


def mayer_orders(mol: gto.Mole, density: np.ndarray, overlap: np.ndarray) -> np.ndarray:
    """The same of a density and an overlap, both (nao, nao), of PySCF's molecule ``mol``."""
    product = density @ overlap
    return _bond_orders(mol, product * product.T)


def wiberg_bond_orders(orbitals: Orbitals) -> np.ndarray:
    """Orders (n_atoms, n_atoms): sum over mu on A, nu on B of (S^1/2 D S^1/2)^2_mu,nu.

    The diagonal is zero.
    """
    return _bond_orders(orbitals.molecule.mol, _orthogonal_density(orbitals) ** 2)


def _orthogonal_density(orbitals: Orbitals) -> np.ndarray:
    """S^1/2 D S^1/2, (nao, nao)."""
    values, vectors = np.linalg.eigh(orbitals.overlap)
    root = (vectors * np.sqrt(values)) @ vectors.T
    return root @ orbitals.density @ root


def _charges(orbitals: Orbitals, populations: np.ndarray) -> np.ndarray:
    mol = orbitals.molecule.mol
    return mol.atom_charges() - np.bincount(_owners(mol), populations, minlength=mol.natm)


def _bond_orders(mol: gto.Mole, pairs: np.ndarray) -> np.ndarray:
    """Sums over the blocks of a matrix over basis functions."""
    owner = _owners(mol)[:, None] == np.arange(mol.natm)
    orders = owner.T @ pairs @ owner
    np.fill_diagonal(orders, 0.0)
    return orders


def _owners(mol: gto.Mole) -> np.ndarray:
    """The atom of each basis function, (nao,)."""
    return np.array([label[0] for label in mol.ao_labels(fmt=None)])
