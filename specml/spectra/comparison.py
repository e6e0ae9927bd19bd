"""How alike two spectra are: four numbers, on one grid.

``workflows.comparison`` prints and writes these numbers for ``specml compare``.

Equations, for curves ``a`` and ``b`` at the same positions::

    Pearson     covariance over the product of the standard deviations
    Spearman    Pearson of the ranks
    SIS         1 / (1 + sum [p ln(p/q) + q ln(q/p)]), p and q the curves over their sums, at
                least 1e-10, after a Gaussian of sigma 10 (spectral information similarity)
    distance    integral |P - Q| dx, P and Q the cumulated p and q: the earth mover's distance,
                in the unit of x; how far intensity has to move on average

Source: K. Henschel, D. van der Spoel, J. Chem. Theory Comput. 16, 3307 (2020) for the
correlations; C. McGill et al., J. Chem. Inf. Model. 61, 2594 (2021) for SIS.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.stats import rankdata

from specml.errors import InputError, message
from specml.spectra.spectrum import Spectrum

SIGMA = 10.0  # of the Gaussian before SIS, in the unit of x
_FLOOR = 1e-10


@dataclass(frozen=True)
class Similarity:
    """The four numbers that say how alike two curves are.

    Pearson, Spearman and SIS are 1 for equal shapes; the distance, in the unit of x, is 0 for them.
    """

    pearson: float
    spearman: float
    sis: float
    distance: float


def compare(a: Spectrum, b: Spectrum, grid: np.ndarray | None = None) -> Similarity:
    """Compare two curves, both interpolated on ``grid``.

    Parameters
    ----------
    a, b : curves over the same unit of x.
    grid : (m,) positions in that unit; where None, their overlap at the finer of the two steps.

    Raises
    ------
    InputError
        A spectrum is made of sticks, the units of x differ, or the curves do not overlap.
    """
    if a.sticks or b.sticks or a.x_unit != b.x_unit:
        raise InputError(
            message(
                "comparison of spectra",
                f"{a.x_unit} and {b.x_unit}, sticks: {a.sticks} and {b.sticks}",
                "two curves in one unit",
                "Broaden the line spectra with one width first.",
            )
        )
    grid = _overlap(a.x, b.x) if grid is None else np.asarray(grid)
    first, second = (np.interp(grid, s.x, s.y, left=0.0, right=0.0) for s in (a, b))
    return Similarity(
        pearson(first, second),
        spearman(first, second),
        sis(smooth(first, grid), smooth(second, grid)),
        earth_movers_distance(grid, first, second),
    )


def pearson(a: np.ndarray, b: np.ndarray) -> float:
    """Linear correlation of two arrays (m,); zero where one of them is constant."""
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / norm if norm > 0.0 else 0.0


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of the ranks of two arrays (m,)."""
    return pearson(rankdata(a), rankdata(b))


def sis(a: np.ndarray, b: np.ndarray) -> float:
    """Spectral information similarity, 0 to 1, of two arrays at the same positions."""
    p, q = (np.maximum(_fractions(c), _FLOOR) for c in (a, b))
    return float(1.0 / (1.0 + ((p - q) * np.log(p / q)).sum()))


def smooth(values: np.ndarray, x: np.ndarray, sigma: float = SIGMA) -> np.ndarray:
    """Convolve values (m,) with a Gaussian on an even grid; what would leave at the ends is
    reflected.

    ``sigma`` is the standard deviation of the Gaussian in the unit of x.
    """
    return np.asarray(gaussian_filter1d(values, sigma * (len(x) - 1) / (x[-1] - x[0])))


def earth_movers_distance(x: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """Mean shift of intensity that turns a into b, in the unit of x (ascending)."""
    widths = np.gradient(x)
    moved = np.cumsum(_fractions(a * widths) - _fractions(b * widths))
    return float((np.abs(moved[:-1]) * np.diff(x)).sum())


def _fractions(values: np.ndarray) -> np.ndarray:
    """Divide a curve by its sum, and raise what is smaller than 1e-10 to that."""
    values = np.maximum(values, 0.0)
    total = values.sum()
    if not total > 0.0:
        raise InputError(
            message(
                "comparison of spectra",
                "a curve without intensity",
                "a positive area",
                "Leave this molecule out: it does not absorb in this range.",
            )
        )
    return values / total


def _overlap(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The common range of two ascending grids at the finer of their steps."""
    low, high = max(a[0], b[0]), min(a[-1], b[-1])
    if not low < high:
        raise InputError(
            message(
                "comparison of spectra",
                f"ranges {a[0]:g} to {a[-1]:g} and {b[0]:g} to {b[-1]:g}",
                "ranges that overlap",
                "Broaden both on one grid.",
            )
        )
    step = min(np.diff(a).min(), np.diff(b).min())
    return np.arange(low, high + step / 2.0, step)
