"""How far a density is from self-consistency, from the one Fock build the SCF needs anyway.

With the occupied orbitals C (C^T S C = 1) and the matrix F of their density, the residual

    R = F C - S C (C^T F C),    r = 2 sqrt(tr R^T S^-1 R) / sqrt(N)

vanishes where F C = S C eps. It is the norm of the commutator FDS - SDF in an orthonormal basis,
up to sqrt 2, per square root of the number of electrons N: PySCF's |g|, made independent of size.
"""

import numpy as np

from specml.hamiltonian.projection import inverse_root

LIMIT = 0.05  # hartree; benchmarks/scf_guard.py: where a guess begins to cost Fock builds


def residual(fock: np.ndarray, overlap: np.ndarray, orbitals: np.ndarray) -> float:
    """r in hartree.

    Parameters
    ----------
    fock : (nao, nao), or (2, nao, nao) with two spins of the same orbitals.
    overlap : (nao, nao)
    orbitals : (nao, n), doubly occupied.
    """
    focks = np.reshape(fock, (-1, *overlap.shape))
    root = inverse_root(overlap)
    metric = overlap @ orbitals
    squares = [
        np.sum((root @ (one @ orbitals - metric @ (orbitals.T @ one @ orbitals))) ** 2)
        for one in focks
    ]
    return 2.0 * float(np.sqrt(np.mean(squares) / (2.0 * orbitals.shape[1])))
