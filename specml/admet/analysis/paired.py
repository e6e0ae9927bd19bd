"""Whether one model beats another on the same splits.

Per task the paired one-sided t-test over seeds, as Fallani et al. (2025); over tasks the sign test:
the chance of so many wins or more if either model were as likely to win each task.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binomtest, ttest_rel


def gains(first: Sequence[float], second: Sequence[float], lower_is_better: bool) -> np.ndarray:
    """(seeds,) by how much the first model is better, in units of the metric."""
    difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    return -difference if lower_is_better else difference


def paired_p(gain: np.ndarray) -> float:
    """Chance of a mean gain so large or larger if there were none; 1 if nothing varies.

    >>> round(paired_p(np.array([1.0, 2.0, 3.0])), 4)
    0.0371
    """
    if len(gain) < 2 or not np.ptp(gain):
        return 1.0
    return float(ttest_rel(gain, np.zeros(len(gain)), alternative="greater").pvalue)


def sign_p(mean_gains: Sequence[float]) -> tuple[int, int, float]:
    """Wins, tasks (ties are left out) and the chance of so many wins or more.

    >>> sign_p([0.1, 0.2, 0.3, -0.1, 0.0])
    (3, 4, 0.3125)
    """
    values = np.asarray(mean_gains, dtype=float)
    wins, losses = int((values > 0.0).sum()), int((values < 0.0).sum())
    if wins + losses == 0:
        return 0, 0, 1.0
    return wins, wins + losses, float(binomtest(wins, wins + losses, alternative="greater").pvalue)
