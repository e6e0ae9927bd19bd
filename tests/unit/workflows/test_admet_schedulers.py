"""Where work is done does not change what comes out, nor its order."""

import os
import time
from pathlib import Path

import pytest

from specml.admet.scoring import ChunkTask, ScoredChunk, ScorerSource, score_chunk
from specml.workflows.admet_schedulers import cluster, here_or_processes, on_cluster
from tests import admet_model

SMILES = [f"{'C' * (1 + k % 7)}{end}" for k in range(120) for end in ("N", "O")]


@pytest.fixture
def tasks() -> list[ChunkTask]:
    model = ScorerSource(admet_model.load)
    return [ChunkTask(model, SMILES[k : k + 8], ("herg",)) for k in range(0, len(SMILES), 8)]


def plain(results) -> list[dict]:
    return [scored.batch.to_pydict() for scored in results]


def test_one_task_needs_no_process(tasks):
    seen = []

    def work(task: ChunkTask) -> ScoredChunk:  # a local function: another process would not find it
        seen.append(os.getpid())
        return score_chunk(task)

    assert len(list(here_or_processes(8, "")(work, tasks[:1]))) == 1
    assert seen == [os.getpid()]


def test_work_is_taken_as_it_is_needed(tasks):
    """A million tasks are not read ahead."""
    taken = []
    schedule = here_or_processes(1, "")
    results = schedule(score_chunk, (taken.append(k) or t for k, t in enumerate(tasks)))
    next(results)
    assert len(taken) <= 2


@pytest.mark.validation
def test_a_dask_cluster_that_loses_a_worker(tasks, monkeypatch):
    """Two worker processes, one of them killed in the middle: the same results in order."""
    pytest.importorskip("distributed")
    expected = plain(map(score_chunk, tasks))
    monkeypatch.setenv("FAKE_SECONDS", "0.02")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    with cluster("local", 2) as client:
        before = worker_pids(client)
        assert len(before) == 2
        results = on_cluster(client)(score_chunk, iter(tasks))
        got = [next(results) for _ in range(4)]
        os.kill(next(iter(before)), 9)
        got += list(results)
        end = time.monotonic() + 30.0
        while len(worker_pids(client)) < 2 and time.monotonic() < end:
            time.sleep(0.1)
        assert worker_pids(client) != before  # it was killed, and Dask started another one
    assert plain(got) == expected


def worker_pids(client) -> set[int]:
    return set(client.run(os.getpid).values())
