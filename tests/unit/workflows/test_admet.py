"""What the ADMET commands do, without a terminal: the same from Python."""

import csv

import pytest

from specml.admet import scorer
from specml.admet.endpoints import ENDPOINTS
from specml.admet.scoring import loaded
from specml.errors import InputError, OutputError
from specml.workflows import admet, admet_files, admet_job, admet_schedulers
from specml.workflows.admet_files import TableSettings
from tests import admet_model


@pytest.fixture(autouse=True)
def fake(monkeypatch):
    monkeypatch.setattr(scorer, "load", admet_model.load)
    loaded.cache_clear()
    yield
    loaded.cache_clear()


def test_a_profile_holds_every_endpoint():
    profile = admet.profile("CCO")
    assert profile.endpoints == ENDPOINTS
    assert all(profile.row[endpoint.name] is not None for endpoint in ENDPOINTS)
    assert profile.has_percentiles
    assert profile.unfamiliar == frozenset()


def test_a_profile_of_some_endpoints_in_their_order():
    profile = admet.profile("CCO", ["herg", "caco2_wang", "herg"])
    assert [endpoint.name for endpoint in profile.endpoints] == ["herg", "caco2_wang"]
    assert "ames" not in profile.row


@pytest.mark.parametrize(
    ("smiles", "tasks", "device", "said"),
    [
        ("C1CC", None, "cpu", "got invalid"),
        ("CCO", ["hegr"], "cpu", "--tasks: got hegr"),
        ("CCO", [], "cpu", "--tasks: got nothing"),
        ("CCO", None, "gpu", "--device: got gpu"),
    ],
)
def test_what_has_no_profile(smiles, tasks, device, said):
    with pytest.raises(InputError, match=said):
        admet.profile(smiles, tasks, device=device)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("smiles\nCCO\nC1CC\nCCO\n")
    (tmp_path / "in" / "b.smi").write_text("CCN an amine\n")
    return tmp_path


def score(folder, **settings) -> list[admet_job.TableProgress]:
    files = admet_files.files_of(folder / "in", folder / "out", None, force=False)
    source = admet.scorer_source(None, "cpu")
    jobs = admet_files.jobs(files, TableSettings(**settings), source, force=False)
    ends = []
    with admet_schedulers.scheduler_maker(None, 1) as schedule:
        for job in jobs:
            *_, end = admet_job.run(job, admet_job.begin(job), schedule(""))
            ends.append(end)
    return ends


def test_tables_of_a_folder(folder):
    first, second = score(folder, tasks=("herg",))
    assert (first.rows, first.share, first.n_scored) == (3, 1.0, 2)
    assert first.of_status(scored=True) == {"duplicate": 1}
    assert first.of_status(scored=False) == {"invalid": 1}
    assert (second.n_scored, second.n_outside) == (1, 0)
    rows = list(csv.DictReader((folder / "out" / "a.csv").read_text().splitlines()))
    assert [row["herg"] for row in rows] == ["0.25", "", "0.25"]
    again = admet_files.files_of(folder / "in", folder / "out", None, force=False)
    assert (list(again.pairs), again.n_finished) == ([], 2)


def test_a_run_that_stopped_goes_on_with_the_same_settings_only(folder):
    files = admet_files.files_of(folder / "in" / "a.csv", folder / "a.csv", None, force=False)
    source = admet.scorer_source(None, "cpu")

    def begun(**settings) -> admet_job.TableJob:
        return admet_files.jobs(files, TableSettings(chunk_size=2, **settings), source, force=True)[
            0
        ]

    with admet_schedulers.scheduler_maker(None, 1) as schedule:
        job = begun()
        steps = admet_job.run(job, admet_job.begin(job), schedule(""))
        assert next(steps).rows == 2
        steps.close()
        with pytest.raises(OutputError, match="another --tasks"):
            admet_job.begin(begun(tasks=("herg",)))
        partial = admet_job.begin(begun())
        assert partial.rows == 2
        assert [step.rows for step in admet_job.run(begun(), partial, schedule(""))] == [3]
    assert len((folder / "a.csv").read_text().splitlines()) == 4
