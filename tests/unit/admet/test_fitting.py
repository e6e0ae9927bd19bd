"""Stacking, calibration and intervals on numbers with known answers."""

import numpy as np
from scipy.special import expit

from specml.admet import metrics
from specml.admet.fingerprints import ReferenceMolecules
from specml.admet.fitting import _linear, _logistic, _spread, unseen_similarity


def test_stack_finds_the_better_part():
    random = np.random.default_rng(0)
    target = random.normal(size=2000)
    t, r = target + 0.1 * random.normal(size=2000), random.normal(size=2000)
    a, b, c = _linear(t, r, target)
    assert a > 0.9
    assert b < 0.1
    assert abs(c) < 0.05


def test_logistic_stack_calibrates():
    """Scores three times too sure become probabilities."""
    random = np.random.default_rng(1)
    truth = random.normal(size=4000)
    y = (random.uniform(size=4000) < expit(truth)).astype(float)
    a, b, c = _logistic(3 * truth, 3 * truth, y)
    p = expit((a + b) * 3 * truth + c)
    assert metrics.ece(y, p) < 0.04
    assert metrics.ece(y, expit(3 * truth)) > 0.1


def test_spread_follows_the_error_and_covers_nine_tenths():
    random = np.random.default_rng(2)
    near, gap = random.uniform(0.2, 1, 5000), random.uniform(0, 1, 5000)
    sigma = 0.1 + 0.5 * (1 - near) + 0.3 * gap
    residual = np.abs(random.normal(size=5000)) * sigma
    e0, e1, e2, q, largest = _spread(residual, gap, near)
    assert 0.95 < largest < 0.97
    expected = e0 + e1 * (1 - near) + e2 * gap
    assert np.corrcoef(expected, sigma)[0, 1] > 0.98
    np.testing.assert_allclose((residual <= q * expected).mean(), 0.9, atol=0.01)


def test_unseen_similarity_ignores_the_own_fold():
    bits = [np.array(one, dtype=np.uint16) for one in ([1, 2], [1, 2], [1, 2, 3], [9])]
    near = unseen_similarity(bits, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(near, [2 / 3, 2 / 3, 2 / 3, 0.0])
    assert ReferenceMolecules.of_bits(bits).similarity(bits)[0, 1] == 1.0
