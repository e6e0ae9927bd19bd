"""Random cosines and ridge regressions against the formulas they stand for."""

import numpy as np

from specml.admet.kernel import HASHED, Cosines, cross_ridge


def test_cosines_give_the_gaussian_kernel():
    random = np.random.default_rng(1)
    x = random.normal(size=(40, 1100))
    cosines = Cosines.fit(x, size=8192)
    phi = cosines(x)
    z = (np.arcsinh(x) - cosines.mean) * cosines.scale
    distance = np.square(z[:, None] - z[None]).sum(-1)
    np.testing.assert_allclose(phi @ phi.T, np.exp(-distance / cosines.spread), atol=0.06)


def test_hashed_columns_count_less_and_constant_ones_not_at_all():
    x = np.random.default_rng(2).normal(size=(200, 1030))
    x[:, 3] = x[:, 1029] = 1.0
    scale = Cosines.fit(x, size=8).scale
    assert scale[3] == 0
    assert scale[1029] == 0
    np.testing.assert_allclose(np.median(scale[:1024]) / np.median(scale[1024:]), HASHED, rtol=0.2)


def test_cross_ridge_is_the_regression_without_the_fold():
    """Through both Gram matrices: fewer rows than columns, and more."""
    random = np.random.default_rng(3)
    for n, d in ((30, 50), (80, 20)):
        phi, y = random.normal(size=(n, d)), random.normal(size=n)
        fold = np.arange(n) % 3
        unseen, weights = cross_ridge(phi, y, fold, (0.5, 2.0))
        expected = []
        for k in range(3):
            a, b = phi[fold != k], y[fold != k]
            w = np.linalg.solve(a.T @ a + 2.0 * np.eye(d), a.T @ b)
            expected.append(w)
            np.testing.assert_allclose(unseen[1, fold == k], phi[fold == k] @ w, atol=1e-9)
        np.testing.assert_allclose(weights[1], np.mean(expected, axis=0), atol=1e-9)
