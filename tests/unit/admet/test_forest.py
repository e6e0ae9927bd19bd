"""Trees as bit words against LightGBM's own predictions."""

import lightgbm
import numpy as np
import pytest

from specml.admet.forest import BLOCK, Forest, forest


@pytest.fixture(scope="module")
def grown():
    random = np.random.default_rng(0)
    x = random.integers(0, 6, (300, 8)).astype(np.float32)
    x[:, 0] = random.normal(size=300)
    y = x[:, 0] + np.sin(x[:, 1]) * x[:, 2] + (x[:, 3] > 2)
    options = {"num_leaves": 16, "min_data_in_leaf": 3, "verbose": -1, "num_threads": 1}
    booster = lightgbm.train(options, lightgbm.Dataset(x, y), 40)
    return booster, x


def converted(booster: lightgbm.Booster) -> Forest:
    return forest([tree["tree_structure"] for tree in booster.dump_model()["tree_info"]])


def test_scores_are_those_of_lightgbm(grown):
    booster, x = grown
    np.testing.assert_allclose(converted(booster).score(x), booster.predict(x), atol=1e-5)


def test_values_at_a_threshold_go_left(grown):
    """Thresholds themselves as features: single precision must not move them across."""
    booster, x = grown
    trees = converted(booster)
    some = np.flatnonzero(np.abs(trees.threshold) > 1e-30)  # LightGBM takes 1e-35 for zero
    rows = np.repeat(x[:1], len(some), axis=0)
    rows[np.arange(len(rows)), trees.feature[some]] = trees.threshold[some]
    np.testing.assert_allclose(trees.score(rows), booster.predict(rows), atol=1e-5)


def test_blocks_do_not_matter(grown):
    booster, x = grown
    trees = converted(booster)
    many = np.tile(x, (2, 1))[: 2 * BLOCK + 7]
    single = np.array([trees.score(row[None])[0] for row in many[:5]])
    np.testing.assert_allclose(trees.score(many)[:5], single, rtol=1e-12)


def test_a_tree_without_a_split_is_a_constant():
    assert forest([{"leaf_value": 0.25}]).score(np.zeros((3, 2), np.float32)) == pytest.approx(0.25)
