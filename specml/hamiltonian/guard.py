"""How far a density is from self-consistency, from the one Fock build the SCF needs anyway.

The guess for PySCF asks it whether a predicted density is good enough (``attempt``). With the
matrix F of the density D and its lowest orbital energies, occupied n_i times,

    x = (tr F D - sum_i n_i eps_i) / N

is the band energy per electron that filling the orbitals of F anew would save. It is never
negative, vanishes where FDS = SDF, and to second order is the sum over occupied i and empty a of
2 |F_ai|^2 / (eps_a - eps_i): the commutator, each part weighted by what it costs. The commutator
itself grows with tight functions of a basis that cost nothing (docs/scf.md).
"""

import numpy as np
import scipy.linalg

LIMIT = 2e-3  # hartree; above it a guess took three cycles more than minao (docs/scf.md)


def excess(fock: np.ndarray, overlap: np.ndarray, orbitals: np.ndarray) -> float:
    """The measure x of the module, in hartree per electron.

    Parameters
    ----------
    fock : (nao, nao), or (2, nao, nao) for two spins that fill the same orbitals.
    overlap : (nao, nao), S of the basis.
    orbitals : (nao, n), those filled, orthonormal.
    """
    count = orbitals.shape[1]
    savings = []
    for one in np.reshape(fock, (-1, *overlap.shape)):
        lowest = scipy.linalg.eigh(one, overlap, eigvals_only=True, subset_by_index=(0, count - 1))
        savings.append(np.sum(orbitals * (one @ orbitals)) - lowest.sum())
    return float(np.mean(savings)) / count
