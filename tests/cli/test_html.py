"""`--html`: the page says what the JSON file says, and follows the rules of the other files."""

import json
import re
import sys
from pathlib import Path

import pytest

import specml
from tests.cli.conftest import WATER


def load(stem: str) -> tuple[dict, dict]:
    """What the page holds, and the JSON file."""
    page = Path(f"{stem}.html").read_text()
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    return json.loads(data), json.loads(Path(f"{stem}.json").read_text())


def section(page: dict, title: str) -> dict[str, str]:
    (rows,) = [s["rows"] for s in page["sections"] if s["title"] == title]
    return dict(rows)


def test_only_when_asked(run, predictor, folder):
    assert ",html}" not in run("ir", "water.xyz").stdout
    assert list(folder.glob("*.html")) == []
    assert (
        "water.ir.{json,csv,curve.csv,jdx,png,html}"
        in run("ir", "water.xyz", "--html", "--force").stdout
    )
    assert [path.name for path in folder.glob("*.html")] == ["water.ir.html"]


def test_the_page_says_what_the_json_file_says(run, predictor, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["specml", "ir", "water.xyz", "--html"])
    run("ir", "water.xyz", "--html")
    page, document = load("water.ir")
    (spectrum,) = page["spectra"]
    assert spectrum["x"] == document["curve"]["wavenumber_cm1"]
    assert spectrum["y"] == document["curve"]["molar_absorption_l_mol_cm"]
    modes, rows = document["modes"], page["table"]["rows"]
    assert [line["x"] for line in spectrum["lines"]] == [m["wavenumber_scaled_cm1"] for m in modes]
    assert [line["height"] for line in spectrum["lines"]] == [
        m["ir_intensity_km_mol"] for m in modes
    ]
    assert [row["motion"] for row in rows] == [m["displacements"] for m in modes]
    assert [row["cells"] for row in rows] == [
        [
            str(m["mode"]),
            f"{m['wavenumber_cm1']:.1f}",
            f"{m['wavenumber_scaled_cm1']:.1f}",
            f"{m['ir_intensity_km_mol']:.1f}",
            m["assignment"],
        ]
        for m in modes
    ]
    (molecule,) = page["molecules"]
    assert molecule["positions"] == document["structure"]["positions_angstrom"]
    assert molecule["bonds"] == [[0, 1, 1.0], [0, 2, 1.0]]
    zero_point = document["thermochemistry"]["zero_point_energy_kj_mol"]
    assert section(page, "Thermochemistry")["zero-point energy"] == f"{zero_point:.1f} kJ/mol"
    made = section(page, "How it was made")
    assert made["program"] == f"SpecML {specml.__version__}"
    assert made["command"] == "specml ir water.xyz --html"
    assert section(page, "Model")["name"] == "fake 0"


def test_raman_has_two_spectra(run, predictor):
    run("raman", "water.xyz", "--html")
    page, document = load("water.raman")
    activity, section_ = page["spectra"]
    assert activity["y"] == document["curve"]["activity_a4_amu_cm"]
    assert section_["y"] == document["curve"]["cross_section_cm2_sr_cm"]
    heights = [m["raman_cross_section_cm2_sr"] for m in document["modes"]]
    assert [line["height"] for line in section_["lines"]] == heights
    header = [column["header"] for column in page["table"]["columns"]]
    assert header == ["mode", "raw", "scaled", "activity", "depol. ratio", "dσ/dΩ", "assignment"]


def test_conformers_have_their_own_geometries_and_weighted_sticks(run, predictor):
    run("ir", "--smiles", "FCCF", "--conformers", 3, "--html")
    page, document = load("FCCF.ir")
    members = document["conformers"]
    assert len(members) > 1
    assert [m["positions"] for m in page["molecules"]] == [
        m["structure"]["positions_angstrom"] for m in members
    ]
    lines = page["spectra"][0]["lines"]
    strongest = max(lines, key=lambda line: line["height"])
    weights = [m["weight"] for m in members for _ in m["modes"]]
    modes = [mode for m in members for mode in m["modes"]]
    assert len(page["table"]["rows"]) == len(modes)
    assert strongest["height"] == pytest.approx(
        weights[strongest["row"]] * modes[strongest["row"]]["ir_intensity_km_mol"]
    )
    assert page["table"]["rows"][len(members[0]["modes"])]["cells"][0] == "2-1"
    assert page["table"]["rows"][len(members[0]["modes"])]["molecule"] == 1
    assert list(section(page, "Conformers")) == [str(k + 1) for k in range(len(members))]


def test_outside_the_domain(run, predictor, folder):
    (folder / "hydroxide.xyz").write_text("2\ncharge=-1\nO 0 0 0\nH 0 0 0.97\n")
    run("ir", "hydroxide.xyz", "--html")
    page, document = load("hydroxide.ir")
    assert page["inside"] is False
    assert page["warnings"] == document["warnings"] != []
    assert page["formula"] == "HO⁻"


def test_imaginary_modes_are_in_the_table_and_not_in_the_spectrum(run, predictor, folder):
    (folder / "ts.xyz").write_text(
        "4\n\nN 0 0 0\nH 1.0 0 0\nH -0.5 0.8660254 0\nH -0.5 -0.8660254 0\n"
    )
    run("ir", "ts.xyz", "--no-optimize", "--html")
    page, document = load("ts.ir")
    imaginary = -document["modes"][0]["wavenumber_cm1"]
    assert page["table"]["rows"][0]["cells"][1] == f"{imaginary:.1f}i"
    assert [line["row"] for line in page["spectra"][0]["lines"]] == [1, 2, 3, 4, 5]


def test_an_existing_page_is_kept(refused, predictor, folder):
    (folder / "water.ir.html").write_text("mine")
    assert "water.ir.html: got an existing file" in refused("ir", "water.xyz", "--html")


def test_names_are_text(run, predictor, folder):
    (folder / "<b>&x.xyz").write_text(WATER)
    run("ir", "<b>&x.xyz", "--html")
    page, _ = load("<b>&x.ir")
    assert page["title"] == "<b>&x"
    assert "<b>" not in Path("<b>&x.ir.html").read_text()


def test_twelve_atoms_are_far_below_the_limit(run, predictor):
    """The limit is 8 MB; nearly all of it is the two libraries."""
    run("ir", "--smiles", "CCCO", "--conformers", 1, "--html")
    assert len(load("CCCO.ir")[1]["structure"]["numbers"]) == 12
    assert Path("CCCO.ir.html").stat().st_size < 1_500_000
