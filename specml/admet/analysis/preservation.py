"""How much of a property can still be read linearly from the states of a model.

Called by the analyses in ``benchmarks``.

States and property are standardised, half of the rows train an elastic net, R^2 is that of the
other half. Fallani et al., J. Cheminform. 17, 25 (2025): alpha 0.1, half of the penalty of either
kind.
"""

import numpy as np

ALPHA, L1_SHARE = 0.1, 0.5
SEED = 42


def preserved(states: np.ndarray, values: np.ndarray, seed: int = SEED) -> float:
    """R^2 on the half of the rows that was not fitted.

    Parameters
    ----------
    states : (n, width), of atoms or of molecules.
    values : (n,) the property.
    """
    x, y = _standardised(states), _standardised(values)
    order = np.random.default_rng(seed).permutation(len(x))
    fitted, held = order[: len(x) // 2], order[len(x) // 2 :]
    slope, intercept = elastic_net(x[fitted], y[fitted])
    left = y[held] - x[held] @ slope - intercept
    spread = y[held] - y[held].mean()
    return float(1.0 - left @ left / (spread @ spread))


def elastic_net(
    x: np.ndarray,
    y: np.ndarray,
    alpha: float = ALPHA,
    l1_share: float = L1_SHARE,
    sweeps: int = 1000,
    tolerance: float = 1e-6,
) -> tuple[np.ndarray, float]:
    """Slope (width,) and intercept that minimise, with m rows and the mean taken out,

    |y - X w|^2 / 2m + alpha (l1_share |w|_1 + (1 - l1_share) |w|^2 / 2)

    by coordinate descent on the covariances (Friedman, Hastie & Tibshirani, J. Stat. Softw. 33,
    2010).
    """
    x_mean, y_mean = x.mean(axis=0), y.mean()
    x, y = x - x_mean, y - y_mean
    covariance, target = x.T @ x / len(x), x.T @ y / len(x)
    lasso, ridge = alpha * l1_share, alpha * (1.0 - l1_share)
    slope = np.zeros(x.shape[1])
    gradient = target.copy()  # target - covariance @ slope
    for _ in range(sweeps):
        largest = 0.0
        for j, variance in enumerate(np.diag(covariance)):
            free = gradient[j] + variance * slope[j]
            new = np.sign(free) * max(abs(free) - lasso, 0.0) / (variance + ridge)
            step = new - slope[j]
            if step:
                gradient -= covariance[j] * step
                slope[j] = new
                largest = max(largest, abs(step))
        if largest < tolerance:
            break
    return slope, float(y_mean - x_mean @ slope)


def _standardised(values: np.ndarray) -> np.ndarray:
    """Give each column mean zero and deviation one; a constant column becomes zero."""
    deviation = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(deviation > 0.0, deviation, np.inf)
