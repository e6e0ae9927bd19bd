"""Permutations of equal atoms that the training geometries show, closed to a group.

Two geometries are matched by the permutation that brings their descriptors closest. Candidates are
the automorphisms of the bond graph, and the assignment of atoms by the eigenvectors of the matrices
of inverse distances, which needs no bonds (Umeyama, IEEE TPAMI 1988, 10, 695):

    P = argmax_P tr P^T (|V_a| |V_b|^T)          (Hungarian algorithm)

What wins for some pair of geometries generates the group: products are added until none is new
(Chmiela et al., Nat. Commun. 2018, 9, 3887; Comput. Phys. Commun. 2019, 240, 38, who close
transitively as well). A permutation that no pair asks for, such as a methyl group turned over,
would cost time and teach nothing.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from specml.kernels.isomorphism import automorphisms, bond_matrix

LARGEST = 192  # permutations; a larger group costs more than it brings
MATCHED = 60  # geometries; more show no further permutation


def permutations(numbers: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(s, n) for geometries (m, n, 3) of atoms (n,), the identity first.

    Atom i of a permuted geometry is atom ``permutations[p, i]`` of the original.
    """
    positions = positions[:MATCHED]
    inverse = _inverse_distances(positions)
    graph = automorphisms(numbers, bond_matrix(numbers, positions), LARGEST)
    spectra = np.abs(np.linalg.eigh(inverse)[1])
    unequal = 1e3 * (numbers[:, None] != numbers[None])
    generators = {tuple(range(len(numbers)))}
    for a in range(len(positions)):
        for b in range(a):
            rows, columns = linear_sum_assignment(unequal - spectra[a] @ spectra[b].T)
            candidates = np.concatenate([graph, columns[np.argsort(rows)][None]])
            moved = inverse[b][candidates[:, :, None], candidates[:, None, :]]
            off = np.square(moved - inverse[a]).sum((1, 2))
            generators.add(tuple(candidates[off.argmin()].tolist()))
    return np.array(sorted(_closure(generators)))


def _inverse_distances(positions: np.ndarray) -> np.ndarray:
    """(m, n, n), zero on the diagonal."""
    vectors = positions[:, :, None] - positions[:, None]
    return 1.0 / (np.linalg.norm(vectors, axis=-1) + 1e9 * np.eye(positions.shape[1]))


def _closure(generators: set[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """The group that they generate; the identity alone if it has more than ``LARGEST`` elements."""
    group = set(generators)
    fresh = set(generators)
    while fresh:
        products = {tuple(p[i] for i in q) for p in fresh for q in generators}
        fresh = products - group
        group |= fresh
        if len(group) > LARGEST:
            return {tuple(range(len(next(iter(generators)))))}
    return group
