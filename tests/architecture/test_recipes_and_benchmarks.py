"""Every shipped model has its recipe, commands name files that exist, and every script starts."""

import ast
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from specml.io.model_cards import available

ROOT = Path(__file__).parents[2]
RECIPES = sorted(
    path.name for path in (ROOT / "recipes").iterdir() if (path / "README.md").is_file()
)
SCRIPTS = sorted(path for room in ("benchmarks", "recipes") for path in (ROOT / room).rglob("*.py"))
# SchNetPack wants an environment of its own (benchmarks/README.md).
ELSEWHERE = {"schnetpack_md.py", "schnetpack_twin.py"}
IMPORT_ALL = """
import os, runpy, sys, traceback
sys.dont_write_bytecode = True
for path in sys.argv[1:]:
    before = set(sys.modules)
    sys.path[:0] = [os.path.dirname(path), "benchmarks"]
    try:
        runpy.run_path(path, run_name="imported")
    except BaseException:
        print(path, traceback.format_exc())
    del sys.path[:2]
    for name in set(sys.modules) - before:  # scripts of one folder may be named like another's
        if os.path.dirname(getattr(sys.modules[name], "__file__", None) or "").startswith(
            (os.path.join(os.getcwd(), "benchmarks"), os.path.join(os.getcwd(), "recipes"))
        ):
            del sys.modules[name]
"""


def test_every_shipped_model_has_a_recipe():
    assert {card["name"] for card in available()} == set(RECIPES)


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_has_commands_and_the_checksums_of_its_data(name):
    text = (ROOT / "recipes" / name / "README.md").read_text()
    assert all(f"\n## {part}\n" in text for part in ("Settings", "Commands", "Data"))
    for line in (ROOT / "recipes" / name / "data.sha256").read_text().splitlines():
        checksum, path = line.split("  ")
        if path.startswith("datasets/"):
            assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == checksum, path


def test_commands_name_files_that_exist():
    """In pages, docstrings and model cards."""
    texts = [*ROOT.glob("*.md"), *(ROOT / "specml" / "weights").rglob("*.json"), *SCRIPTS]
    texts += [
        p
        for room in ("docs", "benchmarks", "recipes", "datasets")
        for p in (ROOT / room).rglob("*.md")
    ]
    named = {
        (str(path.relative_to(ROOT)), target)
        for path in texts
        if path.name != "CHANGELOG.md"  # of what was
        for target in re.findall(r"\b(?:benchmarks|recipes)/[\w/-]+\.(?:py|toml)", path.read_text())
    }
    assert len(named) > 50
    assert [pair for pair in sorted(named) if not (ROOT / pair[1]).is_file()] == []


def test_every_script_imports():
    """All in one process: the libraries are read once."""
    scripts = [str(path) for path in SCRIPTS if path.name not in ELSEWHERE]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *scripts],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_script_is_short(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name
