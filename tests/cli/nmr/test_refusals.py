"""`specml nmr`: what is refused, and what is not though it looks odd."""

import pytest

from tests.cli.nmr.conftest import METHANOL, frames, load

CARBONS = """6

C 1.39 0 0
C .695 1.204 0
C -.695 1.204 0
C -1.39 0 0
C -.695 -1.204 0
C .695 -1.204 0
"""
CHLORINES = """5

C 0 0 0
Cl 1.02 1.02 1.02
Cl -1.02 -1.02 1.02
Cl -1.02 1.02 -1.02
Cl 1.02 -1.02 -1.02
"""
CARBENE = """6

C 0 0 0
C 1.5 0 0
H -0.4 1.0 0
H -0.4 -0.5 0.87
H -0.4 -0.5 -0.87
H 2.0 0.9 0
"""
DIOXIDE = "3\n\nO 0 0 -1.16\nC 0 0 0\nO 0 0 1.16\n"
WATER_FAR = "O 9 0 0\nH 9 0 0.96\nH 9.93 0 -0.24\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "bad.xyz: got an empty file"),
        (CARBONS, "C6 without hydrogen atoms"),
        ("3\n\nC 0 0 0\nC 1.5 0 0\nO 2 1.3 0\n", "C2O without hydrogen atoms"),
        ("2\n\nN 0 0 0\nN 0 0 1.1\n", "no nuclei of 1H, 13C in N2"),
        (METHANOL.replace("6", "5", 1).replace("H 0.8793 -1.0213 0.0\n", ""), "17 electrons"),
        ("2\n\nH 0 0 0\nBr 0 0 1.41\n", "the element Br"),
        ("1\n\nC 0 0 0\n", "a single atom"),
        (CARBENE, "no bonds that fit"),
        (METHANOL.replace("6", "9", 1) + WATER_FAR, "2 separate molecules"),
    ],
    ids=["empty", "ring", "chain", "nitrogen", "radical", "bromine", "atom", "carbene", "pair"],
)
def test_bad_files(refused, folder, card, text, reason):
    (folder / "bad.xyz").write_text(text)
    assert reason in refused("nmr", "bad.xyz", "--model", card)


def test_molecules_without_hydrogen_that_are_whole(nmr, folder):
    for name, text in (
        ("carbon", CHLORINES),
        ("dioxide", DIOXIDE),
    ):
        (folder / f"{name}.xyz").write_text(text)
    words = ("carbon.xyz", "dioxide.xyz", "--smiles", "S=C=S", "--no-optimize")
    assert nmr(*words).exit_code == 0
    assert [group["nucleus"] for group in load("carbon")["groups"]] == ["13C"]
    assert load("dioxide")["groups"][0]["label"] == "O=C=O"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--smiles", "C(C"], "expected a valid SMILES"),
        (["--smiles", "C[Si](C)(C)CC"], "the element Si"),
        (["--smiles", "C", "--average"], "--average: got --smiles"),
        (["methanol.xyz", "--average"], "one frame"),
        (["methanol.xyz", "--conformers", 2, "--no-optimize"], "--no-optimize"),
        (["methanol.xyz", "--conformers", 2, "--average"], "--conformers 2: got --average"),
        (["methanol.xyz", "--average", "--charge", 1, "--charge", 2], "--charge: got 1 and 2"),
        (["--smiles", "ClC(Cl)(Cl)Cl", "--nucleus", "1H"], "no nuclei of 1H in CCl4"),
        ([], "--smiles"),
    ],
)
def test_bad_requests(refused, card, words, reason):
    assert reason in refused("nmr", *words, "--model", card)


def test_frames_of_two_molecules(refused, folder, card):
    (folder / "two.xyz").write_text(METHANOL + "3\n\nO 0 0 0\nH 0 0 0.96\nH 0.93 0 -0.24\n")
    assert "frames of different molecules" in refused(
        "nmr", "two.xyz", "--average", "--model", card
    )


def test_two_trajectories_of_one_name(run, folder, card):
    (folder / "sub").mkdir()
    for path in ("run.xyz", "sub/run.xyz"):
        (folder / path).write_text(frames(2))
    result = run("nmr", "run.xyz", "sub/run.xyz", "--average", "--model", card)
    assert result.exit_code == 0
    assert {"run.nmr.json", "run-2.nmr.json"} <= {path.name for path in folder.iterdir()}


def test_nothing_can_be_embedded(refused, monkeypatch, card):
    monkeypatch.setattr("rdkit.Chem.rdDistGeom.EmbedMolecule", lambda *args, **kwargs: -1)
    assert "embed in three dimensions" in refused("nmr", "--smiles", "CC", "--model", card)


def test_existing_output(refused, folder, card):
    (folder / "methanol.nmr.13c.jdx").write_text("old")
    assert "an existing file" in refused("nmr", "methanol.xyz", "--model", card)


def test_a_model_of_another_kind(refused, card):
    assert "kind 'response'" in refused("nmr", "methanol.xyz", "--model", "specml")
    assert "kind 'shielding'" in refused("ir", "methanol.xyz", "--model", card)


@pytest.mark.parametrize("option", [("--fwhm-ppm", 0), ("--fwhm-ppm", "nan"), ("--mhz", -1)])
def test_numbers_that_cannot_be(nmr, option):
    result = nmr("methanol.xyz", *option)
    assert result.exit_code == 2
    assert option[0] in result.stderr


def test_models_are_listed(run):
    assert "specml-nmr" in run("models").stdout
