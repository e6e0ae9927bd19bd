"""Measured spectra: units of both axes, the block that is taken, what is noted."""

from pathlib import Path

import numpy as np
import pytest

from specml import units
from specml.documents.measured import read_measured
from specml.errors import InputError


@pytest.fixture
def file(tmp_path):
    """A file of one block of pairs, or of several when data types are given."""

    def write(pairs: str, x: str = "1/CM", y: str = "ABSORBANCE", *types: str) -> Path:
        blocks = [
            f"##TITLE=block {k}\n##DATA TYPE={kind}\n##XUNITS={x}\n##YUNITS={y}\n"
            f"##MOLFORM=H2 O\n##XYPOINTS=(XY..XY)\n{pairs}\n##END=\n"
            for k, kind in enumerate(types or ("INFRARED SPECTRUM",))
        ]
        head = "##TITLE=all\n##DATA TYPE=LINK\n" if len(blocks) > 1 else ""
        path = tmp_path / "a.jdx"
        path.write_text(head + "".join(blocks) + ("##END=\n" if head else ""))
        return path

    return write


@pytest.mark.parametrize(
    ("unit", "ordinates"),
    [
        ("TRANSMITTANCE", "1000 1; 2000 0.1; 3000 0.01"),
        ("transmission", "1000 1; 2000 0.1; 3000 0.01"),
        ("%T", "1000 100; 2000 10; 3000 1"),
        ("% Transmittance", "1000 100; 2000 10; 3000 1"),
        ("Absorbance", "1000 0; 2000 1; 3000 2"),
    ],
)
def test_absorbance(file, unit, ordinates):
    found = read_measured(file(ordinates, y=unit))
    np.testing.assert_allclose(found.y, [0.0, 1.0, 2.0], atol=1e-12)
    assert (found.y_unit, found.x_unit, found.kind) == ("absorbance", "1/cm", "infrared")
    assert found.provenance["notes"] == []


def test_percent_without_a_word_is_noted(file):
    found = read_measured(file("1000 100; 2000 10; 3000 1", y="TRANSMITTANCE"))
    np.testing.assert_allclose(found.y, [0.0, 1.0, 2.0], atol=1e-12)
    assert found.provenance["notes"] == ["transmittances up to 100 read as percent"]


def test_clipping_is_counted(file):
    found = read_measured(file("1000 1.1; 2000 0; 3000 -0.01", y="TRANSMITTANCE"))
    np.testing.assert_allclose(found.y, [-np.log10(1.1), 3.0, 3.0])
    (note,) = found.provenance["notes"]
    assert note.startswith("2 of 3 points with a transmittance below 0.001")


def test_an_absolute_spectrum():
    """5592.74 km/mol per (micromol/mol)^-1 m^-1 cm^-1 at 296 K, as the ideal gas has it."""
    per_area = units.MOLE_FRACTION_ABSORPTION / units.EXTINCTION
    assert per_area == pytest.approx(5592.74, abs=0.01)
    litres = 8.314462618 * 296.0 / 101325.0 * 1000.0  # of one mole
    assert pytest.approx(1e6 * litres / 100.0, rel=1e-9) == units.MOLE_FRACTION_ABSORPTION


def test_units_of_the_ordinate(file):
    absolute = read_measured(file("1000 1e-3; 2000 2e-3", y="(micromol/mol)-1m-1 (base 10)"))
    assert absolute.y_unit == "L/(mol cm)"
    assert absolute.y[0] == pytest.approx(1e-3 * units.MOLE_FRACTION_ABSORPTION)
    assert read_measured(file("1000 1; 2000 2", y="L/(mol cm)")).y.tolist() == [1.0, 2.0]
    dynamics = read_measured(file("1000 1; 2000 2", y="km/mol per 1/cm"))
    assert (dynamics.y[0], dynamics.y_unit) == (units.EXTINCTION, "L/(mol cm)")
    arbitrary = read_measured(file("1000 1; 2000 2", y="ARBITRARY UNITS"))
    assert arbitrary.y_unit == "relative"


@pytest.mark.parametrize(
    ("unit", "pairs"),
    [
        ("cm-1", "1000 0.1; 2000 0.3"),
        ("CM^-1", "1000 0.1; 2000 0.3"),
        ("Wavenumbers (cm-1)", "1000 0.1; 2000 0.3"),
        ("MICROMETERS", "5 0.3; 10 0.1"),
        ("microns", "10 0.1; 5 0.3"),
        ("NANOMETERS", "5000 0.3; 10000 0.1"),
    ],
)
def test_units_of_the_abscissa(file, unit, pairs):
    found = read_measured(file(pairs, x=unit))
    np.testing.assert_allclose(found.x, [1000.0, 2000.0])
    np.testing.assert_allclose(found.y, [0.1, 0.3])


def test_the_first_block_of_the_kind(file):
    kinds = "NMR SPECTRUM", "INFRARED SPECTRUM", "RAMAN SPECTRUM", "INFRARED SPECTRUM"
    path = file("1000 1; 2000 2", "1/CM", "ARBITRARY UNITS", *kinds)
    found = read_measured(path, "infrared")
    assert found.label == "block 1"
    assert found.provenance["notes"] == ["the first of 2 infrared blocks, 'block 1'"]
    assert read_measured(path, "raman").provenance["title"] == "block 2"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("1 1; 2 2", "1/CM", "ABSORBANCE", "NMR SPECTRUM"), "got NMR SPECTRUM; expected INFRARED"),
        (("1 1; 2 2", "1/CM", "ABSORBANCE", "RAMAN SPECTRUM"), "got RAMAN SPECTRUM"),
        (("1 1; 2 2", "1/CM", "ABSORBANCE", "INFRARED INTERFEROGRAM"), "INTERFEROGRAM"),
        (("1 1; 2 2", "HZ"), "a.jdx:3: got ##XUNITS=HZ"),
        (("1 1; 2 2", "1/CM", "KUBELKA-MUNK"), "a.jdx:4: got ##YUNITS=KUBELKA-MUNK"),
        (("0 1; 2 2", "MICROMETERS"), "the wavelength 0"),
    ],
)
def test_what_cannot_be_compared(file, arguments, words):
    with pytest.raises(InputError, match=words):
        read_measured(file(*arguments), "infrared")


def test_raman_has_its_own_units(file):
    raman = ("RAMAN SPECTRUM",)
    assert read_measured(file("100 5; 200 7", "1/CM", "COUNTS", *raman)).y.tolist() == [5.0, 7.0]
    with pytest.raises(InputError, match="scattered light"):
        read_measured(file("100 5; 200 7", "1/CM", "TRANSMITTANCE", *raman))
    with pytest.raises(InputError, match="a Raman shift"):
        read_measured(file("100 5; 200 7", "NANOMETERS", "COUNTS", *raman))
