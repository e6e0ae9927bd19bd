"""`--conformers`: what is averaged, what is said about it, what is refused."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from specml.data import embedding
from specml.data.sampling import conformer
from specml.units import BOLTZMANN, EXTINCTION, KJ_PER_MOL
from tests.cli.conftest import WATER

pytestmark = pytest.mark.usefixtures("predictor")
THIOPEROXIDE = "SSO"  # cis and trans; five atoms

ALONE = {"requested": 1, "found": 1, "weights": "energy", "kept": 1, "kept_share": 1.0}


def load(stem: str) -> dict:
    return json.loads(Path(f"{stem}.json").read_text())


def as_xyz(smiles: str, name: str) -> Path:
    structure = conformer(smiles)
    rows = [f"{s} {x} {y} {z}" for s, (x, y, z) in
            zip(structure.symbols, structure.positions.tolist(), strict=True)]  # fmt: skip
    path = Path(f"{name}.xyz")
    path.write_text("\n".join([str(len(rows)), "", *rows, ""]))
    return path


def weights(members: list[dict], key: str, temperature: float) -> np.ndarray:
    """p_i of g_i and an energy, by hand."""
    energies = np.array([m[key] for m in members]) * KJ_PER_MOL
    factors = np.array([m["degeneracy"] for m in members])
    factors = factors * np.exp(-energies / (BOLTZMANN * temperature))
    return factors / factors.sum()


def test_a_smiles_is_averaged_over_conformers(run):
    output = run("ir", "--smiles", "CCO").stdout
    document = load("CCO.ir")
    members = document["conformers"]
    assert document["ensemble"] == {
        "requested": 4,
        "found": 2,
        "weights": "energy",
        "kept": 2,
        "kept_share": 1.0,
    }
    assert [m["degeneracy"] for m in members] == [2, 1]  # gauche and its mirror image; anti
    found = [m["weight"] for m in members]
    np.testing.assert_allclose(found, weights(members, "relative_energy_kj_mol", 298.15))
    assert members[0]["modes"] == document["modes"]
    assert members[0]["energy_ev"] == document["energy_ev"] < members[1]["energy_ev"]
    assert (
        members[0]["structure"]["positions_angstrom"]
        == (document["structure"]["positions_angstrom"])
    )
    gap = (members[1]["energy_ev"] - members[0]["energy_ev"]) / KJ_PER_MOL
    assert members[1]["relative_energy_kj_mol"] == pytest.approx(gap, abs=1e-6)
    for weight in found:
        assert f"{100 * weight:.1f}" in output
    assert "the curve averages 2 of 2, energies at 298.15 K" in output
    assert "CONFORMERS=2 of 2, energies at 298.15 K" in Path("CCO.ir.jdx").read_text()


def test_the_curve_is_the_weighted_sum(run):
    run("ir", "--smiles", THIOPEROXIDE)
    document = load("SSO.ir")
    curve = document["curve"]
    x, half = np.array(curve["wavenumber_cm1"]), 0.5 * curve["fwhm_cm1"]
    expected = np.zeros_like(x)
    for member in document["conformers"]:
        for mode in member["modes"]:
            height = EXTINCTION * member["weight"] * mode["ir_intensity_km_mol"]
            offset = x - mode["wavenumber_scaled_cm1"]
            expected += height * half / np.pi / (offset**2 + half**2)
    assert len(document["conformers"]) == 2
    np.testing.assert_allclose(curve["molar_absorption_l_mol_cm"], expected, rtol=1e-6, atol=1e-9)


def test_gibbs_energies_and_temperature(run):
    run("raman", "--smiles", THIOPEROXIDE, "--conformer-weights", "gibbs", "--temperature-k", 600)
    document = load("SSO.raman")
    members = document["conformers"]
    assert document["ensemble"]["weights"] == "gibbs"
    above = np.array([m["relative_gibbs_energy_kj_mol"] for m in members])
    assert abs(above[1] - members[1]["relative_energy_kj_mol"]) > 0.01
    found = [m["weight"] for m in members]
    np.testing.assert_allclose(found, weights(members, "relative_gibbs_energy_kj_mol", 600.0))


def test_a_file_is_one_geometry(run):
    run("ir", "water.xyz")
    document = load("water.ir")
    (only,) = document["conformers"]
    assert document["ensemble"] == ALONE
    assert (only["weight"], only["degeneracy"], only["relative_energy_kj_mol"]) == (1.0, 1, 0.0)
    assert only["modes"] == document["modes"]


def test_conformers_of_a_file_keep_its_atoms(run):
    """Bonds from distances; isotopes by the number of the atom in the file."""
    path = as_xyz(THIOPEROXIDE, "acid")
    run("ir", path, "--conformers", 3, "--isotope", "5=D")
    document = load("acid.ir")
    assert document["structure"]["symbols"] == ["S", "S", "O", "H", "H"]
    assert document["structure"]["masses_amu"][4] == pytest.approx(2.014, abs=1e-3)
    assert len(document["conformers"]) == 2
    for member in document["conformers"]:
        positions = np.array(member["structure"]["positions_angstrom"])
        assert np.linalg.norm(positions[2] - positions[4]) < 1.1  # O-D
        assert member["modes"][-1]["wavenumber_cm1"] < 3000.0


def test_one_conformer_is_the_geometry_given(run, predictor):
    run("ir", "--smiles", THIOPEROXIDE, "--conformers", 1)
    assert load("SSO.ir")["ensemble"] == ALONE
    assert predictor.batches == [1]


def test_without_optimization_a_smiles_is_one_geometry(run):
    run("ir", "--smiles", THIOPEROXIDE, "--no-optimize")
    assert len(load("SSO.ir")["conformers"]) == 1


def test_mixed_inputs_keep_their_order(run):
    run("ir", as_xyz("O", "first"), "--smiles", THIOPEROXIDE, "--smiles", "N", "water.xyz")
    formulas = [load(f"{n}.ir")["structure"]["formula"] for n in ("first", "SSO", "N", "water")]
    assert formulas == ["H2O", "H2OS2", "H3N", "H2O"]


def test_a_saddle_point_is_no_conformer(run, folder):
    """Planar ammonia from the file stays planar; embedding finds the pyramid."""
    path = folder / "planar.xyz"
    path.write_text("4\n\nN 0 0 0\nH 1.0 0 0\nH -0.5 0.8660254 0\nH -0.5 -0.8660254 0\n")
    run("ir", path, "--conformers", 2)
    document = load("planar.ir")
    assert len(document["conformers"]) == 1
    assert document["modes"][0]["wavenumber_cm1"] > 500.0


def test_no_optimize(refused, predictor):
    error = refused("ir", "water.xyz", "--no-optimize", "--conformers", 2)
    assert "--conformers 2: got --no-optimize" in error
    assert predictor.batches == []


def test_a_geometry_without_bonds(refused, folder):
    (folder / "carbene.xyz").write_text("3\n\nC 0 0 0\nH 0.86 0.7 0\nH -0.86 0.7 0\n")
    assert "carbene: bonds: got no bonds" in refused("ir", "carbene.xyz", "--conformers", 2)


def test_two_molecules_in_one(refused, folder):
    rows = re.sub(r"^O.*", "O 0 0 4", WATER.split("\n", 2)[2])
    text = "6\n\n" + WATER.split("\n", 2)[2] + rows.replace("-0.4696", "4.6")
    (folder / "dimer.xyz").write_text(text)
    assert "2 separate molecules" in refused("ir", "dimer.xyz", "--conformers", 2)


def test_nothing_embedded(run, monkeypatch):
    monkeypatch.setattr(embedding, "_embed", lambda *args: 0)
    result = run("ir", "water.xyz", "--conformers", 2)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: water: conformers: got no geometry from RDKit")
    assert len(result.stderr.splitlines()) == 1


def test_none_at_all(run):
    result = run("ir", "water.xyz", "--conformers", 0)
    assert result.exit_code == 2
    assert "--conformers" in result.stderr
