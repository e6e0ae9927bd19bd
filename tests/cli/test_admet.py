"""``specml admet predict`` and ``show``, with a scorer that counts atoms."""

import csv
import gzip
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rdkit import Chem

from specml.admet import scorer
from specml.admet.endpoints import ENDPOINTS
from specml.admet.scoring import loaded
from tests import admet_model

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "molecules.csv"
HERG = ("--tasks", "herg")


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    monkeypatch.setattr(scorer, "load", admet_model.load)
    loaded.cache_clear()
    yield
    loaded.cache_clear()


@pytest.fixture
def predict(run, folder):
    """Write the input, run, and read the output."""

    def call(content: str | bytes, *words: object, name: str = "in.csv", out: str = "out.csv"):
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        alone = () if "--workers" in words else ("--workers", 1)  # processes take seconds to start
        result = run("admet", "predict", name, out, *words, *alone)
        assert result.exit_code == 0, result.output
        return read(folder / out)

    return call


def read(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    return list(csv.DictReader(text.splitlines()))


def many(n: int) -> str:
    """Molecules of every kind, with what is wrong with them."""
    kinds = ("CCO", "", "c1ccccc1{}", "CC(=O)[O-].[Na+]", "C1CC", "{}CCN", "CCB(O)O")
    rows = (kinds[k % len(kinds)].format("C" * (k // len(kinds))) for k in range(n))
    return "id,smiles\n" + "".join(f"m{k},{smiles}\n" for k, smiles in enumerate(rows))


def test_the_example(run, folder):
    """One row for each row, in order, columns kept; statuses as its notes say."""
    result = run("admet", "predict", EXAMPLE, "out.csv")
    assert result.exit_code == 0
    given, made = read(EXAMPLE), read(folder / "out.csv")
    assert len(made) == 100
    assert [{key: row[key] for key in given[0]} for row in made] == given
    expected = {
        "a salt": "salt",
        "a mixture": "mixture",
        "an empty cell": "empty",
        "no carbon": "unsupported",
        "carbon with five bonds": "invalid",
        "the structure of row 1": "duplicate",
    }
    assert [row["status"] for row in made] == [expected.get(r["note"], "ok") for r in given]
    assert made[95]["status_reason"] == "same structure as row 1"
    for row in made:
        scored = row["status"] in ("ok", "salt", "mixture", "duplicate")
        assert all(bool(row[endpoint.name]) == scored for endpoint in ENDPOINTS)
    assert list(folder.glob("out.csv.*")) == []
    assert f"100 rows, {len(ENDPOINTS)} endpoints" in result.stdout
    assert "scored      97 (4 salt, 1 mixture, 1 duplicate)" in result.stdout
    assert "not scored  3 (1 empty, 1 invalid, 1 unsupported)" in result.stdout


def test_columns(predict):
    (row,) = predict("smiles\nCCO\n", "--tasks", "herg,caco2_wang")
    assert list(row)[:16] == [
        *("smiles", "status", "status_reason", "scored_smiles"),
        *("herg", "herg_uncertainty", "herg_percentile", "herg_similarity"),
        *("caco2_wang", "caco2_wang_low", "caco2_wang_high"),
        *("caco2_wang_uncertainty", "caco2_wang_percentile", "caco2_wang_similarity"),
        *("similarity", "in_domain"),
    ]
    assert list(row)[16:] == [
        *("mw", "logp", "hba", "hbd", "tpsa", "rotatable_bonds", "rings", "fsp3", "qed"),
        *("lipinski_violations", "pains", "brenk"),
    ]
    assert (row["herg"], row["caco2_wang"], row["caco2_wang_low"]) == ("0.25", "3.25", "1.75")
    assert (row["similarity"], row["in_domain"], row["mw"]) == ("0.25", "true", "46.069")


def test_names_that_are_taken(predict, folder, run):
    rows = predict("status,smiles,herg,specml_herg\nnew,CCO,9,8\n", *HERG)
    assert list(rows[0])[:4] == ["status", "smiles", "herg", "specml_herg"]
    assert (rows[0]["status"], rows[0]["specml_status"]) == ("new", "ok")
    assert (rows[0]["herg"], rows[0]["specml_herg"], rows[0]["specml_herg_2"]) == ("9", "8", "0.25")


@pytest.mark.parametrize(
    ("header", "first"),
    [
        ("id,SMILES\n", "1,CCO\n"),
        ("id,canonical_smiles\n", "1,CCO\n"),
        ("id,Drug\n", "1,CCO\n"),
        ("", "1,CCO\n"),
    ],
    ids=["name in capitals", "name that tells", "by its cells", "no header"],
)
def test_the_obvious_column(predict, header, first):
    rows = predict(header + first + "2,c1ccccc1\n3,oops\n4,CCN\n5,CCCC\n6,CCOC\n", *HERG)
    assert [row["status"] for row in rows] == ["ok", "ok", "invalid", "ok", "ok", "ok"]


def test_columns_by_name_and_position(predict):
    text = "old,new\nC,CCO\nC,CCC\n"
    assert [r["scored_smiles"] for r in predict(text, "--smiles-column", "NEW")] == ["CCO", "CCC"]
    rows = predict(text, "--smiles-column", 1, "--id-column", "new", out="b.csv")
    assert rows[1]["status_reason"] == "same structure as row 1 (CCO)"


def test_no_header_can_be_said(predict):
    rows = predict("oops,1\nCCO,2\nCC,3\n", "--no-header", "--smiles-column", 1)
    assert [row["status"] for row in rows] == ["invalid", "ok", "ok"]


def test_no_rows(predict, run, folder):
    assert predict("id,smiles\n") == []
    assert (folder / "out.csv").read_text().startswith("id,smiles,status,")


def test_rows_with_too_many_cells(predict):
    rows = predict("smiles,name\nCCO,a,b\nCC,c\n", *HERG)
    assert [row["status"] for row in rows] == ["invalid", "ok"]
    assert rows[0]["status_reason"] == "line 2 has 3 cells, the table 2 columns"
    assert rows[0]["name"] == "a,b"


def test_huge_and_odd_structures_do_not_stop_the_run(predict):
    rows = predict(f"smiles\n{'C' * 10_000_000}\n{'C' * 300}\nCCB(O)O\nCCO\n", *HERG)
    assert [row["status"] for row in rows] == ["too_large", "too_large", "failed", "ok"]
    assert rows[2]["status_reason"] == "not computable: boron"


def test_encodings(predict, run, folder):
    (row,) = predict("name,smiles\nthé,CCO\n".encode("cp1252"), *HERG)
    assert row["name"] == "thé"
    (row,) = predict("name;smiles\nthé;CCO\n".encode("utf-16"), *HERG, out="b.csv")
    assert row["name"] == "thé"


def test_parquet_and_gzip(predict, folder, run):
    rows = predict(gzip.compress(many(20).encode()), "--chunk-size", 7, name="in.csv.gz")
    again = predict(many(20), "--chunk-size", 7, out="out.csv.gz")
    assert rows == again
    one = ("--chunk-size", 7, "--workers", 1)
    assert run("admet", "predict", "in.csv", "out.parquet", *one).exit_code == 0
    table = pq.read_table(folder / "out.parquet")
    assert table.schema.field("caco2_wang").metadata[b"unit"] == b"log10(cm/s)"
    assert [row["status"] for row in table.to_pylist()] == [row["status"] for row in rows]
    run("admet", "predict", "out.parquet", "back.csv", *one, *HERG)
    back = read(folder / "back.csv")
    assert [row["specml_status"] for row in back] == [row["status"] for row in rows]


def test_the_same_in_chunks_and_processes(predict, folder):
    """Numbers, order and duplicates across chunks."""
    whole = predict(many(40), "--workers", 1, out="whole.csv")
    parts = predict(many(40), "--workers", 2, "--chunk-size", 6, out="parts.csv")
    assert parts == whole
    assert sum(row["status"] == "duplicate" for row in whole) >= 5


MAIN = """
import specml.admet.scorer, tests.admet_model
specml.admet.scorer.load = tests.admet_model.load
from specml.cli.app import main
if __name__ == "__main__":
    main()
"""


@pytest.mark.validation
def test_a_killed_run_goes_on(predict, run, folder):
    """SIGKILL in the middle, with two worker processes: they end too, and nothing is lost."""
    whole = predict(many(120), "--chunk-size", 5, *HERG, out="whole.csv")
    words = ["admet", "predict", "in.csv", "out.csv", "--chunk-size", "5", *HERG]
    slow = {**os.environ, "PYTHONPATH": str(ROOT), "FAKE_SECONDS": "0.05"}
    Path("main.py").write_text(MAIN)
    process = subprocess.Popen([sys.executable, "main.py", *words, "--workers", "2"], env=slow)
    partial = folder / "out.csv.partial"
    wait_for(lambda: partial.exists() and partial.read_bytes().count(b"\n") > 10)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    workers = children.read_text().split() if children.exists() else []
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (folder / "out.csv").exists()
    wait_for(lambda: not any(alive(pid) for pid in workers))
    result = run(*words, "--workers", "1")
    assert re.search(r"going on after \d+ rows", result.stderr)
    assert read(folder / "out.csv") == whole
    assert list(folder.glob("out.csv.*")) == []


@pytest.mark.validation
def test_the_same_on_a_cluster(predict, folder, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    whole = predict(many(60), "--chunk-size", 7, out="whole.csv")
    parts = predict(
        many(60), "--chunk-size", 7, "--scheduler", "local", "--workers", 2, out="parts.csv"
    )
    assert parts == whole


def alive(pid: str) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(condition, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_interrupted_run_says_so(predict, run, folder, monkeypatch):
    whole = predict(many(40), "--chunk-size", 7, out="whole.csv")
    words = ("admet", "predict", "in.csv", "out.csv", "--chunk-size", 7, "--workers", 1)
    predict_all = admet_model.FakeScorer.predict

    def interrupt(*arguments):
        if (folder / "out.csv.partial").read_bytes().count(b"\n") > 10:
            raise KeyboardInterrupt
        return predict_all(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(admet_model.FakeScorer, "predict", interrupt)
        result = run(*words)
    assert result.exit_code == 130
    assert "Kept: the finished rows in out.csv.partial. Run the same command" in result.stderr
    other = run(*words, "--tasks", "herg")
    assert other.exit_code == 2
    assert "an unfinished run with another --tasks" in other.stderr
    assert run(*words).exit_code == 0
    assert read(folder / "out.csv") == whole


def test_force_begins_another_run(predict, run, folder):
    predict(many(5), *HERG)
    rows = predict(many(6), "--tasks", "ames", "--force")
    assert len(rows) == 6
    assert "ames" in rows[0]


def test_a_folder(run, folder):
    (folder / "in").mkdir()
    (folder / "in" / "a.csv").write_text("smiles\nCCO\n")
    (folder / "in" / "b.smi").write_text("CCN an amine\n")
    (folder / "in" / "readme.md").write_text("no table")
    assert run("admet", "predict", "in", "out", *HERG).exit_code == 0
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["a.csv", "b.csv"]
    assert read(folder / "out" / "b.csv")[0]["column_2"] == "an amine"
    again = run("admet", "predict", "in", "out", "--tasks", "ames")
    assert again.exit_code == 0
    assert "2 of 2 files are in out already" in again.stderr


def test_structure_files_and_records(predict):
    block = Chem.MolToMolBlock(Chem.MolFromSmiles("CCO"))
    (row,) = predict(f"ethanol{block}> <id>\n7\n\n$$$$\n", *HERG, name="in.sdf")
    assert (row["smiles"], row["title"], row["id"], row["status"]) == ("CCO", "ethanol", "7", "ok")
    rows = predict('[{"smiles": "CCO"}, {"smiles": "C1CC"}]', "--force", name="in.json")
    assert [row["status"] for row in rows] == ["ok", "invalid"]


def test_a_list_of_smiles_keeps_its_first_molecule(predict):
    rows = predict("C1CC bad\nCCO ethanol\nC methane\n", *HERG, name="in.smi")
    assert [row["column_1"] for row in rows] == ["C1CC", "CCO", "C"]
    assert [row["status"] for row in rows] == ["invalid", "ok", "ok"]


def test_quiet(run, folder):
    (folder / "in.csv").write_text("smiles\nCCO\n")
    result = run("admet", "predict", "in.csv", "out.csv", "--quiet")
    assert (result.stdout, result.stderr) == ("", "")


BAD = {
    "no file": ("absent.csv", (), "absent.csv: got no such file"),
    "empty file": (b"", (), "in.csv: got an empty file"),
    "workbook": (b"PK\x03\x04", (), "Save the sheet as CSV"),
    "no SMILES": (b"id,name\n1,aspirin\n", (), "in.csv: got the columns id, name"),
    "two columns": (b"a,b\nCCO,CCN\nCCC,CCCC\n", (), "expected one column of SMILES"),
    "two names": (b"my_smiles,smiles_2\nCCO,CCN\n", (), "expected one column of SMILES"),
    "missing column": (b"smiles\nC\n", ("--smiles-column", "x"), "--smiles-column: got 'x'"),
    "missing id": (b"smiles\nC\n", ("--id-column", "x"), "--id-column: got 'x'"),
    "task": (b"smiles\nC\n", ("--tasks", "herg,hegr"), "--tasks: got hegr; expected some of"),
    "no task": (b"smiles\nC\n", ("--tasks", ","), "--tasks: got nothing"),
    "model": (
        b"smiles\nC\n",
        ("--model", "x.json"),
        "model: got 'x.json'; expected one of",
    ),
    "open quote": (b'smiles,n\nC,1\n"CC,2\n', (), "in.csv:3: got a quotation mark"),
    "cut gzip": (gzip.compress(b"smiles\nC\n" * 99)[:-9], (), "in.csv:"),
    "numbers": ("numbers.parquet", ("--smiles-column", "smiles"), "values of type int64"),
    "address": (b"smiles\nC\n", ("--scheduler", "nonsense"), "--scheduler"),
}


@pytest.mark.parametrize(("content", "words", "expected"), BAD.values(), ids=BAD)
def test_bad_input(refused, folder, content, words, expected):
    """One line, exit code 2, and no file is left behind."""
    name = content if isinstance(content, str) else "in.csv"
    if name == "numbers.parquet":
        pq.write_table(pa.table({"smiles": [1, 2]}), name)
    elif not isinstance(content, str):
        (folder / name).write_bytes(content)
    assert expected in refused("admet", "predict", name, "out.csv", *words)


def test_nothing_is_overwritten(refused, folder):
    (folder / "in.csv").write_text("smiles\nC\n")
    (folder / "out.csv").write_text("mine")
    (folder / "link.csv").symlink_to("in.csv")
    assert "the input itself" in refused("admet", "predict", "in.csv", "in.csv", "--force")
    assert "the input itself" in refused("admet", "predict", "in.csv", "link.csv", "--force")
    assert "an existing file" in refused("admet", "predict", "in.csv", "out.csv")
    (folder / "other.csv.partial").write_text("smiles\nC\n")
    words = ("admet", "predict", "other.csv.partial", "other.csv", "--force")
    assert "the input itself" in refused(*words)
    assert "no unfinished run" in refused("admet", "predict", "in.csv", "other.csv")
    (folder / "empty").mkdir()
    assert "no tables in it" in refused("admet", "predict", "empty", "results")
    assert "got a folder" in refused("admet", "predict", "in.csv", "empty")


def test_show(run, folder):
    result = run("admet", "show", "CC(=O)Oc1ccccc1C(=O)O.[Na+]", "--radar", "radar.png")
    assert result.exit_code == 0
    text = result.stdout
    for words in ("Absorption", "hERG block", "log10(cm/s)", "11.5 to 14.5", "removed sodium"):
        assert words in text
    assert "outside, similarity to the training tables 0.07" in text
    assert "phenol_ester" in text
    assert (folder / "radar.png").read_bytes().startswith(b"\x89PNG")


def test_show_some(run):
    text = run("admet", "show", "CCO", "--tasks", "herg").stdout
    assert "hERG block" in text
    assert "Absorption" not in text


def test_show_refuses(refused, folder):
    assert "got invalid (not SMILES: syntax error)" in refused("admet", "show", "C1CC")
    (folder / "radar.png").write_text("mine")
    assert "an existing file" in refused("admet", "show", "CCO", "--radar", "radar.png")


def test_no_radar_without_percentiles(refused, monkeypatch):
    """A user's own model may have none."""
    predict_all = admet_model.FakeScorer.predict

    def without(*arguments):
        scores = predict_all(*arguments)
        return replace(scores, percentile=np.full_like(scores.value, np.nan))

    monkeypatch.setattr(admet_model.FakeScorer, "predict", without)
    assert "without percentiles" in refused("admet", "show", "CCO", "--radar", "radar.png")


def test_endpoints_are_listed(run):
    text = run("admet", "endpoints").stdout
    assert all(endpoint.name in text for endpoint in ENDPOINTS)
