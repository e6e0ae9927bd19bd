"""Symmetric traceless 3x3 tensors (l = 2) in an orthonormal basis of five.

The networks with tensors and the head of the polarizability use this basis.

    T = sum_a t_a B_a,   tr(B_a B_b) = delta_ab

The orientation of the basis is arbitrary; what matters is that it is orthonormal.
"""

import torch
from torch import Tensor


def traceless_basis() -> Tensor:
    """Make the basis, (5, 3, 3): xy, yz, zx, x^2 - y^2, 2 z^2 - x^2 - y^2, each of norm one."""
    basis = torch.zeros(5, 3, 3)
    for a, (i, j) in enumerate(((0, 1), (1, 2), (2, 0))):
        basis[a, i, j] = basis[a, j, i] = 0.5**0.5
    basis[3].diagonal().copy_(torch.tensor([1.0, -1.0, 0.0]) / 2.0**0.5)
    basis[4].diagonal().copy_(torch.tensor([-1.0, -1.0, 2.0]) / 6.0**0.5)
    return basis
