"""`specml scf` with a model that is PySCF's own matrix, a little spoilt."""

import json
import re
from pathlib import Path

import h5py
import numpy as np
import pytest
from pyscf import gto, scf
from pyscf.scf import chkfile
from pyscf.tools import molden

from specml.errors import InputError, ReferenceFailure
from specml.hamiltonian import predictor
from specml.hamiltonian.files import molden_file, molden_obstacle
from specml.workflows import scf as workflow
from tests.cli.conftest import WATER
from tests.cli.test_documented_keys import keys
from tests.fock_model import SpoiltFock

ROOT = Path(__file__).parents[2]
LEVEL = ("--xc", "hf", "--basis", "6-31g")
ARM = {"cycles", "fock_builds", "wall_s", "energy_ha", "guess_used"}


@pytest.fixture(autouse=True)
def model(monkeypatch):
    """Loaded instead of the shipped one; PySCF keeps no temporary files of its own."""
    found = SpoiltFock(0.02)
    monkeypatch.setattr(predictor, "load", lambda *args, **kwargs: found)
    monkeypatch.setattr(scf.hf, "MUTE_CHKFILE", True)
    return found


@pytest.fixture
def call(run):
    return lambda *words: run("scf", *words, *LEVEL)


def load(stem: str) -> dict:
    return json.loads(Path(f"{stem}.scf.json").read_text())


def expected() -> float:
    mol = gto.M(atom="\n".join(WATER.splitlines()[2:]), basis="6-31g", verbose=0)
    return scf.RHF(mol).kernel()


def test_energy_and_files(call, folder):
    result = call("water.xyz")
    assert result.exit_code == 0, result.output
    document = load("water")
    assert document["energy_ha"] == pytest.approx(expected(), abs=1e-8)
    assert document["converged"]
    assert document["method"] == {
        "geometry": "as given", "xc": "hf", "basis": "6-31g", "density_fit": False,
        "conv_tol_ha": 1e-9,
    }  # fmt: skip
    assert "default" not in document
    names = {path.name for path in folder.glob("water.scf.*")}
    assert names == {"water.scf.json", "water.scf.chk", "water.scf.molden"}


def test_compare(call):
    output = call("water.xyz", "--compare").stdout
    document = load("water")
    assert set(document["default"]) == ARM
    assert set(document["specml"]) == ARM | {"network_s", "excess_ha"}
    assert document["default"]["guess_used"] == "minao"
    assert document["specml"]["guess_used"] == "specml"
    assert document["specml"]["fock_builds"] < document["default"]["fock_builds"]
    for arm in ("default", "specml"):
        assert document[arm]["energy_ha"] == pytest.approx(expected(), abs=1e-8)
        assert document[arm]["fock_builds"] == document[arm]["cycles"] + 2
        assert 0.0 < document[arm]["wall_s"] < 60.0
    assert 0.0 < document["specml"]["network_s"] < document["specml"]["wall_s"]
    for word in ("minao", "specml", "Fock", "builds", "H₂O", "water.scf.{json,chk,molden}"):
        assert word in output


def test_chkfile_and_molden_are_those_of_pyscf(call, folder):
    call("water.xyz")
    saved = chkfile.load(str(folder / "water.scf.chk"), "scf")
    mol = chkfile.load_mol(str(folder / "water.scf.chk"))
    assert saved["e_tot"] == pytest.approx(load("water")["energy_ha"], abs=1e-9)
    again = scf.RHF(mol)
    again.kernel(again.from_chk(str(folder / "water.scf.chk")))
    assert again.cycles <= 2
    _, energies, _, occupations, _, _ = molden.load(str(folder / "water.scf.molden"))
    np.testing.assert_allclose(energies, saved["mo_energy"], atol=1e-8)
    assert occupations.sum() == 10
    assert h5py.is_hdf5(folder / "water.scf.chk")


def test_left_to_pyscf(call, folder):
    (folder / "ion.xyz").write_text("2\ncharge=-1\nO 0 0 0\nH 0 0 0.97\n")
    result = call("ion.xyz", "--quiet")
    document = load("ion")
    assert document["specml"]["guess_used"] == "minao"
    assert document["specml"]["network_s"] == 0.0
    assert document["warnings"] == ["guess not used: charge -1"]
    assert "guess not used: charge -1" in result.stdout
    assert result.stderr == ""


def test_a_basis_brings_its_core_potential(run, folder):
    (folder / "hcl.xyz").write_text("2\n\nCl 0 0 0\nH 0 0 1.28\n")
    run("scf", "hcl.xyz", "--basis", "lanl2dz", "--xc", "hf")
    found = load("hcl")["specml"]["energy_ha"]
    mol = gto.M(atom="Cl 0 0 0; H 0 0 1.28", basis="lanl2dz", ecp={"Cl": "lanl2dz"}, verbose=0)
    assert found == pytest.approx(scf.RHF(mol).kernel(), abs=1e-7)


def test_energies_have_all_digits(run, folder):
    """HBr, of the issue: twelve digits were 3e-9 hartree off the checkpoint."""
    (folder / "hbr.xyz").write_text("2\n\nBr 0 0 0\nH 0 0 1.41\n")
    run("scf", "hbr.xyz", "--basis", "sto-3g", "--xc", "hf", "--compare")
    document = load("hbr")
    saved = chkfile.load(str(folder / "hbr.scf.chk"), "scf")["e_tot"]
    assert document["energy_ha"] == document["specml"]["energy_ha"] == saved
    assert len(repr(document["default"]["energy_ha"])) > 14


