"""The Matern kernel of smoothness 5/2 on descriptors, and what of it stands between forces.

    k(d) = (1 + c d + c^2 d^2 / 3) exp(-c d),          c = sqrt(5) / s,   d = |D - D'|
    cov(F, F'^T) = J^T [-k_DD] J' = a { (1 + c d) e J^T J' - c^2 e (J^T x)(J'^T x)^T }

with x = D - D', e = exp(-c d) and a = c^2 / 3 (Chmiela et al., Sci. Adv. 2017, 3, e1603015).
"""

import math

import torch
from torch import Tensor

from specml.kernels.descriptor import Descriptor


def rate(length: float) -> float:
    """c of a length scale s."""
    return math.sqrt(5.0) / length


def distances(left: Descriptor, right: Descriptor) -> Tensor:
    """d, (m, m'), every pair of atoms counted once."""
    a, b = left.values.flatten(1), right.values.flatten(1)
    squared = a.square().sum(1)[:, None] + b.square().sum(1) - 2.0 * a @ b.T
    return (0.5 * squared).clamp(min=0.0).sqrt()


def blocks(left: Descriptor, right: Descriptor, length: float) -> Tensor:
    """cov(F, F') of two sets of descriptors of k atoms, atoms first: (k, k, m, 3, m', 3)."""
    c = rate(length)
    distance = distances(left, right)
    decay = (c * c / 3.0) * torch.exp(-c * distance)
    near, far = (1.0 + c * distance) * decay, c * c * decay
    # J^T x and J'^T x, (k, m, m', 3).
    own = left.pull(left.values).transpose(0, 1)[:, :, None] - torch.einsum(
        "aijk,bij->iabk", left.slopes, right.values
    )
    other = (
        torch.einsum("bijk,aij->iabk", right.slopes, left.values)
        - right.pull(right.values).transpose(0, 1)[:, None]
    )
    # (k, k, m, 3, m', 1) and (k, k, 1, 1, m', 3).
    ours = left.slopes.permute(1, 2, 0, 3)[:, :, :, :, None, None] * near[:, None, :, None]
    theirs = right.slopes.permute(1, 2, 0, 3)[:, :, None, None]
    block = torch.einsum("iabk,jabl->ijakbl", -far[..., None] * own, other)
    block.addcmul_(ours, theirs, value=-1.0)
    for atom in range(len(ours)):
        block[atom, atom] += (ours[atom] * theirs[atom]).sum(0)
    return block
