"""Columns of a text table of molecules, by their names: the one reader of ``specml sample``,
``specml admet label``, ``specml admet evaluate`` and of the lists of splits.

What separates the cells, gzip, byte-order marks and quotes are the business of
:mod:`specml.io.tables`, which reads the tables of ``specml admet predict`` too.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from specml.errors import InputError, message
from specml.io.plain_text import decoded
from specml.io.tables.delimited import DelimitedTable


def read_smiles(path: Path) -> list[str]:
    """The column ``smiles`` of a table, in the order of its rows.

    Raises
    ------
    InputError
        As :func:`rows_of`; no rows at all, or a row without a SMILES.
    """
    smiles = []
    for line, (text,) in rows_of(path, ("smiles",)):
        if not text:
            fix = "Complete or remove the row."
            raise InputError(message(f"{path}:{line}", "no SMILES", "one in every row", fix))
        smiles.append(text)
    if not smiles:
        raise InputError(message(str(path), "no rows", "at least one SMILES", "Write it again."))
    return smiles


def read_multiplicities(path: Path) -> list[int]:
    """The column ``multiplicity`` of a table, in the order of its rows; 1 where there is none.

    Raises
    ------
    InputError
        As :func:`rows_of`, and what is no whole number of at least 1.
    """
    if "multiplicity" not in DelimitedTable(path).schema.names:
        return [1 for _ in rows_of(path, ("smiles",))]
    multiplicities = []
    for line, (_, text) in rows_of(path, ("smiles", "multiplicity")):
        if not text.isdecimal() or int(text) < 1:
            expected, fix = "a whole number, 2 S + 1", "Correct the row."
            raise InputError(message(f"{path}:{line}", f"the multiplicity {text!r}", expected, fix))
        multiplicities.append(int(text))
    return multiplicities


def rows_of(path: Path, names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The line that each row begins on, from 1, and its cells of the named columns.

    Rows without any text are left out.

    Parameters
    ----------
    names : the columns, as the first line of the file has them.

    Raises
    ------
    InputError
        A file that cannot be read or is not UTF-8 or UTF-16, a column that is not there, or a row
        of more cells than there are columns.
    """
    table = DelimitedTable(path)
    known = table.schema.names
    for name in names:
        if name not in known:
            fix = f"Name the column; there are {', '.join(map(repr, known))}."
            raise InputError(message(str(path), f"no column {name!r}", _expected(names), fix))
    places = [known.index(name) for name in names]
    for row in table.records():
        if row.recoded:
            got, fix = f"line {row.line}, which is not UTF-8", "Save it again in UTF-8."
            raise InputError(message(str(path), got, _expected(names), fix))
        if row.fault:
            expected, fix = "a cell a column", "Correct the line."
            raise InputError(message(str(path), row.fault, expected, fix))
        if any(row.cells):
            yield row.line, [row.cells[place] for place in places]


def _expected(names: Sequence[str]) -> str:
    """What a file should have been.

    >>> _expected(["smiles"]), _expected(["smiles", "split"])
    ('a csv with the column smiles', 'a csv with the columns smiles and split')
    """
    return f"a csv with the column{'s' * (len(names) > 1)} {' and '.join(names)}"


# Columns that name a molecule, in the order of preference; compared without case.
_NAMES = ("name", "id", "title", "compound", "compound_name", "molecule", "identifier")
_SMILES = ("smiles", "canonical_smiles", "isomeric_smiles", "smi")


def named_smiles(path: Path, text: str | None = None) -> list[tuple[str, str]]:
    """SMILES and names (empty where there is none) of a list, in the order of its rows.

    Parameters
    ----------
    path : a table with a column of SMILES (.csv, .tsv), or lines of a SMILES and, behind blanks, a
        name (any other ending).
    text : the lines, where they do not come from the file.

    Raises
    ------
    InputError
        As :func:`rows_of`; no column of SMILES, or no rows.
    """
    if text is None and path.suffix.lower() in (".csv", ".tsv"):
        rows = _of_columns(path)
    else:
        rows = _of_lines(path, text)
    if not rows:
        raise InputError(message(str(path), "no rows", "at least one SMILES", "Write it again."))
    return rows


def _of_columns(path: Path) -> list[tuple[str, str]]:
    known = {name.strip().lower(): name for name in reversed(DelimitedTable(path).schema.names)}
    smiles = next((known[name] for name in _SMILES if name in known), "smiles")
    title = next((known[name] for name in _NAMES if name in known), None)
    names = [smiles] if title is None else [smiles, title]
    return [(cells[0], cells[1] if title else "") for _, cells in rows_of(path, names)]


def _of_lines(path: Path, text: str | None) -> list[tuple[str, str]]:
    try:
        lines = (decoded(path, path.read_bytes()) if text is None else text).split("\n")
    except OSError as error:
        got = "no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise InputError(message(str(path), got, "a list of SMILES", "Check the path.")) from error
    rows = []
    for line in lines:
        smiles, _, name = line.strip().replace("\t", " ").partition(" ")
        if smiles and not smiles.startswith("#") and smiles.lower() not in _SMILES:
            rows.append((smiles, name.strip()))
    return rows
