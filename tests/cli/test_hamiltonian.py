"""`specml hamiltonian` with a model that is PySCF's own matrix, a little spoilt."""

import json
import re
from pathlib import Path
from typing import ClassVar

import h5py
import numpy as np
import pytest
from pyscf import gto, scf

from specml.documents import electronic_structure
from specml.errors import ReferenceFailure
from specml.hamiltonian import predictor
from specml.workflows import single_points
from tests.cli.conftest import WATER
from tests.cli.test_documented_keys import keys
from tests.fock_model import SpoiltFock

ROOT = Path(__file__).parents[2]


class Model(SpoiltFock):
    """With a card, as the shipped model has."""

    card: ClassVar[dict] = {
        **SpoiltFock.card,
        "version": "7",
        "expected_error": {"homo_ev": 0.0125, "gap_ev": 0.5, "mulliken_charge": 0.0475},
    }


@pytest.fixture(autouse=True)
def model(monkeypatch):
    found = Model(0.0)
    monkeypatch.setattr(predictor, "load", lambda *args, **kwargs: found)
    monkeypatch.setattr(scf.hf, "MUTE_CHKFILE", True)
    return found


@pytest.fixture
def call(run):
    return lambda *words: run("hamiltonian", *words)


def load(stem: str) -> dict:
    return json.loads(Path(f"{stem}.hamiltonian.json").read_text())


@pytest.fixture(scope="module")
def field():
    mol = gto.M(atom="\n".join(WATER.splitlines()[2:]), basis="6-31g", verbose=0)
    found = scf.RHF(mol)
    found.chkfile = None
    return found.run()


def test_numbers_are_those_of_pyscf(call, field):
    assert call("water.xyz").exit_code == 0
    document = load("water")
    energies = field.mo_energy * 27.211386245988
    np.testing.assert_allclose(document["orbital_energies_ev"], energies, atol=2e-3)
    assert document["homo_ev"] == document["orbital_energies_ev"][4]
    assert document["gap_ev"] == pytest.approx(document["lumo_ev"] - document["homo_ev"])
    dipole = field.dip_moment(unit="Debye", verbose=0)
    np.testing.assert_allclose(document["dipole_vector_debye"], dipole, atol=2e-3)
    assert document["dipole_debye"] == pytest.approx(np.linalg.norm(dipole), abs=2e-3)
    charges = field.mulliken_pop(verbose=0)[1]
    np.testing.assert_allclose(document["mulliken_charges_e"], charges, atol=2e-3)
    assert [bond["indices"] for bond in document["bonds"]] == [[0, 1], [0, 2]]
    assert document["occupations"] == [2.0] * 5 + [0.0] * 8


def test_files_say_the_same(call, folder):
    call("water.xyz", "--cube", "HOMO, lumo,density,3")
    names = {path.name.removeprefix("water.hamiltonian.") for path in folder.glob("water.h*")}
    cubes = {"homo.cube", "lumo.cube", "density.cube", "3.cube"}
    assert names == {"json", "h5", "molden"} | cubes
    document = load("water")
    with h5py.File("water.hamiltonian.h5") as file:
        np.testing.assert_allclose(
            file["energies"][:] * 27.211386245988, document["orbital_energies_ev"], rtol=1e-9
        )
        assert dict(file.attrs)["method"] == "hf"
        assert file.attrs["ao_order"] == "PySCF"
        assert file.attrs["functional"] == "hf"


def test_terminal(call):
    output = call("water.xyz").stdout
    for word in ("H₂O", "HOMO", "± 0.013", "± 0.500", "± 0.048", "unknown", "O1-H2", "hf/6-31g",
                 "spoilt 7", "water.hamiltonian.{json,h5,molden}"):  # fmt: skip
        assert word in output
    assert call("water.xyz", "--quiet", "--force").stdout == ""


