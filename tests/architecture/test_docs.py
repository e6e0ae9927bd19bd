"""The documentation: it builds without a warning, its notebooks run, its commands exist."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from specml.cli.app import app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
NOTEBOOKS = sorted((DOCS / "tutorials").glob("*.ipynb"))
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def run(*words: object) -> None:
    command = [sys.executable, *map(str, words)]
    here = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        command, cwd=ROOT, env=here, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[-4000:]


def test_the_site_builds_with_warnings_as_errors_and_loads_nothing_from_elsewhere(tmp_path):
    site = tmp_path / "site"
    run("-m", "sphinx", "-q", "-W", "--keep-going", "-d", tmp_path / "trees", DOCS, site)
    pages = {str(path.relative_to(site)): path.read_text() for path in site.rglob("*.html")}
    assert "specml.infrared" in pages["api/functions.html"]
    assert "CH3 torsion" in pages["tasks/molecule.html"]
    assert "data:image/png" in pages["tutorials/1_infrared_raman.html"]
    foreign = re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"(?:https?:)?//[^\"]+")
    assert [link for text in pages.values() for link in foreign.findall(text)] == []


def test_the_notebooks_run():
    """All in one process: 25 s of one core."""
    assert len(NOTEBOOKS) == 5
    run(DOCS / "run_notebooks.py", *NOTEBOOKS)


def test_every_figure_that_is_quoted_is_the_one_of_the_results():
    figures = runpy.run_path(str(DOCS / "make_figures.py"))
    assert figures["differences"]() == []


def test_a_figure_that_differs_is_found():
    figures = runpy.run_path(str(DOCS / "make_figures.py"))
    text = "off by <!--=conformers-->9.9<!--/--> kJ/mol"
    assert figures["with_figures"](text, {"conformers": "1.3"}) == text.replace("9.9", "1.3")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_options_exist(page):
    wrong = []
    for block in FENCED.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            shown = re.match(r"(?:\$ )?specml (\S.*)", line)
            if shown:
                wrong += unknown(shown[1].partition("#")[0])
    assert wrong == []


def unknown(line: str) -> list[str]:
    """What a line of the terminal says that the program does not have."""
    command = get_command(app)
    words = re.split(r"\s+", re.split(r"[|&>]", line)[0].strip())
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        name = words.pop(0)
        if name not in command.commands:
            return [f"{line}: no command {name}"]
        command = command.commands[name]
    options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    given = [word.partition("=")[0] for word in words if re.match(r"-[-a-z]", word)]
    return [f"{line}: no option {option}" for option in given if option not in options]
