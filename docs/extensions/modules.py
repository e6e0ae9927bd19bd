"""Pages of the Python reference that list a package, so that a new module is there at once.

In a page, ``<!-- modules: specml.workflows -->`` becomes a section for each module, and
``<!-- settings: specml.workflows -->`` one for each class of options (``...Settings``), which the
sections of the modules leave out.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LISTED = re.compile(r"<!-- (modules|settings): ([\w.]+) -->")


def settings_of(path: Path) -> list[str]:
    """Names of the classes of options that a module defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    return [name for name in classes if name.endswith("Settings")]


def sections(what: str, package: str) -> Iterator[str]:
    """Directives of autodoc, in Markdown."""
    for path in sorted((ROOT / package.replace(".", "/")).glob("[!_]*.py")):
        module = f"{package}.{path.stem}"
        options = settings_of(path)
        if what == "settings":
            for name in options:
                yield f"```{{eval-rst}}\n.. autoclass:: {module}.{name}\n   :members:\n```"
        else:
            hidden = f"   :exclude-members: {', '.join(options)}\n" if options else ""
            directive = f".. automodule:: {module}\n   :members:\n{hidden}"
            yield f"## {module}\n\n```{{eval-rst}}\n{directive}```"


def expand(_app: Any, _page: str, source: list[str]) -> None:
    source[0] = LISTED.sub(lambda m: "\n\n".join(sections(m[1], m[2])), source[0])


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls."""
    app.connect("source-read", expand)
    return {"parallel_read_safe": True}
