"""The geometry whose gradient would tell most about the wavenumbers.

A gradient at x0 + sum_k c_k d_k, with d_k the displacement along mode k, is one row combination of
the Hessian: component k of it is c_k H_kk + sum_l c_l H_kl. With all c_k of one size and signs that
differ from geometry to geometry, every gradient tells of every mode, and what the couplings H_kl
mix in averages out; one mode at a time would tell of one. Which signs is decided by the posterior
variance: of some patterns, the one whose gradient leaves the smallest expected errors.

    H_kk ~ d_k . [ F(x0 - h d_k) - F(x0 + h d_k) ] / 2h |d_k|^2
    var(H_kk | gradient at x) = var(H_kk) - cov(H_kk, F_x) [ var(F_x) + noise ]^-1 cov(F_x, H_kk)
    d nu_k = nu_k dH_kk / (2 H_kk)

Errors of wavenumbers count, not of force constants: a soft mode needs its constant more exactly.
All variances follow from those of forces, since derivatives of a Gaussian process are one too.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from specml.kernels.regression import Regression

STEP = 0.005  # angstrom, of the difference that stands for a curvature
PATTERNS = 24  # sign patterns to choose from
# angstrom, of the displacement of an atom along one mode. Of formaldehyde, a level 60 1/cm off, 12
# gradients with 0.004 leave 0.5 1/cm, with 0.01 2.0, with 0.06 2.9: all modes move at once,
# and cubic terms of the difference pass for force constants.
LARGEST = 0.005
SOFTEST = 100.0  # 1/cm; below it the formula for an error of a wavenumber means nothing


@dataclass(frozen=True)
class Modes:
    """The vibrations that are asked about.

    Parameters
    ----------
    minimum : (n, 3) angstrom.
    displacements : (m, n, 3), dr/dQ of every mode in amu^-1/2, as ``NormalModes.cartesian``.
    wavenumbers : (m,) 1/cm.
    amplitudes : (m,) sqrt(amu) angstrom, how far a mode may be displaced: its zero-point spread.
    """

    minimum: np.ndarray
    displacements: np.ndarray
    wavenumbers: np.ndarray
    amplitudes: np.ndarray


def curvature_covariance(fit: Regression, modes: Modes) -> np.ndarray:
    """Posterior covariance of d^2E/dQ^2 of every mode, (m, m) in (eV/(amu angstrom^2))^2."""
    places, rows = _differences(modes)
    return fit.force_covariance(places, rows).numpy()


def wavenumber_errors(fit: Regression, modes: Modes, force_constants: np.ndarray) -> np.ndarray:
    """Expected errors (m,) in 1/cm, from force constants (m,) in eV/(amu angstrom^2).

    nu = const sqrt(k), so that d nu = nu dk / 2k; modes below ``SOFTEST`` are held there.
    """
    deviations = np.sqrt(np.diag(curvature_covariance(fit, modes)).clip(min=0.0))
    soft = (np.maximum(np.abs(modes.wavenumbers), SOFTEST) / modes.wavenumbers) ** 2
    stiffness = np.abs(force_constants) * soft
    return np.maximum(np.abs(modes.wavenumbers), SOFTEST) * deviations / (2.0 * stiffness)


def next_geometry(fit: Regression, modes: Modes, seed: int = 0) -> np.ndarray:
    """The most telling geometry, (n, 3) angstrom; another ``seed`` draws other sign patterns."""
    candidates = _patterns(modes, np.random.default_rng(seed))
    places, rows = _differences(modes)
    count, size = len(places), modes.minimum.size
    joint = torch.cat([places, torch.as_tensor(candidates)])
    every = torch.zeros(len(rows) + size * len(candidates), size * len(joint), dtype=places.dtype)
    every[: len(rows), : size * count] = rows
    every[len(rows) :, size * count :] = torch.eye(size * len(candidates), dtype=places.dtype)
    covariance = fit.force_covariance(joint, every)
    weights = torch.as_tensor(np.maximum(np.abs(modes.wavenumbers), SOFTEST) ** -2.0)
    noise = torch.diag(fit.noise.square().repeat_interleave(3))
    gains = []
    for i in range(len(candidates)):
        own = slice(len(rows) + size * i, len(rows) + size * (i + 1))
        cross = covariance[: len(rows), own]
        told = (cross * torch.linalg.solve(covariance[own, own] + noise, cross.T).T).sum(1)
        gains.append(float(weights @ told))
    return candidates[int(np.argmax(gains))]


def _patterns(modes: Modes, generator: np.random.Generator) -> np.ndarray:
    """(PATTERNS, n, 3) geometries, every mode displaced by its amplitude, this way or that."""
    lengths = np.linalg.norm(modes.displacements, axis=2).max(1)
    reach = np.minimum(modes.amplitudes, LARGEST / lengths)
    signs = generator.choice([-1.0, 1.0], size=(PATTERNS, len(reach)))
    return modes.minimum + np.einsum("pm,mnc->pnc", signs * reach, modes.displacements)


def _differences(modes: Modes) -> tuple[Tensor, Tensor]:
    """Geometries (2m, n, 3), and rows (m, 6 n m) that make curvatures of their forces."""
    directions = torch.as_tensor(modes.displacements)
    m, n = directions.shape[:2]
    steps = STEP / directions.norm(dim=2).amax(1)
    shifts = steps[:, None, None] * directions
    places = torch.tensor(modes.minimum) + torch.stack([shifts, -shifts], 1).flatten(0, 1)
    rows = directions.new_zeros(m, m, 2, n, 3)
    own = torch.arange(m)
    rows[own, own, 0] = -directions / (2.0 * steps[:, None, None])
    rows[own, own, 1] = directions / (2.0 * steps[:, None, None])
    return places, rows.flatten(1)
