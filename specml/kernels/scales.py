"""Lengths, shares of the components and ridge that make the training forces most probable.

The evidence of :func:`specml.kernels.regression.log_evidence` climbs one scale after another by
factors, and stops when no step helps. It is evaluated on as many of the geometries as make at most
``ROWS`` forces; matrices of one component at one length are kept, so that a step in a share or in
the ridge costs a Cholesky factorisation.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from specml.kernels.component import Family, Scales, scaled
from specml.kernels.regression import log_evidence, n_external

ROWS = 1200
LENGTH_STEP, SHARE_STEP, RIDGE_STEP = 2.0, 4.0, 10.0**0.5
FIRST_RIDGE = 1e-3
MOST_ROUNDS = 8
ENOUGH = 0.5  # nats; a step that brings less is not worth its place
WIDEST = 256.0  # a length beyond it is a polynomial, a share a component that is not there


def most_probable(
    families: Sequence[Family], first: Sequence[float], positions: Tensor, forces: Tensor
) -> Scales:
    """Climb from lengths ``first``, equal shares and ``FIRST_RIDGE``.

    Parameters
    ----------
    positions, forces : (m, n, 3), training data.
    """
    kept = max(1, ROWS // forces[0].numel())
    positions, forces = positions[:kept], forces[:kept]
    external, target = n_external(positions), forces.flatten()
    matrices: dict[tuple[int, float], Tensor] = {}

    def matrix(family: int, length: float) -> Tensor:
        if (family, length) not in matrices:
            alone = Scales((length,), (1.0,), 0.0)
            components = scaled([families[family]], alone, positions[0])
            parts = (c.force_covariance(positions, positions) for c in components)
            matrices[family, length] = torch.stack(list(parts)).sum(0)
        return matrices[family, length]

    def evidence(scales: Scales) -> float:
        total = sum(scales.shares)
        kernel = torch.zeros(len(target), len(target), dtype=target.dtype)
        for i, (length, share) in enumerate(zip(scales.lengths, scales.shares, strict=True)):
            kernel += share / total * matrix(i, length)
        return log_evidence(kernel, scales.ridge, target, external)

    return _climb(Scales(tuple(first), (1.0,) * len(first), FIRST_RIDGE), evidence)


def _climb(start: Scales, evidence: Callable[[Scales], float]) -> Scales:
    """One coordinate after another, up or down by its factor as long as it helps."""
    best, height = start, evidence(start)
    for _ in range(MOST_ROUNDS):
        before = height
        for move in _moves(len(start.lengths)):
            for direction in (1, -1):
                while _within(tried := move(best, direction)):
                    reached = evidence(tried)
                    if reached < height + ENOUGH:
                        break
                    best, height = tried, reached
        if height - before < ENOUGH:
            break
    return best


def _within(scales: Scales) -> bool:
    ratios = (*scales.lengths, *scales.shares)
    return max(ratios) <= WIDEST and min(ratios) >= 1.0 / WIDEST


def _moves(n_families: int) -> list[Callable[[Scales, int], Scales]]:
    """Steps of the ridge, of every length, of every share but the first."""

    def ridge(scales: Scales, direction: int) -> Scales:
        return replace(scales, ridge=scales.ridge * RIDGE_STEP**direction)

    def length(i: int) -> Callable[[Scales, int], Scales]:
        def move(scales: Scales, direction: int) -> Scales:
            return replace(scales, lengths=_times(scales.lengths, i, LENGTH_STEP**direction))

        return move

    def share(i: int) -> Callable[[Scales, int], Scales]:
        def move(scales: Scales, direction: int) -> Scales:
            return replace(scales, shares=_times(scales.shares, i, SHARE_STEP**direction))

        return move

    lengths = [length(i) for i in range(n_families)]
    return [ridge, *lengths, *(share(i) for i in range(1, n_families))]


def _times(values: tuple[float, ...], i: int, factor: float) -> tuple[float, ...]:
    return tuple(v * factor if j == i else v for j, v in enumerate(values))
