"""Write the text files of a spectrum: JSON documents and CSV tables.

Called by every module of ``specml.documents`` that writes one.

Numbers are written with twelve significant digits: a total energy keeps its micro-electronvolt,
and nothing else here means as much.
"""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence

import numpy as np

DIGITS = 12


class Exact(float):
    """A number of which the JSON file keeps all digits, such as a total energy."""


def json_document(document: Mapping) -> bytes:
    """A JSON file; arrays become lists, NaN and infinity become null (JSON has neither).

    One key a line, lists of numbers or words on one line.
    """
    return (_lines(_plain(document)) + "\n").encode()


def _lines(value: object, indent: str = "") -> str:
    """JSON as ``json.dumps`` indents it, but a list of numbers or words on one line."""
    inner = indent + " "
    if isinstance(value, dict) and value:
        rows = [f"{_flat(key)}: {_lines(item, inner)}" for key, item in value.items()]
        opening, closing = "{}"
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        rows = [_lines(item, inner) for item in value]
        opening, closing = "[]"
    else:
        return _flat(value)
    return opening + ",".join(f"\n{inner}{row}" for row in rows) + f"\n{indent}{closing}"


def _flat(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind == "f":
        return _rounded(value)
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Exact):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def _rounded(values: np.ndarray) -> list[float | None]:
    """Numbers rounded as by :func:`_plain`, quickly for curves of many points."""
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
