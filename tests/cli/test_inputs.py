"""What people hand to `specml ir`: good and bad molecules together, lists, folders, pipes."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from specml.cli.app import app
from tests.cli.conftest import WATER

pytestmark = pytest.mark.usefixtures("predictor")


def files(ending: str = ".ir.json") -> set[str]:
    return {path.name.removesuffix(ending) for path in Path().iterdir() if path.match(f"*{ending}")}


def document(name: str) -> dict:
    return json.loads(Path(f"{name}.ir.json").read_text())


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (("--smiles", "Brc1ccccc1"), "Br"),
        (("--smiles", "C(C"), "a valid SMILES"),
        (("--smiles", "[Na+]"), "Na"),
        (("absent.xyz",), "no such file"),
        (("bad.xyz",), "bad.xyz:4"),
        (("notes.docx",), "a file ending in '.docx'"),
        (("--smiles", "[O][O]"), "unpaired"),
    ],
)
def test_what_can_be_answered_is(run, bad, reason):
    Path("bad.xyz").write_text("2\n\nO 0 0 0\nQq 0 0 1\n")
    Path("notes.docx").write_text("x")
    result = run("ir", "water.xyz", *bad, "--smiles", "CO")
    assert result.exit_code == 2
    assert reason in result.stderr
    assert "1 of 3 molecules" in result.stderr
    assert files() == {"water", "CO"}


def test_nothing_that_can_be_answered(refused):
    error = refused("ir", "absent.xyz", "--smiles", "C(C")
    assert "no such file" in error
    assert "a valid SMILES" in error


def test_an_isotope_that_fits_one_molecule(run):
    result = run("ir", "water.xyz", "--smiles", "CO", "--isotope", "1=13C")
    assert result.exit_code == 2
    assert "which is O" in result.stderr
    assert files() == {"CO"}


LIST = "C methane\nCO\nCC ethane\nC(C bad one\nC methane\n"


def test_a_list_of_smiles(run):
    Path("list.smi").write_text(LIST)
    result = run("ir", "list.smi")
    assert result.exit_code == 2
    assert "bad one" in result.stderr
    assert files() == {"methane", "CO", "ethane", "methane-2"}
    rows = list(csv.DictReader(io.StringIO(Path("summary.ir.csv").read_text())))
    answered = {row["name"]: row for row in rows if row["status"] == "ok"}
    assert set(answered) == files()
    assert answered["ethane"]["formula"] == "C2H6"
    assert len(answered["ethane"]["strongest"].split()) == 5
    assert {row["domain"] for row in answered.values()} == {"inside"}
    (bad,) = [row for row in rows if row["name"] == "bad one"]
    assert "a valid SMILES" in bad["status"]


def test_no_summary_of_a_few(run):
    assert run("ir", "water.xyz").exit_code == 0
    assert not Path("summary.ir.csv").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "id,smiles\nm1,C\nm2,CO\n"),
        ("a.csv", "Name;SMILES\nm1;C\nm2;CO\n"),
        ("a.tsv", "canonical_smiles\tname\nC\tm1\nCO\tm2\n"),
        ("a.smi", "C\tm1\nCO\tm2\n"),
        ("a.smi", "smiles name\nC m1\n# a remark\n\nCO m2\n"),
    ],
)
def test_tables_of_named_smiles(run, name, text):
    Path(name).write_text(text)
    assert run("ir", name).exit_code == 0
    assert files() == {"m1", "m2"}


def test_a_folder(run, refused):
    Path("library").mkdir()
    Path("library/b.xyz").write_text(WATER)
    Path("library/a.smi").write_text("C\n")
    Path("library/readme.md").write_text("nothing")
    assert run("ir", "library").exit_code == 0
    assert files() == {"b", "C"}
    Path("empty").mkdir()
    assert "no structure files" in refused("ir", "empty")


@pytest.mark.parametrize(
    ("text", "names"), [(WATER, {"stdin"}), ("C methane\nCO\n", {"methane", "CO"}), ("CO", {"CO"})]
)
def test_standard_input(text, names):
    assert CliRunner().invoke(app, ["ir", "-"], input=text).exit_code == 0
    assert files() == names


def test_names(run, refused):
    result = run("ir", "water.xyz", "--smiles", "C#N", "--name", "w 1", "--name", "hcn")
    assert result.exit_code == 0
    assert files() == {"w_1", "hcn"}
    assert "1 names of 2 molecules" in refused("ir", "water.xyz", "--smiles", "C", "--name", "x")


def test_a_complex_and_the_parent_of_a_salt(run):
    result = run(
        "ir", "--smiles", "CO.O", "--smiles", "CC(=O)[O-].[NH4+]", "--name", "a", "--name", "b"
    )
    assert result.exit_code == 0
    assert document("a")["structure"]["formula"] == "CH6O2"
    assert "2 separate molecules" in result.stdout
    positions = np.array(document("a")["structure"]["positions_angstrom"])
    assert np.linalg.norm(positions[:, None] - positions, axis=-1).max() < 8.0
    result = run("ir", "--smiles", "C[NH3+].[Cl-]", "--parent", "--name", "c")
    assert result.exit_code == 0
    assert (
        document("c")["structure"]["formula"] == "CH6N+"
        or document("c")["structure"]["charge"] == 1
    )


def test_deuterium_moves_its_bands(run):
    run("ir", "--smiles", "CO", "--name", "light")
    run("ir", "--smiles", "[2H]OC", "--name", "heavy")
    run("ir", "--smiles", "CO", "--isotope", "6=D", "--name", "option")
    top = {n: document(n)["modes"][-1]["wavenumber_cm1"] for n in ("light", "heavy", "option")}
    modes = {n: [m["wavenumber_cm1"] for m in document(n)["modes"]] for n in top}
    assert top["light"] > 3400.0
    np.testing.assert_allclose(modes["heavy"], modes["option"], atol=3.0)
    assert top["heavy"] < 3200.0


def test_isotopes_and_dynamics(refused):
    error = refused("ir", "--smiles", "[2H]OC", "--method", "md", "--model", "specml")
    assert "atoms of natural abundance in dynamics" in error


def test_an_element_is_refused_before_the_weights_are_loaded(refused, monkeypatch):
    def never(*_args: object, **_options: object) -> None:
        raise AssertionError

    monkeypatch.setattr("specml.load", never)
    assert "Xe" in refused("ir", "--smiles", "F[Xe]F")


def test_a_smiles_where_a_file_should_be(refused):
    assert "If it is a SMILES: --smiles 'CCO'" in refused("ir", "CCO")
    assert "Check the path" in refused("ir", "absent.xyz")


def test_rdkit_does_not_speak(run, capfd):
    run("ir", "--smiles", "C(C", "--smiles", "c1cccc1", "--smiles", "CO", "--smiles", "C[N](C)(C)C")
    assert "RDKit" not in capfd.readouterr().err


def test_a_reader_that_stops_reading():
    """`specml models | head -1` ends well."""
    command = f"{sys.executable} -m specml models; echo $? >&2"
    ended = subprocess.run(
        ["bash", "-c", f"({command}) | true; sleep 0.1"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert ended.stderr.strip() == "0"