def test_h_functions_are_not_cut_from_a_molden_file(run, folder):
    (folder / "he.xyz").write_text("1\n\nNe 0 0 0\n")
    result = run("scf", "he.xyz", "--basis", "cc-pv5z", "--xc", "hf")
    assert result.exit_code == 0, result.output
    assert {path.name for path in folder.glob("he.scf.*")} == {"he.scf.json", "he.scf.chk"}
    assert any("no molden file, which cannot hold h functions" in w for w in load("he")["warnings"])
    assert "he.scf.{json,chk}" in result.stdout
    with pytest.raises(InputError, match="got h functions; expected functions up to g"):
        molden_file(gto.M(atom="Ne", basis="cc-pv5z", verbose=0), *[np.eye(1)] * 3)
    g = gto.M(atom="Ne", basis="cc-pvqz", verbose=0)
    assert molden_obstacle(g) is None


def test_both_arms_are_warmed_up(call, monkeypatch):
    """The first of each loads libraries, which is not the time of the molecule."""
    sizes, converge = [], workflow.converge

    def counting(field, chkfile=None):
        sizes.append((field.mol.natm, "SpecML" in type(field).__name__))
        return converge(field, chkfile)

    monkeypatch.setattr(workflow, "converge", counting)
    call("water.xyz", "--compare")
    assert sizes == [(2, False), (2, True), (3, False), (3, True)]


def test_bad_guess(call, model):
    model.error = 1.0
    call("water.xyz", "--compare")
    document = load("water")
    assert document["specml"]["fock_builds"] == document["default"]["fock_builds"] + 1
    assert "per electron" in document["warnings"][0]


def test_a_single_atom(call, folder):
    (folder / "neon.xyz").write_text("1\n\nNe 0 0 0\n")
    assert call("neon.xyz").exit_code == 0
    assert load("neon")["energy_ha"] == pytest.approx(-128.474, abs=1e-3)


def test_smiles_are_relaxed(call):
    call("--smiles", "O", "--density-fit")
    document = load("O")
    assert document["method"]["geometry"] == "GFN2-xTB"
    assert document["method"]["density_fit"]
    call("--smiles", "O", "--no-optimize", "--force")
    assert load("O")["method"]["geometry"] == "as given"
    assert load("O")["energy_ha"] > document["energy_ha"]


def test_no_convergence(call, monkeypatch, folder):
    """Said aloud, and the files are there to go on from."""
    monkeypatch.setattr(scf.hf.SCF, "max_cycle", 2)
    result = call("water.xyz")
    assert result.exit_code == 2
    assert "water: got no convergence" in result.stderr
    assert not load("water")["converged"]
    assert (folder / "water.scf.chk").exists()


def test_a_failure_beside_the_others(call, monkeypatch, folder):
    """The files of the other molecule are there, and the message names the one that failed."""
    converge = workflow.converge

    def stubborn(field, chkfile=None):
        if field.mol.natm == 2:
            raise ReferenceFailure("no such correction")
        return converge(field, chkfile)

    (folder / "fluoride.xyz").write_text("2\n\nF 0 0 0\nH 0 0 0.92\n")
    monkeypatch.setattr(workflow, "converge", stubborn)
    result = call("fluoride.xyz", "water.xyz")
    assert result.exit_code == 2
    assert "1 of 2 molecules: got no answer (fluoride: no such correction)" in result.stderr
    assert [path.name for path in folder.glob("*.scf.json")] == ["water.scf.json"]


def test_interrupted(call, monkeypatch, folder):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow, "converge", interrupt)
    assert call("water.xyz").exit_code == 130
    assert [path.name for path in folder.iterdir()] == ["water.xyz"]


def test_documented_keys(call):
    """docs/scf.md has every key, and no other."""
    call("water.xyz", "--compare")
    text = (ROOT / "docs" / "scf.md").read_text().split("## specml scf")[1].split("\n## ")[0]
    assert keys(load("water")) == set(re.findall(r"^\| `([^`<]+)` \|", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "expected a structure file or --smiles"),
        (("absent.xyz",), "absent.xyz: got no such file"),
        (("water.xyz", "--xc", "nope"), "--xc: got 'nope'"),
        (("water.xyz", "--xc", ""), "--xc: got ''"),
        (("water.xyz", "--xc", ","), "--xc: got ','"),
        (("water.xyz", "--xc", "wb97x-d"), "water: PySCF: got wb97x-d is not supported"),
        (("water.xyz", "--basis", "ccecp-ccpvdz"), "made for an effective core potential"),
        (("water.xyz", "--basis", "nope"), "water: got the basis 'nope'"),
        (("water.xyz", "--basis", ""), "water: got the basis ''"),
        (("--smiles", "C(C"), "C(C"),
        (("water.xyz", "--output-dir", "/proc/results"), "/proc/results: got"),
    ],
)
def test_bad_input(refused, words, reason):
    assert reason in refused("scf", *words)


def test_existing_output(refused, call, folder):
    (folder / "water.scf.chk").write_text("old")
    assert "water.scf.chk: got an existing file" in refused("scf", "water.xyz", *LEVEL)
    assert call("water.xyz", "--force").exit_code == 0


@pytest.mark.parametrize("option", [("--conv-tol", 0), ("--conv-tol", "nan"), ("--charge", "x")])
def test_numbers_that_cannot_be(run, option):
    result = run("scf", "water.xyz", *option)
    assert result.exit_code == 2
    assert option[0] in result.stderr
