"""Gaussian-process regression on forces: weights, evidence and posterior variance.

    w = (K + lambda)^-1 y,      F(x) = K(x, X) w,      sigma^2 = y^T w / N
    log p(y) = -N/2 log sigma^2 - 1/2 log |K + lambda|_+ + const
    var F(x) = sigma^2 { K(x, x) - K(x, X) (K + lambda)^-1 K(X, x) }

(Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equations 2.25, 2.26, 5.8;
the scale sigma^2 of the kernel at its maximum.) No energy depends on where a molecule is or how it
is turned: on those 6 motions a geometry (5 of a linear one) K and y vanish, log |K + lambda| would
count log lambda for each, and the evidence would praise every lambda towards zero. They are left out
of N and of the determinant.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from specml.kernels.component import Component, Scales, sum_covariance
from specml.kernels.potential import Potential

FLAT = 1e-4  # ratio of squared radii of gyration below which a geometry is linear


@dataclass(frozen=True)
class Regression:
    """A fit: what was learned, and from what.

    Parameters
    ----------
    components : the kernel is their sum.
    scales : of the components, among them lambda, relative to the prior variance of a force.
    positions : (m, n, 3) angstrom, training geometries.
    forces : (m, n, 3) eV/angstrom there.
    weights : (m, n, 3), w.
    factor : lower Cholesky factor of K + lambda, or None where it was solved without one.
    """

    components: tuple[Component, ...]
    scales: Scales
    positions: Tensor
    forces: Tensor
    weights: Tensor
    factor: Tensor | None = None

    @cached_property
    def potentials(self) -> list[Potential]:
        return [Potential.of(c, self.positions, self.weights) for c in self.components]

    @cached_property
    def variance(self) -> float:
        """sigma^2, eV^2/angstrom^2: the prior variance of a force component."""
        count = self.forces.numel() - n_external(self.positions)
        return float((self.forces * self.weights).sum()) / count

    @property
    def noise(self) -> float:
        """What the fit takes the forces to be off by, eV/angstrom."""
        return (self.scales.ridge * self.variance) ** 0.5

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
        if self.factor is None:
            raise ValueError("a posterior variance needs the Cholesky factor of the fit")
        known = torch.linalg.solve_triangular(self.factor, cross, upper=False)
        return self.variance * (prior - known.T @ known)


def solve_directly(
    components: tuple[Component, ...], scales: Scales, positions: Tensor, forces: Tensor
) -> Regression:
    """The fit by a Cholesky factorisation, (3 n m)^2 doubles twice."""
    kernel = sum_covariance(components, positions, positions)
    kernel.diagonal().add_(scales.ridge)
    factor = torch.linalg.cholesky(kernel)
    weights = torch.cholesky_solve(forces.reshape(-1, 1), factor).view_as(forces)
    return Regression(components, scales, positions, forces, weights, factor)


def log_evidence(kernel: Tensor, ridge: float, forces: Tensor, external: int) -> float:
    """log p(y) up to a constant, with the best sigma^2; minus infinity where K + lambda is singular.

    Parameters
    ----------
    kernel : K, (N', N').
    forces : y, (N',).
    external : translations and rotations among N'.
    """
    damped = kernel.clone()
    damped.diagonal().add_(ridge)
    factor, failed = torch.linalg.cholesky_ex(damped)
    if failed:
        return float("-inf")
    weights = torch.cholesky_solve(forces[:, None], factor)[:, 0]
    count = len(forces) - external
    half_determinant = factor.diagonal().log().sum() - 0.5 * external * torch.tensor(ridge).log()
    fit = 0.5 * count * torch.log(forces @ weights / count)
    return -float(fit + half_determinant)


def n_external(positions: Tensor) -> int:
    """Translations and rotations of all geometries (m, n, 3) together."""
    centred = positions - positions.mean(1, keepdim=True)
    sizes = torch.linalg.svdvals(centred).square()
    n = positions.shape[1]
    if n == 1:
        return 3 * len(positions)
    linear = sizes[:, 1] < FLAT * sizes[:, 0]
    return int((6 - linear.long()).sum())
