"""Read the xyz format, one frame or many, plain or extended (keys ``Properties`` and ``pbc``).

Called by :mod:`specml.io.structures` and :mod:`specml.io.trajectory_xyz`.

Each frame is a line with the number of atoms, a comment line, then ``symbol x y z`` for each
atom, in angstrom. ``charge=1`` in the comment is the charge, and so is the first of two whole
numbers that are all of it (charge and multiplicity).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from specml.elements import NUMBERS
from specml.errors import InputError, message
from specml.io.record import MoleculeRecord

_KEY = r"(?:^|[\s;,]){}\s*=\s*\"?([^\s\";,]+)"
_CHARGE = re.compile(_KEY.format("(?:total_?)?charge"), re.IGNORECASE)
_MULTIPLICITY = re.compile(_KEY.format("(?:spin_?)?mult(?:iplicity)?"), re.IGNORECASE)
_UNPAIRED = re.compile(_KEY.format("uhf"), re.IGNORECASE)
_SPIN = re.compile(_KEY.format("spin"), re.IGNORECASE)
_BOTH = re.compile(r"\s*([+-]?\d)\s+(\d)\s*")  # charge and multiplicity, as of Gaussian and ORCA
_LATTICE = re.compile(r"(?:^|\s)lattice\s*=", re.IGNORECASE)
_APERIODIC = re.compile(r"(?:^|\s)pbc\s*=\s*\"?\s*F\s*F\s*F", re.IGNORECASE)
_COLUMNS = re.compile(r"(?:^|\s)properties\s*=\s*\"?([^\s\"]+)", re.IGNORECASE)


def frames(path: Path, text: str) -> Iterator[MoleculeRecord]:
    """The frames of a file's text; raises InputError naming the line."""
    lines = text.split("\n")
    start = 0
    while start < len(lines):
        if not lines[start].strip():
            start += 1
            continue
        n_atoms = _n_atoms(f"{path}:{start + 1}", lines[start])
        rows = lines[start + 2 : start + 2 + n_atoms]
        if len(rows) < n_atoms or not all(row.strip() for row in rows):
            present = next((i for i, row in enumerate(rows) if not row.strip()), len(rows))
            raise InputError(
                message(
                    f"{path}:{start + 3 + present}",
                    f"the end after {present} of {n_atoms} atoms",
                    f"{n_atoms} lines of atoms, as line {start + 1} says",
                    "Correct the number of atoms or add the missing lines.",
                )
            )
        yield _frame(path, start, lines[start + 1], rows)
        start += 2 + n_atoms


def _n_atoms(where: str, line: str) -> int:
    if line.strip().isdecimal() and int(line) > 0:
        return int(line)
    raise InputError(
        message(
            where,
            repr(line.strip()[:60]),
            "the number of atoms (xyz format)",
            "An xyz frame is a line with the number of atoms, a comment line, then one line "
            "'symbol x y z' for each atom.",
        )
    )


def _frame(path: Path, start: int, comment: str, rows: list[str]) -> MoleculeRecord:
    where = f"{path}:{start + 2}"
    symbol, xyz = _columns(where, comment)
    _refuse_crystals(where, comment)
    charge = _charge(where, comment)
    atoms = [_atom(f"{path}:{start + 3 + i}", row, symbol, xyz) for i, row in enumerate(rows)]
    return MoleculeRecord(
        where,
        np.array([number for number, _ in atoms]),
        np.array([position for _, position in atoms]),
        charge,
    )


def _columns(where: str, comment: str) -> tuple[int, int]:
    """Columns of the symbol and of x, by the ``Properties`` key of extended xyz if there is one."""
    declared = _COLUMNS.search(comment)
    if declared is None:
        return 0, 1
    fields = declared[1].split(":")
    column, column_of = 0, {}
    for name, _, width in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        column_of[name.lower()] = column
        column += int(width) if width.isdecimal() else 1
    symbol = column_of.get("species", column_of.get("z"))
    if symbol is None or "pos" not in column_of:
        raise InputError(
            message(
                where,
                f"Properties={declared[1]}",
                "columns 'species' and 'pos'",
                "Name both in the Properties key of the comment line.",
            )
        )
    return symbol, column_of["pos"]


def _refuse_crystals(where: str, comment: str) -> None:
    if _LATTICE.search(comment) and not _APERIODIC.search(comment):
        raise InputError(
            message(
                where,
                "a periodic cell (Lattice)",
                "an isolated molecule",
                'Remove the Lattice key, or add pbc="F F F" if the cell means nothing.',
            )
        )


def _charge(where: str, comment: str) -> int | None:
    """What a comment says of the charge; refuses one that speaks of unpaired electrons."""
    both = _BOTH.fullmatch(comment)
    charges = [both[1]] if both else _CHARGE.findall(comment)
    shells: list[tuple[str, tuple[int, ...]]] = [(both[2], (1,))] if both else []
    shells += [(text, (1,)) for text in _MULTIPLICITY.findall(comment)]
    shells += [(text, (0,)) for text in _UNPAIRED.findall(comment)]
    shells += [(text, (0, 1)) for text in _SPIN.findall(comment)]  # twice S, or 2 S + 1
    for text, closed in shells:
        if _whole(where, "the spin", text) not in closed:
            raise InputError(
                message(
                    where,
                    repr(comment.strip()[:60]),
                    "a closed-shell molecule (multiplicity 1)",
                    "SpecML has no model of open shells.",
                )
            )
    stated = {_whole(where, "charge", text) for text in charges}
    if len(stated) > 1:
        got = f"the charges {', '.join(f'{charge:+d}' for charge in sorted(stated))}"
        raise InputError(message(where, got, "one charge", "Correct the comment line."))
    return stated.pop() if stated else None


def _whole(where: str, key: str, text: str) -> int:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not value.is_integer():
        raise InputError(
            message(where, f"{key}={text}", "a whole number", "Correct the comment line.")
        )
    return int(value)


def _atom(where: str, row: str, symbol: int, xyz: int) -> tuple[int, list[float]]:
    words = row.split()
    try:
        label = words[symbol]
        position = [float(word) for word in words[xyz : xyz + 3]]
        complete = len(position) == 3
    except (IndexError, ValueError):
        complete = False
    if not complete:
        raise InputError(
            message(where, repr(row.strip()[:60]), "'symbol x y z'", "Correct that line.")
        )
    number = int(label) if label.isdecimal() else NUMBERS.get(label.capitalize(), 0)
    if not 1 <= number <= 118:
        raise InputError(
            message(
                where,
                f"the element {label!r}",
                "an element symbol or atomic number",
                "Correct that line; heavy isotopes are written as the plain element "
                "and, for vibrational spectra, given with --isotope.",
            )
        )
    if not np.isfinite(position).all():
        raise InputError(
            message(
                where,
                f"the coordinates {' '.join(words[xyz : xyz + 3])}",
                "finite numbers in angstrom",
                "Correct that line.",
            )
        )
    return number, position
