"""Matrices that cost no Fock build: overlap, kinetic energy, potentials of atoms.

``hamiltonian`` starts from them and projects with them; the tests take T + V_SAP as a rough matrix.

The superposition of atomic potentials (SAP; Lehtola, JCTC 2019, 15, 1593) adds to the attraction
of every nucleus the potential of the electrons of its neutral atom, fitted by Gaussians (Lehtola,
Visscher and Engel, J. Chem. Phys. 2020, 152, 144105). All are one-electron integrals of PySCF.
"""

from dataclasses import dataclass
from functools import cache, reduce

import numpy as np
from pyscf import df, gto, lib
from pyscf.gto.mole import fakemol_for_cgtf_charge

SAP_BASIS = "sapgrasplarge"
LINEARLY_DEPENDENT = 1e-8  # eigenvalues of an overlap below it are rounding


@dataclass(frozen=True)
class OneElectron:
    """The (nao, nao) matrices of a molecule in hartree and PySCF's order.

    Parameters
    ----------
    overlap, kinetic : S and T.
    nuclear : attraction of the nuclei.
    electrons : potential of the electrons of neutral atoms; V_SAP is the sum of both.
    """

    overlap: np.ndarray
    kinetic: np.ndarray
    nuclear: np.ndarray
    electrons: np.ndarray

    @property
    def core(self) -> np.ndarray:
        """T plus the attraction of the nuclei, (nao, nao) in hartree."""
        return self.kinetic + self.nuclear

    @property
    def matrix(self) -> np.ndarray:
        """T + V_SAP, (nao, nao) in hartree: a first approximation of the Kohn-Sham matrix."""
        return self.core + self.electrons


def one_electron(mol: gto.Mole) -> OneElectron:
    """The matrices of a PySCF molecule."""
    return OneElectron(
        mol.intor_symmetric("int1e_ovlp"),
        mol.intor_symmetric("int1e_kin"),
        mol.intor_symmetric("int1e_nuc"),
        _electrons(mol),
    )


def _electrons(mol: gto.Mole) -> np.ndarray:
    """The potential of the electrons of all neutral atoms, (nao, nao)."""
    real = [i for i in range(mol.natm) if mol.atom_charge(i) > 0]
    atoms = [
        fakemol_for_cgtf_charge(mol.atom_coord(i)[None], *_fitted(mol.atom_pure_symbol(i)))
        for i in real
    ]
    each = df.incore.aux_e2(mol, reduce(gto.conc_mol, atoms), intor="int3c2e", aosym="s2ij")
    return -lib.unpack_tril(each.sum(axis=1))


@cache
def _fitted(symbol: str) -> np.ndarray:
    """Exponents and charges of the fitted density of a neutral atom, (2, n); electrons are < 0."""
    return np.array(gto.basis.load(SAP_BASIS, symbol)[0][1:]).T


def inverse_root(overlap: np.ndarray) -> np.ndarray:
    """A matrix X (nao, m) with X^T S X = 1; directions that are numerically zero are left out."""
    values, vectors = np.linalg.eigh(overlap)
    kept = values > LINEARLY_DEPENDENT
    return vectors[:, kept] * values[kept] ** -0.5
