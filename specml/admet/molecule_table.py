"""Opening a table of molecules: format, header, the columns that matter.

Called by ``specml admet predict`` and ``train``, whose users have tables of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from specml.admet.smiles_column import LOOKED_AT, has_header, is_smiles, named, smiles_column
from specml.errors import InputError, message
from specml.io.tables.chunk import ChunkedTable
from specml.io.tables.delimited import DelimitedTable
from specml.io.tables.dialect import is_list
from specml.io.tables.files import is_parquet
from specml.io.tables.json_table import is_json, json_table
from specml.io.tables.parquet import ParquetTable
from specml.io.tables.sdf import SdfTable, is_sdf
from specml.io.tables.workbook import is_workbook, workbook_rows, workbook_table


@dataclass(frozen=True, eq=False)
class MoleculeTable:
    """A table, and where in it the structures and their names are.

    Parameters
    ----------
    table : the reader of the file.
    smiles, identifier : names of the columns of structures and of identifiers, if there are any.
    header : whether the file names its columns.
    notes : what was guessed, to be told to the user.
    """

    table: ChunkedTable
    smiles: str
    identifier: str | None
    header: bool = True
    notes: Sequence[str] = field(default=())


def open_molecules(
    path: Path, smiles: str | None = None, identifier: str | None = None, header: bool | None = None
) -> MoleculeTable:
    """Open CSV or parquet and decide which columns matter.

    Parameters
    ----------
    smiles, identifier : names or positions of columns.
    header : whether a text file begins with names; without it that is guessed.

    Raises
    ------
    InputError
        A file that cannot be read, or no column of SMILES in it.
    """
    table, header, rows = _opened(path, smiles, header)
    if smiles is None and not header and is_list(path):
        smiles = "1"
    if isinstance(table, SdfTable):
        smiles = smiles or table.structures
    column = smiles_column(table.schema.names, rows, smiles, str(path))
    names = table.schema.names
    _check_text(path, table.schema.field(column))
    key = None if identifier is None else named(names, identifier, "--id-column")
    notes = [] if header else [f"{path}: no header found; columns are {', '.join(names)}"]
    if smiles is None and column.lower() != "smiles":
        notes.append(f"{path}: SMILES are read from the column {column!r}")
    return MoleculeTable(table, column, key, header, notes)


def _opened(
    path: Path, smiles: str | None, header: bool | None
) -> tuple[ChunkedTable, bool, list[list[str]]]:
    """The table, whether it names its columns, and its first rows below the names."""
    if is_workbook(path):
        rows = workbook_rows(path)[0][: LOOKED_AT + 1]
        header = has_header(rows, smiles) if header is None else header
        return workbook_table(path, header), header, rows[1:] if header else rows
    table: ChunkedTable
    if is_parquet(path):
        table = ParquetTable(path)
    elif is_sdf(path):
        table = SdfTable(path)
    elif is_json(path):
        table = json_table(path)
    else:
        return _text(path, smiles, header)
    return table, True, _first_of(table)


def _text(
    path: Path, smiles: str | None, header: bool | None
) -> tuple[DelimitedTable, bool, list[list[str]]]:
    table = DelimitedTable(path)
    rows = table.first_rows(LOOKED_AT + 1)
    spaced = len(table.schema) == 1 and _has_names_behind(rows[1:] or rows)
    if spaced:
        table = DelimitedTable(path, spaced=True)
        rows = table.first_rows(LOOKED_AT + 1)
    if header is None:
        header = has_header(rows, smiles, is_list(path))
    if header:
        return table, True, rows[1:]
    return DelimitedTable(path, header=False, spaced=spaced), False, rows


def _has_names_behind(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the only cells are a SMILES, a space and a name, in a file of another name."""
    words = [row[0].split(maxsplit=1) for row in rows if row]
    behind = [word for word in words if len(word) == 2 and not word[1].startswith("|")]
    return bool(words) and len(behind) == len(words) and all(is_smiles(w[0]) for w in words)


def _first_of(table: ChunkedTable) -> list[list[str]]:
    """The first rows as text; cells that are no text count as empty."""
    chunk = next(table.chunks(LOOKED_AT), None)
    if chunk is None:
        return []
    rows = chunk.batch.to_pylist()
    return [[cell if isinstance(cell, str) else "" for cell in row.values()] for row in rows]


def _check_text(path: Path, column: pa.Field) -> None:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        got, fix = f"values of type {column.type}", "Name another column."
        raise InputError(message(f"{path}: {column.name}", got, "text", fix))
