"""Matrices that cost no Fock build: overlap, kinetic energy, potentials of atoms.

The superposition of atomic potentials (SAP; Lehtola, JCTC 2019, 15, 1593) adds to the attraction
of every nucleus the potential of the electrons of its neutral atom, fitted by Gaussians (Lehtola,
Visscher and Engel, J. Chem. Phys. 2020, 152, 144105). All are one-electron integrals of PySCF.
"""

from dataclasses import dataclass

import numpy as np
from pyscf import gto
from pyscf.scf import hf

SAP_BASIS = "sapgrasplarge"
LINEARLY_DEPENDENT = 1e-8  # eigenvalues of an overlap below it are rounding
NO_ELECTRONS = [[1.0, 0.0]]  # of a ghost atom: exponent, charge


@dataclass(frozen=True)
class OneElectron:
    """(nao, nao) matrices in hartree and PySCF's order.

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
        """T and the nuclei."""
        return self.kinetic + self.nuclear

    @property
    def matrix(self) -> np.ndarray:
        """T + V_SAP."""
        return self.core + self.electrons


def one_electron(mol: gto.Mole) -> OneElectron:
    """The matrices of a PySCF molecule."""
    fitted = {mol.atom_symbol(i): _electrons(mol, i) for i in range(mol.natm)}
    return OneElectron(
        mol.intor_symmetric("int1e_ovlp"),
        mol.intor_symmetric("int1e_kin"),
        mol.intor_symmetric("int1e_nuc"),
        hf.make_sap(mol, fitted),
    )


def _electrons(mol: gto.Mole, atom: int) -> np.ndarray:
    """(n, 2) exponents and charges of the fitted density of a neutral atom."""
    if mol.atom_charge(atom) == 0:
        return np.array(NO_ELECTRONS)
    return np.array(gto.basis.load(SAP_BASIS, mol.atom_pure_symbol(atom))[0][1:])


def inverse_root(overlap: np.ndarray) -> np.ndarray:
    """(nao, m) X with X^T S X = 1; directions that are numerically zero are left out."""
    values, vectors = np.linalg.eigh(overlap)
    kept = values > LINEARLY_DEPENDENT
    return vectors[:, kept] * values[kept] ** -0.5
