"""The API answers as the commands do: the same files, the same errors, any form of a molecule."""

import json
import re
from pathlib import Path

import h5py
import numpy as np
import pytest
from ase.build import molecule
from rdkit import Chem

import specml
from specml.errors import DomainError, InputError, OutputError
from specml.workflows.failure import Failure

SILANE = "C[SiH2]C"


@pytest.fixture
def command(run):
    """Run a command that must succeed."""

    def call(*words: object) -> None:
        result = run(*words)
        assert result.exit_code == 0, result.output

    return call


def contents(where: Path) -> dict[str, bytes]:
    """File name -> contents, without what says how and when the files were made."""
    made = rb'\["(command|date)", ?"[^"]*"\]|##LONGDATE=.*|PySCF Version.*'
    return {path.name: re.sub(made, b"", path.read_bytes()) for path in sorted(where.iterdir())}


NUMBER = re.compile(rb"[-+]?\d+\.?\d*(?:[eE][-+]?\d+)?")


def same_files(here: Path, there: Path) -> int:
    """How many files there are, after a look whether both folders hold the same.

    Numbers agree to rounding, which differs from run to run where libraries use several threads;
    signs do not count, for those of a normal mode or an orbital are arbitrary.
    """
    one, other = contents(here), contents(there)
    assert one.keys() == other.keys()
    for name in one:
        if name.endswith(".h5"):
            same_arrays(here / name, there / name)
        elif not name.endswith((".png", ".chk")):  # pictures; PySCF's, with a time stamp
            same_text(name, one[name], other[name])
    return len(one)


def same_text(name: str, one: bytes, other: bytes) -> None:
    if name.endswith(".jdx"):  # rounded ordinates move the ends of lines
        one, other = (b"\n".join(re.findall(rb"##.*", text)) for text in (one, other))
    if name.endswith(".scf.json"):
        one, other = (re.sub(rb'"\w+_s": [^,\n]*', b"", text) for text in (one, other))
    if name.endswith(".molden"):  # coefficients that vanish are left out
        one, other = (text.split(b"[MO]")[0] for text in (one, other))
    if NUMBER.sub(b"#", one) != NUMBER.sub(b"#", other):
        pytest.fail(f"{name}: other words")
    numbers = [np.abs(np.array(NUMBER.findall(text), dtype=float)) for text in (one, other)]
    np.testing.assert_allclose(*numbers, rtol=1e-3, atol=1e-3, err_msg=name)


@pytest.mark.parametrize("name", ["infrared", "raman"])
def test_the_files_of_the_command(command, predictor, folder, name):
    kind = {"infrared": "ir", "raman": "raman"}[name]
    command(kind, "--smiles", "C=O", "--html", "--output-dir", "there")
    getattr(specml, name)("C=O").save("here", html=True)
    assert same_files(folder / "here", folder / "there") == 6


def test_a_molecule_in_any_form(predictor, folder):
    water = specml.Structure([8, 1, 1], molecule("H2O").positions)
    block = Chem.MolFromMolBlock(Chem.MolToMolBlock(Chem.AddHs(Chem.MolFromSmiles("O"))))
    answers = specml.infrared([water, "O", "water.xyz", Path("water.xyz"), molecule("H2O"), block])
    assert [answer.values.structure.formula for answer in answers] == ["H2O"] * 6


def test_a_failure_stands_beside_the_answers(predictor):
    first, bad, unknown, last = specml.infrared(["O", "C1CC", SILANE, "C=O"])
    assert isinstance(bad, Failure)
    assert isinstance(unknown, Failure)
    assert "Si" in str(unknown)
    assert (first.to_dict()["name"], last.to_dict()["name"]) == ("O", "C=O")