@pytest.mark.parametrize(
    ("atoms", "reason"),
    [
        ("2\n\nH 0 0 0\nH 0 0 2.5\n", "a stretched bond, H1-H2 of 2.50|predicted gap"),
        ("3\n\nO 0 0 0\nH 0 0.76 0.58\nH 0 -1.44 1.08\n", "a stretched bond, O1-H3 of 1.80"),
    ],
    ids=["H2", "water"],
)
def test_molecules_unlike_those_learned_have_no_fixed_error(call, folder, atoms, reason):
    (folder / "odd.xyz").write_text(atoms)
    output = call("odd.xyz").stdout
    document = load("odd")
    assert re.search(reason, document["warnings"][0])
    assert document["expected_error"] == {}
    assert "±" not in output
    assert "warning  odd: " in output
    assert "warning  odd: " in call("odd.xyz", "--quiet", "--force").stdout


def test_no_warning_of_water(call):
    output = call("water.xyz").stdout
    assert load("water")["warnings"] == []
    assert "warning" not in output


def test_grid_of_cubes(call):
    call("water.xyz", "--cube", "density", "--cube-spacing-bohr", "0.5", "--cube-margin-bohr", "3")
    lines = Path("water.hamiltonian.density.cube").read_text().splitlines()
    origin = [float(word) for word in lines[2].split()[1:]]
    lowest = np.loadtxt("water.xyz", skiprows=2, usecols=(1, 2, 3)).min(axis=0) / 0.529177
    np.testing.assert_allclose(origin, lowest - 3.0, atol=1e-3)
    assert all(sum(map(float, line.split()[1:])) <= 0.6 for line in lines[3:6])


def test_the_functional_is_told_from_others_of_its_name():
    said = electronic_structure.functional
    assert "VWN(RPA)" in said("b3lyp")
    assert "VWN5" in said("B3LYP5")
    assert said("pbe") == "pbe"


def test_documented_keys(call):
    """docs/scf.md has every key, and no other."""
    call("water.xyz")
    text = (ROOT / "docs" / "scf.md").read_text().split("## specml hamiltonian")[1]
    documented = set(re.findall(r"^\| `([^`<]+)` \|", text.split("\n## ")[0], re.MULTILINE))
    found = {re.sub(r"^expected_error\..*", "expected_error", key) for key in keys(load("water"))}
    assert found == documented


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "expected a structure file or --smiles"),
        (("absent.xyz",), "absent.xyz: got no such file"),
        (("--smiles", "[OH-]"), "charge -1"),
        (("--smiles", "[SiH4]"), "the element Si"),
        (("water.xyz", "--cube", "nope"), "--cube: got 'nope'"),
        (("water.xyz", "--cube", "homo", "--cube-spacing-bohr", "0.001"), "points (0.001 bohr"),
        (("water.xyz", "--cube", "homo", "--cube-spacing-bohr", "90"), "two along every axis"),
        (("water.xyz", "--cube", "lumo+8"), "--cube: got 'lumo+8'"),
        (("water.xyz", "--output-dir", "/proc/results"), "/proc/results: got"),
    ],
)
def test_bad_input(refused, words, reason):
    assert reason in refused("hamiltonian", *words)


def test_existing_output(refused, folder):
    (folder / "water.hamiltonian.h5").write_text("old")
    assert "water.hamiltonian.h5: got an existing file" in refused("hamiltonian", "water.xyz")


def test_interrupted(call, monkeypatch, folder):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(electronic_structure, "molden_file", interrupt)
    assert call("water.xyz").exit_code == 130
    assert [path.name for path in folder.iterdir()] == ["water.xyz"]


def test_a_failure_beside_the_others(call, monkeypatch, folder):
    """The files of the other molecule are there, and the message names the one that failed."""

    def lost(structure, optimize):
        if structure.name == "O":
            raise ReferenceFailure("GFN2-xTB gave up")
        return structure, "as given"

    monkeypatch.setattr(single_points, "settled", lost)
    result = call("water.xyz", "--smiles", "O")
    assert result.exit_code == 2
    assert "1 of 2 molecules: got no answer (O: GFN2-xTB gave up)" in result.stderr
    assert (folder / "water.hamiltonian.json").exists()
