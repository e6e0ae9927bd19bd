"""Files of different molecules and labels become one data set."""

import h5py
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


@pytest.fixture
def charged_and_plain() -> datasets.Dataset:
    hydroxide = Structure([8, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.97]], charge=-1)
    oxygen = Structure([8, 8], [[0.0, 0.0, 0.0], [0.0, 0.0, 1.2]], multiplicity=3)
    labels = [{"spin_populations": np.zeros(2)}, {"spin_populations": np.ones(2)}]
    return datasets.from_structures(
        [hydroxide, oxygen], np.arange(2), np.zeros(2), ["[OH-]", "O=O"], labels
    )


def test_charge_and_multiplicity_survive_a_file(charged_and_plain, tmp_path):
    datasets.write(tmp_path / "d.h5", charged_and_plain)
    read = datasets.read(tmp_path / "d.h5").select(np.array([1, 0]))
    states = [(s.charge, s.multiplicity) for s in read.structures()]
    assert states == [(0, 3), (-1, 1)]


def test_files_that_say_nothing_are_neutral_closed_shells(
    charged_and_plain, water_and_fluoride, tmp_path
):
    datasets.write(tmp_path / "old.h5", water_and_fluoride[0])
    with h5py.File(tmp_path / "old.h5", "a") as file:
        del file["charge"], file["multiplicity"]
    old = datasets.read(tmp_path / "old.h5")
    joined = datasets.concatenate([old, charged_and_plain])
    assert joined.charge.tolist() == [0, -1, 0]
    assert joined.multiplicity.tolist() == [1, 1, 3]
    assert joined.select(np.array([True, False, True])).multiplicity.tolist() == [1, 3]
