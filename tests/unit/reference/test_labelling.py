"""Labelling many geometries: resumable, and one failure never stops the rest."""

import os
import signal

import numpy as np
import pytest

from specml.errors import InputError, SpecMLError
from specml.io import datasets
from specml.parallel import unordered
from specml.reference import labelling
from specml.reference.labelling import SCHEMES, Scheme, label_dataset
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
    assert line.startswith("0\t1\tO\tInputError: ")
    assert "0.000 angstrom" in line
    assert len(datasets.read(out)) == 5


@pytest.fixture
def in_process(monkeypatch):
    """Workers cost seconds; what is tested here is what surrounds them."""
    monkeypatch.setattr(labelling, "unordered", lambda work, tasks, *_: map(work, tasks))


@pytest.mark.parametrize("change", ["smiles", "positions", "scheme"])
def test_parts_of_another_run_are_refused(geometries, tmp_path, in_process, change):
    out = tmp_path / "labels.h5"
    run(geometries, out, limit=2)
    scheme = GFN2
    if change == "smiles":
        geometries.smiles = ["[OH2]"]
    elif change == "positions":
        geometries.positions = geometries.positions + np.float32(0.01)
    else:
        scheme = Scheme("gfn2-other", GFN2.module, GFN2.packages, {})
    with pytest.raises(InputError, match="parts of another run"):
        list(label_dataset(geometries, scheme, out, processes=1))


def test_a_failure_of_another_molecule_is_not_honoured(geometries, tmp_path, in_process):
    out = tmp_path / "labels.h5"
    (tmp_path / "labels.h5.failed.tsv").write_text("0\t1\tCC\tit broke\n0\t2\tO\tit broke\n")
    assert run(geometries, out)[-1].total == 5
    assert datasets.read(out).geometry.tolist() == [0, 1, 3, 4, 5]


def test_when_all_fail_an_error_says_where_the_reasons_are(geometries, tmp_path, in_process):
    geometries.positions[:] = 0.0
    with pytest.raises(InputError, match=r"labels\.h5\.failed\.tsv"):
        run(geometries, tmp_path / "labels.h5")


def test_any_exception_of_one_geometry_is_recorded(geometries, tmp_path, in_process, monkeypatch):
    label = GFN2.function()

    def absent(structure):
        if np.array_equal(structure.positions, geometries.structure(3).positions):
            raise KeyError("no such basis")
        return label(structure)

    monkeypatch.setattr("specml.reference.xtb.label", absent)
    last = run(geometries, tmp_path / "labels.h5")[-1]
    assert (last.done, last.failed) == (5, 1)
    assert "no such basis" in (tmp_path / "labels.h5.failed.tsv").read_text()


def test_a_stopped_run_keeps_what_it_has(geometries, tmp_path, in_process):
    out = tmp_path / "labels.h5"
    steps = label_dataset(geometries, GFN2, out, processes=1)
    next(steps)
    steps.close()
    assert run(geometries, out)[-1].total == 5


def _killed(task: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return task


def test_a_killed_worker_is_an_error_that_says_what_is_kept():
    with pytest.raises(SpecMLError, match=r"Kept: out\.parts.*fewer --processes"):
        list(unordered(_killed, range(3), 1, "out.parts"))
