"""A molecule on a surface that is known exactly: methanol held together by springs."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

METHANOL = np.array([6, 8, 1, 1, 1, 1])
POSITIONS = np.array(
    [
        [-0.047, 0.664, 0.0],
        [-0.047, -0.758, 0.0],
        [-1.092, 0.969, 0.0],
        [0.437, 1.080, 0.892],
        [0.437, 1.080, -0.892],
        [0.878, -1.047, 0.0],
    ]
)
EQUAL = [2, 3, 4]  # hydrogens of the methyl group
BONDED = np.array([1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])  # of pairs 01, 02, ... 45


def spring_energy(x: torch.Tensor) -> torch.Tensor:
    """sum over pairs of Morse functions of the distance, equal for equal pairs: (m,) in eV."""
    first, second = torch.triu_indices(6, 6, 1)
    apart = (x[:, first] - x[:, second]).norm(dim=-1)
    weights = torch.as_tensor(METHANOL[first] + METHANOL[second], dtype=x.dtype) / 4.0
    lengths = torch.as_tensor(BONDED + 2.2 * (1.0 - BONDED), dtype=x.dtype)
    return (weights * (1.0 - torch.exp(lengths - apart)) ** 2).sum(1)


def forces_of(energy: Callable, x: np.ndarray) -> np.ndarray:
    moving = torch.tensor(x).requires_grad_(True)
    return -torch.autograd.grad(energy(moving).sum(), moving)[0].numpy()


@pytest.fixture
def geometries(rng) -> np.ndarray:
    """(60, 6, 3) about the minimum, turned and shifted."""
    turns, _ = np.linalg.qr(rng.normal(size=(60, 3, 3)))
    moved = POSITIONS + rng.normal(scale=0.05, size=(60, 6, 3))
    return moved @ turns + rng.normal(size=(60, 1, 3))
