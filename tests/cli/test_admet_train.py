"""``specml admet train`` and ``evaluate``: a model of one's own, from a table to an evaluation."""

import csv
import io
import json

import numpy as np
import pytest

from specml.admet.scoring import loaded
from specml.errors import InputError
from specml.workflows import admet_training
from tests import admet_data


@pytest.fixture(autouse=True)
def fresh():
    loaded.cache_clear()
    yield
    loaded.cache_clear()


def table(header: tuple[str, ...], *columns) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([header, *zip(*columns, strict=True)])
    return text.getvalue()


@pytest.fixture
def measured(folder):
    """A table with an empty cell, in a folder with a test file of the same endpoint."""
    data = admet_data.tables()[admet_data.REGRESSION]
    cells = [f"{value:.3f}" for value in data.y]
    cells[5] = ""
    (folder / "own.csv").write_text(table(("compound", "log P"), data.smiles, cells))
    (folder / "test").mkdir()
    texts = ["CCCCc1ccccc1", "OCCc1ccncc1", "C1CC", "CCOC1CCCCC1"]
    content = table(("Drug_ID", "Drug", "Y"), range(4), texts, [3.2, 0.7, 1.0, 2.5])
    (folder / "test" / "log_P.csv").write_text(content)
    return folder


def test_train_evaluate_predict(run, measured):
    words = ("own.csv", "--column", "log p", "--task", "regression", "-o", "own.json")
    result = run("admet", "train", *words)
    assert result.exit_code == 0, result.output
    assert "71 rows, 1 left out" in result.output
    card = json.loads((measured / "own.json").read_text())
    assert card["endpoints"][0]["name"] == "log_P"
    assert np.isfinite(card["held_out"]["value"])

    result = run("admet", "evaluate", "--test", "test", "--model", "own.json")
    assert result.exit_code == 0, result.output
    (task,) = json.loads((measured / "evaluation.json").read_text())["tasks"].values()
    assert task["metric"] == "mae"
    assert (task["n"], task["n_failed"], task["n_known"]) == (4, 1, None)
    assert task["value"] < 1.5

    result = run("admet", "predict", "own.csv", "out.csv", "--model", "own.json", "--workers", 1)
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader((measured / "out.csv").read_text().splitlines()))
    assert len(rows) == 72
    assert float(rows[0]["log_P_low"]) < float(rows[0]["log_P"]) < float(rows[0]["log_P_high"])

    result = run("admet", "train", *words)
    assert result.exit_code == 2
    assert "--force" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--column", "nothing", "--task", "regression"), "nothing"),
        (("--column", "compound", "--task", "regression"), "a number"),
        (("--column", "2", "--task", "classification"), "both 0 and 1"),
        (("--column", "2", "--task", "regression", "--scale", "log"), "--scale log"),
        (("--column", "2", "--task", "regression", "--name", "logp"), "--name measured_logp"),
        (("--column", "2", "--task", "regression", "--seed", "-1"), "--seed"),
    ],
)
def test_what_cannot_be_trained(run, measured, words, said):
    result = run("admet", "train", "own.csv", *words, "-o", "own.json")
    assert result.exit_code == 2
    assert said in result.output
    assert not (measured / "own.json").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("y,smiles\n1.5\nx,CCO\n", "y in row 2: got 'x'"),  # row 1 lacks its SMILES
        ("smiles,y\nCCO,1,2\n", "row 1: got line 2 has 3 cells"),
        ("", "an empty file"),
    ],
)
def test_tables_that_cannot_be_trained_on(refused, folder, content, said):
    (folder / "own.csv").write_text(content)
    words = ("--column", "y", "--task", "regression", "-o", "own.json")
    assert said in refused("admet", "train", "own.csv", *words)


def test_salts_are_trained_as_their_parents_and_broken_rows_left_out(run, measured):
    lines = (measured / "own.csv").read_text().splitlines()
    salts = [lines[0], *(line.replace(",", ".Cl,", 1) for line in lines[1:]), "C1CC,1.0"]
    (measured / "salts.csv").write_text("\n".join(salts))
    values = []
    for name in ("own", "salts"):
        words = (f"{name}.csv", "--column", "2", "--task", "regression", "-o", f"{name}.json")
        result = run("admet", "train", *words)
        assert result.exit_code == 0, result.output
        run("admet", "predict", "own.csv", f"{name}.out.csv", "--model", f"{name}.json")
        text = (measured / f"{name}.out.csv").read_text()
        values.append([row["log_P"] for row in csv.DictReader(text.splitlines())])
    assert "left out, row 73: not SMILES" in result.stderr
    assert values[0] == values[1]


