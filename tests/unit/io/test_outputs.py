"""Files appear whole or not at all."""

import json
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from specml.errors import OutputError
from specml.io import outputs
from specml.io.spectra import csv_table, json_document


def test_publish_writes_all(tmp_path):
    outputs.publish({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError])
def test_an_interruption_leaves_nothing(tmp_path, monkeypatch, failure):
    """The second file fails after the first was written: neither is there afterwards."""
    original = type(tmp_path).write_bytes

    def write(path, data):
        if b"2" in data:
            raise failure
        return original(path, data)

    monkeypatch.setattr(type(tmp_path), "write_bytes", write)
    with pytest.raises(failure):
        outputs.publish({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_an_output_error(tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(type(tmp_path), "write_bytes", full)
    with pytest.raises(OutputError, match="No space left"):
        outputs.publish({tmp_path / "a": b"1"})


def test_check_makes_the_folder(tmp_path):
    outputs.check([tmp_path / "new" / "a"], force=False)
    assert list((tmp_path / "new").iterdir()) == []


def test_check_refuses_to_overwrite(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text("old")
    paths = [tmp_path / name for name in "abc"]
    with pytest.raises(OutputError, match="an existing file and 1 more"):
        outputs.check(paths, force=False)
    outputs.check(paths, force=True)


def test_check_refuses_two_results_of_one_name_and_names_no_file_can_have(tmp_path):
    path = tmp_path / "a.json"
    with pytest.raises(OutputError, match="the name of 2 results"):
        outputs.check([path, path], force=True)
    with pytest.raises(OutputError, match="a name for a file"):
        outputs.check([tmp_path / ("x" * 300)], force=False)
    (tmp_path / "b.json").mkdir()
    with pytest.raises(OutputError, match="an existing folder"):
        outputs.check([tmp_path / "b.json"], force=True)


def test_check_finds_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="a folder that can be written to"):
        outputs.check([tmp_path / "file" / "a"], force=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_check_finds_a_folder_without_rights(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        outputs.check([tmp_path / "a"], force=True)


def test_json_is_valid_and_compact():
    document = {
        "array": np.arange(3.0),
        "table": np.eye(2, dtype=int),
        "missing": np.array([np.nan, 1.0]),
        "text": "[1,\n 2]",
        "long": -4219.123456789,
        "nested": [{"a": (1, 2)}],
        "symbols": ["C", "Cl"],
    }
    text = json_document(document).decode()
    assert json.loads(text) == {
        "array": [0.0, 1.0, 2.0],
        "table": [[1, 0], [0, 1]],
        "missing": [None, 1.0],
        "text": "[1,\n 2]",
        "long": -4219.12345679,
        "nested": [{"a": [1, 2]}],
        "symbols": ["C", "Cl"],
    }
    assert '"array": [0.0, 1.0, 2.0]' in text
    assert '"symbols": ["C", "Cl"]' in text


def test_csv_quotes_what_needs_it():
    table = csv_table({"mode": [1, 2], "x": [1.0, 1 / 3], "name": ["a", "b, c"]}).decode()
    assert table.splitlines() == ["mode,x,name", "1,1,a", '2,0.333333333333,"b, c"']


def test_a_link_stays_one(tmp_path):
    link, target = tmp_path / "link", tmp_path / "store" / "target"
    link.symlink_to(target)
    outputs.check([link], force=False)
    outputs.publish({link: b"1"})
    assert (link.is_symlink(), target.read_bytes()) == (True, b"1")
    with pytest.raises(OutputError, match="an existing file"):
        outputs.check([link], force=False)
    outputs.publish({link: b"2"})
    assert (link.is_symlink(), target.read_bytes()) == (True, b"2")
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_links_in_a_circle(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(OutputError, match="a"):
        outputs.check([tmp_path / "a"], force=True)


def test_pipes_and_devices_are_written_to(tmp_path, capfdbinary):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    paths = [pipe, Path("/dev/null"), Path("/dev/stdout")]
    outputs.check(paths, force=False)
    outputs.publish(dict.fromkeys(paths, b"1"))
    reader.join(10)
    assert (read, pipe.is_fifo()) == ([b"1"], True)
    assert capfdbinary.readouterr().out == b"1"
