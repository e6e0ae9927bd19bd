"""A user's own measurements: a CSV file with a column of SMILES and one of values."""

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specml.admet.endpoints import CLASSIFICATION, SMALLEST, Endpoint
from specml.admet.smiles_column import LOOKED_AT, named, smiles_column
from specml.admet.training import Data
from specml.errors import InputError, message


@dataclass(frozen=True, eq=False)
class OwnTable:
    """The rows with a value, the name of its column, and how many rows had none."""

    data: Data
    column: str
    n_left_out: int


def read(path: Path, column: str, smiles: str | None = None) -> OwnTable:
    """Read a file of comma-, semicolon- or tab-separated columns with a header.

    Raises
    ------
    InputError
        An unreadable file, a column that is not there, or text where a number should be.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        fix = "Save the table as CSV in UTF-8."
        raise InputError(message(str(path), str(error), "a CSV file", fix)) from error
    first = text.split("\n", maxsplit=1)[0]
    separator = max(",;\t", key=first.count)
    names, *rows = list(csv.reader(text.splitlines(), delimiter=separator)) or [[]]
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    values_at = names.index(named(names, column, "--column"))
    smiles_at = names.index(smiles_column(names, rows[:LOOKED_AT], smiles, str(path)))
    kept, values = [], []
    for number, row in enumerate(rows, start=1):
        cell = row[values_at].strip() if values_at < len(row) else ""
        if cell.lower() in ("", "na", "nan") or not row[smiles_at].strip():
            continue
        values.append(_number(cell, number, names[values_at]))
        kept.append(row[smiles_at].strip())
    return OwnTable(Data(kept, np.array(values)), names[values_at], len(rows) - len(kept))


def _number(cell: str, row: int, column: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        fix = "Remove the row, or leave the cell empty."
        raise InputError(message(f"{column} in row {row}", repr(cell), "a number", fix))
    return value


def endpoint(name: str, kind: str, unit: str, scale: str, source: str) -> Endpoint:
    """An endpoint of one's own, judged by AUROC or by the mean absolute error."""
    classes = kind == CLASSIFICATION
    return Endpoint(
        name=re.sub(r"\W+", "_", name).strip("_") or "endpoint",
        title=name,
        group="own",
        kind=kind,
        unit="probability" if classes else unit,
        metric="auroc" if classes else "mae",
        one_means="1" if classes else "",
        transform="" if classes else scale,
        source=source,
    )


def check_scale(row: Endpoint, data: Data) -> None:
    """A logarithm needs values above zero.

    Raises
    ------
    InputError
        Some are not.
    """
    if row.transform == "log" and len(data.y) and data.y.min() < SMALLEST:
        fix = "Use --scale identity, or another unit."
        expected = f"values of at least {SMALLEST:g} for --scale log"
        raise InputError(message(row.name, f"{data.y.min():g}", expected, fix))
