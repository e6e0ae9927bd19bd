"""Groups that stay together, and sizes of parts; TDC's own counts are in tests/oracles."""

from random import Random

import numpy as np
import pytest

from specml.admet.splits import scaffold_folds, scaffold_split, scaffolds
from specml.errors import InputError


def test_three_parts_by_hand():
    """Ten rows, sizes 5, 2 and 3: group a (4) is big, the others are small."""
    keys = list("aaaabbccde")
    big, small = [[0, 1, 2, 3], [4, 5], [6, 7]], [[8], [9]]
    Random(7).shuffle(big)
    random = Random(7)
    random.shuffle([0, 1, 2])
    random.shuffle(small)
    train, valid, test = scaffold_split(keys, (0.5, 0.2, 0.3), 7)
    assert sorted([*train, *valid, *test]) == list(range(10))
    assert len(train) <= 5
    assert len(valid) <= 2
    assert list(train[: len(big[0])]) == big[0]


def test_folds_keep_scaffolds_together():
    keys = [str(k % 37) for k in range(400)]
    fold = scaffold_folds(keys, 5, 0)
    assert all(
        len(set(fold[[i for i, k in enumerate(keys) if k == key]])) == 1 for key in set(keys)
    )
    assert np.bincount(fold).min() > 60


def test_a_scaffold_larger_than_a_fold_is_divided():
    fold = scaffold_folds(["benzene"] * 90 + ["other"] * 10, 5, 0)
    assert np.ptp(np.bincount(fold)) <= 10  # the other ten stay together


def test_invalid_smiles_is_named():
    with pytest.raises(InputError, match="molecule 2"):
        scaffolds(["CC", "C1CC"])
