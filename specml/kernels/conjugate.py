"""Conjugate gradients for (K + Lambda) w = y, preconditioned by some columns of K.

With A = Lambda^-1/2 K Lambda^-1/2 the system is (A + 1) v = Lambda^-1/2 y, w = Lambda^-1/2 v, and

    A ~ A_nk A_kk^-1 A_kn = B^T B,      B = L^-1 A_kn,  L L^T = A_kk
    (B^T B + 1)^-1 = 1 - B^T (1 + B B^T)^-1 B

Columns are drawn by their leverage scores, the diagonal of B^T (1 + B B^T)^-1 B for a small
uniform set of columns, so that what the few columns already span is not drawn again. K itself is
never stored: K w is the forces that weights w predict at the training geometries, and memory is the
k columns. Stopped by the residual, or by a validation error that no longer falls; where neither
comes in time, it starts again from where it stands with a fifth more columns.

Source: Bluecher, Mueller, Chmiela, J. Chem. Theory Comput. 2023, 19, 4619 (arXiv 2212.12737).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from specml.errors import InputError, message
from specml.kernels.component import Component, Scales, sum_covariance
from specml.kernels.regression import Regression, every_ridge

TOLERANCE = 3e-5  # of the residual
PATIENCE = 400  # iterations before more columns are taken
MORE_COLUMNS = 1.2
RESTARTS = 6
JITTER = 1e-12  # of the largest diagonal element of A_kk
VALIDATED = 20  # iterations between two validations
SLOWEST = 1e-3  # relative fall of the validation error that is worth another VALIDATED iterations

Operator = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Progress:
    """How a solution went.

    Parameters
    ----------
    iterations : of conjugate gradients, over all starts.
    columns : of the preconditioner at the end.
    residual : of the scaled system, relative to its right-hand side.
    """

    iterations: int
    columns: int
    residual: float


def solve_iteratively(
    components: tuple[Component, ...],
    scales: Scales,
    numbers: np.ndarray,
    positions: Tensor,
    forces: Tensor,
    columns: float = 0.1,
    validation: tuple[Tensor, Tensor] | None = None,
    seed: int = 0,
) -> tuple[Regression, Progress]:
    """The fit without its matrix.

    Parameters
    ----------
    numbers : (n,) atomic numbers.
    positions, forces : (m, n, 3), training data.
    columns : share of the 3 n m columns that the preconditioner begins with.
    validation : positions and forces of other geometries; iterations end when the error there does
        not fall any more.

    Raises
    ------
    InputError
        No convergence after ``RESTARTS`` starts.
    """
    root = every_ridge(scales, numbers, positions).sqrt()
    target = forces.flatten() / root
    generator = torch.Generator().manual_seed(seed)

    def fitted(weights: Tensor) -> Regression:
        own = (weights / root).view_as(forces)
        return Regression(components, scales, numbers, positions, forces, own)

    def apply(weights: Tensor) -> Tensor:
        return fitted(weights).energies_forces(positions)[1].flatten() / root + weights

    def error(weights: Tensor) -> float:
        if validation is None:
            return float("inf")
        said = fitted(weights).energies_forces(validation[0])[1]
        return float((said - validation[1]).abs().mean())

    weights, iterations, share = torch.zeros_like(target), 0, columns
    for _ in range(RESTARTS):
        chosen = leveraged_columns(components, root, positions, share, generator)
        precondition = nystroem(columns_of(components, root, positions, chosen), chosen)
        weights, steps, residual, done = conjugate_gradients(
            apply, precondition, target, weights, error
        )
        iterations += steps
        if done:
            return fitted(weights), Progress(iterations, len(chosen), residual)
        share = min(1.0, share * MORE_COLUMNS)
    raise _no_convergence(residual, iterations)


def _no_convergence(residual: float, iterations: int) -> InputError:
    return InputError(
        message(
            "conjugate gradients",
            f"a residual of {residual:.1e} after {iterations} iterations",
            f"one below {TOLERANCE:.0e}",
            "Raise the ridge or the share of columns.",
        )
    )


def columns_of(
    components: tuple[Component, ...], root: Tensor, positions: Tensor, chosen: Tensor
) -> Tensor:
    """A_nk, (N, k), of force components ``chosen`` (k,) in ascending order."""
    size = positions[0].numel()
    frames, inside = chosen // size, chosen % size
    parts = []
    for frame in frames.unique():
        block = sum_covariance(components, positions, positions[frame : frame + 1])
        parts.append(block[:, inside[frames == frame]])
    return torch.cat(parts, 1) / root[:, None] / root[chosen]


def leveraged_columns(
    components: tuple[Component, ...],
    root: Tensor,
    positions: Tensor,
    share: float,
    generator: torch.Generator,
) -> Tensor:
    """Indices (k,) of columns, drawn without repetition by their leverage scores."""
    total = positions.numel()
    wanted = max(1, round(share * total))
    few = torch.randperm(total, generator=generator)[: max(1, wanted // 5)].sort().values
    basis = _factor(columns_of(components, root, positions, few), few)
    inner = basis @ basis.T
    inner.diagonal().add_(1.0)
    scores = (basis * torch.linalg.solve(inner, basis)).sum(0).clamp(min=1e-12)
    return torch.multinomial(scores, wanted, generator=generator).sort().values


def _factor(columns: Tensor, chosen: Tensor) -> Tensor:
    """B, (k, N)."""
    corner = columns[chosen]
    corner.diagonal().add_(JITTER * corner.diagonal().max())
    return torch.linalg.solve_triangular(torch.linalg.cholesky(corner), columns.T, upper=False)


def nystroem(columns: Tensor, chosen: Tensor) -> Operator:
    """(B^T B + 1)^-1 as a function of vectors (N,)."""
    basis = _factor(columns, chosen)
    inner = basis @ basis.T
    inner.diagonal().add_(1.0)
    factor = torch.linalg.cholesky(inner)

    def apply(vector: Tensor) -> Tensor:
        solved = torch.cholesky_solve((basis @ vector)[:, None], factor)[:, 0]
        return vector - basis.T @ solved

    return apply


def conjugate_gradients(
    apply: Operator,
    precondition: Operator,
    target: Tensor,
    start: Tensor,
    error: Callable[[Tensor], float],
    most: int = PATIENCE,
) -> tuple[Tensor, int, float, bool]:
    """Weights, iterations, residual, and whether they are good enough.

    Directions are made conjugate by Polak and Ribiere's formula, which forgives a preconditioner
    with round-off.
    """
    weights = start.clone()
    residual = target - apply(weights) if bool(weights.any()) else target.clone()
    direction = solved = precondition(residual)
    product = residual @ solved
    lowest, size = float("inf"), float(target.norm())
    for step in range(1, most + 1):
        image = apply(direction)
        length = product / (direction @ image)
        weights = weights + length * direction
        previous, residual = residual, residual - length * image
        off = float(residual.norm()) / size
        if off < TOLERANCE:
            return weights, step, off, True
        if step % VALIDATED == 0:
            reached = error(weights)
            if reached > (1.0 - SLOWEST) * lowest:
                return weights, step, off, True
            lowest = min(lowest, reached)
        solved = precondition(residual)
        new = residual @ solved
        direction = solved + (new - previous @ solved) / product * direction
        product = new
    return weights, most, off, False
