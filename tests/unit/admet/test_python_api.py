"""Scores from Python: one molecule, several, a data frame."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from rdkit import Chem

import specml.admet
from specml.admet import scorer
from specml.admet.scoring import loaded
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
    monkeypatch.setattr("specml.admet.python_api.CHUNK", 2)
    frame = specml.admet.score(["C" * k for k in range(1, 6)], HERG)
    assert frame["mw"].is_monotonic_increasing


def test_none():
    assert specml.admet.score([]).shape == (0, 124)


def test_no_structures():
    with pytest.raises(InputError, match="data frame: got the columns a"):
        specml.admet.score(pd.DataFrame({"a": ["x"]}))


@pytest.mark.parametrize("missing", [np.nan, pd.NA, None, ""])
def test_missing_entries_are_empty(missing):
    frame = specml.admet.score(["CCO", missing, 5], HERG)
    assert frame["status"].tolist() == ["ok", "empty", "invalid"]
    column = pd.DataFrame({"smiles": pd.array(["CCO", None], "string")})
    assert specml.admet.score(column, HERG)["status"].tolist() == ["ok", "empty"]


def test_a_frame_with_missing_cells_beside_the_structures():
    given = pd.DataFrame({"structure": ["CCO", "CCCN"], "x": [1.0, None]})
    assert specml.admet.score(given, HERG)["status"].tolist() == ["ok", "ok"]
    given = pd.DataFrame({"ROMol": [None, Chem.MolFromSmiles("CCO")]})
    assert specml.admet.score(given, HERG)["status"].tolist() == ["empty", "ok"]


def test_one_task_by_its_name():
    once = specml.admet.score(["CCO"], "herg")
    assert once.equals(specml.admet.score(["CCO"], ["herg", "herg"]))
    for molecules in ([], ["CCO"]):
        with pytest.raises(InputError, match="'x'"):
            specml.admet.score(molecules, ["x"])


@pytest.mark.parametrize("given", ["SMILES", "1", "smiles"])
def test_the_column_of_a_frame_by_name_or_position(given):
    frame = pd.DataFrame({"smiles": ["CCO"], "other": ["CCCC"]})
    assert specml.admet.score(frame, HERG, smiles=given)["scored_smiles"].tolist() == ["CCO"]


def test_columns_that_are_not_there_or_there_twice():
    frame = pd.DataFrame([["CCO", "CCN"]], columns=["smiles", "smiles"])
    for given in (None, "smiles"):
        with pytest.raises(InputError, match=r"one column of SMILES|several columns smiles"):
            specml.admet.score(frame, HERG, smiles=given)
    with pytest.raises(InputError, match="smiles: got 'x'"):
        specml.admet.score(frame, HERG, smiles="x")


def test_what_holds_no_molecules():
    with pytest.raises(InputError, match="molecules: got 5"):
        specml.admet.score(5)


def test_unknown_name():
    with pytest.raises(AttributeError, match="no attribute 'scores'"):
        specml.admet.scores  # noqa: B018


@pytest.mark.parametrize(
    "given",
    [
        {"smiles": ["CCO", "CCN"]},
        [{"smiles": "CCO"}, {"smiles": "CCN"}],
        pa.table({"smiles": ["CCO", "CCN"]}),
        pa.record_batch({"smiles": ["CCO", "CCN"]}),
        pa.array(["CCO", "CCN"]),
        pa.chunked_array([["CCO"], ["CCN"]]),
        np.array(["CCO", "CCN"]),
        (text for text in ["CCO", "CCN"]),
        [b"CCO", "InChI=1S/C2H7N/c1-2-3/h2-3H2,1H3"],
    ],
    ids=["dict", "records", "table", "batch", "array", "chunked", "numpy", "generator", "bytes"],
)
def test_tables_of_every_kind(given):
    assert specml.admet.score(given, tasks=["herg"])["scored_smiles"].tolist() == ["CCO", "CCN"]


def test_a_series_keeps_its_index():
    made = specml.admet.score(pd.Series(["CCO", "CCN"], index=["a", "b"]), tasks=["herg"])
    assert (made.index.tolist(), made["status"].tolist()) == (["a", "b"], ["ok", "ok"])


def test_a_dict_of_single_values_is_one_row():
    made = specml.admet.score({"smiles": "CCO", "name": "ethanol"}, tasks=["herg"])
    assert made[["name", "status"]].to_numpy().tolist() == [["ethanol", "ok"]]


@pytest.mark.parametrize("given", [{"a": [1], "b": [1, 2]}, {}, {"x": 1}, b"CCO", 5])
def test_what_is_no_table(given):
    with pytest.raises(InputError):
        specml.admet.score(given)


def test_entries_that_are_arrays_are_invalid():
    assert specml.admet.score([np.array(["CCO", "C"]), ["CCO"]])["status"].tolist() == [
        "invalid",
        "invalid",
    ]
