"""Docstrings of SpecML for napoleon, which expects the type where SpecML writes the meaning.

numpydoc has ``name : type`` and the meaning below it. Here the type stands in the signature, and a
docstring says ``name : what it is``.
"""

import re
from typing import Any

NAMED = ("Parameters", "Other Parameters", "Attributes")
ENTRY = re.compile(r"([*\w][*\w, ]*?) : (.*)")


def rewritten(lines: list[str]) -> list[str]:
    """The meaning of each name on a line of its own; the text of ``Returns`` as a paragraph."""
    out: list[str] = []
    section = ""
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line and following and not following.strip("-"):
            section = line.strip()
        entry = ENTRY.fullmatch(line) if section in NAMED else None
        if entry:
            out += [entry[1], f"    {entry[2]}"]
        elif section in ("Returns", "Yields") and line == section:
            out += ["", f"**{section}**", ""]
        elif section in ("Returns", "Yields") and not line.strip("-"):
            out += [] if line else [""]
        else:
            out.append(line)
    return out


def process(_app: Any, _what: str, _name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    lines[:] = rewritten(lines)


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls."""
    app.connect("autodoc-process-docstring", process, priority=400)  # napoleon: 500
    return {"parallel_read_safe": True}
