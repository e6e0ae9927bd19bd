"""The text faces of a spectrum: JSON documents and tables.

Numbers are written with ten significant digits: more than any model or program here can mean,
and few enough that a float32 and a float64 run of the same result do not differ in noise.
"""

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

DIGITS = 10


def json_document(document: Mapping) -> bytes:
    """A JSON file; arrays become lists, NaN and infinity become null (JSON has neither)."""
    text = json.dumps(_plain(document), indent=1, ensure_ascii=False)
    # A list of numbers on one line: a strict pattern with a line break, which no string holds.
    text = re.sub(r"\[\n[\s\d.,eE+\-nul]*\]", lambda m: re.sub(r"\s+", " ", m[0]), text)
    return (text + "\n").encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def csv_table(columns: Mapping[str, Sequence]) -> bytes:
    """A comma-separated table; the header names quantity and unit, floats as in the JSON file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([f"{x:.{DIGITS}g}" if isinstance(x, float) else x for x in row])
    return text.getvalue().encode()
