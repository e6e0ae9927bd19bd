"""Every molecule has one place, whoever asks."""

import csv
from pathlib import Path

import numpy as np
import pytest

from specml.data.molecules import labelling_order, split_of
from specml.data.splits import read_splits, split_of_rows
from specml.errors import InputError

LIST = Path(__file__).parents[3] / "datasets" / "molecules.csv"
REFERENCES = Path(__file__).parents[3] / "datasets" / "references.csv"


def test_the_list_is_unique_and_balanced():
    with LIST.open() as file:
        rows = list(csv.DictReader(file))
    assert len({row["key"] for row in rows}) == len(rows) > 4000
    shares = {
        name: np.mean([row["split"] == name for row in rows])
        for name in ("train", "validation", "test")
    }
    assert 0.03 < shares["validation"] < 0.07
    assert 0.03 < shares["test"] < 0.07


def test_reference_molecules_are_held_out():
    splits = read_splits(LIST)
    with REFERENCES.open() as file:
        assert {splits[row["smiles"]] for row in csv.DictReader(file)} == {"test"}


def test_an_unlisted_molecule_is_an_error():
    with pytest.raises(InputError, match="not in the list, first CC"):
        split_of_rows({"C": "train"}, ["C", "CC"], np.array([0, 1]))


@pytest.mark.parametrize("content", [b"smiles,split\n\xff,train\n", b"smiles\nC\n"])
def test_an_unreadable_list_is_an_error(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"list.csv: got .*; expected a csv with the columns"):
        read_splits(path)


def test_the_hash_does_not_drift():
    assert [split_of(k) for k in ("VNWKTOKETHGBQD", "A" * 14, "B" * 14)] == [
        "train",
        "train",
        "train",
    ]


def test_order_prefers_small_molecules_but_excludes_none():
    n_heavy = np.repeat([3, 9], 500)
    order = labelling_order(n_heavy, np.zeros(1000, dtype=bool), seed=1)
    assert sorted(order) == list(range(1000))
    assert n_heavy[order[:300]].mean() < 4.0
