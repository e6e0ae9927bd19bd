"""From atomic coefficients to a Kohn-Sham matrix, without a Fock build.

    F_0 = T + V_SAP + sum_k b_k (mu nu|k)
    F   = T + V_SAP + sum_k c_k (mu nu|k) + d_k (mu nu k) - a/2 K[D]

T + V_SAP is exact; b, c and d come from the network; a is the share of exact exchange of the
functional. K is the exchange matrix in the auxiliary basis of the density of F_0, then once more
of the density of F: exchange is what a local potential cannot express, and it asks little of the
density it is made from.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from specml.hamiltonian.layout import flat_index
from specml.hamiltonian.network import CHARGES, HEIGHTS, WHOLE
from specml.reference.auxiliary import Auxiliary
from specml.reference.one_electron import OneElectron

ROUNDS = 2  # exchange matrices; the second takes 5e-6 hartree of 75e-6 off the error of F


@dataclass(frozen=True)
class Integrals:
    """What a geometry contributes without a network.

    Parameters
    ----------
    numbers : (n_atoms,) atomic numbers.
    """

    numbers: np.ndarray
    one: OneElectron
    auxiliary: Auxiliary


def assemble(integrals: Integrals, rows: np.ndarray, exchange: float) -> np.ndarray:
    """The matrix F of the module, (nao, nao) in hartree.

    Parameters
    ----------
    rows : (n_atoms, kinds, length of a row), the network's output.
    exchange : a, share of exact exchange.
    """
    index = flat_index(integrals.numbers)
    flat = rows.transpose(1, 0, 2).reshape(rows.shape[1], -1)[:, index].astype(np.float64)
    one, auxiliary = integrals.one, integrals.auxiliary
    local = one.matrix + auxiliary.potential(flat[CHARGES], flat[HEIGHTS])
    if not exchange:
        return local
    n_occupied = int(integrals.numbers.sum()) // 2
    matrix = one.matrix + auxiliary.potential(flat[WHOLE])
    for _ in range(ROUNDS):
        orbitals = eigh(matrix, one.overlap, subset_by_index=(0, n_occupied - 1))[1]
        matrix = local - exchange / 2.0 * auxiliary.exchange(orbitals)
    return matrix
