"""The text faces of a spectrum: JSON documents and tables.

Numbers are written with twelve significant digits: a total energy keeps its micro-electronvolt,
and nothing else here means as much.
"""

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

DIGITS = 12
# A list of numbers or element symbols, to be put on one line; no string holds a line break.
_FLAT_LIST = re.compile(r'\[\n(?:\s*(?:[\d.eE+-]+|null|"[A-Z][a-z]?"),?\n)+\s*\]')


def json_document(document: Mapping) -> bytes:
    """A JSON file; arrays become lists, NaN and infinity become null (JSON has neither)."""
    text = json.dumps(_plain(document), indent=1, ensure_ascii=False)
    text = _FLAT_LIST.sub(lambda match: re.sub(r"\s+", " ", match[0]), text)
    return (text + "\n").encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind == "f":
        return _rounded(value)
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def _rounded(values: np.ndarray) -> list[float | None]:
    """As :func:`_plain`, for curves of many points."""
    finite = np.isfinite(values).tolist()
    return [
        float(f"{x:.{DIGITS}g}") if known else None
        for x, known in zip(values.tolist(), finite, strict=True)
    ]


def csv_table(columns: Mapping[str, Sequence]) -> bytes:
    """A comma-separated table; the header names quantity and unit, floats as in the JSON file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([f"{x:.{DIGITS}g}" if isinstance(x, float) else x for x in row])
    return text.getvalue().encode()
