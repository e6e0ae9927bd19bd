"""Names that say what a thing is, and docstrings that a stranger can follow."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TREES = {
    path.relative_to(ROOT): ast.parse(path.read_text())
    for path in sorted((ROOT / "specml").rglob("*.py"))
}
# Fewest words in the docstring of a module, and in the first paragraph of any other.
MODULE, SHORTEST = 8, 3
# Names that say nothing, or mean something else to a stranger.
VAGUE = {"found", "remembered", "likeness", "reactivity", "rearranged", "faces"}
VAGUE_CLASSES = {"Request", "Result"}
# How a scrap of a sentence begins: "Of the output.", "As :func:`graph`."
SCRAPS = ("Of ", "As :", "As ``", "See :")


def docstrings() -> Iterator[tuple[str, str]]:
    """Where each class or function stands, and the first paragraph of its docstring."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                text = ast.get_docstring(node)
                if text:
                    yield f"{path}:{node.lineno} {node.name}", text.split("\n\n")[0]


def test_every_public_class_has_a_name_of_its_own():
    files = defaultdict(list)
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                files[node.name].append(str(path))
    assert {name: where for name, where in files.items() if len(where) > 1} == {}
    assert VAGUE_CLASSES.isdisjoint(files)


@pytest.mark.parametrize("path", TREES, ids=str)
def test_variables_say_what_they_hold(path):
    names = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.arg | ast.keyword):
            names.add(node.arg)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
    assert names & VAGUE == set()


def test_every_module_says_what_it_is_for():
    words = {path: len((ast.get_docstring(tree) or "").split()) for path, tree in TREES.items()}
    assert {str(path): n for path, n in words.items() if n < MODULE} == {}


def test_no_docstring_is_a_scrap():
    scraps = {
        where: text
        for where, text in docstrings()
        if len(text.split()) < SHORTEST or text.startswith(SCRAPS)
    }
    assert scraps == {}
