"""Three-centre integrals: local potentials that are sums over atoms.

An auxiliary function k is a spherical Gaussian on an atom (def2-universal-jfit, s to g; Weigend,
PCCP 2006, 8, 1057). Two kinds of integrals turn atomic coefficients into a matrix:

    (mu nu|k) = integral of chi_mu(r) chi_nu(r) k(r') / |r - r'|    k as a charge density: Coulomb
    (mu nu k) = integral of chi_mu(r) chi_nu(r) k(r)                k as a potential: short-ranged

With the metric (k|l) the first kind also gives an exchange matrix without four-centre integrals,

    K_mu,nu = 2 sum_i sum_kl (mu i|k) (k|l)^-1 (l|nu i),      i occupied.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from pyscf import df, gto, lib
from scipy.linalg import solve_triangular

from specml.errors import InputError, message

FITTING_BASIS = "def2-universal-jfit"
BLOCK = 64  # auxiliary functions transformed at a time
LARGEST = 11e9  # bytes at the peak; some 65 atoms in def2-SVP


@dataclass(frozen=True)
class Auxiliary:
    """Integrals of the auxiliary functions of a molecule, in PySCF's order.

    Parameters
    ----------
    coulomb, local : (naux, nao (nao + 1) / 2), (mu nu|k) and (mu nu k) as lower triangles, in
        hartree and without unit.
    metric : (naux, naux), (k|l).
    """

    coulomb: np.ndarray
    local: np.ndarray
    metric: np.ndarray

    def potential(self, charges: np.ndarray, heights: np.ndarray | None = None) -> np.ndarray:
        """Matrix of sum_k c_k (mu nu|k) + d_k (mu nu k), (nao, nao), of (naux,) c and d."""
        triangle = charges @ self.coulomb
        if heights is not None:
            triangle += heights @ self.local
        return lib.unpack_tril(triangle)

    def exchange(self, occupied: np.ndarray) -> np.ndarray:
        """K of doubly occupied orbitals (nao, n), (nao, nao) in hartree."""
        nao, n = occupied.shape
        half = np.empty((len(self.metric), nao * n))
        for start in range(0, len(half), BLOCK):
            block = lib.unpack_tril(self.coulomb[start : start + BLOCK])
            half[start : start + BLOCK] = (block @ occupied).reshape(-1, nao * n)
        root = np.linalg.cholesky(self.metric)
        half = solve_triangular(root, half, lower=True, overwrite_b=True, check_finite=False)
        flat = np.ascontiguousarray(half.reshape(-1, nao, n).transpose(1, 0, 2)).reshape(nao, -1)
        return 2.0 * (flat @ flat.T)


def auxiliary(mol: gto.Mole) -> Auxiliary:
    """The integrals of a molecule.

    Raises
    ------
    InputError
        If they would take more memory than ``LARGEST``.
    """
    size = memory(mol)
    if size > LARGEST:
        raise InputError(
            message(
                "molecule",
                f"{size / 1e9:.1f} GB of integrals ({mol.natm} atoms)",
                f"at most {LARGEST / 1e9:.0f} GB",
                "Use a default initial guess of PySCF.",
            )
        )
    functions = auxiliary_molecule(mol)
    coulomb, local = (
        np.ascontiguousarray(df.incore.aux_e2(mol, functions, intor=name, aosym="s2ij").T)
        for name in ("int3c2e", "int3c1e")
    )
    return Auxiliary(coulomb, local, functions.intor_symmetric("int2c2e"))


def memory(mol: gto.Mole) -> float:
    """Bytes at the peak: both kinds of integrals and, for the exchange, (mu i|k) twice."""
    n_occupied = mol.nelectron // 2
    return 8.0 * auxiliary_molecule(mol).nao * mol.nao * (mol.nao + 1 + 2 * n_occupied)


def auxiliary_molecule(mol: gto.Mole) -> gto.Mole:
    """The auxiliary functions as a PySCF molecule of the same atoms."""
    return df.addons.make_auxmol(mol, FITTING_BASIS)


@cache
def shells(number: int) -> tuple[tuple[int, float], ...]:
    """Angular momentum and charge of every auxiliary shell of an element, in PySCF's order.

    The charge is the integral of the function over all space in e; zero unless it is an s shell.
    """
    atom = gto.M(atom=[(number, (0.0, 0.0, 0.0))], basis=FITTING_BASIS, spin=number % 2, verbose=0)
    return tuple((atom.bas_angular(b), _charge(atom, b)) for b in range(atom.nbas))


def _charge(atom: gto.Mole, shell: int) -> float:
    if atom.bas_angular(shell):
        return 0.0
    volumes = (np.pi / atom.bas_exp(shell)) ** 1.5 / np.sqrt(4.0 * np.pi)
    return float(atom._libcint_ctr_coeff(shell)[:, 0] @ volumes)