def test_a_table_without_names_keeps_its_first_row(run, measured):
    lines = (measured / "own.csv").read_text().splitlines()
    (measured / "own.csv").write_text("\n".join(lines[1:]))
    words = ("own.csv", "--column", "2", "--task", "regression", "-o", "own.json", "--name", "y")
    result = run("admet", "train", *words)
    assert "71 rows, 1 left out" in result.output
    assert "no header found; columns are column_1, column_2" in result.stderr


def measured_table(folder, cells, separator=","):
    smiles = admet_data.smiles()[: len(cells)]
    path = folder / "values.csv"
    rows = (f"{text}{separator}{cell}" for text, cell in zip(smiles, cells, strict=True))
    path.write_text("\n".join([f"smiles{separator}y", *rows]))
    return path


@pytest.mark.parametrize("kind", ["regression", "classification"])
@pytest.mark.parametrize(
    ("cells", "separator", "expected"),
    [
        (["1", "NaN", "None", "-", "", "n/a", "#N/A", "0"], ",", [1, 0]),
        (["1", ">5", "<0.1", "~ 3", "≥2", "0"], ",", [1, 0]),
        (["True", "FALSE", "yes", "no"], ",", [1, 0, 1, 0]),
        (["1,5", "-2,25", "3", "1,0e-3"], ";", [1.5, -2.25, 3, 0.001]),
        (["1.500", "2", "\N{MINUS SIGN}3", "4e-2", " 5 "], ",", [1.5, 2, -3, 0.04, 5]),
    ],
)
def test_what_stands_in_columns_of_values(folder, kind, cells, separator, expected):
    path = measured_table(folder, cells, separator)
    settings = admet_training.OwnModelSettings("y", kind)
    if kind == "regression" and "True" in cells:
        with pytest.raises(InputError, match="y in row 1: got 'True'; expected a number"):
            admet_training.read(path, settings)
    else:
        assert admet_training.read(path, settings).measured.y.tolist() == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["1,500", "2,000"],
        ["1,5", "2.5"],
        ["1,234.5", "2"],
        ["45 %", "1"],
        ["1_000", "1"],
        ["inf", "1"],
    ],
)
def test_values_that_could_mean_something_else(folder, cells):
    path = measured_table(folder, cells, ";")
    with pytest.raises(InputError, match=r"y in row 1: got '.*'; expected a number"):
        admet_training.read(path, admet_training.OwnModelSettings("y", "regression"))


def test_limits_are_left_out_with_their_rows(folder):
    path = measured_table(folder, ["1", ">5", "2"])
    own = admet_training.read(path, admet_training.OwnModelSettings("y", "regression"))
    assert own.refused == ["row 2: '>5' is a limit, not a value"]
    assert own.n_left_out == 1


def test_a_folder_in_the_place_of_the_model(refused, measured):
    (measured / "own.json").mkdir()
    words = ("--column", "2", "--task", "regression", "-o", "own.json", "--force")
    assert "an existing folder" in refused("admet", "train", "own.csv", *words)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Drug,Y\nCCO,nan\n", "Y in row 1 of"),
        ("Drug,Y\nCCO,1\nCCC,0.4\n", "got '0.4'; expected 0 or 1"),
        ("Drug,y\nCCO,1\n", "columns Drug and Y"),
        ("Drug,Y\n", "no rows"),
    ],
)
def test_evaluate_refuses(refused, folder, content, said):
    (folder / "test").mkdir()
    (folder / "test" / "herg.csv").write_text(content)
    assert said in refused("admet", "evaluate", "--test", "test")


def test_a_model_by_its_name(run, refused):
    by_name = run("admet", "show", "CCO", "--model", "specml-admet").stdout
    assert by_name == run("admet", "show", "CCO").stdout
    error = refused("admet", "show", "CCO", "--model", "specml-nmr")
    assert "model specml-nmr: got a model of kind 'shielding'" in error


def test_an_evaluation_is_not_replaced(refused, folder):
    (folder / "test").mkdir()
    (folder / "test" / "herg.csv").write_text("Drug,Y\nCCO,1\n")
    arguments = ("admet", "evaluate", "--test", "test", "--output", "test/herg.csv")
    assert "an existing file" in refused(*arguments)


def test_evaluate_without_tables(run, folder):
    (folder / "empty").mkdir()
    result = run("admet", "evaluate", "--test", "empty")
    assert result.exit_code == 2
    assert "caco2_wang.csv" in result.output
