"""Read measured spectra from JCAMP-DX files, version 4.24 and 5.x.

Called by :mod:`specml.documents.measured`, for ``specml compare``.

A file is a block, or blocks linked in one; a block is labelled records ``##LABEL=value`` from
``##TITLE=`` to ``##END=``. Labels are compared without blanks, dashes, slashes, underscores and
case; ``$$`` begins a comment. Data stand as ``(X++(Y..Y))``, in any form of
:mod:`specml.io.jcamp_ordinates`, or as pairs ``(XY..XY)``.

What the file says twice is compared: the number of points with NPOINTS, the abscissa at the
beginning of each line with the points before it, and the ordinate that a line in difference form
hands to the next one. A disagreement is an error, because the bands would stand in wrong places.

Source: McDonald & Wilks, Appl. Spectrosc. 1988, 42, 151 (4.24); Lampen et al., Appl. Spectrosc.
1999, 53, 23 (5.01).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from specml.errors import InputError, message
from specml.io.jcamp_ordinates import decode

TABLES = ("XYDATA", "XYPOINTS", "PEAKTABLE")
# Spacings by which a line may begin beside its place. NIST's own files are off by one.
SLACK = 1.5
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?"
_PAIR = re.compile(rf"\s*({_NUMBER})[\s,]+({_NUMBER})[\s,;]*")
_DAMAGED = "The file is damaged or cut off: fetch it again."


@dataclass
class JcampBlock:
    """The records of one block.

    Parameters
    ----------
    path : the file that the block stands in.
    title : the value of its record ##TITLE=.
    records : label without blanks, in capitals -> (number of its line, lines of its value).
    """

    path: Path
    title: str
    records: dict[str, tuple[int, list[str]]] = field(default_factory=dict)

    def text(self, label: str) -> str:
        """Value of a record; empty where there is none."""
        return " ".join(line.strip() for line in self.records.get(label, (0, []))[1]).strip()

    def number(self, label: str, default: float | None = None) -> float:
        """A number; raises InputError where it is missing without a default, or is no number."""
        if label not in self.records and default is not None:
            return default
        try:
            # Some programs write the decimal comma of their country.
            value = float(self.text(label).replace(",", "."))
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            got = f"##{label}={self.text(label)}" if label in self.records else f"no ##{label}="
            raise self.error(label, got, f"##{label}= with a number")
        return value

    def error(self, label: str, got: str, expected: str, fix: str = _DAMAGED) -> InputError:
        """An error at the line of a record, or of the file where there is no such record."""
        line = self.records.get(label, (0, []))[0]
        return InputError(
            message(f"{self.path}:{line}" if line else str(self.path), got, expected, fix)
        )


@dataclass(frozen=True, eq=False)
class JcampData:
    """The numbers of one block, in the units of the file and in ascending x.

    Parameters
    ----------
    block : the records beside them.
    x, y : (n,) with the factors applied.
    peaks : a peak table: lines, not a curve.
    missing : ordinates that the file marks as not measured; they are left out.
    """

    block: JcampBlock
    x: np.ndarray
    y: np.ndarray
    peaks: bool
    missing: int


def blocks(path: Path) -> list[JcampBlock]:
    """All blocks of a file that are closed by ``##END=``, in its order.

    Raises
    ------
    InputError
        No such file, not JCAMP-DX, or a block without end.
    """
    lines = [line.split("$$")[0].rstrip() for line in _text(path).splitlines()]
    begun = next((k for k, line in enumerate(lines) if line.strip()), None)
    if begun is None or not re.match(r"##[^=]*=", lines[begun]):
        got = "an empty file" if begun is None else repr(lines[begun].strip()[:40])
        raise _not_jcamp(path, got)
    every_block: list[JcampBlock] = []
    open_blocks: list[JcampBlock] = []
    value: list[str] = []
    for number, line in enumerate(lines, start=1):
        label, separator, rest = line.partition("=")
        if not (line.startswith("##") and separator):
            value.append(line)
            continue
        label = re.sub(r"[\s/_-]", "", label[2:]).upper()
        value = [rest]
        if label == "TITLE":
            open_blocks.append(JcampBlock(path, rest.strip()))
            every_block.append(open_blocks[-1])
        if not open_blocks:
            raise _not_jcamp(path, f"the record {line[:40]!r} outside a block")
        if label == "END":
            open_blocks.pop()
        else:
            open_blocks[-1].records[label] = number, value
    if open_blocks:
        raise InputError(
            message(
                f"{path}:{len(lines)}",
                f"the end of the file within the block {open_blocks[-1].title!r}",
                "##END= at the end of each block",
                _DAMAGED,
            )
        )
    return every_block


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        got = "no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise InputError(message(str(path), got, "a JCAMP-DX file", "Check the path.")) from error
    if b"\0" in data:
        raise _not_jcamp(path, "binary data")
    # The format is ASCII; a name with an accent does no harm.
    return data.decode("utf-8-sig", errors="replace")


def _not_jcamp(path: Path, got: str) -> InputError:
    return InputError(
        message(
            str(path),
            got,
            "a JCAMP-DX file, which begins with ##TITLE=",
            "Export the spectrum as JCAMP-DX (.jdx, .dx).",
        )
    )


def table(block: JcampBlock) -> JcampData:
    """The data of a block.

    Raises
    ------
    InputError
        No data that can be read, or data that contradict themselves.
    """
    name = next((label for label in TABLES if label in block.records), None)
    if name is None:
        kinds = sorted({"NTUPLES", "PAGE", "DATATABLE", "PEAKASSIGNMENTS"} & set(block.records))
        got = f"a block with {', '.join(kinds)}" if kinds else "a block without data"
        raise block.error(
            next(iter(kinds), "TITLE"),
            got,
            "##XYDATA=, ##XYPOINTS= or ##PEAK TABLE=",
            "Export the spectrum again as XYDATA.",
        )
    line, (form, *body) = block.records[name]
    rows = [(line + k, text) for k, text in enumerate(body, start=1) if text.strip()]
    form = form.replace(" ", "").upper()
    if form.startswith("(X++(Y..Y"):
        x, y = _spaced(block, rows)
    elif form.startswith("(XY..XY"):
        x, y = _pairs(block, rows)
    else:
        raise block.error(name, f"the form {form!r}", "(X++(Y..Y)) or (XY..XY)", "Export it again.")
    if not np.isfinite(x).all():
        raise block.error(name, "an abscissa too large", "numbers")
    measured = np.isfinite(y)
    x, y = x[measured], y[measured] * block.number("YFACTOR", 1.0)
    if len(x) < (1 if name == "PEAKTABLE" else 2):
        raise block.error(name, f"{len(x)} measured points", "a spectrum")
    order = np.argsort(x, kind="stable")
    return JcampData(block, x[order], y[order], name == "PEAKTABLE", int((~measured).sum()))


def _spaced(block: JcampBlock, rows: Sequence[tuple[int, str]]) -> tuple[np.ndarray, np.ndarray]:
    """``(X++(Y..Y))``: abscissas from FIRSTX, LASTX and NPOINTS, ordinates from the lines."""
    first, last, factor = (block.number(name) for name in ("FIRSTX", "LASTX", "XFACTOR"))
    count = round(block.number("NPOINTS"))
    if count < 2:
        raise block.error("NPOINTS", f"{count} points", "at least two")
    step = (last - first) / (count - 1)
    values: list[float] = []
    place, start, checked = first, 0, False
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
        expected = place + (len(values) - checked - start) * step
        if abs(line.x * factor - expected) > SLACK * abs(step) + abs(line.unit * factor):
            raise _broken(
                block,
                number,
                f"a line that begins at {line.x * factor:g}",
                f"{expected:g} after the points before it (X check)",
            )
        place, start = line.x * factor, len(values) - checked
        values += line.ordinates[checked:]
        checked = line.checked
    _same_count(block, len(values), count)
    return np.linspace(first, last, count), np.array(values)


def _pairs(block: JcampBlock, rows: Sequence[tuple[int, str]]) -> tuple[np.ndarray, np.ndarray]:
    """``(XY..XY)``: pairs, parted by blanks, semicolons or lines."""
    values: list[tuple[str, str]] = []
    for number, text in rows:
        place = 0
        while place < len(text):
            pair = _PAIR.match(text, place)
            if pair is None:
                raise _broken(block, number, repr(text[place : place + 20]), "pairs of numbers")
            values.append((pair[1], pair[2]))
            place = pair.end()
    if "NPOINTS" in block.records:
        _same_count(block, len(values), round(block.number("NPOINTS")))
    pairs = np.array(values, dtype=np.float64).reshape(-1, 2)
    return pairs[:, 0] * block.number("XFACTOR", 1.0), pairs[:, 1]


def _same_count(block: JcampBlock, got: int, expected: int) -> None:
    if got != expected:
        raise block.error("NPOINTS", f"{got} points", f"##NPOINTS={expected}")


def _broken(block: JcampBlock, line: int, got: str, expected: str) -> InputError:
    return InputError(message(f"{block.path}:{line}", got, expected, _DAMAGED))
