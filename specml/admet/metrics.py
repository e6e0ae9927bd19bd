"""The benchmark's metrics, and the two by which an uncertainty is judged.

Called by ``specml admet evaluate``, by training and by the scripts in ``benchmarks``.

mae        mean |y - p|                                    lower is better
spearman   correlation of ranks, ties at their mean        higher
auroc      P(p of a 1 > p of a 0), ties count one half     higher
auprc      sum_k (R_k - R_{k-1}) P_k over thresholds       higher (average precision)
ece        mean |share of ones - mean p| over bins of equal counts
coverage   share of y within [low, high]
"""

from collections.abc import Callable

import numpy as np


def mae(y: np.ndarray, p: np.ndarray) -> float:
    """Mean absolute error of predictions p of values y, (n,) each, in their unit."""
    return float(np.abs(y - p).mean())


def _ranks(x: np.ndarray) -> np.ndarray:
    """Ranks of the values from 1, ties at their mean."""
    from scipy.stats import rankdata  # half a second of imports that a prediction does not need

    return rankdata(x)


def spearman(y: np.ndarray, p: np.ndarray) -> float:
    """Correlation of ranks; NaN if either is constant."""
    a, b = (_ranks(x) - (len(x) + 1) / 2 for x in (y, p))
    norm = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / norm) if norm > 0 else float("nan")


def auroc(y: np.ndarray, p: np.ndarray) -> float:
    """Area under the ROC curve; NaN if there is one class only.

    >>> auroc(np.array([0, 1, 1]), np.array([0.2, 0.2, 0.9]))
    0.75
    """
    ones = y > 0.5
    n1, n0 = int(ones.sum()), int((~ones).sum())
    if n1 == 0 or n0 == 0:
        return float("nan")
    return float((_ranks(p)[ones].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def auprc(y: np.ndarray, p: np.ndarray) -> float:
    """Average precision; NaN if there is no 1."""
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(y[order] > 0.5)
    if len(hits) == 0 or hits[-1] == 0:
        return float("nan")
    # One step a distinct prediction: equal ones cannot be ordered.
    last = np.flatnonzero(np.append(np.diff(p[order]) != 0, True))
    recall = hits[last] / hits[-1]
    precision = hits[last] / (last + 1)
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def ece(y: np.ndarray, p: np.ndarray, n_bins: int = 10) -> float:
    """Expected calibration error over ``n_bins`` bins of (nearly) equal counts."""
    bins = np.array_split(np.argsort(p, kind="stable"), n_bins)
    gaps = [len(rows) * abs(y[rows].mean() - p[rows].mean()) for rows in bins if len(rows)]
    return float(sum(gaps) / len(y))


def coverage(y: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """Share of the values y within [low, high], (n,) each."""
    return float(((low <= y) & (y <= high)).mean())


METRICS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "mae": mae,
    "spearman": spearman,
    "auroc": auroc,
    "auprc": auprc,
}
LOWER_IS_BETTER = frozenset({"mae"})
