"""Train one endpoint: trees and a kernel regression, stacked on rows neither has seen.

Called by :mod:`specml.admet.training`; the scorer predicts with what it returns.

    s(x) = a t(x) + b r(x) + c

t is the mean of trees trained without one fold each, r the same of ridge regressions
(:mod:`specml.admet.kernel`); folds keep scaffolds together. a, b and c are fitted on predictions of
rows by the models that have not seen them, drawn towards a = b = 1/2: for a classification s is the
logit of the probability, which calibrates it; for a regression it is the standardised value on the
scale of learning.

The error expected of a regression grows with what can be seen of a new molecule,

    sigma(x) = e_0 + e_1 (1 - similarity to the training rows) + e_2 |t(x) - r(x)|,

non-negative coefficients fitted to unseen residuals; q is the 90 % quantile of |residual| / sigma,
so that s +- q sigma is a conformal interval. Similarities beyond those of nearly all unseen rows
count as the largest of these: what the errors of the training rows themselves are is not known.

Optimisers are imported where a model is trained: a third of a second that a prediction saves.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from specml.admet.endpoints import BACKWARD, FORWARD, Endpoint
from specml.admet.fingerprints import ReferenceMolecules
from specml.admet.forest import Forest, forest
from specml.admet.kernel import cross_ridge
from specml.admet.splits import scaffold_folds

FOLDS = 5
COVERAGE = 0.9
NEARLY_ALL = 0.95  # of the unseen rows: beyond their similarity nothing has been measured
PENALTIES = (0.1, 0.3, 1.0, 3.0)
PRIOR = 0.5  # of a and b
PRIOR_WEIGHT = 10.0  # of the prior, in rows
MANY = 2500  # rows from which trees are larger and more
TREES = {
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 3.0,
    "max_bin": 63,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}
SMALL = {
    "num_iterations": 150,
    "learning_rate": 0.04,
    "num_leaves": 10,
    "min_data_in_leaf": 5,
    "feature_fraction": 0.15,
}
LARGE = {
    "num_iterations": 300,
    "learning_rate": 0.12,
    "num_leaves": 16,
    "min_data_in_leaf": 10,
    "feature_fraction": 0.3,
}
# Half of the trees choose their thresholds at random (Geurts et al., Mach. Learn. 63, 3 (2006)):
# each kind is the better one on about half of the tables, and their mean is safe.
GROWERS: tuple[dict[str, object], ...] = ({}, {"extra_trees": True})


@dataclass(frozen=True, eq=False)
class TrainingRows:
    """The molecules that an endpoint is trained on, described, with their values.

    Parameters
    ----------
    x : (n, width) features.
    phi : (n, D) cosines of them.
    bits : n arrays, positions of the set bits of the fingerprints.
    y : (n,) measured.
    scaffolds : n scaffolds.
    """

    x: np.ndarray
    phi: np.ndarray
    bits: list[np.ndarray]
    y: np.ndarray
    scaffolds: list[str]


class EndpointPredictions(NamedTuple):
    """One endpoint of n molecules, (n,) each, in its unit; see :mod:`specml.admet.scorer`."""

    value: np.ndarray
    uncertainty: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, eq=False)
class FittedEndpoint:
    """A trained endpoint; the symbols are those of the module.

    Parameters
    ----------
    centre, deviation : of the values of a regression on the scale of learning; 0 and 1 of a
        classification. All else is of standardised values.
    trees : mean of the folds' trees.
    weights, offset : the weights (D,) and the offset of r.
    stack : a, b, c.
    spread : e_0, e_1, e_2, q and the largest similarity that counts; zeros for a classification.
    report : errors on unseen rows and how the training went, for the card.
    """

    endpoint: Endpoint
    centre: float
    deviation: float
    trees: Forest
    weights: np.ndarray
    offset: float
    stack: np.ndarray
    spread: np.ndarray
    report: dict

    def parts(self, x: np.ndarray, phi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What trees and kernel regression say alone: t and r, (n,) each."""
        return self.trees.score(x), phi @ self.weights + self.offset

    def predict(self, x: np.ndarray, phi: np.ndarray, near: np.ndarray) -> EndpointPredictions:
        """Predict values and their uncertainty.

        Parameters
        ----------
        x, phi : (n, width) and (n, D).
        near : (n,) highest similarity to the training rows of this endpoint.
        """
        t, r = self.parts(x, phi)
        a, b, c = self.stack
        s = a * t + b * r + c
        if self.endpoint.is_classification:
            alone = np.abs(expit((a + b) * t + c) - expit((a + b) * r + c)) / 2
            nothing = np.full_like(s, np.nan)
            return EndpointPredictions(expit(s), alone, nothing, nothing)
        near = np.minimum(near, self.spread[4])
        sigma = self.spread[0] + self.spread[1] * (1 - near) + self.spread[2] * np.abs(t - r)
        unit = BACKWARD[self.endpoint.transform]
        s, sigma = self.centre + self.deviation * s, self.deviation * sigma
        half = self.spread[3] * sigma
        ends = np.sort([unit(s - half), unit(s + half)], axis=0)
        return EndpointPredictions(unit(s), np.abs(unit(s + sigma) - unit(s - sigma)) / 2, *ends)


def expit(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), as SciPy's, whose import takes a quarter of a second."""
    return np.exp(-np.logaddexp(0.0, -x))


