"""Read the xyz format, one frame or many, plain or extended (keys ``Properties`` and ``pbc``).

Called by :mod:`specml.io.structures` and :mod:`specml.io.trajectory_xyz`.

Each frame is a line with the number of atoms, a comment line, then ``symbol x y z`` for each
atom, in angstrom unless the comment names another unit of length.
:mod:`specml.io.charge_and_spin` reads what the comment says of charge and spin; columns of atomic
charges and magnetic moments (``initial_charges``, ``initial_magmoms``) add up to them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from specml.elements import NUMBERS
from specml.errors import InputError, message
from specml.io import charge_and_spin
from specml.io.comment import length_factor
from specml.io.record import MoleculeRecord

CHARGES = ("initial_charges",)  # columns, one of which may stand in a file
MOMENTS = ("initial_magmoms", "magmoms")
_LATTICE = re.compile(r"(?:^|\s)lattice\s*=", re.IGNORECASE)
# pbc="F F F", pbc=F, pbc=[False, False, False], pbc=0
_APERIODIC = re.compile(
    r"(?:^|\s)pbc\s*=\s*[\"\[{]?\s*(?:F(?:alse)?|0)(?:[\s,]+(?:F(?:alse)?|0)){0,2}\s*(?:[\"\]}]|\s|$)",
    re.IGNORECASE,
)
_HEAVY = {"D": 2, "T": 3}
_ISOTOPE = re.compile(r"(?:(\d{1,3})-?([A-Za-z]{1,2})|([A-Za-z]{1,2})-(\d{1,3}))")
_QM9 = re.compile(r"\s*gdb\s+\d+\s")  # three more lines: wavenumbers, SMILES, InChI
# "ethanol", "S-ibuprofen (gauche)": words that may name a frame, no numbers and no keys.
_TITLE = re.compile(r"(?=.*[A-Za-z]{2})[\w().,+' -]{2,60}")
_COLUMNS = re.compile(r"(?:^|\s)properties\s*=\s*\"?([^\s\"]+)", re.IGNORECASE)


def frames(path: Path, text: str, crystals: bool = False) -> Iterator[MoleculeRecord]:
    """The frames of a file's text.

    Parameters
    ----------
    crystals : take frames of a periodic cell too, whose positions are those of one cell.

    Raises
    ------
    InputError
        Anything that keeps the text from being frames; names the line.
    """
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
        yield _frame(path, start, lines[start + 1], rows, crystals)
        start += 2 + n_atoms + (3 if _QM9.match(lines[start + 1]) else 0)


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


def _frame(path: Path, start: int, comment: str, rows: list[str], crystals: bool) -> MoleculeRecord:
    where = f"{path}:{start + 2}"
    layout = _columns(where, comment)
    symbol, xyz = layout["species"], layout["pos"]
    if not crystals:
        _refuse_crystals(where, comment)
    factor = length_factor(where, comment)
    charge = _charge(where, comment, layout, rows)
    atoms = [_atom(f"{path}:{start + 3 + i}", row, symbol, xyz) for i, row in enumerate(rows)]
    return MoleculeRecord(
        where,
        np.array([number for number, _, _ in atoms]),
        factor * np.array([position for _, _, position in atoms]),
        charge,
        isotopes=tuple(isotope for _, isotope, _ in atoms),
        title=comment.strip() if _TITLE.fullmatch(comment.strip()) else "",
    )


def _columns(where: str, comment: str) -> dict[str, int]:
    """Name -> column, by the ``Properties`` key of extended xyz if there is one."""
    declared = _COLUMNS.search(comment)
    if declared is None:
        return {"species": 0, "pos": 1}
    fields = declared[1].split(":")
    column, layout = 0, {}
    for name, _, width in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        layout[name.lower()] = column
        column += int(width) if width.isdecimal() else 1
    layout.setdefault("species", layout.get("z", -1))
    if layout["species"] < 0 or "pos" not in layout:
        raise InputError(
            message(
                where,
                f"Properties={declared[1]}",
                "columns 'species' and 'pos'",
                "Name both in the Properties key of the comment line.",
            )
        )
    return layout


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


def _charge(where: str, comment: str, layout: dict[str, int], rows: list[str]) -> int | None:
    """What comment and columns say of the charge; refuses what speaks of unpaired electrons."""
    columns = {
        name: np.array([_number(row, layout[key]) for row in rows])
        for name, keys in (("charges", CHARGES), ("moments", MOMENTS))
        for key in keys
        if key in layout
    }
    summed = charge_and_spin.of_atoms(where, columns.get("charges"), columns.get("moments"))
    stated = charge_and_spin.of_text(where, _COLUMNS.sub(" ", comment))
    charge, multiplicity = charge_and_spin.agreed(where, (stated, summed))
    charge_and_spin.refuse_open_shell(where, comment, multiplicity)
    return charge


def _number(row: str, column: int) -> float:
    """A number of a row; zero where there is none, which :func:`_atom` speaks of."""
    try:
        return float(row.split()[column])
    except (IndexError, ValueError):
        return 0.0


def _atom(where: str, row: str, symbol: int, xyz: int) -> tuple[int, int, list[float]]:
    """Atomic number, mass number (0 for natural abundance) and position of a row."""
    words = row.split()
    try:
        label = words[symbol]
        position = [coordinate(word) for word in words[xyz : xyz + 3]]
        complete = len(position) == 3
    except (IndexError, ValueError):
        complete = False
    if not complete:
        raise InputError(
            message(where, repr(row.strip()[:60]), "'symbol x y z'", "Correct that line.")
        )
    number, isotope = element(label)
    if not 1 <= number <= 118:
        raise InputError(
            message(
                where,
                f"the element {label!r}",
                "an element symbol or atomic number",
                "Correct that line; isotopes are written D, T or 13C.",
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
    return number, isotope, position


def coordinate(word: str) -> float:
    """A number, also with the exponents of Mathematica (``1.0*^-5``) and Fortran (``1.0D-05``)."""
    return float(word.replace("*^", "e").replace("D", "e").replace("d", "e"))


def element(label: str) -> tuple[int, int]:
    """Atomic number and mass number of a label; 0 for what is unknown, or natural abundance.

    >>> element("Cl"), element("8"), element("D"), element("18O"), element("Xy")
    ((17, 0), (8, 0), (1, 2), (8, 18), (0, 0))
    """
    if label.isdecimal():
        return int(label), 0
    if label in _HEAVY:
        return 1, _HEAVY[label]
    marked = _ISOTOPE.fullmatch(label)
    if marked is None:
        return NUMBERS.get(label.capitalize(), 0), 0
    symbol, nucleons = marked[2] or marked[3], marked[1] or marked[4]
    return NUMBERS.get(symbol.capitalize(), 0), int(nucleons)
