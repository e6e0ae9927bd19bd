"""Read a spectrum from a text of two columns, as spectrometers and spreadsheets export it.

Called by :mod:`specml.documents.measured`, for ``specml compare``.

The columns are parted by commas, semicolons, tabs or blanks; decimal commas are read where commas
cannot be anything else. Lines before the first row of numbers are a header, which may name the
quantities and their units (``wavenumber (cm-1), transmittance (%)``, or ``XUNITS`` and ``YUNITS``
in lines of their own). Lines that begin with ``#``, ``%`` or ``//`` are comments, and part of the
header where they stand before the numbers.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specml.errors import InputError, message
from specml.io.plain_text import decoded, with_points

_COMMENT = re.compile(r"\s*(#|%(?!\s*T)|//|!)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[EeDd][+-]?\d+)?|nan|inf", re.IGNORECASE)
_KEYED = re.compile(r"\s*(XUNITS?|YUNITS?)\W*[\s,;:=]+(.*)", re.IGNORECASE)
_SPLITTERS: dict[str, Callable[[str], list[str]]] = {
    "\t": lambda line: line.split("\t"),
    ";": lambda line: line.split(";"),
    ",": lambda line: line.split(","),
    " ": str.split,
}
_WORST = "Write two columns, wavenumber and absorbance, parted by commas."


@dataclass(frozen=True, eq=False)
class SpectrumColumns:
    """The numbers of a text of columns, as it has them.

    Parameters
    ----------
    x, y : (n,) the first two columns.
    x_name, y_name : what the header calls them; empty where there is no header.
    title : the first line of a header of several lines, else empty.
    notes : what was assumed or left out.
    """

    x: np.ndarray
    y: np.ndarray
    x_name: str
    y_name: str
    title: str
    notes: tuple[str, ...]


def read(path: Path) -> SpectrumColumns:
    """The two columns of a file.

    Raises
    ------
    InputError
        A file that cannot be read, or is not rows of numbers; names the line.
    """
    lines = _text(path).split("\n")
    begun = next((k for k, line in enumerate(lines) if _is_row(line)), None)
    if begun is None:
        raise _error(path, 0, "no row of two numbers", "a spectrum in two columns, or JCAMP-DX")
    header = [line for line in lines[:begun] if line.strip()]
    rows = [
        (number, line)
        for number, line in enumerate(lines[begun:], start=begun + 1)
        if line.strip() and not _COMMENT.match(line)
    ]
    notes: list[str] = []
    splitter, texts = _delimiter(path, rows, notes)
    values = [
        _numbers(path, number, _SPLITTERS[splitter](text))
        for (number, _), text in zip(rows, texts, strict=True)
    ]
    width = len(values[0])
    for (number, _), row in zip(rows, values, strict=True):
        if len(row) != width:
            raise _error(path, number, f"{len(row)} numbers", f"{width}, as in the rows before")
    if width > 2:
        notes.append(f"the first of {width - 1} columns of ordinates")
    x, y = np.array([row[:2] for row in values]).T
    return SpectrumColumns(*_measured(path, x, y, notes), *_names(header, splitter), tuple(notes))


def _text(path: Path) -> str:
    try:
        return decoded(path, path.read_bytes())
    except OSError as error:
        got = "no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise _error(path, 0, got, "a measured spectrum", "Check the path.") from error


def _error(path: Path, line: int, got: str, expected: str, fix: str = _WORST) -> InputError:
    return InputError(message(f"{path}:{line}" if line else str(path), got, expected, fix))


def _is_row(line: str) -> bool:
    """Whether a line is two or more numbers and nothing else, whatever parts them."""
    words = [word for word in re.split(r"[\s;,]+", line.strip().strip(";,")) if word]
    return len(words) > 1 and all(_NUMBER.fullmatch(word.strip('"')) for word in words)


def _delimiter(
    path: Path, rows: Sequence[tuple[int, str]], notes: list[str]
) -> tuple[str, list[str]]:
    """What parts the columns, and the rows with decimal points."""
    texts = [line.strip().strip('"').replace('"', "") for _, line in rows]
    texts = [re.sub(r"[;,\s]+$", "", text) for text in texts]
    outer = next((mark for mark in ("\t", ";") if mark in texts[0]), None)
    pointed = with_points(texts)
    blanks = all(len(text.split()) > 1 for text in texts)
    if pointed is not None and (outer or blanks):
        notes.append("decimal commas")
        return outer or " ", pointed
    if outer:
        if any("," in text for text in texts):
            texts = _without_thousands(path, rows, texts)
        return outer, texts
    if "," in texts[0]:
        _refuse_two_commas(path, rows, texts)
        return ",", texts
    return " ", texts


def _without_thousands(path: Path, rows: Sequence[tuple[int, str]], texts: list[str]) -> list[str]:
    """Rows with points and commas: one of them parts thousands, ``1,234.5`` or ``1.234,5``."""
    together = "\n".join(texts)
    marks = [bool(re.search(form, together)) for form in (r"\d\.\d{3},\d", r"\d,\d{3}\.\d")]
    if marks == [True, False]:
        return [text.replace(".", "").replace(",", ".") for text in texts]
    if marks == [False, True]:
        return [text.replace(",", "") for text in texts]
    number, text = next((n, t) for (n, _), t in zip(rows, texts, strict=True) if "," in t)
    got = f"{text[:40]!r}, with commas where other numbers have points"
    raise _error(path, number, got, "decimal points, or decimal commas", "Write decimal points.")


def _refuse_two_commas(path: Path, rows: Sequence[tuple[int, str]], texts: list[str]) -> None:
    """Refuse ``400,5,0,12``: commas between the columns and within the numbers."""
    whole = all(re.fullmatch(r"[-+\d,\s]+", text) for text in texts)
    if whole and all(text.count(",") == 3 for text in texts):
        raise _error(
            path,
            rows[0][0],
            f"{texts[0][:40]!r}, commas that may be decimal ones or part columns",
            "one meaning of the comma",
            "Write decimal points, or part the columns by semicolons.",
        )


def _numbers(path: Path, line: int, words: Sequence[str]) -> list[float]:
    words = [word.strip() for word in words]
    if len(words) < 2 or not all(_NUMBER.fullmatch(word) for word in words):
        raise _error(path, line, repr(" ".join(words)[:40]), "numbers in two columns")
    return [float(word.upper().replace("D", "E")) for word in words]


def _measured(
    path: Path, x: np.ndarray, y: np.ndarray, notes: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """The finite points; refuses fewer than two of them and abscissas that turn back."""
    finite = np.isfinite(x) & np.isfinite(y)
    if not finite.all():
        notes.append(f"{int((~finite).sum())} points without a number left out")
    x, y = x[finite], y[finite]
    if len(x) < 2:
        raise _error(path, 0, f"{len(x)} points", "a spectrum")
    steps = np.diff(x)
    if not ((steps > 0).all() or (steps < 0).all()):
        turn = int(np.flatnonzero(steps * np.sign(x[-1] - x[0] or 1.0) <= 0)[0])
        got = f"the abscissa {x[turn + 1]:g} behind {x[turn]:g}"
        raise _error(path, 0, got, "abscissas that ascend or descend", "Give one spectrum a file.")
    return x, y


def _names(header: Sequence[str], splitter: str) -> tuple[str, str, str]:
    """Names of the two columns and the title that a header has."""
    keyed = {
        match[1].upper().rstrip("S"): match[2].strip()
        for match in map(_KEYED.match, header)
        if match
    }
    title = header[0].strip(' \t#%,;"') if len(header) > 1 else ""
    if keyed:
        return keyed.get("XUNIT", ""), keyed.get("YUNIT", ""), title
    if not header:
        return "", "", ""
    last = header[-1].strip().lstrip("#/!").strip()
    for mark in dict.fromkeys((splitter, "\t", ";", ",", "  ")):
        cells = [
            cell.strip(' "')
            for cell in (last.split("  ") if mark == "  " else _SPLITTERS[mark](last))
        ]
        cells = [cell for cell in cells if cell]
        if len(cells) > 1:
            return _joined(cells) if mark == " " else (cells[0], cells[1], title)
    return last, "", title


def _joined(words: Sequence[str]) -> tuple[str, str, str]:
    """``Wavenumber (cm-1) Absorbance (a.u.)``, where blanks part words and columns alike."""
    place = 1
    while place < len(words) - 1 and re.match(
        r"[(\[/]|in$|shift|cm|1/cm", words[place], re.IGNORECASE
    ):
        place += 1
    return " ".join(words[:place]), " ".join(words[place:]), ""
