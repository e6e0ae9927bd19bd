"""Rank residual: how far the states of the tokens of a molecule are from being all alike.

rho(X) = |X - 1 v^T| / |X|, with |X| = sqrt(|X|_1 |X|_inf) (largest column sum and largest row sum
of absolute values) and v the mean of the rows. Zero is rank collapse: the tokens are all alike.
Dong et al., ICML 2021, arXiv 2103.03404; as in Fallani et al., J. Cheminform. 17, 25 (2025), who
refine v numerically, starting from the mean.
"""

import numpy as np


def residual(states: np.ndarray) -> float:
    """rho of the states of one layer, (n, width).

    >>> round(residual(np.array([[3.0, 0.0], [1.0, 0.0]])), 4)
    0.4082
    """
    return _norm(states - states.mean(axis=0)) / _norm(states)


def residuals(states: np.ndarray) -> np.ndarray:
    """(layers,) rho of each layer, from (layers, n, width)."""
    return np.array([residual(layer) for layer in states])


def _norm(matrix: np.ndarray) -> float:
    absolute = np.abs(matrix)
    return float(np.sqrt(absolute.sum(axis=0).max() * absolute.sum(axis=1).max()))
