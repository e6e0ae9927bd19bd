"""One source, three forms: text, BibTeX, CITATION.cff."""

import re
from pathlib import Path

import yaml

import specml
from specml.documents import citation
from specml.report.works import WORKS

ROOT = Path(__file__).parents[3]


def test_the_file_of_the_repository_is_the_one_that_the_command_prints():
    assert (ROOT / "CITATION.cff").read_text(encoding="utf-8") == citation.cff()


def test_cff_is_yaml_with_what_the_format_asks_for():
    document = yaml.safe_load(citation.cff())
    assert {"cff-version", "message", "title", "authors"} <= set(document)
    assert document["version"] == specml.__version__
    assert [work["doi"] for work in document["references"]] == [w.doi for w in WORKS.values()]
    assert document["references"][0]["authors"][0] == {
        "family-names": "Schütt",
        "given-names": "K. T.",
    }


def test_every_work_is_an_entry_of_bibtex():
    text = citation.bibtex()
    assert re.findall(r"^@\w+\{(\w+),$", text, re.MULTILINE) == ["specml", *WORKS]
    assert text.count("{") == text.count("}")
    assert "author = {Sun, Q. and others}" in text


def test_the_text_says_what_each_work_is_for():
    text = citation.text()
    assert text.startswith("The SpecML developers, SpecML: ")
    assert all(f"{work.text} https://doi.org/{work.doi}" in text for work in WORKS.values())
