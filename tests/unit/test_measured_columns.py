"""Measured spectra in two columns: what parts them, what a header says, what is refused."""

import numpy as np
import pytest

from specml.documents.measured import read_measured
from specml.errors import InputError

ROWS = [(400.5, 0.0), (1000.25, 1.0), (2000.0, 2.0), (3000.75, 0.0)]  # 1/cm, absorbance


def written(mark: str, decimal: str = ".", rows=ROWS) -> str:
    lines = [f"{x:.2f}{mark}{y:.3f}" for x, y in rows]
    return "\n".join(line.replace(".", decimal) for line in lines) + "\n"


@pytest.fixture
def read(tmp_path):
    def call(text: str | bytes, kind: str | None = "infrared", name: str = "a.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_measured(path, kind)

    return call


def same(spectrum) -> None:
    np.testing.assert_allclose(spectrum.x, [x for x, _ in ROWS])
    np.testing.assert_allclose(spectrum.y, [y for _, y in ROWS], atol=1e-12)
    assert (spectrum.x_unit, spectrum.y_unit) == ("1/cm", "absorbance")


@pytest.mark.parametrize(
    "text",
    [
        "wavenumber,absorbance\n" + written(","),
        "wavenumber;absorbance\n" + written(";"),
        "wavenumber;absorbance\n" + written(";", ","),
        "Wavenumber (cm-1)\tAbsorbance\n" + written("\t", ","),
        "Wavenumber [cm^-1]\tA\n" + written("\t"),
        "cm⁻¹, Abs.\n".replace("Abs.", "Abs") + written(", "),
        "# Wavenumber (1/cm)  Absorbance\n" + written("   "),
        "cm-1 A\n" + written(" ", ","),
        '"cm-1","A"\n' + written('","').replace("\n", '"\n"')[:-1].join(['"', ""]),
        "TITLE\tethanol\nXUNITS\t1/CM\nYUNITS\tABSORBANCE\nNPOINTS\t4\nXYDATA\n" + written("\t"),
        "Ethanol, film\n\nwavenumber,absorbance\n\n" + written(",") + "\n",
        "wavenumber,absorbance\r\n" + written(",").replace("\n", "\r\n"),
        "wavenumber,absorbance,\n" + written(",").replace("\n", ",\n"),
        "wavenumber,absorbance\n" + written(",", rows=ROWS[::-1]),
    ],
)
def test_what_parts_the_columns(read, text):
    same(read(text))


def test_encodings_of_spectrometers(read):
    text = "Wellenzahl (cm-1);Absorbance\n" + written(";", ",")
    same(read(text.encode("utf-16")))
    same(read(("Größe in cm-1;Absorbance\n" + written(";", ",")).encode("latin-1")))


def test_transmittance_in_percent_and_as_a_fraction(read):
    percent = [(x, 100.0 * 10.0**-y) for x, y in ROWS]
    for header in ("cm-1,%T", "wavenumber,Transmittance (%)", "wavenumber,transmittance"):
        same(read(f"{header}\n" + written(",", rows=percent)))
    fraction = [(x, 10.0**-y) for x, y in ROWS]
    same(read("wavenumber,transmittance\n" + written(",", rows=fraction)))
    spectrum = read("wavenumber,%T\n" + written(",", rows=fraction))
    same(spectrum)
    assert "though named percent" in spectrum.provenance["notes"][0]


def test_wavelengths(read):
    rows = [(1e4 / x, y) for x, y in ROWS]
    lines = "".join(f"{x:.9f},{y}\n" for x, y in rows)
    same(read("wavelength (µm),absorbance\n" + lines))
    lines = "".join(f"{1000.0 * x:.9f},{y}\n" for x, y in rows)
    same(read("Wavelength / nm,absorbance\n" + lines))


def test_no_header_is_noted(read):
    many = [(400.0 + 2.0 * k, 0.1 if k % 10 else 0.9) for k in range(1800)]
    spectrum = read(written(" ", rows=many), name="a.txt")
    assert spectrum.y_unit == "absorbance"
    assert spectrum.y.max() == pytest.approx(0.9)
    assert spectrum.provenance["notes"] == [
        "no unit of the abscissa, taken as 1/cm",
        "no unit of the ordinate, taken as absorbance",
    ]
    light = [(x, 100.0 * 10.0**-y) for x, y in many]
    spectrum = read(written("\t", rows=light), name="a.dat")
    assert spectrum.y.max() == pytest.approx(0.9, abs=1e-4)
    assert spectrum.provenance["notes"][1] == "no unit of the ordinate, taken as transmittance"


def test_raman(read):
    spectrum = read("Raman shift (cm-1),Intensity (counts)\n" + written(","), "raman")
    assert spectrum.y_unit == "relative"
    assert read("Raman shift,Intensity\n" + written(","), None).kind == "raman"


def test_further_columns_are_noted(read):
    text = "cm-1,A,A\n" + "".join(f"{x},{y},7.5\n" for x, y in ROWS)
    spectrum = read(text)
    same(spectrum)
    assert spectrum.provenance["notes"] == ["the first of 2 columns of ordinates"]


def test_points_without_a_number(read):
    spectrum = read("cm-1,A\n" + written(",") + "3500,NaN\n")
    same(spectrum)
    assert spectrum.provenance["notes"] == ["1 points without a number left out"]


def test_thousands(read):
    same(read("cm-1;A\n" + written(";").replace("2000.00", "2,000.00")))
    same(read("cm-1;A\n" + written(";", ",").replace("2000,00", "2.000,00")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cm-1,A\n400,5,0,12\n401,5,0,13\n", "a.csv:2: got '400,5,0,12', commas that may be"),
        ("cm-1,A\n400.5,0.1\n401.5,x\n", "a.csv:3: got '401.5 x'"),
        ("cm-1,A\n400.5,0.1\n401.5,0.1,0.2\n", "a.csv:3: got 3 numbers; expected 2"),
        ("cm-1,A\n400.5,0.1\n401.5\n", "a.csv:3"),
        ("cm-1,A\n400,0.1\n500,0.2\n400,0.1\n", "the abscissa 400 behind 500"),
        ("cm-1,A\n", "no row of two numbers"),
        ("", "no row of two numbers"),
        ("cm-1,A\n400,0.1\n", "1 points"),
        ("2.5 0.1\n5.0 0.2\n16 0.1\n", "first column: got no name, and values from 2.5 to 16"),
        ("400 0\n401 0.5\n402 1\n", "second column: got no name"),
        ("energy (eV),A\n0.1,0.1\n0.2,0.1\n", r"first column: got the name energy \(eV\)"),
        ("cm-1,reflectance\n400,0.1\n500,0.1\n", "second column: got the name reflectance"),
        ("cm-1;A\n400,5;0.1\n401,5;0.2\n", "a.csv:2: got '400,5;0.1', with commas where other"),
        (b"\0\1\2", "bytes that are not text"),
    ],
)
def test_what_is_refused(read, text, words):
    with pytest.raises(InputError, match=words):
        read(text)


def test_jcamp_of_another_ending(read):
    text = "##TITLE=a\n##DATA TYPE=FT-IR SPECTRUM\n##XUNITS=[cm^-1]\n##YUNITS=ABSORBANCE\n"
    same(read(text + "##XYPOINTS=(XY..XY)\n" + written(" ") + "##END=\n", name="a.txt"))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("FT-IR SPECTRUM", "infrared"),
        ("FTIR", "infrared"),
        ("IR", "infrared"),
        ("Infra-red spectrum", "infrared"),
        ("ATR-IR SPECTRUM", "infrared"),
        ("FT-RAMAN SPECTRUM", "raman"),
        ("Raman", "raman"),
    ],
)
def test_data_types_of_spectrometers(read, said, kind):
    text = f"##TITLE=a\n##DATA TYPE={said}\n##XUNITS=Wavenumber (cm-1)\n##YUNITS=ARBITRARY UNITS\n"
    text += "##XYPOINTS=(XY..XY)\n" + written(" ") + "##END=\n"
    assert read(text, None, "a.jdx").kind == kind
    with pytest.raises(InputError, match="expected"):
        read(text, {"infrared": "raman", "raman": "infrared"}[kind], "a.jdx")
