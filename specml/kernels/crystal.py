"""Crystals: nearest images for distances, the space group for permutations (BIGDML).

An operation {W | t} of the space group sends the fractional coordinates f of an atom to W f + t,
and that is where another atom of its element stands: a permutation of the atoms of the cell.
Together with the translations of a supercell there are hundreds, and every geometry teaches as much
as all its images (Sauceda et al., Nat. Commun. 2022, 13, 3733). Distances are those to the nearest
image. Where another image is as near they would bend, and the Hessian of a perfect crystal would
lose its symmetry: descriptors fade out before.
"""

import itertools

import numpy as np
import torch

from specml.kernels.component import Component, Scales, molecule, scaled
from specml.kernels.regression import Regression, solve_directly

TIGHT = 1e-3  # fractional coordinates and metric, of an ideal crystal
LENGTH, RIDGE = 2.0, 1e-6


def space_group(numbers: np.ndarray, positions: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Permutations (s, n) of an ideal crystal, the identity first.

    Parameters
    ----------
    numbers : (n,) atomic numbers.
    positions : (n, 3) angstrom, of the ideal lattice.
    cell : (3, 3) angstrom, rows a vector.
    """
    fractional = positions @ np.linalg.inv(cell)
    operations = set()
    for turned in _point_operations(cell):
        image = fractional @ turned.T
        for target in np.flatnonzero(numbers == numbers[0]):
            moved = image + fractional[target] - image[0]
            apart = moved[:, None] - fractional[None]
            near = (np.abs(apart - np.round(apart)).max(-1) < TIGHT) & (
                numbers[:, None] == numbers[None]
            )
            if (near.sum(1) == 1).all():
                operations.add(tuple(near.argmax(1).tolist()))
    return np.array(sorted(operations))


def _point_operations(cell: np.ndarray) -> np.ndarray:
    """Integer W, (w, 3, 3), that keep the lengths of fractional vectors: W^T g W = g."""
    metric = cell @ cell.T
    every = np.array(list(itertools.product((-1, 0, 1), repeat=9))).reshape(-1, 3, 3)
    turned = np.einsum("wji,jk,wkl->wil", every, metric, every)
    return every[np.abs(turned - metric).max((1, 2)) < TIGHT * np.abs(metric).max()]


def learn_crystal(
    numbers: np.ndarray,
    positions: np.ndarray,
    forces: np.ndarray,
    cell: np.ndarray,
    permutations: np.ndarray,
) -> Regression:
    """Fit forces (m, n, 3) in eV/angstrom at positions (m, n, 3) of a crystal of fixed cell.

    Parameters
    ----------
    permutations : (s, n), of :func:`space_group`; the identity alone for none.
    """
    x, y = (torch.as_tensor(v, dtype=torch.float64) for v in (positions, forces))
    whole = Component.of(molecule(permutations), LENGTH)
    periodic = Component(whole.once, whole.orders, LENGTH, cell=torch.as_tensor(cell))
    scales = Scales((LENGTH,), (1.0,), RIDGE)
    return solve_directly(scaled([[periodic]], scales, x[0]), scales, numbers, x, y)
