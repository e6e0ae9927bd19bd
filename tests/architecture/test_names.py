"""Names that say what a thing is, and docstrings that a stranger can follow."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TREES = {
    path.relative_to(ROOT): ast.parse(path.read_text())
    for path in sorted((ROOT / "specml").rglob("*.py"))
}
# Fewest words of the docstring of a module, and of the first paragraph of any other: "The file."
# and "Of the output." say nothing.
MODULE, SHORTEST = 8, 4
# Names that say nothing, or something else to a stranger.
EMPTY = {"found", "remembered", "likeness", "reactivity", "rearranged", "faces"}
EMPTY_CLASSES = {"Request", "Result"}


def docstrings():
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
                yield f"{path}:{node.lineno} {node.name}", ast.get_docstring(node)


def test_every_class_has_a_name_of_its_own():
    places = defaultdict(list)
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path))
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
    assert EMPTY_CLASSES.isdisjoint(places)


@pytest.mark.parametrize("path", TREES, ids=str)
def test_variables_say_what_they_hold(path):
    names = {
        name
        for node in ast.walk(TREES[path])
        if (name := getattr(node, "id", getattr(node, "arg", getattr(node, "name", None))))
    }
    assert names & EMPTY == set()


def test_every_module_says_what_it_is_for():
    words = {
        str(path): len((ast.get_docstring(tree) or "").split()) for path, tree in TREES.items()
    }
    assert {path: n for path, n in words.items() if n < MODULE} == {}


def test_no_docstring_is_a_scrap():
    """A docstring is a whole phrase, which does not begin with a dangling "Of" or a shape alone."""
    scraps = {
        where: text
        for where, text in docstrings()
        if len(text.split("\n\n")[0].split()) < SHORTEST or text.startswith(("Of ", "For ", "As "))
    }
    assert scraps == {}
