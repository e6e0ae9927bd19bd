"""Three-centre integrals: local potentials that are sums over atoms, Coulomb and exchange matrices.

``hamiltonian`` assembles its predicted matrices with them and learns in terms of them.

An auxiliary function k is a spherical Gaussian on an atom (def2-universal-jfit, s to g; Weigend,
PCCP 2006, 8, 1057). Two kinds of integrals turn atomic coefficients into a matrix:

    (mu nu|k) = integral of chi_mu(r) chi_nu(r) k(r') / |r - r'|    k as a charge density: Coulomb
    (mu nu k) = integral of chi_mu(r) chi_nu(r) k(r)                k as a potential: short-ranged

The first are kept as B = L^-1 (k|mu nu) with the metric (k|l) = L L^T, for then the Coulomb and the
exchange matrix of doubly occupied orbitals i need no four-centre integrals and no metric:

    J_mu,nu = 2 sum_k B_k,mu nu sum_i B_k,ii,        K_mu,nu = 2 sum_i sum_k B_k,mu i B_k,nu i.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from pyscf import df, gto, lib
from scipy.linalg.blas import dtrsm

from specml.errors import InputError, message

FITTING_BASIS = "def2-universal-jfit"
BLOCK = 64  # auxiliary functions at a time
LARGEST = 11e9  # bytes at the peak; some 65 atoms in def2-SVP


@dataclass(frozen=True)
class Auxiliary:
    """Integrals of the auxiliary functions of a molecule, in PySCF's order, made when needed.

    Parameters
    ----------
    mol : PySCF's molecule with the orbital basis, nao functions.
    functions : the same atoms with the auxiliary basis, naux functions.
    """

    mol: gto.Mole
    functions: gto.Mole

    @cached_property
    def root(self) -> np.ndarray:
        """The root L of the metric, a lower triangle, (naux, naux)."""
        return np.linalg.cholesky(self.functions.intor_symmetric("int2c2e"))

    @cached_property
    def fitted(self) -> np.ndarray:
        """B as lower triangles, (naux, nao (nao + 1) / 2), hartree^1/2."""
        fitted = _triangles(self.mol, self.functions, "int3c2e")
        dtrsm(1.0, self.root.T, fitted.T, side=1, overwrite_b=1)  # X L^T = (mu nu|k)
        return fitted

    def local(self) -> np.ndarray:
        """(mu nu k) as lower triangles, (naux, nao (nao + 1) / 2), without unit."""
        return _triangles(self.mol, self.functions, "int3c1e")

    def potential(self, charges: np.ndarray, heights: np.ndarray) -> np.ndarray:
        """Matrix of sum_k c_k (mu nu|k) + d_k (mu nu k), (nao, nao), of (naux,) c and d."""
        # Both kinds before the first product: threads of BLAS, idle, keep PySCF's waiting.
        local, fitted = self.local(), self.fitted
        return lib.unpack_tril((charges @ self.root) @ fitted + heights @ local)

    def coulomb(self, occupied: np.ndarray) -> np.ndarray:
        """J of doubly occupied orbitals (nao, n), (nao, nao) in hartree."""
        density = lib.pack_tril(4.0 * occupied @ occupied.T)  # off the diagonal: mu nu and nu mu
        diagonal = np.arange(1, len(occupied) + 1)
        density[diagonal * (diagonal + 1) // 2 - 1] *= 0.5
        return lib.unpack_tril((self.fitted @ density) @ self.fitted)

    def exchange(self, occupied: np.ndarray) -> np.ndarray:
        """K of doubly occupied orbitals (nao, n), (nao, nao) in hartree; to 1e-6 of its elements.

        Products are in single precision, sums over blocks in double.
        """
        nao = len(occupied)
        orbitals = occupied.astype(np.float32)
        total = np.zeros((nao, nao))
        for block in self._squares:
            half = (block.reshape(-1, nao) @ orbitals).reshape(nao, -1)
            total += half @ half.T
        return 2.0 * total

    @cached_property
    def _squares(self) -> list[np.ndarray]:
        """B as blocks (nao, k, nao), with which K is two matrix products."""
        return [
            lib.unpack_tril(part).transpose(1, 0, 2).astype(np.float32, order="C")
            for part in np.split(self.fitted, range(BLOCK, len(self.fitted), BLOCK))
        ]


def auxiliary(mol: gto.Mole) -> Auxiliary:
    """The integrals of PySCF's molecule ``mol``.

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
    return Auxiliary(mol, auxiliary_molecule(mol))


def _triangles(mol: gto.Mole, functions: gto.Mole, name: str) -> np.ndarray:
    """The integrals of a kind that PySCF has a name for, (naux, nao (nao + 1) / 2)."""
    columns = df.incore.aux_e2(mol, functions, intor=name, aosym="s2ij")
    return np.ascontiguousarray(columns.T)


def memory(mol: gto.Mole) -> float:
    """Bytes that the integrals of PySCF's molecule ``mol`` take at the peak.

    That is B beside the other integrals, later beside itself in single precision.
    """
    return 8.0 * auxiliary_molecule(mol).nao * mol.nao * (mol.nao + 1)


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