def fit(endpoint: Endpoint, rows: TrainingRows, seed: int = 0) -> FittedEndpoint:
    """Train an endpoint on all rows."""
    target = FORWARD[endpoint.transform](rows.y)
    centre, deviation = 0.0, 1.0
    if not endpoint.is_classification:
        centre, deviation = float(target.mean()), float(target.std()) or 1.0
        target = (target - centre) / deviation
    fold = scaffold_folds(rows.scaffolds, FOLDS, seed)
    t, trees = _trees(endpoint, rows.x, target, fold, seed)
    r, weights, offset, penalty = _kernel(endpoint, rows.phi, target, fold)
    stack = (_logistic if endpoint.is_classification else _linear)(t, r, target)
    s = stack[0] * t + stack[1] * r + stack[2]
    spread = np.zeros(5)
    if not endpoint.is_classification:
        near = unseen_similarity(rows.bits, fold)
        spread = _spread(np.abs(target - s), np.abs(t - r), near)
    report = {"rows": len(target), "trees": len(trees), "penalty": penalty}
    return FittedEndpoint(
        endpoint, centre, deviation, trees, weights, offset, stack, spread, report
    )


def _trees(
    endpoint: Endpoint, x: np.ndarray, target: np.ndarray, fold: np.ndarray, seed: int
) -> tuple[np.ndarray, Forest]:
    """Score rows by trees that have not seen them; and the mean of the trees of all folds."""
    import lightgbm

    size = LARGE if len(target) >= MANY else SMALL
    options = {**TREES, **size, "objective": "binary" if endpoint.is_classification else "l2"}
    n_folds = int(fold.max()) + 1
    unseen = np.zeros(len(target))
    grown: list[dict] = []
    for k in range(n_folds):
        seen = fold != k
        data = lightgbm.Dataset(x[seen], target[seen], params={"max_bin": 63})
        for own in GROWERS:
            booster = lightgbm.train({**options, **own, "seed": seed + k}, data)
            raw = np.asarray(booster.predict(x[~seen], raw_score=True))
            unseen[~seen] += raw / len(GROWERS)
            grown.extend(tree["tree_structure"] for tree in booster.dump_model()["tree_info"])
    together = forest(grown)
    return unseen, replace(together, leaf=together.leaf / (n_folds * len(GROWERS)))


def _kernel(
    endpoint: Endpoint, phi: np.ndarray, target: np.ndarray, fold: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Unseen r, weights, offset and the penalty that did best; of a classification, a logit."""
    mean = float(target.mean())
    unseen, weights = cross_ridge(phi, target - mean, fold, PENALTIES)
    best = int(np.square(unseen - (target - mean)).sum(1).argmin())
    factor, offset = 1.0, mean
    if endpoint.is_classification:
        # To first order around the mean, d logit = dp / (p (1 - p)).
        variance = max(mean * (1 - mean), 1e-3)
        factor, offset = 1.0 / variance, float(np.log(max(mean, 1e-3) / max(1 - mean, 1e-3)))
    return unseen[best] * factor + offset, weights[best] * factor, offset, PENALTIES[best]


def _linear(t: np.ndarray, r: np.ndarray, target: np.ndarray) -> np.ndarray:
    from scipy.optimize import nnls

    scale = np.sqrt(PRIOR_WEIGHT)
    design = np.vstack((np.column_stack((t, r)), scale * np.eye(2)))
    side = np.concatenate((target, [scale * PRIOR, scale * PRIOR]))
    (a, b), _ = nnls(design, side)
    return np.array([a, b, float(np.median(target - a * t - b * r))])


def _logistic(t: np.ndarray, r: np.ndarray, target: np.ndarray) -> np.ndarray:
    from scipy.optimize import minimize

    def loss(p: np.ndarray) -> tuple[float, np.ndarray]:
        s = p[0] * t + p[1] * r + p[2]
        wrong = expit(s) - target
        pull = PRIOR_WEIGHT * (p[:2] - PRIOR)
        value = (np.logaddexp(0.0, s) - target * s).sum() + 0.5 * pull @ (p[:2] - PRIOR)
        slope = [wrong @ t + pull[0], wrong @ r + pull[1], wrong.sum()]
        return float(value), np.array(slope)

    limits = ((0.0, None), (0.0, None), (None, None))
    return minimize(loss, np.array([PRIOR, PRIOR, 0.0]), jac=True, bounds=limits).x


def unseen_similarity(bits: list[np.ndarray], fold: np.ndarray) -> np.ndarray:
    """(n,) highest similarity of each row to the rows of other folds."""
    near = np.zeros(len(bits))
    for k in range(int(fold.max()) + 1):
        others = [bits[i] for i in np.flatnonzero(fold != k)]
        reference = ReferenceMolecules.of_bits(others)
        for i in np.flatnonzero(fold == k):
            near[i] = reference.similarity([bits[i]])[0].max()
    return near


def _spread(residual: np.ndarray, gap: np.ndarray, near: np.ndarray) -> np.ndarray:
    from scipy.optimize import nnls

    largest = np.quantile(near, NEARLY_ALL)
    design = np.column_stack((np.ones_like(gap), 1 - np.minimum(near, largest), gap))
    e, _ = nnls(design, residual)
    e[0] = max(e[0], 0.2 * residual.mean())  # no row is certain
    n = len(residual)
    rank = min(int(np.ceil(COVERAGE * (n + 1))), n)  # split-conformal: this one of n, from 1
    q = np.sort(residual / (design @ e))[rank - 1]
    return np.append(e, [q, largest])
