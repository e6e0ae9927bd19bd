"""Labelling many geometries: resumable, and one failure never stops the rest."""

import numpy as np
import pytest

from specml.io import datasets
from specml.reference.labelling import SCHEMES, label_dataset
from specml.structure import Structure

GFN2 = SCHEMES["gfn2"]


@pytest.fixture
def geometries(water: Structure, rng: np.random.Generator) -> datasets.Dataset:
    moved = [
        water.with_positions(water.positions + rng.normal(scale=0.02, size=(3, 3)))
        for _ in range(6)
    ]
    return datasets.from_structures(moved, np.zeros(6), np.arange(6), ["O"])


def run(geometries, out, **options):
    return list(label_dataset(geometries, GFN2, out, processes=1, **options))


def test_labels_units_and_provenance(geometries, tmp_path):
    out = tmp_path / "labels.h5"
    last = run(geometries, out)[-1]
    assert (last.done, last.failed, last.total) == (6, 0, 6)
    labelled = datasets.read(out)
    assert labelled.geometry.tolist() == list(range(6))
    assert labelled.labels["forces"].shape == (18, 3)
    assert labelled.attributes["scheme"] == "gfn2"
    assert "version_tblite" in labelled.attributes
    assert not (tmp_path / "labels.h5.parts").exists()


def test_a_second_call_does_only_what_is_left(geometries, tmp_path):
    out = tmp_path / "labels.h5"
    run(geometries, out, limit=4)
    assert not out.exists()
    assert run(geometries, out)[-1].total == 2
    assert len(datasets.read(out)) == 6


def test_a_failure_is_recorded_with_its_reason(geometries, tmp_path):
    geometries.positions[4] = geometries.positions[3]  # two atoms of the second geometry
    out = tmp_path / "labels.h5"
    last = run(geometries, out)[-1]
    assert (last.done, last.failed) == (5, 1)
    (line,) = (tmp_path / "labels.h5.failed.tsv").read_text().splitlines()
    assert line.startswith("0\t1\tInputError: ")
    assert "0.000 angstrom" in line
    assert len(datasets.read(out)) == 5
