"""`specml ir` and `specml raman`: what is printed and what is in the files."""

import csv
import json
import re
from pathlib import Path

import jcamp
import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

import specml
from specml.errors import ReferenceFailure
from specml.units import EXTINCTION
from specml.workflows import harmonic
from tests.cli.conftest import WATER

SUFFIXES = ("csv", "curve.csv", "jdx", "json", "png")


def load(stem: str) -> dict:
    return json.loads(Path(f"{stem}.json").read_text())


@pytest.fixture
def water(run, predictor) -> dict:
    assert run("ir", "water.xyz").exit_code == 0
    return load("water.ir")


def test_files_and_schema(water, folder):
    names = {path.name for path in folder.iterdir()} - {"water.xyz"}
    assert names == {f"water.ir.{suffix}" for suffix in SUFFIXES}
    assert water["schema"] == "specml/ir/1"
    assert water["specml_version"] == specml.__version__
    assert water["structure"]["numbers"] == [8, 1, 1]
    assert water["structure"]["symbols"] == ["O", "H", "H"]
    assert np.shape(water["structure"]["positions_angstrom"]) == (3, 3)
    assert water["structure"]["charge"] == 0
    assert water["domain"]["inside"] is True
    assert water["domain"]["reasons"] == []
    assert water["warnings"] == []
    assert water["model"]["name"] == "fake"
    assert water["optimization"]["converged"] is True
    assert water["energy_ev"] < 0.0


def test_modes(water):
    """Two stretches and a bend; displacements are orthonormal once weighted by mass."""
    modes = water["modes"]
    assert [m["assignment"] for m in modes] == ["H-O-H bend", "O-H stretch", "O-H stretch"]
    assert 1400 < modes[0]["wavenumber_cm1"] < 1700
    assert 3400 < modes[1]["wavenumber_cm1"] < modes[2]["wavenumber_cm1"] < 4000
    assert all(m["ir_intensity_km_mol"] > 0 and m["reduced_mass_amu"] > 1 for m in modes)
    moves = np.array([m["displacements"] for m in modes])
    masses = np.array(water["structure"]["masses_amu"])
    overlap = np.einsum("iax,a,jax->ij", moves, masses, moves)
    np.testing.assert_allclose(overlap, np.diag(np.diag(overlap)), atol=1e-6)
    np.testing.assert_allclose(np.einsum("iax,a->ix", moves, masses), 0.0, atol=1e-6)


def test_the_curve_holds_the_intensity(water):
    """The integral of the molar absorption is EXTINCTION times the sum of the intensities; the
    wings of three Lorentzians beyond 0 and 4000 1/cm are below two per cent.
    """
    curve = water["curve"]
    total = np.trapezoid(curve["molar_absorption_l_mol_cm"], curve["wavenumber_cm1"])
    expected = EXTINCTION * sum(m["ir_intensity_km_mol"] for m in water["modes"])
    assert total == pytest.approx(expected, rel=0.02)


def test_other_files_say_the_same(water):
    rows = list(csv.DictReader(Path("water.ir.csv").read_text().splitlines()))
    assert [r["assignment"] for r in rows] == [m["assignment"] for m in water["modes"]]
    for key in ("wavenumber_cm1", "wavenumber_scaled_cm1", "ir_intensity_km_mol"):
        assert [float(r[key]) for r in rows] == pytest.approx([m[key] for m in water["modes"]])
    curve = water["curve"]
    exchanged = jcamp.readfile("water.ir.jdx")
    np.testing.assert_allclose(exchanged["x"], curve["wavenumber_cm1"])
    y = np.array(curve["molar_absorption_l_mol_cm"])
    np.testing.assert_allclose(exchanged["y"], y, atol=1e-8 * y.max())
    table = np.loadtxt("water.ir.curve.csv", delimiter=",", skiprows=1)
    np.testing.assert_allclose(table, np.transpose([curve["wavenumber_cm1"], y]))


def test_terminal(run, predictor):
    output = run("ir", "water.xyz").stdout
    for word in ("water", "H₂O", "O-H stretch", "ZPE", "fake", "inside", "water.ir.{json,csv,"):
        assert word in output
    assert output.count("stretch") == 2


def test_quiet(run, predictor):
    assert run("ir", "water.xyz", "--quiet").stdout == ""


