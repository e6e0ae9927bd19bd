"""Every way to hand `specml ir` something it cannot use: one clear line, nothing written."""

import os
from pathlib import Path

import pytest

from specml.inference.predictor import Predictor
from tests.cli.conftest import WATER

pytestmark = pytest.mark.usefixtures("predictor")
HYDROXIDE = "2\ncharge=-1\nO 0 0 0\nH 0 0 0.97\n"


@pytest.fixture
def mol(folder):
    def write(text: str) -> Path:
        path = Path("mol.xyz")
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize("command", ["ir", "raman"])
def test_missing_file(refused, command):
    assert "absent.xyz: got no such file" in refused(command, "absent.xyz")


def test_nothing_given(refused):
    assert "--smiles" in refused("ir")


def test_empty_file(refused, mol):
    assert "mol.xyz: got an empty file" in refused("ir", mol(""))


def test_not_xyz(refused, mol):
    assert "mol.xyz:1: got 'data_global'" in refused("ir", mol("data_global\n_cell 1\n"))


def test_unknown_element(refused, mol):
    assert "mol.xyz:4: got the element 'Qq'" in refused("ir", mol("2\n\nO 0 0 0\nQq 0 0 1\n"))


def test_element_unknown_to_the_model(refused, mol):
    assert "Si" in refused("ir", mol("3\n\nO 0 0 0\nSi 0 0 1.6\nO 0 0 3.2\n"))


def test_a_molecule_that_the_model_does_not_know_leaves_the_others_alone(run, mol, folder):
    result = run("ir", "water.xyz", mol("3\n\nO 0 0 0\nSi 0 0 1.6\nO 0 0 3.2\n"))
    assert result.exit_code == 2
    assert "1 of 2 molecules" in result.stderr
    assert "Si" in result.stderr
    assert (folder / "water.ir.json").exists()


def test_nan(refused, mol):
    assert "mol.xyz:4: got the coordinates 0 0 nan" in refused("ir", mol("2\n\nO 0 0 0\nH 0 0 nan"))


def test_overlapping_atoms(refused, mol):
    error = refused("ir", mol(WATER.replace("3", "4", 1) + "O 0.0 0.0 0.1174\n"))
    assert "mol.xyz:2" in error
    assert "0.000 angstrom" in error


def test_one_atom(refused, mol):
    assert "a single atom" in refused("ir", mol("1\n\nNe 0 0 0\n"))


def test_odd_electron_count(refused, mol):
    assert "9 electrons" in refused("ir", mol("2\n\nO 0 0 0\nH 0 0 0.97\n"))


def test_charge_given_twice(refused, mol):
    """On the command line twice, and against the file."""
    assert "--charge: got 1 and -1" in refused("ir", "water.xyz", "--charge", 1, "--charge", -1)
    assert "got -1 in the file and +1" in refused("ir", mol(HYDROXIDE), "--charge", 1)
    assert "+1 from the SMILES" in refused("ir", "--smiles", "C[NH3+]", "--charge", 0)


def test_output_folder_is_a_file(refused, folder):
    (folder / "results").write_text("")
    assert "got File exists" in refused("ir", "water.xyz", "--output-dir", "results")


def test_output_folder_that_cannot_be_made(refused):
    """Not even root may make a folder there."""
    assert "/proc/results: got" in refused("ir", "water.xyz", "--output-dir", "/proc/results")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_output_folder_without_rights(refused, folder):
    (folder / "results").mkdir(mode=0o500)
    assert "Permission denied" in refused("ir", "water.xyz", "--output-dir", "results")


@pytest.mark.parametrize("suffix", ["json", "csv", "jdx", "png"])
def test_existing_output(refused, run, folder, suffix):
    existing = folder / f"water.ir.{suffix}"
    existing.write_text("old")
    assert f"water.ir.{suffix}: got an existing file" in refused("ir", "water.xyz")
    assert existing.read_text() == "old"
    assert run("ir", "water.xyz", "--force").exit_code == 0
    assert existing.read_bytes() != b"old"


