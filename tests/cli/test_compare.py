"""`specml compare`: the numbers, the files, and one line for everything it cannot use."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from tests.cli.test_documented_keys import keys

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "compare.md"
WIDTH, SHIFT = 24.0, 30.0
BANDS = ((1000.0, 40.0), (1700.0, 80.0), (3000.0, 60.0))  # 1/cm, km/mol
X = np.arange(400.0, 3800.0, 1.0)


def lorentzians(shift: float = 0.0) -> np.ndarray:
    """Decadic molar absorption, L/(mol cm); the area in km/mol is ln(10)/100 of it."""
    half = WIDTH / 2.0
    areas = sum(a * half / np.pi / ((X - centre - shift) ** 2 + half**2) for centre, a in BANDS)
    return areas * 100.0 / np.log(10.0)


@pytest.fixture
def predicted() -> Path:
    rows = [f"{k},{x},{a}" for k, (x, a) in enumerate(BANDS)]
    path = Path("a.ir.csv")
    path.write_text("\n".join(["mode,wavenumber_scaled_cm1,ir_intensity_km_mol", *rows]))
    return path


@pytest.fixture
def measured():
    """A measured spectrum as a file; the records can be changed."""

    def write(y: np.ndarray, unit: str = "TRANSMITTANCE", **records: str) -> Path:
        labels = {
            "TITLE": "a",
            "JCAMP-DX": "4.24",
            "DATA TYPE": "INFRARED SPECTRUM",
            "XUNITS": "1/CM",
            "YUNITS": unit,
            **{name.replace("_", " "): value for name, value in records.items()},
            "XYPOINTS": "(XY..XY)\n"
            + "\n".join(f"{a:.3f} {b:.9g}" for a, b in zip(X, y, strict=True)),
        }
        path = Path("a.jdx")
        path.write_text("".join(f"##{k}={v}\n" for k, v in labels.items()) + "##END=\n")
        return path

    return write


def document() -> dict:
    return json.loads(Path("a.ir.compare.json").read_text())


def test_the_same_spectrum_as_transmittance(run, predicted, measured):
    """Beer and Lambert: T = 10^(-c epsilon)."""
    result = run("compare", predicted, measured(10.0 ** (-0.002 * lorentzians())))
    assert result.exit_code == 0, result.output
    similarity = document()["as_predicted"]
    assert similarity["pearson"] == pytest.approx(1.0, abs=1e-4)
    assert similarity["sis"] > 0.99
    assert document()["measured"]["baseline"] > 0.0
    assert document()["areas"] is None
    assert {path.name for path in Path().iterdir()} >= {"a.ir.compare.json", "a.ir.compare.png"}
    assert Path("a.ir.compare.png").read_bytes().startswith(b"\x89PNG")
    for words in ("Pearson", "Spearman", "similarity", "earth mover's", "500 to 3799", "24 cm⁻¹"):
        assert words in result.stdout


def test_absolute_areas_and_a_shift_by_hand(run, predicted, measured):
    """Everything 30 1/cm higher: that is the distance.

    Pearson: Lorentzians of width w and area a overlap as a^2/(pi w) / (1 + d^2/w^2); the means take
    off (sum a)^2 / W over a range W.
    """
    result = run("compare", predicted, measured(lorentzians(SHIFT), "L/(mol cm)"))
    found = document()
    together = sum(a * a for _, a in BANDS) / (np.pi * WIDTH)
    mean = sum(a for _, a in BANDS) ** 2 / np.ptp(found["range_cm1"])
    expected = (together / (1.0 + (SHIFT / WIDTH) ** 2) - mean) / (together - mean)
    assert found["as_predicted"]["pearson"] == pytest.approx(expected, abs=3e-3)
    assert found["as_predicted"]["earth_movers_distance_cm1"] == pytest.approx(SHIFT, rel=0.05)
    areas = found["areas"]
    for side in ("predicted_km_mol", "measured_km_mol"):
        assert areas[side] == pytest.approx(180.0, rel=0.02)
        strengths = [band[side] for band in areas["bands"]]
        np.testing.assert_allclose(strengths, [40.0, 80.0, 60.0], rtol=0.1)  # less the wings
    assert "whole range" in result.stdout


def test_the_fitted_factor(run, predicted, measured):
    y = np.interp(X, 0.98 * X, lorentzians())
    run("compare", predicted, measured(y, "ABSORBANCE"), "--fit-scale")
    found = document()
    assert found["fitted"]["scale_factor"] == pytest.approx(0.98, abs=1e-4)
    assert found["fitted"]["pearson"] > 0.995 > found["as_predicted"]["pearson"]
    assert found["as_predicted"]["scale_factor"] == 1.0


def test_range_and_width(run, predicted, measured):
    path = measured(lorentzians(), "ABSORBANCE")
    run("compare", predicted, path, "--range", 900, 1800, "--fwhm-cm1", 12)
    found = document()
    assert found["range_cm1"] == [900.0, 1800.0]
    assert found["predicted"]["fwhm_cm1"] == 12.0
    assert found["as_predicted"]["pearson"] < 0.97
    assert run("compare", predicted, path, "--range", 1800, 900).exit_code == 2


def test_our_own_files_agree(run, predictor):
    """Modes, table of modes and curve of one molecule, against the curve as the measured one."""
    run("ir", "water.xyz", "--fwhm-cm1", 6)
    found = {}
    for ending in ("json", "csv", "jdx"):
        run("compare", f"water.ir.{ending}", "water.ir.jdx", "--force", "--quiet")
        found[ending] = json.loads(Path("water.ir.compare.json").read_text())
    pearsons = [f["as_predicted"]["pearson"] for f in found.values()]
    np.testing.assert_allclose(pearsons, pearsons[0], atol=1e-3)
    assert found["jdx"]["predicted"]["fwhm_cm1"] == 24.0
    assert found["json"]["predicted"]["model"] == "fake"
    assert found["json"]["measured"]["absolute"]
    assert found["json"]["warnings"] == []


def test_raman(run, predictor):
    run("raman", "water.xyz")
    result = run("compare", "water.raman.json", "water.raman.jdx", "--range", 1000, 4000)
    assert result.exit_code == 0, result.output
    found = json.loads(Path("water.raman.compare.json").read_text())
    assert found["kind"] == "raman"
    assert not found["measured"]["absolute"]


def test_another_molecule_is_a_warning(run, predictor, measured):
    run("ir", "water.xyz")
    path = measured(lorentzians(), "ABSORBANCE", MOLFORM="C2 H6 O")
    result = run("compare", "water.ir.json", path, "--quiet")
    assert result.stdout.strip() == "warning  H2O was predicted and C2 H6 O was measured"


def test_documented_keys(run, predicted, measured):
    run("compare", predicted, measured(lorentzians(), "L/(mol cm)"), "--fit-scale")
    rows = re.findall(r"^\| `([^`]+)` \|", DOCUMENTATION.read_text(), re.MULTILINE)
    assert keys(document()) == set(rows)


def test_existing_results_stay(run, refused, predicted, measured):
    path = measured(lorentzians(), "ABSORBANCE")
    assert run("compare", predicted, path).exit_code == 0
    assert "a.ir.compare.json: got an existing file" in refused("compare", predicted, path)
    assert run("compare", predicted, path, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ({"DATA_TYPE": "NMR SPECTRUM"}, "a.jdx: got NMR SPECTRUM; expected INFRARED SPECTRUM"),
        ({"DATA_TYPE": "RAMAN SPECTRUM"}, "got RAMAN SPECTRUM; expected INFRARED SPECTRUM"),
        ({"YUNITS": "KUBELKA-MUNK"}, "##YUNITS=KUBELKA-MUNK"),
        ({"XUNITS": "HZ"}, "##XUNITS=HZ"),
        ({"NPOINTS": "3401"}, "got 3400 points; expected ##NPOINTS=3401"),
    ],
)
def test_measured_files_that_cannot_be_used(refused, predicted, measured, records, words):
    assert words in refused("compare", predicted, measured(lorentzians(), **records))


def test_broken_files(refused, predicted, measured):
    path = measured(lorentzians(), "ABSORBANCE")
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2])
    assert "the end of the file within the block" in refused("compare", predicted, path)
    path.write_text("wavenumber,absorbance\n400,0.1\n")
    assert "expected a JCAMP-DX file" in refused("compare", predicted, path)
    path.write_bytes(b"\x89PNG\0\0")
    assert "binary data" in refused("compare", predicted, path)
    squeezed = "##XYDATA=(X++(Y..Y))\n400 A0J0J0\n402 A5J0\n##END=\n"
    head = whole[: whole.index("##XYPOINTS")] + "##XFACTOR=1\n##FIRSTX=400\n##LASTX=403\n"
    path.write_text(f"{head}##NPOINTS=4\n{squeezed}")
    error = refused("compare", predicted, path)
    assert "got 15 as the first ordinate; expected 30" in error
    assert "absent.jdx: got no such file" in refused("compare", predicted, "absent.jdx")


def test_predicted_files_that_cannot_be_used(refused, measured):
    path = measured(lorentzians(), "ABSORBANCE")
    assert "water.xyz: got a file ending in '.xyz'" in refused("compare", "water.xyz", path)
    assert "absent.ir.json: got no such file" in refused("compare", "absent.ir.json", path)


def test_no_common_range(refused, predicted, measured):
    path = measured(lorentzians(), "ABSORBANCE")
    error = refused("compare", predicted, path, "--range", 5000, 6000)
    assert "the ranges 5000 to 6000, 400 to 3799 1/cm" in error
