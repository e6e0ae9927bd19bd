"""Scores from Python: one molecule, several, a data frame."""

import pandas as pd
import pytest
from rdkit import Chem

import specml.admet
from specml.admet import scorer
from specml.admet.rows import loaded
from specml.errors import InputError
from tests import admet_model

HERG = ["herg"]


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    monkeypatch.setattr(scorer, "load", admet_model.load)
    loaded.cache_clear()
    yield
    loaded.cache_clear()


def test_one():
    for molecule in ("CCO", Chem.MolFromSmiles("OCC")):
        row = specml.admet.score(molecule, HERG)
        assert (row["status"], row["scored_smiles"], row["herg"]) == ("ok", "CCO", 0.25)
    assert specml.admet.score(None)["status"] == "empty"
    assert specml.admet.score("oops")["herg"] is None


def test_several():
    frame = specml.admet.score(["CCO", None, Chem.MolFromSmiles("CCN"), "CCO"], HERG)
    assert frame["status"].tolist() == ["ok", "empty", "ok", "ok"]
    assert frame["smiles"].fillna("").tolist() == ["CCO", "", "CCN", "CCO"]
    assert frame["herg"].isna().tolist() == [False, True, False, False]


def test_a_frame_keeps_its_columns_and_index():
    given = pd.DataFrame({"Drug": ["CCO", "oops", "CCO"] * 3, "herg": range(9)}, index=["x"] * 9)
    made = specml.admet.score(given, HERG, smiles="Drug")
    assert made[["Drug", "herg"]].equals(given)
    assert made.index.equals(given.index)
    assert made["specml_herg"].isna().tolist() == [False, True, False] * 3
    assert "status" not in given  # the caller's own is left alone


def test_a_frame_of_molecules():
    given = pd.DataFrame({"name": ["a", "b"], "ROMol": [Chem.MolFromSmiles("CCO"), None]})
    assert specml.admet.score(given, HERG)["status"].tolist() == ["ok", "empty"]


def test_many_are_scored_in_parts(monkeypatch):
    monkeypatch.setattr("specml.admet.frame.CHUNK", 2)
    frame = specml.admet.score(["C" * k for k in range(1, 6)], HERG)
    assert frame["mw"].is_monotonic_increasing


def test_none():
    assert specml.admet.score([]).shape == (0, 102)


def test_no_structures():
    with pytest.raises(InputError, match="data frame: got the columns a"):
        specml.admet.score(pd.DataFrame({"a": ["x"]}))


def test_unknown_name():
    with pytest.raises(AttributeError, match="no attribute 'scores'"):
        specml.admet.scores  # noqa: B018
