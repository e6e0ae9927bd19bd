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
        """Of some of the atoms (k,), in that order."""
        rows, columns = atoms[:, None], atoms
        return Descriptor(self.values[:, rows, columns], self.slopes[:, rows, columns])

    def pull(self, values: Tensor) -> Tensor:
        """J^T v of symmetric v (m, k, k): (m, k, 3)."""
        return (self.slopes * values[..., None]).sum(2)

    def push(self, displacements: Tensor) -> Tensor:
        """J u of displacements (m, k, 3), as symmetric (m, k, k)."""
        differences = displacements[:, :, None] - displacements[:, None]
        return (self.slopes * differences).sum(-1)


def describe(positions: Tensor, power: float = 1.0) -> Descriptor:
    """Descriptors at positions (m, k, 3) in angstrom."""
    vectors, squared = _separations(positions)
    apart = 1.0 - torch.eye(positions.shape[1], dtype=positions.dtype)
    values = apart * squared ** (-power / 2.0)
    return Descriptor(values, (-power * values / squared)[..., None] * vectors)


def curvature(positions: Tensor, values: Tensor, power: float = 1.0) -> Tensor:
    """sum_pairs v_ij d^2 D_ij / dr^2 at one geometry (k, 3) for v (k, k): (k, 3, k, 3).

    The second derivative to r_i - r_j = r is p D / r^2 ((p + 2) r r^T / r^2 - 1); it stands with a
    minus sign between i and j.
    """
    vectors, squared = (part[0] for part in _separations(positions[None]))
    k, eye = len(positions), torch.eye(3, dtype=positions.dtype)
    apart = 1.0 - torch.eye(k, dtype=positions.dtype)
    scale = power * apart * squared ** (-power / 2.0 - 1.0) * values
    outer = vectors[..., :, None] * vectors[..., None, :] / squared[..., None, None]
    blocks = scale[..., None, None] * ((power + 2.0) * outer - eye)
    hessian = -blocks
    hessian[range(k), range(k)] = blocks.sum(1)
    return hessian.transpose(1, 2)


def _separations(positions: Tensor) -> tuple[Tensor, Tensor]:
    """r_i - r_j, (m, k, k, 3), and its square, one on the diagonal to divide by."""
    vectors = positions[:, :, None] - positions[:, None]
    return vectors, vectors.square().sum(-1) + torch.eye(positions.shape[1], dtype=vectors.dtype)
