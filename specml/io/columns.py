"""The named columns of a list of molecules: CSV in UTF-8, plain or gzipped.

Read here are the lists that make and split data (``specml sample``, ``specml train``,
``specml admet label``); tables of any dialect, to be scored, are read in ``specml.io.tables``.
"""

import csv
import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from specml.errors import InputError, first_line, message

GZIP = b"\x1f\x8b"  # how a gzipped file begins, whatever its name


def read_columns(path: Path, names: Sequence[str]) -> list[tuple[str, ...]]:
    """The cells of some columns, one tuple a row.

    Parameters
    ----------
    path : the file; its first line names the columns.
    names : the columns that are wanted, in the order of each tuple.

    Raises
    ------
    InputError
        A file that is missing or no text, lacks a column, has no rows, or a row without one of
        the cells; the message names its line.
    """
    try:
        rows = _rows(path, names)
    except KeyError as error:
        raise _unreadable(path, f"no column {error}", names, "Name the column.") from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, str(error), names, "Save it again in UTF-8.") from error
    except OSError as error:
        got = error.strerror or first_line(error)
        raise _unreadable(path, got, names, "Check the path.") from error
    except (EOFError, csv.Error, zlib.error) as error:
        raise _unreadable(path, first_line(error), names, "Write it again.") from error
    if not rows:
        raise _unreadable(path, "no rows", names, "Write it again.")
    for line, cells in rows:
        missing = next((name for name, cell in zip(names, cells, strict=True) if not cell), None)
        if missing is not None:
            what = "SMILES" if missing == "smiles" else missing
            fix = "Complete or remove the row."
            raise InputError(message(f"{path}:{line}", f"no {what}", "one in every row", fix))
    return [cells for _, cells in rows]


def read_smiles(path: Path) -> list[str]:
    """The column ``smiles``; errors as :func:`read_columns`."""
    return [smiles for (smiles,) in read_columns(path, ("smiles",))]


def _rows(path: Path, names: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """Number of the line and wanted cells of each row; an absent cell is None."""
    with path.open("rb") as file:
        packed = file.read(len(GZIP)) == GZIP
    opener = gzip.open if packed else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as text:
        rows = csv.DictReader(text)
        return [(rows.line_num, tuple(row[name] for name in names)) for row in rows]


def _unreadable(path: Path, got: str, names: Sequence[str], fix: str) -> InputError:
    plural = "s" if len(names) > 1 else ""
    wanted = f"a csv with the column{plural} {' and '.join(names)}"
    return InputError(message(str(path), got, wanted, fix))
