"""What a kernel sees of some atoms of a molecule: one number a pair, a power of its distance.

    D_ij = 1 / |r_i - r_j|^p             G_ij = dD_ij / dr_i = -p D_ij (r_i - r_j) / r_ij^2

with p = 1 in sGDML (Chmiela et al., Nat. Commun. 2018, 9, 3887, equation 8). D is kept as a
symmetric (k, k) matrix with an empty diagonal and G as an antisymmetric (k, k, 3) one: to permute
atoms is to index both axes, and the Jacobian J of D (every pair once) is never written down:

    (J^T v)_i = sum_j G_ij v_ij          (J u)_ij = G_ij . (u_i - u_j)
    (J^T J')_ij = -G_ij G'_ij^T,   i /= j          (J^T J')_ii = sum_h G_ih G'_ih^T
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Descriptor:
    """Descriptors of k atoms at many geometries.

    Parameters
    ----------
    values : (m, k, k), D; the diagonal is zero.
    slopes : (m, k, k, 3), G.
    """

    values: Tensor
    slopes: Tensor

    def __len__(self) -> int:
        return len(self.values)

    def select(self, rows: slice) -> "Descriptor":
        """Some of the geometries."""
        return Descriptor(self.values[rows], self.slopes[rows])

    def of_atoms(self, atoms: Tensor) -> "Descriptor":
        """The descriptor of some of the atoms (k,), in that order."""
        rows, columns = atoms[:, None], atoms
        return Descriptor(self.values[:, rows, columns], self.slopes[:, rows, columns])

    def pull(self, values: Tensor) -> Tensor:
        """J^T v of symmetric v (m, k, k): (m, k, 3)."""
        return (self.slopes * values[..., None]).sum(2)

    def push(self, displacements: Tensor) -> Tensor:
        """J u of displacements (m, k, 3), as symmetric (m, k, k)."""
        differences = displacements[:, :, None] - displacements[:, None]
        return (self.slopes * differences).sum(-1)


def describe(positions: Tensor, power: float = 1.0, cell: Tensor | None = None) -> Descriptor:
    """Descriptors at positions (m, k, 3) in angstrom, in a ``cell`` (rows) of nearest images."""
    vectors, squared = _separations(positions, cell)
    values, slopes, _ = _radial(squared, power, cell)
    return Descriptor(values, 2.0 * slopes[..., None] * vectors)


def curvature(
    positions: Tensor, values: Tensor, power: float = 1.0, cell: Tensor | None = None
) -> Tensor:
    """sum_pairs v_ij d^2 D_ij / dr^2 at one geometry (k, 3) for v (k, k): (k, 3, k, 3).

    The second derivative of h(r^2) to r = r_i - r_j is 2 h' + 4 h'' r r^T; it stands with a minus
    sign between i and j.
    """
    vectors, squared = (part[0] for part in _separations(positions[None], cell))
    k, eye = len(positions), torch.eye(3, dtype=positions.dtype)
    _, slopes, bends = _radial(squared, power, cell)
    outer = vectors[..., :, None] * vectors[..., None, :]
    blocks = (2.0 * values * slopes)[..., None, None] * eye
    blocks = blocks + (4.0 * values * bends)[..., None, None] * outer
    hessian = -blocks
    hessian[range(k), range(k)] = blocks.sum(1)
    return hessian.transpose(1, 2)


def _radial(squared: Tensor, power: float, cell: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """h(u) = u^(-p/2) e(u) of u = r^2 and its first two derivatives, zero on the diagonal.

    e = 1 of a molecule. Of a crystal e = (1 - u / U)^3 ends at the largest sphere that fits into
    the cell, before another image is as near: (m, k, k) each.
    """
    q = power / 2.0
    bare = (1.0 - torch.eye(squared.shape[-1], dtype=squared.dtype)) * squared**-q
    first, second = -q * bare / squared, q * (q + 1.0) * bare / squared**2
    if cell is None:
        return bare, first, second
    end = 0.25 / torch.linalg.inv(cell).square().sum(0).max()
    left = (1.0 - squared / end).relu()
    fade, slope, bend = left**3, -3.0 * left**2 / end, 6.0 * left / end**2
    return (
        bare * fade,
        first * fade + bare * slope,
        second * fade + 2.0 * first * slope + bare * bend,
    )


def _separations(positions: Tensor, cell: Tensor | None) -> tuple[Tensor, Tensor]:
    """r_i - r_j, (m, k, k, 3), and its square, one on the diagonal to divide by."""
    vectors = positions[:, :, None] - positions[:, None]
    if cell is not None:
        vectors = vectors - torch.round(vectors @ torch.linalg.inv(cell)) @ cell
    return vectors, vectors.square().sum(-1) + torch.eye(positions.shape[1], dtype=vectors.dtype)
