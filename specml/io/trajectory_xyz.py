"""Trajectories in extended xyz: one replica, a frame a geometry, quantities in the comment line.

    9
    Properties=species:S:1:pos:R:3 dipole="0.1 0.2 0.3" polarizability="a b c d e f g h i" time=0.5

``dipole`` in e*angstrom and ``polarizability`` (nine numbers, or six: xx yy zz yz xz xy) in
angstrom^3 as ASE writes them, unless ``dipole_unit=debye`` or the caller says otherwise; ``KEYS``
lists the names that other programs give them. ``time`` in fs gives the interval where the caller
does not. A periodic cell is taken where the dipoles are in the file. Velocities are not read: the
density of states is taken from the positions. A file may be gzipped.
"""

import gzip
import re
from itertools import islice
from pathlib import Path

import numpy as np

from specml.elements import MASSES
from specml.errors import InputError, message
from specml.io import xyz
from specml.io.comment import value
from specml.io.plain_text import decoded
from specml.io.record import MoleculeRecord
from specml.io.trajectory import (
    DIPOLE_UNITS,
    POLARIZABILITY_UNITS,
    Trajectory,
    check_finite,
    unit_factor,
)

# Quantity -> its names in comment lines: ours and ASE's, then those of trained potentials.
KEYS = {
    "dipole": ("dipole", "dipole_moment", "REF_dipole", "MACE_dipole", "DFT_dipole", "mu"),
    "polarizability": ("polarizability", "REF_polarizability", "MACE_polarizability", "alpha"),
}
_WIDTHS = {"dipole": (3,), "polarizability": (9, 6)}
_VOIGT = [0, 5, 4, 5, 1, 3, 4, 3, 2]  # nine components from xx yy zz yz xz xy
_KNOWN = {"dipole": DIPOLE_UNITS, "polarizability": POLARIZABILITY_UNITS}


def read(
    path: Path,
    interval: float | None = None,
    unit: dict[str, str] | None = None,
    dipole_key: str | None = None,
) -> Trajectory:
    """The frames of a file as one replica.

    Parameters
    ----------
    interval : fs between frames; by default from ``time``.
    unit : units of ``dipole`` and ``polarizability``; they go before what the file says.
    dipole_key : the name of the dipole in the comment lines, over ``KEYS``.

    Raises
    ------
    InputError
        Anything that keeps the file from being a trajectory; names file and line.
    """
    text = _text(path)
    _check_key(path, text, dipole_key)
    keys = KEYS if dipole_key is None else {**KEYS, "dipole": (dipole_key,)}
    comments = _comments(text)
    observed = any(value(comment, *names) for comment in comments[:1] for names in keys.values())
    records = list(xyz.frames(path, text, crystals=observed))
    if len(records) < 2:
        raise InputError(
            message(
                str(path),
                f"{len(records)} frame(s)",
                "the frames of a trajectory",
                "For the spectrum of one geometry use `specml ir`.",
            )
        )
    numbers = records[0].numbers
    if any(records[0].isotopes):
        expected = "elements of natural abundance"
        raise InputError(message(records[0].where, "isotopes", expected, "Write H for D."))
    _check_same_atoms(records)
    quantities = {"positions": np.array([r.positions for r in records])[None]}
    for name, spellings in keys.items():
        values = _values(name, spellings, comments, records)
        if values is not None:
            units = [f"{spelling}_unit" for spelling in (name, *spellings)]
            stated = value(comments[0], *units) or next(iter(_KNOWN[name]))
            wanted = (unit or {}).get(name, stated)
            factor = unit_factor(f"{records[0].where}: {name}", wanted, _KNOWN[name])
            quantities[name] = factor * values[None]
            check_finite(path, name, quantities[name])
    return Trajectory(
        path.name.removesuffix(".gz").rsplit(".", 1)[0],
        _interval(path, interval, comments),
        numbers,
        MASSES[numbers],
        records[0].charge or 0,
        quantities=quantities,
    )


def _check_key(path: Path, text: str, dipole_key: str | None) -> None:
    comment = text.split("\n", 2)[1] if text.count("\n") else ""
    if dipole_key is not None and value(comment, dipole_key) is None:
        expected = f"{dipole_key}=... in every comment line"
        got = f"no {dipole_key} in its first comment line"
        raise InputError(message(str(path), got, expected, "Check --dipole-key."))


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return decoded(path, gzip.decompress(raw) if path.suffix.lower() == ".gz" else raw)
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            message(str(path), reason, "a complete xyz trajectory", "Check the file.")
        ) from error


def _comments(text: str) -> list[str]:
    lines = iter(text.split("\n"))
    comments = []
    for line in lines:
        if line.strip():
            comments.append(next(lines))
            next(islice(lines, int(line) - 1, None), None)
    return comments


def _check_same_atoms(records: list[MoleculeRecord]) -> None:
    first = records[0].numbers
    for record in records:
        if not np.array_equal(record.numbers, first):
            raise InputError(
                message(
                    record.where,
                    f"{len(record.numbers)} atoms that are not those of the first frame",
                    "the same atoms in the same order",
                    "Different molecules belong into different files.",
                )
            )


def _values(
    name: str, spellings: tuple[str, ...], comments: list[str], records: list[MoleculeRecord]
) -> np.ndarray | None:
    """(frames, 3) or (frames, 3, 3); None where no frame has it."""
    words = [value(comment, *spellings) for comment in comments]
    if all(word is None for word in words):
        return None
    rows = []
    for word, record in zip(words, records, strict=True):
        numbers = re.split(r"[\s,\[\]_]+", (word or "").strip("[]"))
        try:
            row = [float(number) for number in numbers if number]
        except ValueError:
            row = []
        if len(row) not in _WIDTHS[name]:
            counts = " or ".join(str(width) for width in _WIDTHS[name])
            raise InputError(
                message(
                    record.where,
                    f"{name} {word!r}",
                    f"{counts} numbers in every frame",
                    "Correct that frame or leave it out.",
                )
            )
        rows.append(row)
    table = np.array(rows)
    if name == "dipole":
        return table
    return (table[:, _VOIGT] if table.shape[1] == 6 else table).reshape(-1, 3, 3)


def _interval(path: Path, given: float | None, comments: list[str]) -> float:
    if given is not None:
        return given
    times = [value(comment, "time") for comment in comments]
    try:
        steps = np.diff([float(time) for time in times if time is not None])
    except ValueError:
        steps = np.empty(0)
    if (
        len(steps) == len(comments) - 1
        and steps.min() > 0.0
        and np.ptp(steps) < 1e-3 * steps.mean()
    ):
        return float(steps.mean())
    raise InputError(
        message(
            str(path),
            "no 'time' (fs) in even steps in its comment lines",
            "the time between frames",
            "Give it with --interval-fs.",
        )
    )
