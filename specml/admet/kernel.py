"""Ridge regression in a Gaussian kernel of the features, by random cosines.

    k(x, x') = exp(-|z - z'|^2 / s)      z: asinh of the features, standardised, clipped at 4
    phi(x)   = sqrt(2/D) cos(z W + b),   W ~ N(0, 2/s), b ~ U(0, 2 pi);  phi . phi' ~ k
    w        = (Phi^T Phi + lambda)^-1 Phi^T y

(Rahimi and Recht, NIPS 2007). Fingerprint columns count less (:data:`HASHED`): there are many more
of them than descriptors. W and b are drawn from a seed, by the one generator of numpy whose
numbers never change (``RandomState``, NEP 19), instead of being shipped.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from specml.admet.features import BITS

SEED = 20261121
HASHED = 0.3
CLIP = 4.0
PAIRS = 2000  # rows that the scale s is measured on


@dataclass(frozen=True, eq=False)
class Cosines:
    """The map from features to D cosines.

    Parameters
    ----------
    mean, scale : (width,) of asinh of the features; a scale of zero leaves the column out.
    spread : s, the median squared distance between molecules.
    size : D.
    """

    mean: np.ndarray
    scale: np.ndarray
    spread: float
    size: int = 2048

    @cached_property
    def drawn(self) -> tuple[np.ndarray, np.ndarray]:
        """W (width, D) and b (D,); drawn when they are first needed, which takes 0.2 s."""
        random = np.random.RandomState(SEED)
        weights = random.standard_normal((len(self.mean), self.size)).astype(np.float32)
        phase = random.uniform(0, 2 * np.pi, self.size)
        return weights * np.float32(np.sqrt(2.0 / self.spread)), phase.astype(np.float32)

    @classmethod
    def fit(cls, x: np.ndarray, size: int = 2048) -> "Cosines":
        """Take mean, scale and spread from the rows of x (n, width)."""
        z = np.arcsinh(x)
        mean, deviation = z.mean(0), z.std(0)
        scale = np.where(deviation > 1e-4, 1.0 / np.maximum(deviation, 1e-4), 0.0)
        scale[:BITS] *= HASHED
        some = np.random.default_rng(0).permutation(len(x))[:PAIRS]
        placed = np.clip((z[some] - mean) * scale, -CLIP, CLIP)
        distance = np.square(placed - np.roll(placed, 1, axis=0)).sum(1)
        spread = max(float(np.median(distance)), 1e-3)
        return cls(mean.astype(np.float32), scale.astype(np.float32), spread, size)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Map features (n, width) to cosines (n, D), float32."""
        weights, phase = self.drawn
        z = np.clip((np.arcsinh(x) - self.mean) * self.scale, -CLIP, CLIP)
        return np.sqrt(np.float32(2.0 / self.size)) * np.cos(z @ weights + phase)


def cross_ridge(
    phi: np.ndarray, y: np.ndarray, fold: np.ndarray, penalties: tuple[float, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Fit ridge regressions on all folds but one, for a centred y.

    Returns
    -------
    predictions of each row by the regression that has not seen it, (n_penalties, n), and the mean
    weights of the folds' regressions, (n_penalties, D).
    """
    phi = phi.astype(np.float64)
    n_folds = int(fold.max()) + 1
    solve = _dual if len(phi) < phi.shape[1] else _primal
    weights = solve(phi, y, fold, penalties)  # (n_folds, n_penalties, D)
    unseen = np.empty((len(penalties), len(y)))
    for k in range(n_folds):
        unseen[:, fold == k] = weights[k] @ phi[fold == k].T
    return unseen, weights.mean(0)


def _primal(
    phi: np.ndarray, y: np.ndarray, fold: np.ndarray, penalties: tuple[float, ...]
) -> np.ndarray:
    parts = [(phi[fold == k], y[fold == k]) for k in range(int(fold.max()) + 1)]
    grams = np.array([part.T @ part for part, _ in parts])
    sides = np.array([part.T @ values for part, values in parts])
    gram, side = grams.sum(0), sides.sum(0)
    return np.array(
        [
            [_solved(gram - g, side - s, penalty) for penalty in penalties]
            for g, s in zip(grams, sides, strict=True)
        ]
    )


def _dual(
    phi: np.ndarray, y: np.ndarray, fold: np.ndarray, penalties: tuple[float, ...]
) -> np.ndarray:
    gram = phi @ phi.T
    seen = [fold != k for k in range(int(fold.max()) + 1)]
    return np.array(
        [
            [phi[s].T @ _solved(gram[np.ix_(s, s)], y[s], penalty) for penalty in penalties]
            for s in seen
        ]
    )


def _solved(gram: np.ndarray, side: np.ndarray, penalty: float) -> np.ndarray:
    from scipy.linalg import cho_factor, cho_solve  # a tenth of a second, for training alone

    shifted = gram.copy()
    shifted[np.diag_indices_from(shifted)] += penalty
    return cho_solve(cho_factor(shifted, overwrite_a=True), side)
