"""A model of a user's own measurements: what ``specml admet train`` does.

The table needs a column of SMILES and one of values. Cells without a value are empty, or say so
(``NaN``, ``None``, ``-``); limits (``>5``) are no values and are left out; ``True`` and ``False``
are classes; decimal commas are understood where all numbers of the column have them.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rdkit import Chem

from specml.admet import training
from specml.admet.columns import OTHERS
from specml.admet.endpoints import CLASSIFICATION, OWN, SMALLEST, Endpoint
from specml.admet.molecule_table import open_molecules
from specml.admet.molecules import NOTHING, clean
from specml.admet.smiles_column import named
from specml.admet.training import Measurements, TrainedModel
from specml.errors import InputError, message
from specml.io.tables.streams import whole_file

CHUNK = 1000  # rows
MINUS = "\u2212"  # the sign that word processors write
COMMA = re.compile(r"[-+\u2212]?\d+,\d+([eE][-+]?\d+)?")
WHOLE = re.compile(r"[-+\u2212]?\d+")
LIMIT = re.compile(r"\s*([<>~≤≥≈]|>=|<=)\s*[-+\u2212.\d]")
CLASSES = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}


@dataclass(frozen=True)
class OwnModelSettings:
    """What is learned from a table, and how.

    Parameters
    ----------
    column : name or position (from 1) of the measured values.
    kind : ``regression`` or ``classification``, whose values are 0 and 1.
    smiles_column : name or position of the SMILES; guessed without it.
    name : name of the endpoint; that of the column without it.
    unit : unit of the values.
    scale : a regression learns the values (``identity``) or their logarithm (``log``).
    seed : seed of the folds, the split and the trees.
    """

    column: str
    kind: str
    smiles_column: str | None = None
    name: str | None = None
    unit: str = ""
    scale: str = "identity"
    seed: int = 1


@dataclass(frozen=True, eq=False)
class OwnTable:
    """What a model is trained on.

    Parameters
    ----------
    path : the file.
    endpoint : what the model will predict.
    measured : parents, as `specml admet predict` scores them, with their values.
    n_left_out : rows without a value or a structure that can be scored.
    refused : what was wrong with each of the latter, by row.
    notes : what was guessed of the table.
    """

    path: Path
    endpoint: Endpoint
    measured: Measurements
    n_left_out: int
    refused: list[str]
    notes: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class OwnModel:
    """A trained model, and what its card says besides what is needed to use it."""

    trained: TrainedModel
    card: dict[str, Any]


def read(path: Path, settings: OwnModelSettings) -> OwnTable:
    """Read a table that `specml admet predict` reads too.

    Raises
    ------
    InputError
        An unreadable file, a column that is not there, text where a number should be, a name that
        another column of the output has, or values that have no logarithm.
    """
    with whole_file(path) as file:
        rows, values_in, notes = _rows(file, path, settings)
    text_to_number = _reader(
        [cell for _, cell in rows if cell.lower() not in NOTHING],
        values_in,
        settings.kind == CLASSIFICATION,
    )
    kept: list[str] = []
    values: list[float] = []
    refused: list[str] = []
    for row, (text, cell) in enumerate(rows, 1):
        if text.lower() in NOTHING or cell.lower() in NOTHING:
            continue
        if LIMIT.match(cell):
            refused.append(f"row {row}: {cell!r} is a limit, not a value")
            continue
        value, parent = text_to_number(cell, row), clean(text)
        if parent.scored and parent.mol is not None:
            values.append(value)
            kept.append(Chem.MolToSmiles(parent.mol))
        else:
            refused.append(f"row {row}: {parent.reason}")
    endpoint = endpoint_of(settings, values_in, str(path))
    measured = Measurements(kept, np.array(values))
    _check_scale(endpoint, measured)
    return OwnTable(path, endpoint, measured, len(rows) - len(kept), refused, notes)


def _rows(
    file: Path, path: Path, settings: OwnModelSettings
) -> tuple[list[tuple[str, str]], str, Sequence[str]]:
    """Structure and value of each row as text, the column of the values, and what was guessed."""
    molecules = open_molecules(file, settings.smiles_column)
    values_in = named(molecules.table.schema.names, settings.column, "--column")
    rows: list[tuple[str, str]] = []
    for chunk in molecules.table.chunks(CHUNK):
        texts, cells = (
            [
                "" if cell is None else str(cell).strip()
                for cell in chunk.batch.column(name).to_pylist()
            ]
            for name in (molecules.smiles, values_in)
        )
        for k, why in chunk.faults.items():
            expected, fix = "a cell a column", "Correct the line."
            raise InputError(message(f"{path}: row {chunk.start + k + 1}", why, expected, fix))
        rows.extend(zip(texts, cells, strict=True))
    return rows, values_in, molecules.notes


def _reader(
    cells: Sequence[str], column: str, is_classification: bool
) -> Callable[[str, int], float]:
    """What turns a cell of the column, and its row, into a number.

    Decimal commas are read where every number has at most one, none has a point, and some comma
    is not followed by three digits, which could be thousands.
    """
    numbers = [cell for cell in cells if not LIMIT.match(cell)]
    commas = [cell for cell in numbers if COMMA.fullmatch(cell)]
    whole = all(COMMA.fullmatch(cell) or WHOLE.fullmatch(cell) for cell in numbers)
    has_commas = bool(commas) and whole and any(len(c.split(",")[1]) != 3 for c in commas)

    def number(cell: str, row: int) -> float:
        text = cell.replace(MINUS, "-")
        if is_classification and text.lower() in CLASSES:
            return CLASSES[text.lower()]
        if has_commas:
            text = text.replace(",", ".")
        try:
            value = math.nan if "_" in text else float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            fix = "Remove the row, or leave the cell empty; classes are written 0 and 1."
            raise InputError(message(f"{column} in row {row}", repr(cell), "a number", fix))
        return value

    return number


def endpoint_of(settings: OwnModelSettings, column: str, source: str) -> Endpoint:
    """An endpoint of one's own, judged by AUROC or by the mean absolute error.

    Raises
    ------
    InputError
        A name that another column of the output has.
    """
    title = settings.name or column
    plain = re.sub(r"\W+", "_", title).strip("_") or "endpoint"
    if plain in OTHERS:
        expected = "one that no other column of the output has"
        fix = f"Choose another, such as --name measured_{plain}."
        raise InputError(message("name of the endpoint", repr(plain), expected, fix))
    classes = settings.kind == CLASSIFICATION
    return Endpoint(
        name=plain,
        title=title,
        group=OWN,
        kind=settings.kind,
        unit="probability" if classes else settings.unit,
        metric="auroc" if classes else "mae",
        one_means="1" if classes else "",
        transform="" if classes else settings.scale,
        source=source,
    )


def _check_scale(row: Endpoint, measured: Measurements) -> None:
    """A logarithm needs values above zero."""
    if row.transform == "log" and len(measured.y) and measured.y.min() < SMALLEST:
        fix = "Use --scale identity, or another unit."
        expected = f"values of at least {SMALLEST:g} for --scale log"
        raise InputError(message(row.name, f"{measured.y.min():g}", expected, fix))


def held_out_error(table: OwnTable, seed: int) -> dict[str, Any]:
    """The error on a fifth of the rows, chosen by scaffold, by a model of the others.

    Raises
    ------
    InputError
        Too few rows, or values that are all the same.
    """
    return training.held_out_error(table.endpoint, table.measured, seed)


def train(table: OwnTable, held_out: dict[str, Any], seed: int) -> OwnModel:
    """Train on all rows.

    Parameters
    ----------
    held_out : what :func:`held_out_error` gave, for the card.
    """
    trained = training.train({table.endpoint: table.measured}, seed=seed)
    rows = len(table.measured.y)
    card = {"data": str(table.path), "rows": rows, "seed": seed, "held_out": held_out}
    return OwnModel(trained, card)
