"""Lengths, shares of the components and ridges that predict best what they have not seen.

The mean absolute error of every geometry predicted from all others, which has a closed form, falls
with one scale after another by factors, until no step helps. On rMD17 it finds scales of 3 to 6 %
smaller errors than the marginal likelihood, which takes what is left over for Gaussian. As many of
the geometries are used as make at most ``ROWS`` forces; matrices of one component at one length are
kept, so that a step in a share or in a ridge costs a Cholesky factorisation.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from specml.kernels.component import Family, Scales, scaled
from specml.kernels.regression import every_ridge, internal_motions, left_out, project

ROWS = 1200
LENGTH_STEP, SHARE_STEP, RIDGE_STEP = 2.0, 4.0, 10.0**0.5
# Where a search may begin: forces without noise, near a minimum, want the smallest ridge, and what
# a network leaves over the largest; the error is flat between.
FIRST_LENGTHS = (1.0, 4.0, 16.0)
FIRST_RIDGES = (1e-2, 1e-4, 1e-6, 1e-8, 1e-10)
MOST_ROUNDS = 8
ENOUGH = 5e-4  # relative fall of the error that is worth a step
LONGEST = 32.0  # 1/angstrom; beyond it energies are so large that round-off reaches the forces
LARGEST_RATIO = 256.0
SMALLEST_RIDGE = 1e-11  # below it round-off decides


def best_scales(
    families: Sequence[Family],
    numbers: np.ndarray,
    positions: Tensor,
    forces: Tensor,
) -> Scales:
    """Descend from the best of ``FIRST_LENGTHS`` and ``FIRST_RIDGES``, with equal shares.

    Parameters
    ----------
    positions, forces : (m, n, 3), training data.
    """
    kept = max(1, ROWS // forces[0].numel())
    positions, forces = positions[:kept], forces[:kept]
    internal = internal_motions(positions)
    target = (internal @ forces.flatten(1)[..., None]).flatten()
    matrices: dict[tuple[int, float], Tensor] = {}

    def matrix(family: int, length: float) -> Tensor:
        if (family, length) not in matrices:
            alone = Scales((length,), (1.0,), 0.0)
            components = scaled([families[family]], alone, positions[0])
            parts = (c.force_covariance(positions, positions) for c in components)
            matrices[family, length] = project(torch.stack(list(parts)).sum(0), internal)
        return matrices[family, length]

    def error(scales: Scales) -> float:
        total = sum(scales.shares)
        kernel = project(torch.diag(every_ridge(scales, numbers, positions)), internal)
        for i, (length, share) in enumerate(zip(scales.lengths, scales.shares, strict=True)):
            kernel += share / total * matrix(i, length)
        factor, failed = torch.linalg.cholesky_ex(kernel)
        if failed:
            return float("inf")
        return float(left_out(factor, target, internal.shape[1])[0].abs().mean())

    equal = (1.0,) * len(families)
    starts = [
        Scales((length,) * len(families), equal, ridge)
        for length in FIRST_LENGTHS
        for ridge in FIRST_RIDGES
    ]
    return _descend(min(starts, key=error), error)


def _descend(start: Scales, error: Callable[[Scales], float]) -> Scales:
    """One coordinate after another, up or down by its factor as long as it helps."""
    best, lowest = start, error(start)
    for _ in range(MOST_ROUNDS):
        before = lowest
        for move in _moves(len(start.lengths)):
            for direction in (1, -1):
                while _within(tried := move(best, direction)):
                    reached = error(tried)
                    if reached > (1.0 - ENOUGH) * lowest:
                        break
                    best, lowest = tried, reached
        if lowest > (1.0 - ENOUGH) * before:
            break
    return best


def _within(scales: Scales) -> bool:
    ratios = (*scales.shares, scales.hydrogen)
    extreme = max(*ratios, *(1.0 / ratio for ratio in ratios))
    ridge = scales.ridge * min(1.0, scales.hydrogen)
    return max(scales.lengths) <= LONGEST and extreme <= LARGEST_RATIO and ridge >= SMALLEST_RIDGE


def _moves(n_families: int) -> list[Callable[[Scales, int], Scales]]:
    """Steps of the ridges, of every length, of every share but the first."""

    def ridge(scales: Scales, direction: int) -> Scales:
        return replace(scales, ridge=scales.ridge * RIDGE_STEP**direction)

    def hydrogen(scales: Scales, direction: int) -> Scales:
        return replace(scales, hydrogen=scales.hydrogen * RIDGE_STEP**direction)

    def length(i: int) -> Callable[[Scales, int], Scales]:
        def move(scales: Scales, direction: int) -> Scales:
            return replace(scales, lengths=_times(scales.lengths, i, LENGTH_STEP**direction))

        return move

    def share(i: int) -> Callable[[Scales, int], Scales]:
        def move(scales: Scales, direction: int) -> Scales:
            return replace(scales, shares=_times(scales.shares, i, SHARE_STEP**direction))

        return move

    lengths = [length(i) for i in range(n_families)]
    return [ridge, hydrogen, *lengths, *(share(i) for i in range(1, n_families))]


def _times(values: tuple[float, ...], i: int, factor: float) -> tuple[float, ...]:
    return tuple(v * factor if j == i else v for j, v in enumerate(values))
