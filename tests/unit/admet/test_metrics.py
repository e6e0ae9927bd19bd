"""Metrics on cases worked by hand."""

import numpy as np
import pytest

from specml.admet import metrics

Y = np.array([1.0, 0.0, 1.0, 0.0])


def test_auroc():
    assert metrics.auroc(Y, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx(3 / 4)
    assert metrics.auroc(Y, np.full(4, 0.5)) == pytest.approx(0.5)
    assert np.isnan(metrics.auroc(np.ones(3), np.arange(3.0)))


def test_auprc():
    # Thresholds: recall 1/2 at precision 1, recall 1 at precision 2/3.
    assert metrics.auprc(Y, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx(0.5 + 0.5 * 2 / 3)
    # Ties are one threshold: the share of ones.
    assert metrics.auprc(Y, np.full(4, 0.3)) == pytest.approx(0.5)


def test_spearman():
    assert metrics.spearman(np.array([1.0, 2, 3]), np.array([1.0, 8, 27])) == pytest.approx(1.0)
    assert metrics.spearman(np.array([1.0, 2, 3, 4]), np.array([2.0, 1, 4, 3])) == pytest.approx(
        0.6
    )
    assert np.isnan(metrics.spearman(np.arange(3.0), np.zeros(3)))


def test_mae_and_coverage():
    y = np.array([0.0, 1.0, 2.0])
    assert metrics.mae(y, y + np.array([1.0, -1.0, 0.5])) == pytest.approx(2.5 / 3)
    assert metrics.coverage(y, y - 1, y + np.array([1.0, -0.5, 1.0])) == pytest.approx(2 / 3)


def test_ece():
    p = np.repeat([0.2, 0.8], 50)
    y = np.concatenate([np.repeat([1.0, 0.0], [10, 40]), np.repeat([1.0, 0.0], [40, 10])])
    assert metrics.ece(y, p, n_bins=2) == pytest.approx(0.0)
    assert metrics.ece(y, 1 - p, n_bins=2) == pytest.approx(0.6)
