"""A force field of one molecule: kernels chosen, scales found, weights solved for.

``GLOBAL`` is sGDML: one kernel of the whole molecule. ``LOCAL`` adds fragments, an atom with all
that is at most two bonds away. Forces of ten molecules (table in docs/refine.md) are learned better
from both than from either, of stiff aromatic ones most: every C-H group teaches all others.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from specml.kernels.component import Component, Family, Scales, molecule, scaled
from specml.kernels.isomorphism import bond_matrix, fragment_classes
from specml.kernels.permutations import permutations
from specml.kernels.regression import Regression, solve_directly
from specml.kernels.scales import best_scales

GLOBAL: tuple[int, ...] = ()
LOCAL = (2,)  # bonds around the centre of a fragment
FEW = 5  # geometries; fewer cannot tell what predicts well
FEW_LENGTH = 4.0  # 1/angstrom, of so few
FEW_RIDGE = 1e-6  # of so few


def families(
    numbers: np.ndarray, positions: np.ndarray, radii: Sequence[int] = LOCAL
) -> list[Family]:
    """The molecule as a whole, and for each radius all its fragments; their scales are unset.

    Parameters
    ----------
    numbers : (n,) atomic numbers.
    positions : (m, n, 3) angstrom, from which bonds and permutations follow.
    radii : of the fragments, in bonds.
    """
    whole = molecule(permutations(numbers, positions))
    bonds = bond_matrix(numbers, positions)
    families: list[Family] = [[Component.of(whole, FEW_LENGTH)]]
    for radius in radii:
        classes = fragment_classes(numbers, bonds, radius)
        families.append([Component.of(each, FEW_LENGTH) for each in classes])
    return families


def learn(
    numbers: np.ndarray,
    positions: np.ndarray,
    forces: np.ndarray,
    radii: Sequence[int] = LOCAL,
    scales: Scales | None = None,
) -> Regression:
    """Fit forces (m, n, 3) in eV/angstrom at positions (m, n, 3) in angstrom.

    Parameters
    ----------
    scales : of every family; those that predict best what they have not seen if None.
    """
    members = families(numbers, positions, radii)
    x, y = _tensor(positions), _tensor(forces)
    lengths = (FEW_LENGTH,) * len(members)
    if scales is None and len(x) < FEW:
        scales = Scales(lengths, (1.0,) * len(members), FEW_RIDGE)
    scales = scales or best_scales(members, numbers, x, y)
    return solve_directly(scaled(members, scales, x[0]), scales, numbers, x, y)


def _tensor(values: np.ndarray) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float64)
