"""A further nucleus is a row and a network: labels, files and options read the row."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from specml.data.sampling import conformer
from specml.documents import nmr as documents
from specml.inference.model_file import write_model
from specml.inference.shieldings import load_shieldings
from specml.models.shielding import ShieldingModel
from specml.nuclei import NUCLEI, ReferenceBonds, ReferenceCompound
from specml.workflows.nmr import run
from specml.workflows.nmr_settings import NMRSettings
from tests.nmr_model import CARD, NETWORK

CFCL3 = ReferenceCompound("trichlorofluoromethane", "CFCl3", ((6, 1), (9, 1), (17, 3)),
                 (ReferenceBonds(6, 9, 1, 1.6), ReferenceBonds(6, 17, 3, 2.1)))  # fmt: skip
FLUORINE = replace(NUCLEI["13C"], number=9, name="19F", reference=CFCL3, of_neighbour=True,
                   frequency_ratio=0.94094011, axis=(-250.0, 50.0))  # fmt: skip
NAMES = ("1H", "13C", "19F")


@pytest.fixture
def card(monkeypatch, tmp_path) -> str:
    """A model that has learned 19F as well."""
    monkeypatch.setitem(NUCLEI, "19F", FLUORINE)
    torch.manual_seed(0)
    model = ShieldingModel(NETWORK)
    assert model.numbers == (1, 6, 9)
    model.mean.copy_(torch.tensor([4.0, 80.0, -120.0]))
    limits = dict.fromkeys(NAMES, 90.0)
    changes = {
        "network": asdict(NETWORK),
        "nuclei": list(NAMES),
        "reference": CARD["reference"] | {"19F": [-1.0, 180.0]},
        "domain": CARD["domain"] | {"largest_uncertainty_ppm": limits},
    }
    path = tmp_path / "tiny.json"
    write_model(path, model, CARD | changes)
    return str(path)


def test_files_of_a_further_nucleus(card):
    settings = NMRSettings(optimize=False, conformers=1, nuclei=NAMES)
    (spectra,) = run([replace(conformer("Fc1ccccc1"), name="fluorobenzene")], settings, card)
    files = documents.contents(spectra, html=True)
    assert tuple(files) == documents.suffixes(spectra.structure, settings, html=True)
    assert list(files) == ["json", "csv", "1h.jdx", "13c.jdx", "19f.jdx", "png", "html"]
    document = json.loads(files["json"])
    (group,) = [group for group in document["groups"] if group["nucleus"] == "19F"]
    assert (group["label"], group["count"]) == ("arom. C", 1)
    assert document["reference"]["compound"] == "tetramethylsilane, trichlorofluoromethane"
    assert set(document["domain"]["uncertainty_ppm"]) == set(NAMES)
    curve = document["curves"][2]["shift_ppm"]
    assert (curve[0], curve[-1]) == (-250.0, 50.0)
    exchanged = files["19f.jdx"].decode()
    for line in (
        ".OBSERVE FREQUENCY=376.376044",
        ".OBSERVE NUCLEUS=^19F",
        "trichlorofluoromethane",
    ):
        assert line in exchanged
    assert "\\u00b9\\u2079F" in files["html"].decode()
    assert [axes.get_xlabel()[:3] for axes in documents.figure(spectra).axes][2] == "¹⁹F"


def test_a_reference_compound_has_zeros_for_its_own_nuclei_only(card):
    (shifts,) = load_shieldings(card).predict([conformer("FC(Cl)(Cl)Cl")])
    fluorine = shifts.structure.numbers == 9
    assert shifts.by_definition == "trichlorofluoromethane"
    assert shifts.shift[fluorine] == shifts.uncertainty[fluorine] == 0.0
    assert shifts.shielding[fluorine] == 180.0
    assert abs(shifts.shift[shifts.structure.numbers == 6]) > 1.0
    assert np.isnan(shifts.shift[shifts.structure.numbers == 17]).all()


def test_the_command_offers_it():
    code = (
        "from dataclasses import replace; from specml.nuclei import NUCLEI; "
        "NUCLEI['19F'] = replace(NUCLEI['13C'], number=9, name='19F', fwhm=0.5); "
        "from specml.cli.app import main; main()"
    )
    words = [sys.executable, "-c", code, "nmr", "--help"]
    wide = os.environ | {"COLUMNS": "200"}
    shown = subprocess.run(words, capture_output=True, text=True, check=True, env=wide).stdout
    assert "<1H|13C|19F|all>" in shown
    assert "shifts of 1H and 13C and 19F" in shown
    assert "0.5 for 19F" in " ".join(shown.split())


def test_numbers_of_the_unified_scale():
    """Harris et al. 2001: frequencies in percent of that of 1H in TMS."""
    assert [row.frequency_ratio for row in NUCLEI.values()] == [1.0, 0.25145020]
    assert [row.display for row in NUCLEI.values()] == ["¹H", "¹³C"]
    assert [row.symbol for row in NUCLEI.values()] == ["H", "C"]


def test_only_the_table_spells_nuclei():
    """Elsewhere ``"13C"`` would be a place to touch for the next nucleus."""
    package = Path(documents.__file__).parents[1]
    spelled = {path.name for path in package.rglob("*.py") if '"13C"' in path.read_text()}
    assert spelled == {"nuclei.py"}
