"""Decide which column of a table holds the structures, and whether a text file names its columns.

Called by :mod:`specml.admet.molecule_table` and ``specml admet train``.
"""

from collections.abc import Sequence

from specml.admet.molecules import Status, clean
from specml.errors import InputError, message

LOOKED_AT = 100  # rows
SHARE = 0.8  # of the cells with anything in them that must be SMILES
LONGEST_AT_LEAST = 3  # characters: "C" and "NO" are SMILES, and classes and answers too
SHOWN = 12  # columns named in a message


def smiles_column(
    names: Sequence[str], rows: Sequence[Sequence[str]], given: str | None, where: str = "input"
) -> str:
    """Decide on the column of structures: the one asked for, or the obvious one.

    Obvious is a column called ``smiles``, else the only one with SMILES in its name, else the only
    one whose cells are SMILES, or without any the only one whose cells are InChI.

    Parameters
    ----------
    rows : the first ones, without names.
    given : a name, in any case, or a position from 1.
    where : the file, for messages.

    Raises
    ------
    InputError
        No such column, none, or several.
    """
    if given is not None:
        return named(names, given, "--smiles-column")
    plain = [name for name in names if name.strip().lower() == "smiles"]
    telling = [name for name in names if _tells(name)]
    # Cells are read only if no name tells: that takes seconds in a table of a thousand columns.
    candidates = plain or telling or _by_content(names, rows)
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise _unclear(where, candidates, "one column of SMILES")
    raise _unclear(where, names, "a column of SMILES")


def named(names: Sequence[str], given: str, option: str) -> str:
    """Find a column by its name, in any case if that is unique, or by its position from 1.

    Raises
    ------
    InputError
        No such column.
    """
    if given in names:
        return given
    alike = [name for name in names if name.lower() == given.lower()]
    if len(alike) == 1:
        return alike[0]
    if given.isdecimal() and 1 <= int(given) <= len(names):
        return names[int(given) - 1]
    raise InputError(
        message(option, repr(given), f"one of {_listed(names)}", "Name one, or give its position.")
    )


def has_header(rows: Sequence[Sequence[str]], given: str | None, listed: bool = False) -> bool:
    """Whether the first row holds names: a known one, or no SMILES above a column of SMILES.

    Parameters
    ----------
    given : name of the column, or its position from 1, if that was said.
    listed : of a list of SMILES (.smi), which has a header only if a name in it says so.
    """
    if not rows:
        return True
    first = list(rows[0])
    if any(_tells(cell) for cell in first):
        return True
    if given is not None and given.isdecimal() and 1 <= int(given) <= len(first):
        return not (listed or is_smiles(first[int(given) - 1]))
    if given in first:
        return True
    if listed:
        return False
    positions = [str(k) for k in range(len(first))]
    columns = [int(k) for k in _by_content(positions, rows)]
    return not any(is_smiles(first[k]) for k in columns)


def is_smiles(cell: str) -> bool:
    """Whether a cell holds a structure, scored or not."""
    return clean(cell).status not in (Status.INVALID, Status.EMPTY)


def _tells(name: str) -> bool:
    return "smiles" in name.lower() or name.strip().lower() == "smi"


def _by_content(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of structures; those of InChI only if there are no others."""
    columns: dict[bool, list[str]] = {False: [], True: []}
    for k, name in enumerate(names):
        cells = [row[k] for row in rows[:LOOKED_AT] if len(row) > k and row[k].strip()]
        if not cells or max(map(len, cells)) < LONGEST_AT_LEAST:
            continue
        if sum(map(is_smiles, cells)) >= SHARE * len(cells):
            columns[cells[0].strip().startswith("InChI=")].append(name)
    return columns[False] or columns[True]


def _unclear(where: str, names: Sequence[str], expected: str) -> InputError:
    columns = f"the columns {_listed(names)}"
    return InputError(message(where, columns, expected, "Name it with --smiles-column."))


def _listed(names: Sequence[str]) -> str:
    text = ", ".join(names[:SHOWN])
    return f"{text} and {len(names) - SHOWN} more" if len(names) > SHOWN else text
