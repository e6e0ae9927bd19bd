"""Labels along the way to a B3LYP minimum, on molecules that cost a second."""

import numpy as np
import pytest

from specml.data.labelled_sampling import LabellingPlan, label_molecule


def test_the_path_ends_at_a_minimum_and_samples_lie_about_it():
    labelled = label_molecule("F", 1, LabellingPlan(steps=6, warm=1, hot=1, larger=1))
    forces = [np.abs(labels["forces"]).max() for _, labels in labelled]
    path = len(labelled) - 2
    assert path > 1
    assert forces[path - 1] < 0.05 < forces[0]
    assert ["energy_tzvpd" in labels for _, labels in labelled] == [False] * path + [True, False]


def test_radicals_keep_their_multiplicity():
    labelled = label_molecule("[OH]", 2, LabellingPlan(steps=1, warm=1, hot=0))
    assert {structure.multiplicity for structure, _ in labelled} == {2}
    assert labelled[-1][1]["spin_populations"].sum() == pytest.approx(1.0, abs=1e-5)


def test_the_same_molecule_is_sampled_the_same_way():
    first, second = (label_molecule("[H][H]", 1, LabellingPlan(1, 1, 0))[-1][0] for _ in range(2))
    np.testing.assert_array_equal(first.positions, second.positions)
