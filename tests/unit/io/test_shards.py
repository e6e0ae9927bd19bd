"""What a run has finished is on disk however it ends."""

import pytest

from specml.io import shards
from specml.io.shards import Shards


def write(path, rows):
    path.write_text(" ".join(map(str, rows)))


def texts(kept: Shards) -> list[str]:
    return [path.read_text() for path in kept.paths()]


def broken(count, error):
    yield from range(count)
    raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("broken")])
def test_a_run_that_breaks_keeps_what_it_has(tmp_path, error):
    kept = Shards(tmp_path / "o.h5", write)
    with pytest.raises(type(error)):
        list(kept.keep(broken(3, error)))
    assert texts(kept) == ["0 1 2"]


def test_a_run_that_is_closed_keeps_what_it_has(tmp_path):
    kept = Shards(tmp_path / "o.h5", write)
    steps = kept.keep(iter(range(9)))
    assert [next(steps), next(steps)] == [0, 1]
    steps.close()
    assert texts(kept) == ["0 1"]


def test_shards_are_written_by_time_and_those_of_an_earlier_run_stay(tmp_path, monkeypatch):
    kept = Shards(tmp_path / "o.h5", write)
    list(kept.keep([7, 8]))
    monkeypatch.setattr(shards, "SHARD_S", 0.0)
    assert list(kept.keep([0, None, 1])) == [0, None, 1]
    assert texts(kept) == ["7 8", "0", "1"]
    kept.remove()
    assert not kept.folder.exists()


def test_nothing_finished_makes_no_shard(tmp_path):
    kept = Shards(tmp_path / "o.h5", write)
    list(kept.keep([None, None]))
    assert kept.paths() == []


def test_a_stop_just_after_a_shard_was_written_does_not_write_it_twice(tmp_path):
    """Its rows would come twice into the output."""
    told = []

    def interrupted(path, rows):
        write(path, rows)
        told.append(path.name)
        if len(told) == 1:
            raise KeyboardInterrupt

    kept = Shards(tmp_path / "o.h5", interrupted, seconds=0.0)
    with pytest.raises(KeyboardInterrupt):
        list(kept.keep([0, 1]))
    assert told == ["000000.h5"] * 2
    assert texts(kept) == ["0"]