def test_raman(run, predictor):
    assert run("raman", "water.xyz").exit_code == 0
    document = load("water.raman")
    assert document["schema"] == "specml/raman/1"
    for mode in document["modes"]:
        assert mode["raman_activity_a4_amu"] > 0.0
        assert 0.0 <= mode["depolarization_ratio"] <= 0.75
        assert 0.0 < mode["raman_cross_section_cm2_sr"] < 1e-27
        assert mode["ir_intensity_km_mol"] > 0.0
    assert np.shape(document["polarizability_angstrom3"]) == (3, 3)
    assert jcamp.readfile("water.raman.jdx")["data type"] == "RAMAN SPECTRUM"


def test_laser_and_temperature_move_cross_sections_only(run, predictor):
    run("raman", "water.xyz")
    green = load("water.raman")
    run("raman", "water.xyz", "--laser-nm", 1064, "--temperature-k", 500, "--force")
    red = load("water.raman")
    assert red["laser_nm"] == 1064
    assert red["thermochemistry"]["temperature_k"] == 500
    for a, b in zip(green["modes"], red["modes"], strict=True):
        assert b["raman_activity_a4_amu"] == pytest.approx(a["raman_activity_a4_amu"])
        assert b["raman_cross_section_cm2_sr"] < a["raman_cross_section_cm2_sr"] / 10
    assert max(red["curve"]["cross_section_cm2_sr_cm"]) < max(
        green["curve"]["cross_section_cm2_sr_cm"]
    )


def test_scale(run, predictor):
    run("ir", "water.xyz", "--scale", "0.9")
    document = load("water.ir")
    for mode in document["modes"]:
        scaled = 0.9 * mode["wavenumber_cm1"]
        assert mode["wavenumber_scaled_cm1"] == pytest.approx(scaled)
    curve = document["curve"]
    highest = curve["wavenumber_cm1"][np.argmax(curve["molar_absorption_l_mol_cm"])]
    strongest = max(document["modes"], key=lambda m: m["ir_intensity_km_mol"])
    assert abs(highest - strongest["wavenumber_scaled_cm1"]) <= 1.0
    run("ir", "water.xyz", "--scale", "none", "--force")
    document = load("water.ir")
    assert all(m["wavenumber_scaled_cm1"] == m["wavenumber_cm1"] for m in document["modes"])


def test_width(run, predictor):
    run("ir", "water.xyz", "--fwhm-cm1", 2)
    narrow = load("water.ir")["curve"]
    run("ir", "water.xyz", "--fwhm-cm1", 20, "--force")
    wide = load("water.ir")["curve"]
    key = "molar_absorption_l_mol_cm"
    assert max(narrow[key]) == pytest.approx(10 * max(wide[key]), rel=0.02)
    assert np.diff(narrow["wavenumber_cm1"]).max() <= 0.2 + 1e-9


def test_heavy_water(run, predictor):
    """Teller-Redlich product rule of a bent XY2 molecule, all three modes together."""
    run("ir", "water.xyz")
    light = load("water.ir")
    run("ir", "water.xyz", "--isotope", "2=D", "--isotope", "3=2H", "--force")
    heavy = load("water.ir")
    assert heavy["structure"]["masses_amu"][1:] == pytest.approx([2.014102] * 2, abs=1e-6)
    ratio = np.prod(
        [h["wavenumber_cm1"] / m["wavenumber_cm1"] for h, m in
         zip(heavy["modes"], light["modes"], strict=True)]
    )  # fmt: skip
    positions = np.array(light["structure"]["positions_angstrom"])
    expected = 1.0
    for document, power in ((light, -0.5), (heavy, 0.5)):
        m = np.array(document["structure"]["masses_amu"])
        x = positions - m @ positions / m.sum()
        inertia = np.trace(x.T @ (m[:, None] * x)) * np.eye(3) - x.T @ (m[:, None] * x)
        expected *= (m.sum() ** 3 * np.linalg.det(inertia) / np.prod(m) ** 3) ** power
    assert ratio == pytest.approx(expected, rel=1e-4)


def test_no_optimize_keeps_the_geometry_and_warns(run, predictor, folder):
    (folder / "long.xyz").write_text(WATER.replace("0.7572", "0.8572"))
    output = run("ir", "long.xyz", "--no-optimize").stdout
    document = load("long.ir")
    assert document["structure"]["positions_angstrom"][1] == [0.0, 0.8572, -0.4696]
    assert document["optimization"]["performed"] is False
    assert document["optimization"]["max_force_ev_angstrom"] > 0.1
    assert "not a stationary point" in document["warnings"][0]
    assert "not a stationary point" in output


