"""Molecules from input and output of Gaussian and ORCA, and from pdb and mol2 files.

Called by :mod:`specml.io.structures`. Of an output the last geometry is read. What these files say
of charge and multiplicity is taken; open shells are refused.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from specml.errors import InputError, message
from specml.io import charge_and_spin
from specml.io.record import MoleculeRecord
from specml.io.xyz import coordinate, element

_BOTH = re.compile(r"\s*([+-]?\d{1,2})[\s,]+([1-9]\d?)\s*")
_ORCA_INPUT = re.compile(r"^\s*\*\s*(\w+)\s+([+-]?\d+)\s+(\d+)(.*)$", re.MULTILINE)
_GAUSSIAN = re.compile(r"Charge\s*=\s*([+-]?\d+)\s+Multiplicity\s*=\s*(\d+)")
_ORIENTATION = re.compile(r"(Standard|Input|Z-Matrix) orientation:\s*\n")
_ORCA = "CARTESIAN COORDINATES (ANGSTROEM)"
_FIX = "Convert it to xyz."


def gaussian_input(path: Path, text: str) -> Iterator[MoleculeRecord]:
    """The geometry of a ``.com`` or ``.gjf`` file, in Cartesian coordinates."""
    lines = text.split("\n")
    blanks = [k for k, line in enumerate(lines) if not line.strip()]
    both = next(
        (k for k, line in enumerate(lines) if _BOTH.fullmatch(line) and k - 1 in blanks), None
    )
    if both is None:
        raise _error(
            path, 0, "no line of charge and multiplicity", "Gaussian input with a geometry"
        )
    end = next((k for k in blanks if k > both), len(lines))
    words = _BOTH.fullmatch(lines[both])
    require_closed(f"{path}:{both + 1}", lines[both], int(words[2]) if words else 1)
    rows = []
    for number, line in enumerate(lines[both + 1 : end], start=both + 2):
        cells = [cell for cell in re.split(r"[\s,]+", re.sub(r"\([^)]*\)", " ", line)) if cell]
        isotope = re.search(r"iso\s*=\s*(\d+)", line, re.IGNORECASE)
        if len(cells) == 5 and cells[1] in ("0", "-1"):  # the flag that freezes an atom
            del cells[1]
        cells[0] = re.sub(r"-.*", "", cells[0])
        rows.append((number, cells, int(isotope[1]) if isotope else 0))
    yield _record(path, both + 1, rows, int(words[1]) if words else 0)


def gaussian_output(path: Path, text: str) -> Iterator[MoleculeRecord]:
    """The last geometry of a ``.log`` or ``.out`` file of Gaussian."""
    tables = list(_ORIENTATION.finditer(text))
    if not tables:
        raise _error(path, 0, "no geometry", "an output of Gaussian with an orientation")
    line = text.count("\n", 0, tables[-1].start()) + 1
    body = text[tables[-1].end() :].split("\n")[4:]  # a rule, two lines of names, a rule
    rows = []
    for number, row in enumerate(body, start=line + 5):
        cells = row.split()
        if len(cells) != 6:
            break
        rows.append((number, [cells[1], *cells[3:]], 0))
    stated = _GAUSSIAN.findall(text)
    if stated:
        require_closed(str(path), f"multiplicity {stated[-1][1]}", int(stated[-1][1]))
    yield _record(path, line, rows, int(stated[-1][0]) if stated else None)


def orca_input(path: Path, text: str) -> Iterator[MoleculeRecord]:
    """The block ``* xyz 0 1`` of an ORCA input."""
    head = _ORCA_INPUT.search(text)
    if head is None or head[1].lower() != "xyz":
        got = f"* {head[1]}{head[4]}" if head else "no line '* xyz charge multiplicity'"
        fix = f"Give {head[4].strip()} itself." if head and head[4].strip() else _FIX
        raise _error(path, 0, got, "coordinates of atoms in the input itself", fix)
    line = text.count("\n", 0, head.start()) + 1
    require_closed(f"{path}:{line}", head[0], int(head[3]))
    body = text[head.end() :].split("\n*", maxsplit=1)[0].split("\n")[1:]
    rows = [(number, row.split(), 0) for number, row in enumerate(body, start=line + 1)]
    yield _record(path, line, [row for row in rows if row[1]], int(head[2]))


def orca_output(path: Path, text: str) -> Iterator[MoleculeRecord]:
    """The last geometry of an ORCA output."""
    place = text.rfind(_ORCA)
    line = text.count("\n", 0, place) + 1
    rows = []
    for number, row in enumerate(text[place:].split("\n")[2:], start=line + 2):
        if not row.strip():
            break
        rows.append((number, row.split(), 0))
    charge = re.findall(r"Total Charge\s+Charge\s+\.+\s+([+-]?\d+)", text)
    shell = re.findall(r"Multiplicity\s+Mult\s+\.+\s+(\d+)", text)
    if shell:
        require_closed(str(path), f"multiplicity {shell[-1]}", int(shell[-1]))
    yield _record(path, line, rows, int(charge[-1]) if charge else None)


def output(path: Path, text: str) -> Iterator[MoleculeRecord]:
    """The last geometry of a ``.log`` or ``.out`` file, of whichever program."""
    if _ORCA in text:
        return orca_output(path, text)
    return gaussian_output(path, text)


def pdb(path: Path, text: str) -> Iterator[MoleculeRecord]:
    """The models of a pdb file; the charge is the sum of those of its atoms, if any has one."""
    rows: list[tuple[int, list[str], int]] = []
    charges: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith(("ATOM", "HETATM")):
            if line[16:17].strip() not in ("", "A", "1"):
                continue  # another place of an atom that stands twice
            name = line[76:78].strip() or re.sub(
                r"[^A-Za-z].*", "", line[12:16].strip("0123456789 ")
            )
            rows.append((number, [name, line[30:38], line[38:46], line[46:54]], 0))
            signed = re.fullmatch(r"(\d)([+-])", line[78:80].strip())
            charges += [int(signed[2] + signed[1])] if signed else []
        if line.startswith("ENDMDL") and rows:
            yield _record(path, rows[0][0], rows, sum(charges) if charges else None)
            rows, charges = [], []
    if rows:
        yield _record(path, rows[0][0], rows, sum(charges) if charges else None)


def mol2(path: Path, text: str) -> Iterator[MoleculeRecord]:
    """The molecules of a mol2 file; their partial charges add up to the charge."""
    starts = [match.start() for match in re.finditer(r"^@<TRIPOS>MOLECULE", text, re.MULTILINE)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line = text.count("\n", 0, start) + 1
        lines = text[start:end].split("\n")
        begun = next(
            (k for k, row in enumerate(lines) if row.startswith("@<TRIPOS>ATOM")), len(lines)
        )
        rows, charges = [], []
        for number, row in enumerate(lines[begun + 1 :], start=line + begun + 1):
            cells = row.split()
            if row.startswith("@") or not cells:
                break
            kind = cells[5].split(".")[0] if len(cells) > 5 else ""
            rows.append((number, [kind, *cells[2:5]], 0))
            charges += [coordinate(cells[8])] if len(cells) > 8 else []
        complete = len(charges) == len(rows) and "NO_CHARGES" not in "\n".join(lines[:begun])
        summed, _ = (
            charge_and_spin.of_atoms(f"{path}:{line}", np.array(charges), None)
            if complete
            else (None, None)
        )
        title = lines[1].strip() if len(lines) > 1 else ""
        yield _record(path, line, rows, summed, title.strip("*"))


def require_closed(where: str, text: str, multiplicity: int) -> None:
    """Raise an InputError for an open shell."""
    charge_and_spin.refuse_open_shell(where, text, multiplicity)


def _record(
    path: Path,
    line: int,
    rows: Sequence[tuple[int, Sequence[str], int]],
    charge: int | None,
    title: str = "",
) -> MoleculeRecord:
    """A record of rows: number of the line, symbol and coordinates in angstrom, mass number."""
    if not rows:
        raise _error(path, line, "no atoms", "at least one")
    numbers, isotopes, positions = [], [], []
    for number, cells, stated in rows:
        try:
            position = [coordinate(cell) for cell in cells[1:4]]
        except ValueError:
            position = []
        atomic, isotope = element(cells[0]) if cells else (0, 0)
        if len(position) != 3 or not np.isfinite(position).all() or not 1 <= atomic <= 118:
            raise _error(path, number, repr(" ".join(cells)[:60]), "an element and x, y, z")
        numbers.append(atomic)
        isotopes.append(stated or isotope)
        positions.append(position)
    where = f"{path}:{line}"
    return MoleculeRecord(
        where, np.array(numbers), np.array(positions), charge, None, tuple(isotopes), title
    )


def _error(path: Path, line: int, got: str, expected: str, fix: str = _FIX) -> InputError:
    return InputError(message(f"{path}:{line}" if line else str(path), got, expected, fix))
