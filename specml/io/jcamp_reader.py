"""Read measured spectra from JCAMP-DX files, version 4.24 and 5.x.

Called by :mod:`specml.documents.measured`, for ``specml compare``.

Data stand as ``(X++(Y..Y))``, in any form of :mod:`specml.io.jcamp_ordinates`, or as pairs
``(XY..XY)``; of NTUPLES the first page is read.

What the file says twice is compared: the number of points with NPOINTS, the abscissa at the
beginning of each line with the points before it, and the ordinate that a line in difference form
hands to the next one. A disagreement is an error, because the bands would stand in wrong places,
unless all abscissas agree and NPOINTS alone is wrong. What the file leaves out and says elsewhere
(FIRSTX, LASTX, NPOINTS, XFACTOR) is taken from there.

Source: McDonald & Wilks, Appl. Spectrosc. 1988, 42, 151 (4.24); Lampen et al., Appl. Spectrosc.
1999, 53, 23 (5.01).
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from specml.errors import InputError, message
from specml.io.jcamp_abscissas import WrittenLine, axis
from specml.io.jcamp_block import DAMAGED, JcampBlock
from specml.io.jcamp_ntuples import first_page
from specml.io.jcamp_ordinates import decode
from specml.io.plain_text import with_points

TABLES = ("XYDATA", "XYPOINTS", "PEAKTABLE")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?"
_PAIR = re.compile(rf"\s*({_NUMBER})[\s,]+({_NUMBER})[\s,;]*")
COMMAS = "decimal commas"

Rows = Sequence[tuple[int, str]]  # number of a line, its text


@dataclass(frozen=True, eq=False)
class JcampData:
    """The numbers of one block, in the units of the file and in ascending x.

    Parameters
    ----------
    block : the records beside them.
    x, y : (n,) with the factors applied.
    peaks : a peak table: lines, not a curve.
    missing : ordinates that the file marks as not measured; they are left out.
    notes : what the file has wrong or leaves out, and how it was read.
    """

    block: JcampBlock
    x: np.ndarray
    y: np.ndarray
    peaks: bool
    missing: int
    notes: tuple[str, ...] = ()


def table(block: JcampBlock) -> JcampData:
    """The data of a block.

    Raises
    ------
    InputError
        No data that can be read, or data that contradict themselves.
    """
    notes: list[str] = []
    if "NTUPLES" in block.records and "DATATABLE" in block.records:
        if block.more_tables:
            notes.append(f"the first of {block.more_tables + 1} pages of NTUPLES")
        block = first_page(block)
    name = next((label for label in TABLES if label in block.records), None)
    if name is None:
        raise _no_table(block)
    line, (form, *body) = block.records[name]
    rows = [(line + k, text) for k, text in enumerate(body, start=1) if text.strip()]
    form = form.replace(" ", "").upper()
    if form.startswith("(X++(Y..Y"):
        x, y = _spaced(block, rows, notes)
    elif form.startswith("(XY..XY"):
        x, y = _pairs(block, rows, notes)
    else:
        raise block.error(name, f"the form {form!r}", "(X++(Y..Y)) or (XY..XY)", "Export it again.")
    if not np.isfinite(x).all():
        raise block.error(name, "an abscissa too large", "numbers")
    measured = np.isfinite(y)
    x, y = x[measured], y[measured] * block.number("YFACTOR", 1.0)
    if len(x) < (1 if name == "PEAKTABLE" else 2):
        raise block.error(name, f"{len(x)} measured points", "a spectrum")
    order = np.argsort(x, kind="stable")
    missing = int((~measured).sum())
    return JcampData(block, x[order], y[order], name == "PEAKTABLE", missing, tuple(notes))


def _no_table(block: JcampBlock) -> InputError:
    kinds = sorted({"NTUPLES", "PAGE", "DATATABLE", "PEAKASSIGNMENTS"} & set(block.records))
    got = f"a block with {', '.join(kinds)}" if kinds else "a block without data"
    return block.error(
        next(iter(kinds), "TITLE"),
        got,
        "##XYDATA=, ##XYPOINTS= or ##PEAK TABLE=",
        "Export the spectrum again as XYDATA.",
    )


def _spaced(block: JcampBlock, rows: Rows, notes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """``(X++(Y..Y))``: abscissas from the records and the lines, ordinates from the lines."""
    pointed = with_points([text for _, text in rows])
    if pointed is not None:
        rows = [(number, text) for (number, _), text in zip(rows, pointed, strict=True)]
        notes.append(COMMAS)
    values: list[float] = []
    lines: list[WrittenLine] = []
    factor, checked = block.number("XFACTOR", 1.0), False
    for number, text in rows:
        try:
            line = decode(text)
        except (ValueError, OverflowError) as error:
            got = str(error) if isinstance(error, ValueError) else "a number too large"
            raise _broken(block, number, got, "a line of numbers") from error
        if checked and line.ordinates and abs(line.ordinates[0] - values[-1]) > 0.5:
            raise _broken(
                block,
                number,
                f"{line.ordinates[0]:g} as the first ordinate",
                f"{values[-1]:g}, where the line before ends (Y check)",
            )
        start = len(values) - checked
        lines.append(WrittenLine(number, line.x * factor, abs(line.unit * factor), start))
        values += line.ordinates[checked:]
        checked = line.checked
    return axis(block, lines, len(values), notes), np.array(values)


def _pairs(block: JcampBlock, rows: Rows, notes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """``(XY..XY)``: pairs, parted by blanks, semicolons or lines."""
    pairs = _split(block, rows)
    pointed = with_points([text for _, text in rows])
    if pointed is not None and not _plausible(block, pairs):
        other = [(number, text) for (number, _), text in zip(rows, pointed, strict=True)]
        with suppress(InputError):
            if _plausible(block, _split(block, other)):
                notes.append(COMMAS)
                pairs = _split(block, other)
    x = pairs[:, 0] * block.number("XFACTOR", 1.0)
    expected = round(block.number("NPOINTS", len(x)))
    if len(x) != expected:
        if not _ends_match(block, x):
            raise block.error("NPOINTS", f"{len(x)} points", f"##NPOINTS={expected}")
        notes.append(f"{len(x)} points, though ##NPOINTS={expected}")
    return x, pairs[:, 1]


def _split(block: JcampBlock, rows: Rows) -> np.ndarray:
    """The pairs of numbers of lines, (n, 2)."""
    values: list[tuple[str, str]] = []
    for number, text in rows:
        place = 0
        while place < len(text):
            pair = _PAIR.match(text, place)
            if pair is None:
                raise _broken(block, number, repr(text[place : place + 20]), "pairs of numbers")
            values.append((pair[1], pair[2]))
            place = pair.end()
    return np.array(values, dtype=np.float64).reshape(-1, 2)


def _plausible(block: JcampBlock, pairs: np.ndarray) -> bool:
    """Whether the number of pairs is the stated one and their abscissas go one way."""
    steps = np.diff(pairs[:, 0])
    count = block.number("NPOINTS", len(pairs))
    return bool(len(pairs) == count and ((steps > 0).all() or (steps < 0).all()))


def _ends_match(block: JcampBlock, x: np.ndarray) -> bool:
    """Whether FIRSTX and LASTX are where the pairs begin and end."""
    if len(x) < 2 or not {"FIRSTX", "LASTX"} <= set(block.records):
        return False
    slack = 0.5 * float(np.abs(np.diff(x)).min())
    ends = sorted(block.number(name) for name in ("FIRSTX", "LASTX"))
    return abs(x.min() - ends[0]) <= slack and abs(x.max() - ends[1]) <= slack


def _broken(block: JcampBlock, line: int, got: str, expected: str) -> InputError:
    return InputError(message(f"{block.path}:{line}", got, expected, DAMAGED))