def test_planar_ammonia_has_an_imaginary_mode(run, predictor, folder):
    (folder / "ts.xyz").write_text(
        "4\n\nN 0 0 0\nH 1.0 0 0\nH -0.5 0.8660254 0\nH -0.5 -0.8660254 0\n"
    )
    output = run("ir", "ts.xyz", "--no-optimize").stdout
    document = load("ts.ir")
    assert document["modes"][0]["wavenumber_cm1"] < -300
    assert any("imaginary" in warning for warning in document["warnings"])
    assert f"{-document['modes'][0]['wavenumber_cm1']:.1f}i" in output
    assert document["thermochemistry"]["imaginary_modes_left_out"] == 1


def test_an_optimised_saddle_point_is_left_for_the_minimum(run, predictor, folder):
    """The plane has no force out of it: only the imaginary mode says where down is."""
    (folder / "planar.xyz").write_text(
        "4\n\nN 0 0 0\nH 1.0 0 0\nH -0.5 0.8660254 0\nH -0.5 -0.8660254 0\n"
    )
    output = run("ir", "planar.xyz").stdout
    document = load("planar.ir")
    assert document["modes"][0]["wavenumber_cm1"] > 500
    assert document["thermochemistry"]["imaginary_modes_left_out"] == 0
    assert "reached a saddle point" in document["warnings"][0]
    assert "reached a saddle point" in output


def test_outside_the_domain_is_a_warning(run, predictor, folder):
    (folder / "hydroxide.xyz").write_text("2\ncharge=-1\nO 0 0 0\nH 0 0 0.97\n")
    result = run("ir", "hydroxide.xyz")
    document = load("hydroxide.ir")
    assert result.exit_code == 0
    assert document["structure"]["charge"] == -1
    assert document["domain"] == document["domain"] | {"inside": False, "reasons": ["charge -1"]}
    assert "outside the domain" in document["warnings"][0]
    assert "outside" in result.stdout


def test_many_molecules_go_through_the_model_together(run, predictor, folder):
    (folder / "frames.xyz").write_text(WATER * 4)
    result = run("ir", "frames.xyz", "water.xyz")
    assert predictor.batches == [5]
    assert {p.name for p in folder.glob("*.json")} == {
        "water.ir.json",
        *(f"frames-{k}.ir.json" for k in range(1, 5)),
    }
    assert len([line for line in result.stdout.splitlines() if "strongest bands" in line]) == 5
    one, other = load("frames-3.ir"), load("water.ir")
    assert one["modes"][0]["wavenumber_cm1"] == pytest.approx(other["modes"][0]["wavenumber_cm1"])


def test_interruption_keeps_finished_chunks_whole(run, predictor, folder, monkeypatch):
    (folder / "frames.xyz").write_text(WATER * 4)
    monkeypatch.setattr(harmonic, "CHUNK", 2)
    original = predictor.expand

    def second_time_interrupted(*args, **kwargs):
        if len(predictor.batches) == 2:
            raise KeyboardInterrupt
        return original(*args, **kwargs)

    monkeypatch.setattr(predictor, "expand", second_time_interrupted)
    assert run("ir", "frames.xyz").exit_code == 130
    names = {path.name for path in folder.iterdir()} - {"water.xyz", "frames.xyz"}
    assert names == {f"frames-{k}.ir.{suffix}" for k in (1, 2) for suffix in SUFFIXES}


@pytest.fixture
def hates_carbon(predictor, monkeypatch):
    original = predictor.relax

    def relax(structures):
        if any(6 in s.numbers for s in structures):
            raise ReferenceFailure("SCF: got no convergence; expected some. Try again.")
        return original(structures)

    monkeypatch.setattr(predictor, "relax", relax)


def test_one_failure_does_not_stop_the_others(run, hates_carbon, folder):
    result = run("ir", "water.xyz", "--smiles", "C#N", "--smiles", "N", "--smiles", "C=O")
    assert result.exit_code == 2
    assert {p.name for p in folder.glob("*.json")} == {"water.ir.json", "N.ir.json"}
    (line,) = result.stderr.splitlines()
    assert "2 of 4 molecules" in line
    assert "C~~N: SCF: got no convergence" in line
    assert "C=O: SCF" in line
    assert "2 molecules, model fake" in result.stdout


def test_a_single_failure_is_one_line(run, hates_carbon, folder):
    result = run("ir", "--smiles", "C#N")
    assert result.exit_code == 2
    assert result.stderr == "error: C~~N: SCF: got no convergence; expected some. Try again.\n"


