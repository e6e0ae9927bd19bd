"""Files of different molecules and labels become one data set."""

import numpy as np
import pytest

from specml.io import datasets
from specml.structure import Structure


@pytest.fixture
def water_and_fluoride(water: Structure) -> list[datasets.Dataset]:
    fluoride = Structure([9, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.92]])
    return [
        datasets.from_structures(
            [water], [0], [0], ["O"], [{"energy": 1.0, "forces": np.ones((3, 3))}], {"scheme": "a"}
        ),
        datasets.from_structures(
            [fluoride, water], [0, 1], [0, 1], ["F", "O"], [{"energy": 2.0}, {"energy": 3.0}]
        ),
    ]


def test_molecules_are_the_same_where_their_smiles_are(water_and_fluoride):
    joined = datasets.concatenate(water_and_fluoride)
    assert joined.smiles == ["O", "F"]
    assert [joined.structure(i).smiles for i in range(3)] == ["O", "F", "O"]
    assert joined.geometry.tolist() == [0, 0, 1]
    assert joined.attributes == {"scheme": "a"}


def test_a_label_that_a_file_lacks_is_missing(water_and_fluoride):
    joined = datasets.concatenate(water_and_fluoride)
    np.testing.assert_array_equal(joined.labels["energy"], [1.0, 2.0, 3.0])
    known = np.isfinite(joined.labels["forces"]).all(1)
    assert known.tolist() == [True] * 3 + [False] * 5


def test_parts_of_one_file_keep_their_list(water_and_fluoride):
    part = water_and_fluoride[1]
    joined = datasets.concatenate([part.select([0]), part.select([1])])
    assert joined.smiles == part.smiles
    np.testing.assert_array_equal(joined.molecule, part.molecule)
