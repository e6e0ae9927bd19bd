"""`specml sample` and `specml label`: molecules to geometries to labels, resumed after a stop."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import specml
from specml.io import datasets, shards
from specml.workflows import labelling, sampling
from specml.workflows.labelling import read_geometries
from tests.cli.conftest import WATER


@pytest.fixture
def molecules(folder):
    path = folder / "molecules.csv"
    path.write_text("key,smiles\na,O\nb,C(C\nc,C#N\n")
    return path


def test_sample_then_label(run, molecules, folder):
    arguments = ("sample", molecules, "--output", "g.h5", "--samples", 3)
    result = run(*arguments, "--limit", 1)
    assert result.exit_code == 0
    assert "g.h5.parts" in result.stdout
    assert not (folder / "g.h5").exists()
    result = run(*arguments)
    assert "1 done, 1 failed" in result.stdout
    assert "C(C" in (folder / "g.h5.failed.tsv").read_text()
    geometries = datasets.read(folder / "g.h5")
    assert geometries.molecule.tolist() == [0, 0, 0, 2, 2, 2]
    assert geometries.geometry.tolist() == [0, 1, 2] * 2
    assert geometries.attributes["samples"] == "3"
    assert not (folder / "g.h5.parts").exists()

    result = run("label", "g.h5", "--output", "l.h5", "--scheme", "gfn2")
    assert "6 done, 0 failed" in result.stdout
    labelled = datasets.read(folder / "l.h5")
    assert labelled.attributes["scheme"] == "gfn2"
    np.testing.assert_array_equal(labelled.positions, geometries.positions)
    assert np.isfinite(labelled.labels["forces"]).all()


def test_sample_about_the_minima_of_a_model(run, refused, molecules, folder):
    command = ("sample", molecules, "--output", "g.h5", "--samples", 1)
    assert "one of specml" in refused(*command, "--model", "absent")
    assert "kind 'shielding'" in refused(*command, "--model", "specml-nmr")
    assert run(*command, "--hottest-k", "nan").exit_code == 2
    assert run(*command, "--model", "specml", "--hottest-k", 300).exit_code == 0
    geometries = datasets.read(folder / "g.h5")
    assert geometries.attributes["method"].startswith("specml minima")
    assert "50 to 300 K" in geometries.attributes["method"]
    assert run(*command, "--force").exit_code == 0  # about GFN2-xTB's minima
    assert abs(datasets.read(folder / "g.h5").positions - geometries.positions).max() > 1e-3


def test_parts_of_another_run_are_refused_and_dropped_with_force(run, refused, molecules, folder):
    run("sample", molecules, "--output", "g.h5", "--samples", 2, "--limit", 1)
    error = refused("sample", molecules, "--output", "g.h5", "--samples", 3)
    assert "parts of another run" in error
    assert "drop them with --force" in error
    run("sample", molecules, "--output", "g.h5", "--samples", 3, "--force")
    assert datasets.read(folder / "g.h5").molecule.tolist() == [0] * 3 + [2] * 3


def test_a_corrected_molecule_is_sampled(run, molecules, folder):
    run("sample", molecules, "--output", "g.h5", "--samples", 1)
    (folder / "g.h5").unlink()
    molecules.write_text("key,smiles\na,O\nb,CC\nc,C#N\n")
    assert "3 done, 0 failed" in run("sample", molecules, "--output", "g.h5", "--samples", 1).stdout
    assert (folder / "g.h5.failed.tsv").read_text() == ""


def test_failures_are_not_tried_again(run, folder):
    """Radicals and unreadable SMILES; with nothing left to do there is nothing to go on with."""
    (folder / "a.csv").write_text("smiles\nC[NH]\nC(C\n")
    for _ in range(2):
        result = run("sample", "a.csv", "--output", "g.h5")
        assert result.exit_code == 2
        assert "2 failed, none sampled" in result.stderr
        assert "go on" not in result.output
        rows = (folder / "g.h5.failed.tsv").read_text().splitlines()
        assert len(rows) == 2
        assert any(r.startswith("0\tC[NH]\t") and "closed-shell" in r for r in rows)
        assert not (folder / "g.h5.parts").exists()


def test_sample_input(refused, folder):
    assert "no such file" in refused("sample", "absent.csv", "--output", "g.h5").lower()
    (folder / "a.csv").write_text("name\nO\n")
    assert "column 'smiles'" in refused("sample", "a.csv", "--output", "g.h5")
    (folder / "a.csv").write_text("smiles\n")
    assert "no rows" in refused("sample", "a.csv", "--output", "g.h5")
    (folder / "a.csv").write_text("key,smiles\na,O\nb\n")
    assert "a.csv:3: got no SMILES" in refused("sample", "a.csv", "--output", "g.h5")
    (folder / "a.csv").write_bytes(b"smiles\n\xff\n")
    assert "UTF-8" in refused("sample", "a.csv", "--output", "g.h5")


def test_label_frames_of_an_xyz_file(run, folder):
    (folder / "frames.xyz").write_text(WATER * 2)
    run("label", "frames.xyz", "--output", "l.h5", "--scheme", "gfn2")
    labelled = datasets.read(folder / "l.h5")
    assert labelled.molecule.tolist() == [0, 1]
    assert labelled.labels["energy"][0] == pytest.approx(labelled.labels["energy"][1], abs=1e-6)


def test_ions_and_radicals_are_sampled_and_labelled_as_such(run, folder):
    (folder / "a.csv").write_text("smiles,charge,multiplicity\n[NH4+],1,1\n[CH3],0,2\n")
    run("sample", "a.csv", "--output", "g.h5", "--samples", 1)
    run("label", "g.h5", "--output", "l.h5", "--scheme", "gfn2")
    labelled = datasets.read(folder / "l.h5")
    assert labelled.charge.tolist() == [1, 0]
    assert labelled.multiplicity.tolist() == [1, 2]
    (folder / "ion.xyz").write_text("2\ncharge=-1\nO 0 0 0\nH 0 0 0.97\n")
    run("label", "ion.xyz", "--output", "i.h5", "--scheme", "gfn2")
    assert datasets.read(folder / "i.h5").charge.tolist() == [-1]


def test_label_input(refused, folder):
    assert "b3lyp-svp" in refused("label", "water.xyz", "--output", "l.h5", "--scheme", "ccsd")
    (folder / "bad.h5").write_text("not hdf5")
    assert "bad.h5" in refused("label", "bad.h5", "--output", "l.h5")
    (folder / "l.h5").write_text("old")
    assert "an existing file" in refused("label", "water.xyz", "--output", "l.h5")
    words = ("label", "water.xyz", "--output", "water.xyz", "--force")
    assert "the input itself" in refused(*words)


def test_interrupted_label_says_how_to_go_on(run, folder, monkeypatch):
    """The first of two shards survives; the second call labels only the rest."""
    (folder / "frames.xyz").write_text(WATER * 3)
    monkeypatch.setattr(shards, "SHARD_S", 0.0)
    original = labelling.results

    def interrupted(*arguments):
        yield next(original(*arguments))
        raise KeyboardInterrupt

    monkeypatch.setattr(labelling, "results", interrupted)
    arguments = ("label", "frames.xyz", "--output", "l.h5", "--scheme", "gfn2")
    result = run(*arguments)
    assert result.exit_code == 130
    assert "Kept: l.h5.parts. Run the same command" in result.stderr
    assert not (folder / "l.h5").exists()
    monkeypatch.setattr(labelling, "results", original)
    assert "2 done, 0 failed" in run(*arguments).stdout
    assert len(datasets.read(folder / "l.h5")) == 3


def test_label_parts_of_another_scheme_are_refused_and_dropped_with_force(run, refused, folder):
    (folder / "frames.xyz").write_text(WATER * 2)
    run("label", "frames.xyz", "--output", "l.h5", "--scheme", "gfn2", "--limit", 1)
    part = folder / "l.h5.parts" / "000000.h5"
    other = datasets.read(part)
    other.attributes["accuracy"] = "1.0"
    datasets.write(part, other)
    arguments = ("label", "frames.xyz", "--output", "l.h5", "--scheme", "gfn2")
    assert "another --output" in refused(*arguments)
    assert "2 done, 0 failed" in run(*arguments, "--force").stdout


RECIPE = """
[network]
network = "painn"
n_layers = 1
n_channels = {}
[pretrain]
steps = {}
[finetune]
steps = {}
"""


@pytest.fixture
def labels(run, folder):
    """``specml train`` on two labelled geometries of water, as far as its recipe's options."""
    (folder / "frames.xyz").write_text(WATER * 2)
    run("label", "frames.xyz", "--output", "g.h5", "--scheme", "gfn2")
    gfn2 = datasets.read(folder / "g.h5")
    gfn2.smiles = ["a", "b"]
    datasets.write(folder / "g.h5", gfn2)
    gfn2.labels["dipole_svp"] = gfn2.labels.pop("dipole")
    datasets.write(folder / "d.h5", gfn2)
    (folder / "m.csv").write_text("smiles,split\na,train\nb,validation\n")
    return ["--gfn2", "g.h5", "--dft", "d.h5", "--molecules", "m.csv"]


