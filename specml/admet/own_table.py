"""A user's own measurements: a table with a column of SMILES and one of values."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

from specml.admet.columns import OTHERS
from specml.admet.endpoints import CLASSIFICATION, SMALLEST, Endpoint
from specml.admet.smiles_column import named
from specml.admet.source import open_molecules
from specml.admet.training import Data
from specml.errors import InputError, message

CHUNK = 1000  # rows


@dataclass(frozen=True, eq=False)
class OwnTable:
    """The rows with a value, the name of its column, and how many rows had none."""

    data: Data
    column: str
    n_left_out: int


def read(path: Path, column: str, smiles: str | None = None) -> OwnTable:
    """Read a table that `specml admet predict` reads too, with a header.

    Raises
    ------
    InputError
        An unreadable file, a column that is not there, text where a number should be, or a SMILES
        that RDKit does not read.
    """
    molecules = open_molecules(path, smiles, header=True)
    values_in = named(molecules.table.schema.names, column, "--column")
    kept, values, n_rows = [], [], 0
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
            values.append(_number(cell, row, values_in))
            kept.append(_valid(text, row, molecules.smiles))
    return OwnTable(Data(kept, np.array(values)), values_in, n_rows - len(kept))


def _valid(smiles: str, row: int, column: str) -> str:
    with rdBase.BlockLogs():
        mol: Chem.Mol | None = Chem.MolFromSmiles(smiles)
    if mol is None or not mol.GetNumAtoms():
        fix = "Correct or remove the row."
        raise InputError(message(f"{column} in row {row}", repr(smiles), "a valid SMILES", fix))
    return smiles


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
