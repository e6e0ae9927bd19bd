"""An output file in the making: what a kill leaves behind is continued, never mixed up."""

import pytest

from specml.errors import OutputError
from specml.io.tables.partial import PartialOutput

SETTINGS = {"input": "in.csv", "tasks": ["herg"]}


def test_a_run_in_one_go(tmp_path):
    partial = PartialOutput(tmp_path / "out.csv", SETTINGS)
    partial.append(b"a\n", 0, {})
    partial.append(b"1\n2\n", 2, {"ok": 2})
    assert not (tmp_path / "out.csv").exists()
    partial.publish()
    assert (tmp_path / "out.csv").read_bytes() == b"a\n1\n2\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "out.csv"]


def test_bytes_behind_the_last_state_are_cut_off(tmp_path):
    """A kill between writing the bytes and committing the state."""
    first = PartialOutput(tmp_path / "out.csv", SETTINGS)
    first.append(b"a\n1\n", 1, {"ok": 1})
    first.earlier([11], ["row 2"])
    first._file.write(b"half a li")
    first.close()
    second = PartialOutput(tmp_path / "out.csv", SETTINGS)
    assert (second.rows, second.counts) == (1, {"ok": 1})
    # What the lost chunk had seen is forgotten with it.
    assert second.earlier([11], ["row 2"]) == [None]
    second.append(b"2\n", 1, {"ok": 2})
    second.publish()
    assert (tmp_path / "out.csv").read_bytes() == b"a\n1\n2\n"


def test_repeated_keys_across_a_stop(tmp_path):
    first = PartialOutput(tmp_path / "out.csv", SETTINGS)
    assert first.earlier([5, None, -7, 5], list("abcd")) == [None, None, None, "a"]
    first.append(b"x", 4, {})
    first.close()
    second = PartialOutput(tmp_path / "out.csv", SETTINGS)
    assert second.earlier([-7, 8], list("ef")) == ["c", None]
    second.close()


def test_other_settings_are_refused(tmp_path):
    first = PartialOutput(tmp_path / "out.csv", SETTINGS)
    first.append(b"x", 1, {})
    first.close()
    other = {**SETTINGS, "tasks": ["ames"]}
    with pytest.raises(OutputError, match="another tasks; expected the same arguments"):
        PartialOutput(tmp_path / "out.csv", other)
    fresh = PartialOutput(tmp_path / "out.csv", other, fresh_if_other=True)
    assert fresh.rows == 0
    fresh.append(b"y", 1, {})
    fresh.publish()
    assert (tmp_path / "out.csv").read_bytes() == b"y"


def test_two_runs_at_once(tmp_path):
    first = PartialOutput(tmp_path / "out.csv", SETTINGS)
    first.append(b"x", 1, {})
    with pytest.raises(OutputError, match="a run that is writing it now"):
        PartialOutput(tmp_path / "out.csv", SETTINGS)
    first.close()


def test_a_lost_partial_file_means_a_new_start(tmp_path):
    first = PartialOutput(tmp_path / "out.csv", SETTINGS)
    first.append(b"x", 1, {})
    first.close()
    first.path.unlink()
    second = PartialOutput(tmp_path / "out.csv", SETTINGS)
    assert second.rows == 0
    second.close()


def test_a_damaged_state(tmp_path):
    (tmp_path / "out.csv.partial.state").write_text("no data base " * 100)
    with pytest.raises(OutputError, match="a damaged file"):
        PartialOutput(tmp_path / "out.csv", SETTINGS)


def test_discard(tmp_path):
    partial = PartialOutput(tmp_path / "out.csv", SETTINGS)
    partial.append(b"x", 1, {})
    partial.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk(tmp_path, monkeypatch):
    partial = PartialOutput(tmp_path / "out.csv", SETTINGS)
    partial.append(b"a\n", 1, {})
    room = partial._file

    class Full:
        def write(self, data):
            room.write(data[:1])
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(partial, "_file", Full())
    with pytest.raises(OutputError, match=r"got No space left on device.*run it again to go on"):
        partial.append(b"b\n", 1, {})
    monkeypatch.undo()
    partial.close()
    again = PartialOutput(tmp_path / "out.csv", SETTINGS)
    assert again.rows == 1
    again.append(b"b\n", 1, {})
    again.publish()
    assert (tmp_path / "out.csv").read_bytes() == b"a\nb\n"


def test_a_stop_while_finishing(tmp_path):
    partial = PartialOutput(tmp_path / "out.csv", SETTINGS)
    partial.append(b"a\n", 1, {})

    def fail(partial, output):
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"):
        partial.publish(fail)
    again = PartialOutput(tmp_path / "out.csv", SETTINGS)
    again.publish()
    assert (tmp_path / "out.csv").read_bytes() == b"a\n"


def test_a_file_of_somebody_else_is_not_taken_for_an_unfinished_one(tmp_path):
    (tmp_path / "out.csv.partial").write_text("mine")
    with pytest.raises(OutputError, match="a file of no unfinished run"):
        PartialOutput(tmp_path / "out.csv", SETTINGS)
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv.partial"]


def test_a_name_that_is_too_long(tmp_path):
    with pytest.raises(OutputError, match="a name for a file"):
        PartialOutput(tmp_path / ("x" * 250), SETTINGS)