def test_train_with_force_starts_afresh(run, folder, labels):
    for n_channels, extra in ((8, ()), (12, ("--force", "--dft", "d.h5"))):
        (folder / "r.toml").write_text(RECIPE.format(n_channels, 1, 1))
        result = run("train", "r.toml", *labels, "--output", "out", *extra)
        assert "Wrote out/custom.json" in result.stdout
    card = json.loads((folder / "out" / "custom.json").read_text())
    assert card["network"]["n_channels"] == 12
    assert card["data"]["molecules"] == "m.csv"
    assert (card["data"]["gfn2_geometries"], card["data"]["b3lyp_geometries"]) == (1, 2)


def test_train_goes_on_from_the_weights_of_a_model(run, refused, folder, labels):
    (folder / "r.toml").write_text(RECIPE.format(8, 1, 1))
    (folder / "none.toml").write_text(RECIPE.format(8, 0, 0))
    (folder / "other.toml").write_text(RECIPE.format(12, 0, 0))
    run("train", "r.toml", *labels, "--output", "out")
    start = ("--start", "out/custom.json")
    assert run("train", "none.toml", *labels, "--output", "same", *start).exit_code == 0
    assert run("train", "none.toml", *labels, "--output", "random").exit_code == 0
    first, same, random = (
        load_file(folder / name / "custom.safetensors") for name in ("out", "same", "random")
    )
    assert all(torch.equal(first[key], same[key]) for key in first)
    assert not all(torch.equal(first[key], random[key]) for key in first)
    said = refused("train", "other.toml", *labels, "--output", "wide", *start)
    assert "n_channels=8" in said
    assert "n_channels=12" in said
    assert not any((folder / "wide").iterdir())


