"""A user's own measurements: a table with a column of SMILES and one of values."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdkit import Chem

from specml.admet.columns import OTHERS
from specml.admet.endpoints import CLASSIFICATION, OWN, SMALLEST, Endpoint
from specml.admet.molecules import clean
from specml.admet.smiles_column import named
from specml.admet.source import open_molecules
from specml.admet.training import Data
from specml.errors import InputError, message

CHUNK = 1000  # rows


@dataclass(frozen=True, eq=False)
class OwnTable:
    """What a model is trained on.

    Parameters
    ----------
    data : parents, as `specml admet predict` scores them, with their values.
    column : of the values.
    n_left_out : rows without a value or a structure that can be scored.
    refused : what was wrong with each of the latter, by row.
    """

    data: Data
    column: str
    n_left_out: int
    refused: list[str]


def read(path: Path, column: str, smiles: str | None = None) -> OwnTable:
    """Read a table that `specml admet predict` reads too, with a header.

    Raises
    ------
    InputError
        An unreadable file, a column that is not there, or text where a number should be.
    """
    molecules = open_molecules(path, smiles, header=True)
    values_in = named(molecules.table.schema.names, column, "--column")
    kept, values, refused, n_rows = [], [], [], 0
    for chunk in molecules.table.chunks(CHUNK):
        for k, why in chunk.faults.items():
            expected, fix = "a cell a column", "Correct the line."
            raise InputError(message(f"{path}: row {chunk.start + k + 1}", why, expected, fix))
        texts, cells = (
            [
                "" if cell is None else str(cell).strip()
                for cell in chunk.batch.column(name).to_pylist()
            ]
            for name in (molecules.smiles, values_in)
        )
        for row, (text, cell) in enumerate(zip(texts, cells, strict=True), chunk.start + 1):
            n_rows += 1
            if not text or cell.lower() in ("", "na", "nan"):
                continue
            value, parent = _number(cell, row, values_in), clean(text)
            if parent.scored and parent.mol is not None:
                values.append(value)
                kept.append(Chem.MolToSmiles(parent.mol))
            else:
                refused.append(f"row {row}: {parent.reason}")
    return OwnTable(Data(kept, np.array(values)), values_in, n_rows - len(kept), refused)


def _number(cell: str, row: int, column: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        fix = "Remove the row, or leave the cell empty; classes are written 0 and 1."
        raise InputError(message(f"{column} in row {row}", repr(cell), "a number", fix))
    return value


def endpoint(name: str, kind: str, unit: str, scale: str, source: str) -> Endpoint:
    """An endpoint of one's own, judged by AUROC or by the mean absolute error.

    Raises
    ------
    InputError
        A name that another column of the output has.
    """
    plain = re.sub(r"\W+", "_", name).strip("_") or "endpoint"
    if plain in OTHERS:
        expected = "one that no other column of the output has"
        fix = f"Choose another, such as --name measured_{plain}."
        raise InputError(message("name of the endpoint", repr(plain), expected, fix))
    classes = kind == CLASSIFICATION
    return Endpoint(
        name=plain,
        title=name,
        group=OWN,
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