def test_two_molecules_of_one_name(run, folder):
    (folder / "sub").mkdir()
    (folder / "sub" / "water.xyz").write_text(WATER)
    assert run("ir", "water.xyz", "sub/water.xyz").exit_code == 0
    assert {"water.ir.json", "water-2.ir.json"} <= {path.name for path in folder.iterdir()}


def test_bad_smiles(refused):
    assert "C(C" in refused("ir", "--smiles", "C(C")


@pytest.mark.parametrize(
    ("smiles", "reason"),
    [
        ("", "expected a valid SMILES"),
        ("[O][O]", "unpaired electron"),
        ("C C", "one SMILES without blanks"),
        ("*C", "an atom of any kind"),
    ],
)
def test_smiles_of_what_a_structure_does_not_hold(refused, smiles, reason):
    assert reason in refused("ir", "--smiles", smiles)


def test_sdf_without_a_record(refused, folder):
    (folder / "none.sdf").write_text("$$$$\n")
    assert "none.sdf: got no molecules" in refused("ir", "none.sdf")


def test_model_without_polarizability(refused, predictor):
    """Refused before anything is computed."""
    predictor.has_polarizability = False
    assert "fake: got no polarizability" in refused("raman", "water.xyz")
    assert predictor.batches == []


@pytest.mark.parametrize(
    ("isotope", "reason"),
    [
        ("1=D", "an isotope of H for atom 1 of water, which is O"),
        ("4=D", "1 to 3"),
        ("0=D", "1 to 3"),
        ("2=deuterium", "ATOM=ISOTOPE"),
        ("2=9H", "a known isotope"),
        ("2=99999999999999999999H", "ATOM=ISOTOPE"),
    ],
)
def test_isotopes(refused, isotope, reason):
    assert reason in refused("ir", "water.xyz", "--isotope", isotope)


def test_one_atom_of_two_isotopes(refused):
    assert "atom 2 twice" in refused("ir", "water.xyz", "--isotope", "2=D", "--isotope", "2=T")


@pytest.mark.parametrize(
    "option",
    [
        ("--fwhm-cm1", 0),
        ("--fwhm-cm1", 1e9),
        ("--temperature-k", 1e-300),
        ("--temperature-k", 1e300),
        ("--scale", 967),
        ("--fwhm-cm1", "nan"),
        ("--temperature-k", -1),
        ("--scale", "half"),
        ("--scale", "-0.9"),
        ("--laser-nm", "inf"),
        ("--laser-nm", 2500),
        ("--charge", "0.5"),
    ],
)
def test_numbers_that_cannot_be(run, folder, option):
    """Refused by the option parser, which names the option."""
    result = run("raman", "water.xyz", *option)
    assert result.exit_code == 2
    assert option[0] in result.stderr
    assert [path.name for path in folder.iterdir()] == ["water.xyz"]


@pytest.mark.parametrize("when", ["relax", "expand"])
def test_interrupted_while_computing(run, folder, predictor, monkeypatch, when):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(predictor, when, interrupt)
    result = run("ir", "water.xyz")
    assert result.exit_code == 130
    assert "interrupted" in result.stderr
    assert [path.name for path in folder.iterdir()] == ["water.xyz"]


def test_interrupted_while_writing(run, folder, monkeypatch):
    original, calls = Path.write_bytes, []

    def interrupt(path, data):
        calls.append(path)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return original(path, data)

    monkeypatch.setattr(Path, "write_bytes", interrupt)
    assert run("ir", "water.xyz").exit_code == 130
    assert len(calls) == 3
    assert [path.name for path in folder.iterdir()] == ["water.xyz"]


def test_full_disk(refused, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "No space left" in refused("ir", "water.xyz")


def test_predictor_is_what_the_fake_imitates():
    """The fake must not answer what the real one does not."""
    for name in ("check_elements", "relax", "expand", "domain", "name"):
        assert hasattr(Predictor, name)
