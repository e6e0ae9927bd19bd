"""Gaussian-process regression on forces: weights, errors of what was left out, posterior variance.

    w = (K + Lambda)^-1 y,      F(x) = K(x, X) w
    var F(x) = sigma^2 { K(x, x) - K(x, X) (K + Lambda)^-1 K(X, x) }

(Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equations 2.25 and 2.26). No
energy depends on where a molecule is or how it is turned: on those 6 motions of a geometry K and y
vanish, and whatever is counted, is counted in the space that is left, which rows of B span.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from specml.kernels.component import Component, Scales, sum_covariance
from specml.kernels.potential import Potential


@dataclass(frozen=True)
class Regression:
    """A fit: what was learned, and from what.

    Parameters
    ----------
    components : the kernel is their sum.
    scales : of the components, among them lambda, relative to the prior variance of a force.
    numbers : (n,) atomic numbers.
    positions : (m, n, 3) angstrom, training geometries.
    forces : (m, n, 3) eV/angstrom there.
    weights : (m, n, 3), w.
    factor : lower Cholesky factor of K + lambda, or None where it was solved without one.
    """

    components: tuple[Component, ...]
    scales: Scales
    numbers: np.ndarray
    positions: Tensor
    forces: Tensor
    weights: Tensor
    factor: Tensor | None = None

    @cached_property
    def potentials(self) -> list[Potential]:
        return [Potential.of(c, self.positions, self.weights) for c in self.components]

    @cached_property
    def variance(self) -> float:
        """sigma^2, eV^2/angstrom^2, for which errors of what was left out are as expected."""
        m, n = self.positions.shape[:2]
        off, expected = left_out(self._factor(), self.forces.flatten(), 3 * n)
        surprise = (off * torch.linalg.solve(expected, off)).sum()
        return float(surprise) / (m * (3 * n - n_external(n)))

    @property
    def noise(self) -> Tensor:
        """What the fit takes the force on every atom to be off by, (n,) eV/angstrom."""
        return (self.scales.ridges(self.numbers) * self.variance).sqrt()

    def energies_forces(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """(m,) eV and (m, n, 3) eV/angstrom; the zero of the energy is arbitrary."""
        said = [potential.energies_forces(positions) for potential in self.potentials]
        energies, forces = zip(*said, strict=True)
        return torch.stack(energies).sum(0), torch.stack(forces).sum(0)

    def hessian(self, positions: Tensor) -> Tensor:
        """(3n, 3n) eV/angstrom^2 at one geometry (n, 3)."""
        return torch.stack([p.hessian(positions) for p in self.potentials]).sum(0)

    def force_covariance(self, positions: Tensor, directions: Tensor | None = None) -> Tensor:
        """Posterior covariance of forces at (m, n, 3), (3 n m, 3 n m), or of their projections.

        Parameters
        ----------
        directions : (d, 3 n m), rows of coefficients: then (d, d).
        """
        prior = sum_covariance(self.components, positions, positions)
        cross = sum_covariance(self.components, self.positions, positions)
        if directions is not None:
            prior, cross = directions @ prior @ directions.T, cross @ directions.T
        known = torch.linalg.solve_triangular(self._factor(), cross, upper=False)
        return self.variance * (prior - known.T @ known)

    def _factor(self) -> Tensor:
        if self.factor is None:
            raise ValueError("a posterior variance needs the Cholesky factor of the fit")
        return self.factor


def solve_directly(
    components: tuple[Component, ...],
    scales: Scales,
    numbers: np.ndarray,
    positions: Tensor,
    forces: Tensor,
) -> Regression:
    """The fit by a Cholesky factorisation, (3 n m)^2 doubles twice.

    Where round-off makes the matrix indefinite, the ridge is raised until it is not.
    """
    kernel = sum_covariance(components, positions, positions)
    bare = kernel.diagonal().clone()
    kernel.diagonal().copy_(bare + every_ridge(scales, numbers, positions))
    factor, failed = torch.linalg.cholesky_ex(kernel)
    while failed and scales.ridge < 1.0:
        scales = replace(scales, ridge=10.0 * scales.ridge)
        kernel.diagonal().copy_(bare + every_ridge(scales, numbers, positions))
        factor, failed = torch.linalg.cholesky_ex(kernel)
    weights = torch.cholesky_solve(forces.reshape(-1, 1), factor).view_as(forces)
    return Regression(components, scales, numbers, positions, forces, weights, factor)


def every_ridge(scales: Scales, numbers: np.ndarray, positions: Tensor) -> Tensor:
    """Lambda of every force component at (m, n, 3): (3 n m,)."""
    return scales.ridges(numbers).repeat_interleave(3).repeat(len(positions))


def left_out(factor: Tensor, forces: Tensor, width: int) -> tuple[Tensor, Tensor]:
    """Errors of every geometry predicted from all others, and the covariances expected of them.

    With M = (K + Lambda)^-1 and w = M y, geometry a is off by M_aa^-1 w_a, and M_aa^-1 is expected
    (Rasmussen & Williams 2006, equation 5.12, with blocks for single points).

    Parameters
    ----------
    factor : of K + Lambda, (m width, m width), or of its projection.
    forces : y, (m width,).

    Returns
    -------
    (m, width) and (m, width, width).
    """
    m = len(forces) // width
    inverse = torch.cholesky_inverse(factor)
    covariances = torch.linalg.inv(inverse.view(m, width, m, width)[range(m), :, range(m)])
    weights = (inverse @ forces).view(m, width, 1)
    return (covariances @ weights)[..., 0], covariances


def n_external(n_atoms: int) -> int:
    """Translations and rotations of a bent molecule."""
    return {1: 3, 2: 5}.get(n_atoms, 6)


def internal_motions(positions: Tensor) -> Tensor:
    """B of every geometry (m, n, 3): (m, 3n - 6, 3n), orthonormal rows."""
    m, n = positions.shape[:2]
    centred = positions - positions.mean(1, keepdim=True)
    axes = torch.eye(3, dtype=positions.dtype)
    translations = axes.repeat(1, n).expand(m, 3, 3 * n)
    rotations = torch.linalg.cross(axes[None, :, None].expand(m, 3, n, 3), centred[:, None])
    external = torch.cat([translations, rotations.flatten(2)], 1)
    return torch.linalg.svd(external, full_matrices=True)[2][:, n_external(n) :]


def project(matrix: Tensor, internal: Tensor) -> Tensor:
    """B K B^T of a matrix (3 n m, 3 n m)."""
    m, size = len(internal), internal.shape[2]
    half = internal @ matrix.view(m, size, m * size)
    half = half.flatten(0, 1).view(-1, m, size).transpose(0, 1)
    return (half @ internal.transpose(1, 2)).transpose(0, 1).flatten(1)
