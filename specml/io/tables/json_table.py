"""Tables in JSON: a list of records, a record of columns, or a record a line.

Called where tables of molecules are opened (:mod:`specml.admet.molecule_table`).
"""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from specml.errors import InputError, message
from specml.io.tables.memory import MemoryTable, text_of
from specml.io.tables.text import TextLines

SUFFIXES = frozenset((".json", ".jsonl", ".ndjson"))
BEGINS = re.compile(r"\s*(\[\s*)?\{\s*[\"}]")  # no SMILES does
LOOKED_AT = 5  # lines


def is_json(path: Path) -> bool:
    """Whether a text is JSON: it begins like records, or its name says so."""
    if SUFFIXES & {suffix.lower() for suffix in path.suffixes}:
        return True
    with closing(TextLines(path)) as text:
        return bool(BEGINS.match("".join(line[:100] for line in islice(text, LOOKED_AT))))


def json_table(path: Path) -> MemoryTable:
    """Read a whole file; a list of texts becomes one column, ``smiles``.

    Raises
    ------
    InputError
        What is no JSON, or no table.
    """
    with closing(TextLines(path)) as lines:
        text = "".join(lines)
    rows = _rows(path, text)
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not rows or not names:
        raise _unusable(path, "no rows")
    return MemoryTable(names, [[text_of(row.get(name)) for name in names] for row in rows])


def _rows(path: Path, text: str) -> list[Mapping[str, Any]]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        try:
            whole = [json.loads(line) for line in text.splitlines() if line.strip()]
        except json.JSONDecodeError:
            raise _unusable(path, f"no JSON ({error})") from error
    if isinstance(whole, dict):
        whole = _of_columns(path, whole)
    if not isinstance(whole, list):
        raise _unusable(path, "a single value")
    rows = [{"smiles": row} if isinstance(row, str) or row is None else row for row in whole]
    if not all(isinstance(row, dict) for row in rows):
        raise _unusable(path, "values that are no records")
    return rows


def _of_columns(path: Path, columns: Mapping[str, Any]) -> list[Any]:
    """The rows of a record of columns, lists or (as pandas writes them) records by row."""
    values = [list(c.values()) if isinstance(c, dict) else c for c in columns.values()]
    if not any(isinstance(value, list) for value in values):
        return [columns]
    if not all(isinstance(v, Sequence) and not isinstance(v, str) for v in values):
        raise _unusable(path, "columns and single values side by side")
    if len({len(value) for value in values}) > 1:
        raise _unusable(path, "columns of different lengths")
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _unusable(path: Path, got: str) -> InputError:
    expected = 'records such as [{"smiles": "CCO"}]'
    return InputError(message(str(path), got, expected, "Write it again, or save it as CSV."))