def test_interrupted_sample_keeps_what_it_has_and_says_how_to_go_on(
    run, molecules, folder, monkeypatch
):
    original = sampling.unordered

    def interrupted(*arguments):
        yield next(original(*arguments))
        raise KeyboardInterrupt

    monkeypatch.setattr(sampling, "unordered", interrupted)
    arguments = ("sample", molecules, "--output", "g.h5", "--samples", 1)
    result = run(*arguments)
    assert result.exit_code == 130
    assert "Kept: g.h5.parts. Run the same command" in result.stderr
    assert len(datasets.read(folder / "g.h5.parts" / "000000.h5")) == 1
    monkeypatch.setattr(sampling, "unordered", original)
    assert "1 done, 1 failed" in run(*arguments).stdout
    assert datasets.read(folder / "g.h5").molecule.tolist() == [0, 2]


@pytest.mark.parametrize("command", ["sample", "label"])
def test_a_real_ctrl_c_keeps_what_is_finished(run, folder, command):
    """SIGINT to the process, as a terminal sends it, as soon as a failure is on the list.

    The second of many tasks fails, so that the first is finished or nearly so.
    """
    if command == "sample":
        (folder / "g.csv").write_text("smiles\n" + "\n".join(["O", "C(C"] + ["CC(C)CO"] * 50))
        given, options = "g.csv", ("--samples", "1")
    else:
        (folder / "f.xyz").write_text(WATER * 4000)
        frames = read_geometries(folder / "f.xyz")
        frames.positions[3:6] = 0.0  # atoms on top of each other
        datasets.write(folder / "f.h5", frames)
        given, options = "f.h5", ("--scheme", "gfn2")
    words = [command, given, "--output", "o.h5", *options]
    # Started in the background by a shell, the tests, and so their children, ignore SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "specml", *words],
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(specml.__file__).parents[1])},
        text=True,
    )
    while not (folder / "o.h5.failed.tsv").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Kept: o.h5.parts. Run the same command" in told
    kept = sum(len(datasets.read(path)) for path in (folder / "o.h5.parts").glob("*.h5"))
    assert kept >= 1
    result = run(*words, "--limit", 1)
    assert result.exit_code == 0
    again = sum(len(datasets.read(path)) for path in (folder / "o.h5.parts").glob("*.h5"))
    assert again == kept + 1
