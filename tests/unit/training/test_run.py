"""A whole run on a handful of labels: what it refuses, and what its card says."""

from dataclasses import replace

import numpy as np
import pytest

import specml
from specml.errors import InputError
from specml.inference.predictor import Predictor
from specml.io import datasets
from specml.io.datasets import Dataset
from specml.models.ladder import NetworkConfig
from specml.reference.xtb import GFN2
from specml.structure import Structure
from specml.training.loop import Schedule
from specml.training.recipe import Recipe
from specml.training.run import LadderTraining

SPLITS = {"O": "train", "[OH2]": "validation"}
RECIPE = Recipe(
    NetworkConfig("painn", n_channels=8, n_layers=1, n_radial=8),
    Schedule(steps=1, batch_size=4),
    Schedule(steps=1, batch_size=4),
)


@pytest.fixture
def gfn2(water: Structure, rng: np.random.Generator) -> Dataset:
    """Four geometries, two of each split."""
    moved = [
        water.with_positions(water.positions + rng.normal(scale=0.05, size=(3, 3)))
        for _ in range(4)
    ]
    labels = [GFN2(s)(s.positions) for s in moved]
    return datasets.from_structures(moved, [0, 0, 1, 1], [0, 1, 0, 1], list(SPLITS), labels)


@pytest.fixture
def dft(gfn2: Dataset) -> Dataset:
    """What `specml label --scheme b3lyp-svp` gives: no response."""
    names = {"energy": "energy", "forces": "forces", "dipole_svp": "dipole"}
    return replace(gfn2, labels={new: 1.01 * gfn2.labels[old] for new, old in names.items()})


def test_card_says_what_the_labels_taught(gfn2, dft, tmp_path):
    run = LadderTraining(RECIPE, gfn2, dft, SPLITS, tmp_path / "out")
    assert [r.step for r in (*run.pretrain(), *run.finetune())] == [1, 1]
    card = run.card("small", "small.safetensors", None)
    assert (card["dipole_rungs"], card["polarizability"]) == (2, False)
    assert card["version"] == specml.__version__
    (row,) = Predictor(run.model, card).predict([gfn2.structure(0)])
    assert row.keys() == {"energy", "forces", "dipole"}


def test_card_of_response_labels(gfn2, dft, tmp_path):
    dft.labels["dipole"] = dft.labels["dipole_svp"]
    dft.labels["polarizability"] = np.full((4, 3, 3), np.nan)
    dft.labels["polarizability"][0] = np.eye(3)
    card = LadderTraining(RECIPE, gfn2, dft, SPLITS, tmp_path).card(
        "small", "small.safetensors", None
    )
    assert (card["dipole_rungs"], card["polarizability"]) == (3, True)


def test_a_missing_label_is_named_with_the_command_that_makes_it(gfn2, dft, tmp_path):
    bare = replace(gfn2, labels={})
    with pytest.raises(InputError, match="specml label --scheme gfn2"):
        LadderTraining(RECIPE, bare, dft, SPLITS, tmp_path)
    with pytest.raises(InputError, match=r"no label dipole_svp.*--scheme b3lyp-svp"):
        LadderTraining(RECIPE, gfn2, gfn2, SPLITS, tmp_path)


@pytest.mark.parametrize("source", ["GFN2", "DFT"])
@pytest.mark.parametrize("split", ["train", "validation"])
def test_an_empty_split_is_named(gfn2, dft, tmp_path, source, split):
    kept = np.array([SPLITS[gfn2.smiles[m]] != split for m in gfn2.molecule])
    pair = (gfn2.select(kept), dft) if source == "GFN2" else (gfn2, dft.select(kept))
    with pytest.raises(InputError, match=f"{source} dataset: got no geometry of a {split}"):
        LadderTraining(RECIPE, *pair, SPLITS, tmp_path / "out")
    assert not (tmp_path / "out").exists()
