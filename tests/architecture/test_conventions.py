"""What the house style asks of every file and no general linter says."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

import specml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "specml").rglob("*.py"))


@pytest.fixture(params=FILES, ids=lambda path: str(path.relative_to(ROOT)))
def tree(request) -> ast.Module:
    return ast.parse(request.param.read_text())


def test_no_bare_assert(tree):
    """``python -O`` removes asserts; the package raises what a user can read."""
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)] == []


def test_annotations_are_evaluated(tree):
    """Shape checks read annotations at run time; the future import turns them into text."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert [node.lineno for node in imports if node.module == "__future__"] == []


def test_module_says_what_it_is(tree):
    assert ast.get_docstring(tree)


def test_every_import_is_a_declared_dependency():
    """The other way round is not asked: reading a format may need no import of ours."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.match(r"[a-z0-9-]+", line)[0] for line in project["dependencies"]}
    imported = {
        name.split(".")[0]
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _imported(node)
    }
    # The extras torch-sim, of the distribution torch-sim-atomistic, and dask.
    optional = {"torch_sim", "dask", "distributed"}
    standard = {"specml", *optional, *sys.stdlib_module_names}
    assert imported - standard - declared == set()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) else []


def test_one_version_everywhere():
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {specml.__version__}\n" in citation
    released = re.findall(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released[0] == specml.__version__