def test_a_proton_that_moves_is_a_warning(run, predictor):
    """Glycine as a zwitterion is no minimum in vacuum: N-H breaks, O-H forms."""
    output = run("ir", "--smiles", "[NH3+]CC(=O)[O-]").stdout
    (warning,) = load("_NH3+_CC_=O__O-_.ir")["warnings"]
    assert re.fullmatch(r"bonds changed while it relaxed: broken N1-H\d+, formed O\d-H\d+", warning)
    assert "bonds changed" in output


def test_names_are_not_markup(run, predictor, folder):
    (folder / "water[red].xyz").write_text(WATER)
    output = run("ir", "water[red].xyz").stdout
    assert "water[red].ir.{json," in output
    output = run("ir", "water.xyz", "--output-dir", "[bold]").stdout
    assert "[bold]/water.ir.{json," in output


def test_smiles(run, predictor, folder):
    assert run("ir", "--smiles", "C#N", "--smiles", "F/C=C/F").exit_code == 0
    assert {p.name for p in folder.glob("*.json")} == {"C~~N.ir.json", "F_C=C_F.ir.json"}
    assert len(load("C~~N.ir")["modes"]) == 4
    assert load("C~~N.ir")["structure"]["smiles"] == "C#N"


def test_isomers_have_files_of_their_own(run, predictor, folder):
    assert run("ir", "--smiles", "F/C=C/F", "--smiles", r"F/C=C\F").exit_code == 0
    assert {p.name for p in folder.glob("*.json")} == {"F_C=C_F.ir.json", "F_C=C~F.ir.json"}


def test_sdf(run, predictor, folder):
    molecule = Chem.AddHs(Chem.MolFromSmiles("CO"))
    AllChem.EmbedMolecule(molecule, randomSeed=1)
    (folder / "methanol.sdf").write_text(Chem.MolToMolBlock(molecule))
    assert run("ir", "methanol.sdf", "--output-dir", "new/results").exit_code == 0
    assert load("new/results/methanol.ir")["structure"]["formula"] == "CH4O"


def test_version(run):
    assert run("--version").stdout.strip() == specml.__version__


def test_silent_modes_have_no_bar_no_band_and_no_ratio(run, predictor, folder):
    Path("co2.xyz").write_text("3\n\nC 0 0 0\nO 0 0 1.16\nO 0 0 -1.16\n")
    Path("n2.xyz").write_text("2\n\nN 0 0 0\nN 0 0 1.1\n")
    output = run("raman", "co2.xyz").stdout
    document = load("co2.raman")
    ratios = [mode["depolarization_ratio"] for mode in document["modes"]]
    silent = [mode["raman_activity_a4_amu"] < 0.01 for mode in document["modes"]]
    assert silent == [True, True, False, True]
    assert [ratio is None for ratio in ratios] == silent
    assert output.count(" – ") == 3
    copies = [f"co2-{k}.xyz" for k in range(3)]
    for copy in copies:
        Path(copy).write_text(Path("co2.xyz").read_text())
    several = run("ir", *copies, "n2.xyz").stdout
    symmetric = f"{document['modes'][2]['wavenumber_scaled_cm1']:.0f}"
    strongest = next(line for line in several.splitlines() if "co2" in line)
    assert "strongest bands" in strongest
    assert symmetric not in strongest
    assert "no active bands" in next(line for line in several.splitlines() if "n2" in line)
    assert set(load("n2.ir")["curve"]["molar_absorption_l_mol_cm"]) == {0.0}


def test_the_entropy_of_vibrations_is_an_option(run, predictor):
    for entropy in ("harmonic", "grimme", "truhlar"):
        result = run("ir", "water.xyz", "--entropy", entropy, "--force")
        assert result.exit_code == 0
        values = load("water.ir")["thermochemistry"]
        assert values["entropy_of_vibrations"] == entropy
        assert values["soft_modes_raised"] == 0
        assert ("quasi-harmonic" in result.stdout) == (entropy != "harmonic")
    assert run("ir", "water.xyz", "--entropy", "rotor", "--force").exit_code == 2


def test_deuterium_is_named(run, predictor):
    assert "HDO" in run("ir", "water.xyz", "--isotope", "2=D").stdout.translate(
        str.maketrans("₀₁₂₃", "0123")
    )
    document = load("water.ir")
    assert document["structure"]["formula"] == "HDO"
    assert {"O-D stretch", "O-H stretch"} <= {m["assignment"] for m in document["modes"]}
