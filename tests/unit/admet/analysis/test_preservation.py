import numpy as np
import pytest

from specml.admet.analysis.preservation import elastic_net, preserved


def test_orthogonal_columns_by_hand():
    # Columns of variance one: w = soft(cov(x, y), alpha share) / (1 + alpha (1 - share)).
    x = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], dtype=float)
    y = 2.0 * x[:, 0] + 0.1 * x[:, 1] + 5.0
    slope, intercept = elastic_net(x, y, alpha=0.5, l1_share=0.4)
    assert slope == pytest.approx([(2.0 - 0.2) / 1.3, 0.0])
    assert intercept == pytest.approx(5.0)


def test_conditions_of_the_minimum_with_correlated_columns():
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 6)) @ random.normal(size=(6, 6))
    y = x @ np.array([1.0, -2.0, 0.0, 0.0, 0.5, 0.0]) + random.normal(size=200)
    slope, _ = elastic_net(x, y, alpha=4.0, l1_share=0.5, tolerance=1e-10)
    x, y = x - x.mean(axis=0), y - y.mean()
    gradient = x.T @ (y - x @ slope) / 200 - 2.0 * slope
    zero = slope == 0.0
    assert zero.any()
    assert gradient[~zero] == pytest.approx(2.0 * np.sign(slope[~zero]), abs=1e-6)
    assert (np.abs(gradient[zero]) <= 2.0).all()


def test_what_is_in_the_states_is_found_and_noise_is_not():
    random = np.random.default_rng(1)
    states = random.normal(size=(2000, 10)) * np.arange(1, 11) + 3.0
    assert preserved(states, 2.0 * states[:, 4] - 7.0) > 0.9
    assert abs(preserved(states, random.normal(size=2000))) < 0.02


def test_constant_states_hold_nothing():
    assert preserved(np.ones((100, 3)), np.arange(100.0)) == pytest.approx(0.0, abs=0.1)
