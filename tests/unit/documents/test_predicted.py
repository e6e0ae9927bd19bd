"""Predicted spectra from the files of specml ir and specml raman."""

import json
from pathlib import Path

import numpy as np
import pytest

from specml import units
from specml.documents.predicted import POSITION, read_predicted
from specml.errors import InputError

DOCUMENT = {
    "schema": "specml/ir/1",
    "name": "water",
    "structure": {"formula": "H2O"},
    "model": {"name": "fake"},
    "scaling": {"description": "factor 0.9600"},
    "modes": [
        {"wavenumber_scaled_cm1": 1600.0, "ir_intensity_km_mol": 70.0},
        {"wavenumber_scaled_cm1": 3700.0, "ir_intensity_km_mol": 5.0},
    ],
}
MODES = "wavenumber_scaled_cm1,ir_intensity_km_mol"


@pytest.fixture
def write(tmp_path):
    def call(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return call


def test_modes_of_one_molecule(write):
    found = read_predicted(write("a.json", json.dumps(DOCUMENT)))
    assert (found.kind, found.y_unit, found.sticks) == ("infrared", "km/mol", True)
    assert (found.x.tolist(), found.y.tolist()) == ([1600.0, 3700.0], [70.0, 5.0])
    assert found.provenance["scaling"] == "factor 0.9600"


def test_conformers_count_by_their_weight(write):
    other = [{"wavenumber_scaled_cm1": 1650.0, "ir_intensity_km_mol": 40.0}]
    conformers = [
        {"weight": 0.75, "modes": DOCUMENT["modes"]},
        {"weight": 0.25, "modes": other},
    ]
    found = read_predicted(write("a.json", json.dumps({**DOCUMENT, "conformers": conformers})))
    assert found.x.tolist() == [1600.0, 3700.0, 1650.0]
    assert found.y.tolist() == [52.5, 3.75, 10.0]


def test_of_dynamics_the_curve(write):
    curve = {"wavenumber_cm1": [0.0, 1.0], "intensity_km_mol_cm": [1.0, 2.0]}
    document = {**DOCUMENT, "schema": "specml/ir-dynamics/1", "curve": curve}
    document.pop("scaling")
    found = read_predicted(write("a.json", json.dumps(document)))
    assert (found.y_unit, found.sticks, found.provenance["scaling"]) == ("L/(mol cm)", False, None)
    np.testing.assert_allclose(found.y, [units.EXTINCTION, 2.0 * units.EXTINCTION])


def test_raman_is_what_a_spectrometer_counts(write):
    """The table of a Raman spectrum holds infrared intensities too."""
    text = f"{MODES},raman_cross_section_cm2_sr\n100,5,1e-30\n200,6,2e-30\n"
    found = read_predicted(write("a.csv", text))
    assert (found.kind, found.sticks) == ("raman", True)
    assert found.y.tolist() == [1e-30, 2e-30]
    modes = [{"wavenumber_scaled_cm1": 100.0, "raman_cross_section_cm2_sr": 1e-30}]
    document = {**DOCUMENT, "schema": "specml/raman/1", "modes": modes}
    assert read_predicted(write("a.json", json.dumps(document))).kind == "raman"


def test_tables(write):
    modes = read_predicted(write("a.csv", f"{MODES}\n-200,5\n1600,70\n"))
    assert (modes.sticks, modes.y_unit) == (True, "km/mol")
    curve = read_predicted(
        write("a.curve.csv", "wavenumber_cm1,molar_absorption_l_mol_cm\n0,1\n1,2\n")
    )
    assert (curve.sticks, curve.y_unit) == (False, "L/(mol cm)")
    assert "fwhm" not in curve.provenance


def test_our_exchange_file_tells_its_width(write):
    text = (
        "##TITLE=water\n##DATA TYPE=INFRARED SPECTRUM\n##XUNITS=1/CM\n##YUNITS=L/(mol cm)\n"
        "##$LINE SHAPE=Lorentzian, FWHM 12.5 1/CM\n##XYPOINTS=(XY..XY)\n1 2; 3 4\n##END=\n"
    )
    found = read_predicted(write("a.jdx", text))
    assert found.provenance["fwhm"] == 12.5
    np.testing.assert_array_equal(found.y, [2.0, 4.0])


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.xyz", "1\n\nH 0 0 0\n", "a file ending in '.xyz'"),
        ("a.json", "{", "JSONDecodeError"),
        ("a.json", "[]", "TypeError"),
        ("a.json", '{"schema": "specml/nmr/1"}', "the schema 'specml/nmr/1'"),
        ("a.json", json.dumps({**DOCUMENT, "modes": [{}]}), "wavenumber_scaled_cm1"),
        (
            "a.json",
            json.dumps({**DOCUMENT, "modes": [{**DOCUMENT["modes"][0], POSITION: None}]}),
            "a.json: got a value that is missing",
        ),
        ("a.csv", f"{MODES}\n1600,nan\n", "a.csv: got a value that is missing"),
        ("a.csv", "", "a table without a spectrum"),
        ("a.csv", "wavenumber_scaled_cm1\n1\n", "a table without a spectrum"),
        ("a.csv", f"{MODES}\n1,x\n", "no number .*'x'"),
        ("a.csv", f"{MODES}\n1\n", "no number"),
    ],
)
def test_other_files_are_refused(write, name, text, words):
    with pytest.raises(InputError, match=words) as caught:
        read_predicted(write(name, text))
    assert "specml ir" in str(caught.value)
    with pytest.raises(InputError, match="no such file"):
        read_predicted(Path("absent.json"))
