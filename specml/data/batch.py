"""Many molecules as one set of tensors.

Training, prediction and dynamics feed the networks with it.

Atoms lie behind one another. The neighbours of every atom inside the cutoff stand in one
rectangular table (n_atoms, n_slots): sums over neighbours are then sums over an axis, which a
CPU does at memory speed. Empty slots point at the atom itself and get the length of the cutoff,
where every radial function is zero, so that no mask is needed later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

from specml.structure import Structure

DENSE = 128  # atoms; larger molecules find their neighbours with a tree


@dataclass(frozen=True)
class Batch:
    """Structures behind one another, as tensors.

    Parameters
    ----------
    numbers : (n_atoms,) atomic numbers.
    positions : (n_atoms, 3) angstrom.
    structure : (n_atoms,) index of the structure that an atom belongs to.
    charge : (n_structures,) total charges, e.
    masses : (n_atoms,) amu.
    neighbors : (n_atoms, n_slots) indices of the neighbours.
    filled : (n_atoms, n_slots) bool, whether a slot holds a neighbour.
    """

    numbers: Tensor
    positions: Tensor
    structure: Tensor
    charge: Tensor
    masses: Tensor
    neighbors: Tensor
    filled: Tensor

    @property
    def n_structures(self) -> int:
        """Number of structures in the batch."""
        return len(self.charge)

    def with_positions(self, positions: Tensor) -> "Batch":
        """Return a batch with other positions (n_atoms, 3) and the same neighbours.

        It is right as long as no pair crosses the cutoff.
        """
        return replace(self, positions=positions)

    def to(self, device: torch.device | str, dtype: torch.dtype) -> "Batch":
        """Return the batch on a device, its floating-point tensors in another precision."""

        def move(tensor: Tensor) -> Tensor:
            return tensor.to(device, dtype if tensor.is_floating_point() else tensor.dtype)

        return Batch(**{name: move(getattr(self, name)) for name in self.__dataclass_fields__})


def collate(structures: Sequence[Structure], cutoff: float, slack: float = 0.0) -> Batch:
    """Batch structures and list the neighbours of their atoms.

    Parameters
    ----------
    structures : the molecules, in the order in which their atoms will lie.
    cutoff : distance of the farthest neighbours, angstrom.
    slack : angstrom beyond the cutoff to list as well, for positions that will still move.
    """
    masses = np.concatenate([s.masses for s in structures])
    charges = np.array([s.charge for s in structures], dtype=np.float64)
    return collate_arrays(
        np.concatenate([s.numbers for s in structures]),
        np.concatenate([s.positions for s in structures]),
        np.array([len(s) for s in structures]),
        charges,
        masses,
        cutoff + slack,
    )


def collate_arrays(
    numbers: np.ndarray,
    positions: np.ndarray,
    n_atoms: np.ndarray,
    charges: np.ndarray,
    masses: np.ndarray,
    cutoff: float,
) -> Batch:
    """Do the same as :func:`collate` from concatenated arrays; real tensors are float64.

    Parameters
    ----------
    numbers, positions, masses : (n,), (n, 3) in angstrom and (n,) in amu, of all atoms.
    n_atoms : (n_structures,) number of atoms of each structure.
    charges : (n_structures,) e.
    cutoff : distance of the farthest neighbours, angstrom.
    """
    neighbors, filled = neighbor_table(positions, n_atoms, cutoff)
    return Batch(
        torch.as_tensor(np.asarray(numbers, dtype=np.int64)),
        torch.as_tensor(np.asarray(positions, dtype=np.float64)),
        torch.as_tensor(np.repeat(np.arange(len(n_atoms)), n_atoms)),
        torch.as_tensor(charges),
        torch.as_tensor(masses),
        torch.as_tensor(neighbors),
        torch.as_tensor(filled),
    )


def neighbor_table(
    positions: np.ndarray, n_atoms: np.ndarray, cutoff: float
) -> tuple[np.ndarray, np.ndarray]:
    """List the neighbours of every atom of concatenated molecules, and which slots are filled.

    Parameters
    ----------
    positions : (n, 3) angstrom.
    n_atoms : (n_structures,) number of atoms of each structure.
    cutoff : distance of the farthest neighbours, angstrom.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        (n, n_slots) indices of neighbours, and (n, n_slots) bool.
    """
    starts = np.concatenate([[0], np.cumsum(n_atoms)[:-1]])
    small = n_atoms.max() <= DENSE
    find = _pairs_dense if small else _pairs_tree
    first, second = find(positions, n_atoms, starts, cutoff)
    counts = np.bincount(first, minlength=len(positions))
    slots = max(int(counts.max()), 1)
    # Slot of a pair: its place among the pairs of its first atom (pairs come sorted by it).
    slot = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    neighbors = np.repeat(np.arange(len(positions))[:, None], slots, axis=1)
    filled = np.zeros(neighbors.shape, dtype=bool)
    neighbors[first, slot] = second
    filled[first, slot] = True
    return neighbors, filled


def _pairs_dense(
    positions: np.ndarray, n_atoms: np.ndarray, starts: np.ndarray, cutoff: float
) -> tuple[np.ndarray, np.ndarray]:
    """Find all pairs within the cutoff from a padded table of distances, for small molecules."""
    size = int(n_atoms.max())
    real = np.arange(size) < n_atoms[:, None]
    padded = np.zeros((len(n_atoms), size, 3))
    padded[real] = positions
    squared = ((padded[:, :, None] - padded[:, None]) ** 2).sum(-1)
    near = (squared < cutoff**2) & real[:, :, None] & real[:, None] & ~np.eye(size, dtype=bool)
    molecule, i, j = np.nonzero(near)
    return starts[molecule] + i, starts[molecule] + j


def _pairs_tree(
    positions: np.ndarray, n_atoms: np.ndarray, starts: np.ndarray, cutoff: float
) -> tuple[np.ndarray, np.ndarray]:
    """Find all pairs within the cutoff with a tree, for large molecules."""
    halves = []
    for start, size in zip(starts, n_atoms, strict=True):
        tree = cKDTree(positions[start : start + size])
        halves.append(tree.query_pairs(cutoff, output_type="ndarray") + start)
    half = np.concatenate(halves)
    pairs = np.concatenate([half, half[:, ::-1]])
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return pairs[:, 0], pairs[:, 1]