def test_the_only_failure_is_raised(predictor):
    with pytest.raises(DomainError, match="Si"):
        specml.infrared(SILANE)
    with pytest.raises(InputError, match="a valid SMILES"):
        specml.infrared("C1CC")
    with pytest.raises(InputError, match="a single atom"):
        specml.infrared(specml.Structure([10], [[0.0, 0.0, 0.0]]))
    with pytest.raises(InputError, match="got a int"):
        specml.infrared(3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fwhm_cm1": -1.0}, "fwhm_cm1: got -1.0; expected a positive number"),
        ({"scale": "much"}, "scale: got 'much'"),
        ({"temperature_k": float("nan")}, "temperature_k: got nan"),
        ({"conformer_weights": "mass"}, "conformer_weights: got 'mass'"),
        ({"colour": 3}, "the option colour"),
        ({"method": "md", "colour": 3}, "the option colour"),
    ],
)
def test_options_out_of_range(predictor, options, words):
    with pytest.raises(InputError, match=re.escape(words)):
        specml.infrared("O", **options)


def test_an_answer_shows_and_tells(predictor, folder):
    answer = specml.infrared("O", fwhm_cm1=20.0)
    table = answer.table()
    assert list(table["mode"]) == [1, 2, 3]
    document = answer.to_dict()
    np.testing.assert_allclose(
        table["wavenumber_cm1"], [m["wavenumber_cm1"] for m in document["modes"]]
    )
    np.testing.assert_allclose(answer.spectrum().y, document["curve"]["molar_absorption_l_mol_cm"])
    assert answer.plot().axes
    html = answer._repr_html_()
    assert "data:image/png;base64," in html
    assert "O-H stretch" in html
    with pytest.raises(InputError, match="expected one of molar_absorption"):
        answer.spectrum("ultraviolet")


def test_nothing_is_overwritten_unasked(predictor, folder):
    answer = specml.infrared("O")
    written = answer.save("o")
    assert json.loads(written["json"].read_text()) == answer.to_dict()
    with pytest.raises(OutputError, match="an existing file"):
        answer.save("o")
    answer.save("o", force=True)


def test_compare_takes_answers_and_files(command, predictor, folder):
    answer = specml.infrared("O")
    written = answer.save(".")
    command("compare", "O.ir.json", "O.ir.jdx", "--output-dir", "there")
    specml.compare("O.ir.json", "O.ir.jdx").save("here")
    specml.compare(answer, written["jdx"]).save("too")
    assert same_files(folder / "here", folder / "there") == 2
    assert same_files(folder / "too", folder / "there") == 2


@pytest.mark.parametrize(
    ("words", "call"),
    [
        (("nmr",), lambda: specml.nmr("C=O")),
        (("hamiltonian", "--cube", "homo"), lambda: specml.electrons("C=O", cubes=["homo"])),
        (
            ("scf", "--xc", "hf", "--basis", "sto-3g"),
            lambda: specml.scf("C=O", xc="hf", basis="sto-3g"),
        ),
        (
            ("md", *["--length-ps", "0.02", "--replicas", "2", "--equilibration-ps", "0.01"]),
            lambda: specml.dynamics("C=O", length_ps=0.02, replicas=2, equilibration_ps=0.01),
        ),
    ],
)
def test_the_files_of_the_other_commands(command, folder, words, call):
    command(*words, "--smiles", "C=O", "--output-dir", "there")
    call().save("here")
    assert same_files(folder / "here", folder / "there") > 0


def same_arrays(one: Path, other: Path) -> None:
    """HDF5 files differ in their time stamps."""
    with h5py.File(one) as first, h5py.File(other) as second:
        assert dict(first.attrs) == dict(second.attrs)
        names: list[str] = []
        first.visit(names.append)
        for name in names:
            if isinstance(first[name], h5py.Dataset):
                pair = [np.asarray(file[name][...]) for file in (first, second)]
                if pair[0].dtype.kind == "f":
                    pair = [np.abs(values) for values in pair]
                    np.testing.assert_allclose(*pair, rtol=1e-3, atol=1e-3, err_msg=name)
                else:
                    np.testing.assert_array_equal(*pair, err_msg=name)


def test_nmr_over_the_frames_of_a_trajectory(folder):
    water = molecule("CH3OH")
    frames = [water.copy() for _ in range(3)]
    for k, frame in enumerate(frames):
        frame.positions[:, 0] *= 1.0 + 0.01 * k
    answer = specml.nmr(frames, average=True)
    assert answer.to_dict()["frames"] == 3
    assert answer.spectrum("13C").kind == "nmr"
