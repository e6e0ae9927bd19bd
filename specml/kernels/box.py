"""Where a correction was learned: a box in the distances, and a weight that ends outside of it.

    u = sum_{i<j} [ (r_ij - top_ij)_+ / g_ij ]^3 + [ (bottom_ij - r_ij)_+ / g_ij ]^3
    w = 1 / (1 + u)

with bottom and top the extremes of the distance in the training data, widened by a margin g. The
kernels are so long that they would go on for ever; times w a correction is untouched inside,
vanishes far outside, and stays twice differentiable between. Equivalent pairs share their bounds.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

MARGIN = 0.1  # of the mean distance, besides the range that was seen


@dataclass(frozen=True)
class Box:
    """Bounds of every distance, (n, n) in angstrom each.

    Parameters
    ----------
    bottom, top : bounds.
    margin : g.
    """

    bottom: Tensor
    top: Tensor
    margin: Tensor

    @classmethod
    def around(cls, positions: Tensor, permutations: Tensor) -> "Box":
        """The box of training geometries (m, n, 3) with permutations (s, n)."""
        seen = _distances(positions)
        rows, columns = permutations[:, :, None], permutations[:, None, :]
        every = seen[:, rows, columns].flatten(0, 1)
        lowest, highest = every.amin(0), every.amax(0)
        margin = highest - lowest + MARGIN * every.mean(0) + torch.eye(len(lowest))
        return cls(lowest - margin, highest + margin, margin)

    def weights(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """w (m,) and its gradient (m, n, 3) at positions (m, n, 3)."""
        moving = positions.detach().requires_grad_(True)
        weight = self._weight(moving)
        (slope,) = torch.autograd.grad(weight.sum(), moving)
        return weight.detach(), slope

    def curvature(self, positions: Tensor) -> Tensor:
        """Second derivatives of w at one geometry (n, 3): (3n, 3n)."""
        size = positions.numel()
        second = torch.autograd.functional.hessian(
            lambda x: self._weight(x[None]).sum(), positions.detach()
        )
        return second.reshape(size, size)

    def _weight(self, positions: Tensor) -> Tensor:
        distances = _distances(positions)
        outside = (distances - self.top).relu() + (self.bottom - distances).relu()
        cubes = (outside / self.margin) ** 3
        return 1.0 / (1.0 + 0.5 * cubes.sum((1, 2)))


def _distances(positions: Tensor) -> Tensor:
    """(m, n, n), with ones on the diagonal, where a root has no slope."""
    vectors = positions[:, :, None] - positions[:, None]
    return (vectors.square().sum(-1) + torch.eye(positions.shape[1])).sqrt()
