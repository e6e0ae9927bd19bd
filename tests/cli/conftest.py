"""Commands run in a temporary folder, by default with the fake predictor."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import specml
from specml.cli.app import app
from tests.cli.fake import FakePredictor

WATER = "3\n\nO 0.0 0.0 0.1174\nH 0.0 0.7572 -0.4696\nH 0.0 -0.7572 -0.4696\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "water.xyz").write_text(WATER)
    return tmp_path


@pytest.fixture
def predictor(monkeypatch) -> FakePredictor:
    fake = FakePredictor()
    monkeypatch.setattr(specml, "load", lambda *args, **kwargs: fake)
    return fake


@pytest.fixture
def run():
    """Run a command; a traceback is a failure of the test, whatever the exit code."""

    def call(*words: object) -> Result:
        result = CliRunner().invoke(app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def refused(run, folder):
    """Run a command that must end in one line of error, exit code 2 and no file; returns it."""

    def call(*words: object) -> str:
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        result = run(*words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        lines = result.stderr.strip().splitlines()
        assert len(lines) == 1
        assert lines[0].startswith("error: ")
        after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
        assert after.items() <= before.items()
        return lines[0]

    return call
