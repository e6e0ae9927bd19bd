"""The shells of a basis: how a matrix in PySCF's order turns, and its blocks as irreps.

Tests of equivariance use it, and networks that predict a matrix block by block can.

PySCF orders the functions of a shell m = -l ... l, but p as x, y, z. e3nn takes its axes as y, z,
x of ours; with vectors given to it in that order all its harmonics are m = -l ... l, and only p
shells need the permutation ``FIRST`` (y, z, x -> x, y, z).

The block of two shells is a product of irreps,

    B_m1,m2 = sum_L sum_M sqrt(2 L + 1) C(l1 m1, l2 m2; L M) b^L_M,      |l1 - l2| <= L <= l1 + l2,

with the 3j symbols C of e3nn. Shells are read from the molecule, so that any spherical basis works.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch

from specml.errors import InputError, message

if TYPE_CHECKING:
    from pyscf import gto

FIRST = [2, 0, 1]  # the p functions y, z, x -> x, y, z

Irreps = dict[tuple[int, int], list[np.ndarray]]


@dataclass(frozen=True)
class Shells:
    """The shells of a basis, one entry a contracted shell.

    Parameters
    ----------
    atom : (n_shells,) the atom of each.
    momentum : (n_shells,) its l.
    start : (n_shells + 1,) its first basis function; the last entry is the number of functions.
    """

    atom: np.ndarray
    momentum: np.ndarray
    start: np.ndarray

    @classmethod
    def of(cls, mol: "gto.Mole") -> "Shells":
        """The shells of a PySCF molecule.

        Raises
        ------
        InputError
            Cartesian functions: six d functions are no irrep.
        """
        if mol.cart:
            raise InputError(
                message("molecule", "Cartesian functions", "spherical ones", "Set mol.cart=False.")
            )
        repeats = [mol.bas_nctr(b) for b in range(mol.nbas)]
        momentum = np.repeat([mol.bas_angular(b) for b in range(mol.nbas)], repeats)
        atom = np.repeat([mol.bas_atom(b) for b in range(mol.nbas)], repeats)
        return cls(atom, momentum, np.concatenate([[0], np.cumsum(2 * momentum + 1)]))

    def slices(self) -> list[slice]:
        """The basis functions of each shell."""
        return [slice(a, b) for a, b in zip(self.start, self.start[1:], strict=False)]

    def rotation(self, matrix: np.ndarray) -> np.ndarray:
        """D (nao, nao) with F' = D F D^T when the nuclei turn by r' = R r.

        Parameters
        ----------
        matrix : (3, 3), orthogonal; reflections too.
        """
        full = np.zeros((self.start[-1], self.start[-1]))
        for own, l in zip(self.slices(), self.momentum, strict=True):
            full[own, own] = wigner(int(l), matrix)
        return full

    def decompose(self, matrix: np.ndarray) -> Irreps:
        """Irreps b^L of every pair of shells (i, j): arrays (2 L + 1,), L ascending."""
        slices = self.slices()
        return {
            (i, j): [
                np.einsum("abm,ab->m", coupling, matrix[slices[i], slices[j]])
                for coupling in couplings(int(self.momentum[i]), int(self.momentum[j]))
            ]
            for i in range(len(slices))
            for j in range(len(slices))
        }

    def compose(self, irreps: Irreps) -> np.ndarray:
        """The matrix (nao, nao) of :meth:`decompose`."""
        slices = self.slices()
        matrix = np.zeros((self.start[-1], self.start[-1]))
        for (i, j), parts in irreps.items():
            rules = couplings(int(self.momentum[i]), int(self.momentum[j]))
            matrix[slices[i], slices[j]] = sum(
                np.einsum("abm,m->ab", coupling, part)
                for coupling, part in zip(rules, parts, strict=True)
            )
        return matrix


def wigner(l: int, rotation: np.ndarray) -> np.ndarray:
    """(2 l + 1, 2 l + 1): how a shell in PySCF's order turns under r' = R r.

    D^0 = 1, D^1 = R, D^(l+1) = C^T (D^l x R) C: exact to the last digits, where Euler angles are
    not, and right for reflections as it stands.
    """
    if l == 0:
        return np.eye(1)
    turned = np.asarray(rotation, dtype=float)
    for lower in range(1, l):
        coupling = couplings(lower, 1)[-1]
        factors = coupling, turned, rotation, coupling
        turned = np.einsum("abm,ac,bd,cdn->mn", *factors, optimize=True)
    return turned


@cache
def couplings(l1: int, l2: int) -> tuple[np.ndarray, ...]:
    """sqrt(2 L + 1) C of the module for each L, (2 l1 + 1, 2 l2 + 1, 2 L + 1), PySCF's order."""
    from e3nn import o3  # two seconds, which predictions can do without

    symbols = []
    for total in range(abs(l1 - l2), l1 + l2 + 1):
        symbol = o3.wigner_3j(l1, l2, total, dtype=torch.float64).numpy()
        for axis, l in enumerate((l1, l2, total)):
            if l == 1:
                symbol = symbol.take(FIRST, axis)
        symbols.append(np.sqrt(2 * total + 1) * symbol)
    return tuple(symbols)
