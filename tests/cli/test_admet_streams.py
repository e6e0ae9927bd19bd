"""``specml admet predict`` through pipes and links, and on folders of all kinds of files."""

import csv
import gzip
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_files_of_a_folder_whose_results_would_share_a_name(run, folder):
    (folder / "in").mkdir()
    (folder / "in" / "a.csv").write_text("smiles\nCCO\n")
    (folder / "in" / "a.smi").write_text("CCN\n")
    assert run("admet", "predict", "in", "out", "--tasks", "herg").exit_code == 0
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["a.csv", "a.smi.csv"]
    assert "CCN,ok" in (folder / "out" / "a.smi.csv").read_text()


def test_one_bad_file_of_a_folder_does_not_stop_the_others(run, folder):
    (folder / "in").mkdir()
    (folder / "in" / "a.csv").write_text("id,name\n1,aspirin\n")
    (folder / "in" / "b.csv").write_text("smiles\nCCO\n")
    (folder / "in" / "c.csv").write_bytes(b"")
    (folder / "in" / "d.csv.gz").write_bytes(gzip.compress(b"smiles\n" + b"CCO\n" * 9999)[:-9])
    result = run("admet", "predict", "in", "out", "--tasks", "herg", "--workers", 1)
    assert result.exit_code == 2
    assert "3 of 4 tables: got no result" in result.stderr
    for reason in ("a.csv: got the columns id, name", "c.csv: got an empty file", "d.csv.gz:"):
        assert reason in result.stderr
    assert [path.name for path in (folder / "out").iterdir()] == ["b.csv"]


def piped(folder, words: str, given: str = "") -> subprocess.CompletedProcess:
    """A shell line, where {} is the command; with the model that ships."""
    command = f"{sys.executable} -m specml admet predict --tasks herg --workers 1"
    line = words.replace("{}", command)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        input=given,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_from_the_standard_input_to_the_standard_output(folder):
    made = piped(folder, "{} - -", "smiles\nCCO\nCCN\n")
    assert made.returncode == 0, made.stderr
    rows = list(csv.DictReader(made.stdout.splitlines()))
    assert [row["scored_smiles"] for row in rows] == ["CCO", "CCN"]
    assert "2 rows" in made.stderr


def test_names_behind_a_space_in_a_pipe_and_a_reader_that_has_enough(folder):
    made = piped(folder, "{} - - --chunk-size 1 | head -2", "CCO an alcohol\n" + "CCN x\n" * 300)
    assert made.returncode == 0, made.stderr
    assert "Traceback" not in made.stderr
    assert made.stdout.splitlines()[1].startswith("CCO,an alcohol,ok")


def test_through_links_and_into_pipes(folder):
    (folder / "in.csv").write_text("smiles\nCCO\n")
    (folder / "link.csv").symlink_to("store.csv")
    made = piped(folder, "{} in.csv link.csv && mkfifo p && (cat p >got & {} in.csv p; wait)")
    assert made.returncode == 0, made.stderr
    assert (folder / "link.csv").is_symlink()
    assert (folder / "p").is_fifo()
    assert (folder / "store.csv").read_text() == (folder / "got").read_text()


def test_parquet_needs_a_file(refused, folder):
    (folder / "in.csv").write_text("smiles\nCCO\n")
    said = refused("admet", "predict", "in.csv", "-", "--format", "parquet")
    assert "parquet into a stream" in said


def test_a_device_that_is_not_there(refused, folder):
    (folder / "in.csv").write_text("smiles\nCCO\n")
    said = refused("admet", "predict", "in.csv", "out.csv", "--device", "cuda:99")
    assert "--device: got cuda:99" in said
