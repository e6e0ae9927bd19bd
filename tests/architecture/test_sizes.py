"""Small files, short functions, and nothing written twice."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE, LONGEST_FUNCTION = 400, 60  # lines
REPEATED = 6  # equal lines in a row
FILES = [
    path
    for folder in ("specml", "tests", "benchmarks", "recipes", "examples", "docs")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def is_command(path: Path, node: ast.FunctionDef) -> bool:
    """A command of the terminal: its signature is its documentation."""
    return path.parent.name == "cli" and any(
        argument.annotation is not None and "options." in ast.unparse(argument.annotation)
        for argument in node.args.args
    )


def length(path: Path, node: ast.FunctionDef) -> int:
    first = node.body[0].lineno if is_command(path, node) else node.lineno
    return (node.end_lineno or node.lineno) - first + 1


def test_no_long_files():
    long = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in FILES}
    assert {name: n for name, n in long.items() if n > LONGEST_FILE} == {}


def test_no_long_functions():
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": length(path, node)
        for path in FILES
        for node in functions(ast.parse(path.read_text()))
        if length(path, node) > LONGEST_FUNCTION
    }
    assert long == {}


def test_nothing_is_written_twice():
    """No six equal lines in a row within the package, signatures and imports aside."""
    places = defaultdict(list)
    for path in FILES:
        if path.is_relative_to(ROOT / "specml"):
            lines = code_lines(path)
            for start in range(len(lines) - REPEATED + 1):
                window = lines[start : start + REPEATED]
                text = "\n".join(line for _, line in window)
                places[text].append(f"{path.relative_to(ROOT)}:{window[0][0]}")
    twice = sorted(where for where in places.values() if len(where) > 1)
    assert twice == []


def code_lines(path: Path) -> list[tuple[int, str]]:
    """(number, text) of lines that count: none of blanks, imports, signatures, brackets alone."""
    tree = ast.parse(path.read_text())
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            left_out |= set(range(node.lineno, node.body[0].lineno))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            left_out |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return [
        (number, line.strip())
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if number not in left_out and line.strip().strip("()[]{},")
    ]
