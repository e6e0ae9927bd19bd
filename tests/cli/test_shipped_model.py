"""The whole way with the model that ships: what a user meets on the first day."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def ethanol(run) -> dict:
    assert run("ir", EXAMPLES / "ethanol.xyz").exit_code == 0
    return json.loads(Path("ethanol.ir.json").read_text())


def test_ethanol(ethanol):
    """Bands every table of group frequencies has: O-H, C-H, C-O."""
    assert ethanol["optimization"]["converged"]
    assert ethanol["domain"]["inside"]
    assert ethanol["warnings"] == []
    assert len(ethanol["modes"]) == 21
    assignments = [mode["assignment"] for mode in ethanol["modes"]]
    assert assignments[-1] == "O-H stretch"
    stretches = {"CH2 sym. stretch", "CH2 asym. stretch", "CH3 sym. stretch", "CH3 asym. stretch"}
    assert all(set(label.split(" + ")) <= stretches for label in assignments[-6:-1])
    scaled = [mode["wavenumber_scaled_cm1"] for mode in ethanol["modes"]]
    assert 3500 < scaled[-1] < 3850
    assert all(2800 < x < 3150 for x in scaled[-6:-1])


def test_a_minimum_is_kept(run, ethanol):
    """Relaxing the relaxed geometry again gives the same spectrum."""
    positions = ethanol["structure"]["positions_angstrom"]
    rows = [f"{s} {x} {y} {z}" for s, (x, y, z) in
            zip(ethanol["structure"]["symbols"], positions, strict=True)]  # fmt: skip
    Path("again.xyz").write_text("\n".join(["9", "", *rows, ""]))
    run("ir", "again.xyz", "--no-optimize")
    again = json.loads(Path("again.ir.json").read_text())
    np.testing.assert_allclose(
        [m["wavenumber_cm1"] for m in again["modes"]],
        [m["wavenumber_cm1"] for m in ethanol["modes"]],
        atol=0.5,
    )


def test_raman(run):
    assert run("raman", EXAMPLES / "ethanol.xyz").exit_code == 0
    document = json.loads(Path("ethanol.raman.json").read_text())
    assert document["modes"][-1]["raman_activity_a4_amu"] > 0.0
    alpha = np.array(document["polarizability_angstrom3"])
    np.testing.assert_allclose(alpha, alpha.T, atol=1e-6)


def test_unknown_element(refused, folder):
    (folder / "hbr.xyz").write_text("2\n\nH 0 0 0\nBr 0 0 1.41\n")
    assert "the element Br" in refused("ir", "hbr.xyz")


def test_charged_molecule_is_outside_the_domain(run, folder):
    (folder / "ammonium.xyz").write_text(
        "5\ncharge=1\nN 0 0 0\nH .59 .59 .59\nH -.59 -.59 .59\nH .59 -.59 -.59\nH -.59 .59 -.59\n"
    )
    assert run("ir", "ammonium.xyz").exit_code == 0
    domain = json.loads(Path("ammonium.ir.json").read_text())["domain"]
    assert domain["inside"] is False
    assert "charge +1" in domain["reasons"][0]


def test_models(run):
    output = run("models").stdout
    for name in ("specml-xtb", "H C N O F S Cl"):
        assert name in output


def test_python_example(capsys):
    runpy.run_path(str(EXAMPLES / "python_api.py"))
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if "km/mol" in line]) == 21
    assert "L/(mol cm)" in lines[-2]
    assert lines[-1].startswith("dipole / e angstrom: [")
