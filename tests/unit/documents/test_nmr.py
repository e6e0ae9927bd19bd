"""Documents of NMR spectra: written, read back, refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from specml.data.sampling import conformer
from specml.documents import nmr as documents
from specml.errors import InputError
from specml.workflows.nmr import run
from specml.workflows.nmr_settings import NMRSettings
from specml.workflows.nmr_spectra import NMRSpectra
from tests.nmr_model import write_tiny

SETTINGS = NMRSettings(optimize=False, conformers=1)


@pytest.fixture(scope="module")
def spectra(tmp_path_factory) -> NMRSpectra:
    card = write_tiny(tmp_path_factory.mktemp("tiny"))
    (made,) = run([replace(conformer("CO"), name="methanol")], SETTINGS, card)
    return made


@pytest.mark.parametrize("html", [False, True])
def test_every_promised_file_is_made(spectra, html):
    promised = documents.suffixes(spectra.structure, SETTINGS, html)
    assert tuple(documents.contents(spectra, html)) == promised
    paths = documents.paths(Path("o"), spectra.structure, SETTINGS, html)
    assert paths["13c.jdx"] == Path("o/methanol.nmr.13c.jdx")


def test_the_reader_reads_what_was_written(spectra, tmp_path):
    path = tmp_path / "methanol.nmr.json"
    path.write_bytes(documents.contents(spectra)["json"])
    document = documents.read(path)
    assert document["name"] == "methanol"
    assert [row["shift_ppm"] for row in document["nuclei"]] == documents.table(spectra)["shift_ppm"]


@pytest.mark.parametrize("text", ["", "{}", json.dumps({"schema": "specml/ir/1"})])
def test_something_else_is_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match=r"x\.json: got .*specml/nmr/1.*`specml nmr`"):
        documents.read(tmp_path / "x.json")


def test_the_page_says_how_it_was_made(spectra):
    page = documents.contents(spectra, html=True, made_by="specml.nmr('CO')")["html"].decode()
    assert "specml.nmr('CO')" in page
