"""The shell completes commands and options once ``specml --install-completion`` was run."""

import os
import subprocess
import sys

import pytest

PROGRAM = "import sys; from specml.cli.app import main; sys.argv = ['specml']; main()"


@pytest.mark.parametrize(
    ("typed", "word", "offered"),
    [
        ("specml ra", 1, ["raman"]),
        ("specml ir --conf", 2, ["--conformers", "--conformer-weights"]),
        ("specml admet sh", 2, ["show"]),
    ],
)
def test_bash_is_offered_what_fits(typed, word, offered):
    asked = {
        "_SPECML_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(word),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == offered


def test_it_can_be_installed(run):
    assert "--install-completion" in run("--help").stdout
