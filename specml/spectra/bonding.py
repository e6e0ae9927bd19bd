"""Bonds, their orders and rings, guessed from the geometry alone.

The local motions of the vibrational analysis, bond changes after an optimisation and the molecules
drawn on pages are derived from these bonds.

Two atoms are bonded when they are closer than the sum of their covalent radii plus 0.4 angstrom;
the order follows from the length over that sum (C-C 1.01, aromatic 0.92, C=C 0.88, C#C 0.79;
C-O 1.00, C=O 0.85; C#N 0.79; S=O 0.85). Radii: B. Cordero et al., Dalton Trans. 2832 (2008).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components
from scipy.spatial.distance import pdist, squareform

from specml.elements import COVALENT_RADII
from specml.structure import Structure

_SLACK = 0.4  # angstrom
# Largest length over the sum of radii of each kind. O=C=O (0.805 to 0.82) is double, carbon
# monoxide (0.795 to 0.81) triple; nitro N=O 0.89 to 0.905, ester C-O 0.95; a double bond in a ring
# (cyclopentene 0.88) is shorter than pyridine's C-N (0.905).
_TRIPLE, _TRIPLE_OXYGEN, _TRIPLE_DIATOMIC = 0.81, 0.80, 0.83
_DOUBLE, _DOUBLE_CHALCOGEN, _DOUBLE_RING = 0.905, 0.925, 0.89
_AROMATIC = 0.945
_MONOVALENT = (1, 9, 17, 35, 53)


@dataclass(frozen=True, eq=False)
class Bonding:
    """The bonds of a molecule as a graph.

    Parameters
    ----------
    pairs : (b, 2) indices of the bonded atoms, the first below the second.
    orders : (b,) order of each bond: 1, 1.5 (in rings only), 2 or 3.
    in_ring : (b,) bool, whether the bond is part of a ring.
    n_atoms : number of atoms.
    """

    pairs: np.ndarray
    orders: np.ndarray
    in_ring: np.ndarray
    n_atoms: int

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """For every atom, the indices of the atoms that are bonded to it."""
        bonded: list[list[int]] = [[] for _ in range(self.n_atoms)]
        for i, j in self.pairs.tolist():
            bonded[i].append(j)
            bonded[j].append(i)
        return bonded

    @cached_property
    def _index(self) -> dict[tuple[int, int], int]:
        return {(i, j): b for b, (i, j) in enumerate(self.pairs.tolist())}

    def order(self, i: int, j: int) -> float:
        """Return the order of the bond between two bonded atoms."""
        return float(self.orders[self._index[min(i, j), max(i, j)]])

    def ring(self, i: int, j: int) -> bool:
        """Tell whether the bond between two bonded atoms closes a ring."""
        return bool(self.in_ring[self._index[min(i, j), max(i, j)]])


def fragments(structure: Structure) -> int:
    """How many molecules there are: groups of atoms without a bond between them."""
    return int(molecules(structure).max()) + 1


def molecules(structure: Structure) -> np.ndarray:
    """The number of the molecule, from 0, that each atom belongs to, (n_atoms,)."""
    bonded, _, _ = _close(structure)
    return np.asarray(connected_components(csr_matrix(bonded), directed=False)[1])


def _close(structure: Structure) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the bonded pairs, (n, n) above the diagonal, with distances and sums of radii in
    angstrom.
    """
    radii = COVALENT_RADII[structure.numbers]
    sums = radii[:, None] + radii
    distances = squareform(pdist(structure.positions))
    return np.triu((distances < sums + _SLACK), 1), distances, sums


def bonding(structure: Structure) -> Bonding:
    """Guess the bonds of a structure, their orders and rings from its interatomic distances."""
    n = len(structure)
    bonded, distances, sums = _close(structure)
    pairs = np.argwhere(bonded)
    in_ring = np.array([_closes_ring(bonded, i, j) for i, j in pairs], dtype=bool)
    i, j = pairs.T
    ratios = distances[i, j] / sums[i, j]
    numbers = structure.numbers
    orders = _orders(ratios, numbers[i], numbers[j], in_ring, diatomic=n == 2)
    return Bonding(pairs, orders, in_ring, n)


def _closes_ring(bonded: np.ndarray, i: int, j: int) -> bool:
    """Tell whether j can be reached from i without their bond."""
    graph = bonded.copy()
    graph[i, j] = False
    reached = breadth_first_order(csr_matrix(graph), i, False, return_predecessors=False)
    return bool((reached == j).any())


def _orders(
    ratios: np.ndarray, first: np.ndarray, second: np.ndarray, in_ring: np.ndarray, diatomic: bool
) -> np.ndarray:
    """Bond orders (b,) from the lengths over the sums of radii, the elements and the rings."""
    monovalent = np.isin(first, _MONOVALENT) | np.isin(second, _MONOVALENT)
    oxygen = (first == 8) | (second == 8)
    chalcogen = oxygen | (first == 16) | (second == 16)
    triple = np.where(oxygen, _TRIPLE_OXYGEN, _TRIPLE)
    triple = np.full_like(triple, _TRIPLE_DIATOMIC) if diatomic else triple
    double = np.where(in_ring, _DOUBLE_RING, np.where(chalcogen, _DOUBLE_CHALCOGEN, _DOUBLE))
    orders = np.where(in_ring & (ratios < _AROMATIC), 1.5, 1.0)
    orders = np.where(ratios < double, 2.0, orders)
    orders = np.where(ratios < triple, 3.0, orders)
    return np.where(monovalent, 1.0, orders)
