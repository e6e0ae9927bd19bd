"""Bonds, their orders and rings, guessed from the geometry alone.

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
    """The graph of a molecule.

    Parameters
    ----------
    pairs : (b, 2) atom indices, first below second.
    orders : (b,) 1, 1.5 (in rings only), 2 or 3.
    in_ring : (b,) bool.
    n_atoms : number of atoms.
    """

    pairs: np.ndarray
    orders: np.ndarray
    in_ring: np.ndarray
    n_atoms: int

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """Bonded atoms of every atom."""
        found: list[list[int]] = [[] for _ in range(self.n_atoms)]
        for i, j in self.pairs.tolist():
            found[i].append(j)
            found[j].append(i)
        return found

    @cached_property
    def _index(self) -> dict[tuple[int, int], int]:
        return {(i, j): b for b, (i, j) in enumerate(self.pairs.tolist())}

    def order(self, i: int, j: int) -> float:
        """Order of the bond between two bonded atoms."""
        return float(self.orders[self._index[min(i, j), max(i, j)]])

    def ring(self, i: int, j: int) -> bool:
        """Whether the bond between two bonded atoms closes a ring."""
        return bool(self.in_ring[self._index[min(i, j), max(i, j)]])


def fragments(structure: Structure) -> int:
    """How many molecules there are: groups of atoms without a bond between them."""
    return int(molecules(structure).max()) + 1


def molecules(structure: Structure) -> np.ndarray:
    """The number of the molecule, from 0, that each atom belongs to, (n_atoms,)."""
    bonded, _, _ = _close(structure)
    return np.asarray(connected_components(csr_matrix(bonded), directed=False)[1])


def _close(structure: Structure) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(n, n) bonded pairs above the diagonal, distances, and sums of radii."""
    radii = COVALENT_RADII[structure.numbers]
    sums = radii[:, None] + radii
    distances = squareform(pdist(structure.positions))
    return np.triu((distances < sums + _SLACK), 1), distances, sums


def bonding(structure: Structure) -> Bonding:
    """Guess the bonds of a structure."""
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
    """Whether j can be reached from i without their bond."""
    graph = bonded.copy()
    graph[i, j] = False
    reached = breadth_first_order(csr_matrix(graph), i, False, return_predecessors=False)
    return bool((reached == j).any())


def _orders(
    ratios: np.ndarray, first: np.ndarray, second: np.ndarray, in_ring: np.ndarray, diatomic: bool
) -> np.ndarray:
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
