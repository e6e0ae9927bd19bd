"""The bands of a curve that deserve a label; figures and the terminal mark the ones named here."""

import numpy as np

MOST = 24
PROMINENT = 0.02  # of the highest band; lower bands get no label


def prominent_bands(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Find the maxima of a curve (x, y), (n,) each, that deserve a label.

    Returns their indices in the order of x; only the most prominent ones are kept. The prominence
    of a maximum is its height above the higher of the two lowest points between it and higher
    ground on either side.
    """
    maxima = np.flatnonzero((y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:])) + 1
    prominences = np.array([y[i] - max(_pass(y[i::-1]), _pass(y[i:])) for i in maxima])
    worth = np.flatnonzero(prominences > PROMINENT * y.max(initial=0.0))
    chosen = maxima[worth[np.argsort(-prominences[worth], kind="stable")[:MOST]]]
    return chosen[np.argsort(x[chosen])]


def band_positions(
    maxima: np.ndarray, positions: np.ndarray, heights: np.ndarray, reach: float
) -> np.ndarray:
    """Where the bands are, as tables have it: the grid of a curve is no finer than it needs be.

    Parameters
    ----------
    maxima : (b,) places of maxima of the curve.
    positions, heights : (m,) of the sticks.
    reach : half the width at half maximum. The stick within it that makes most of a (Lorentzian)
        maximum names it; where there is none, the maximum of two merged bands names itself.
    """
    offsets = positions - maxima[:, None]
    shares = np.where(np.abs(offsets) <= reach, heights / (offsets**2 + reach**2 + 1e-30), 0.0)
    if not shares.size:
        return maxima
    own = shares.argmax(axis=1)
    return np.where(shares.max(axis=1) > 0.0, positions[own], maxima)


def _pass(away: np.ndarray) -> float:
    """The lowest point on the way from a maximum, ``away[0]``, to higher ground or the end."""
    higher = np.flatnonzero(away > away[0])
    return float(away[: higher[0] + 1 if len(higher) else None].min())
