"""The first sheet of an Excel workbook (.xlsx), whose cells are read as text.

Called where tables of molecules are opened (:mod:`specml.admet.molecule_table`). Formulas count
with the value that was saved with them; dates are the numbers that the sheet holds.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from specml.errors import InputError, first_line, message
from specml.io.tables.memory import MemoryTable

ZIP = b"PK\x03\x04"
BOOK, SHARED = "xl/workbook.xml", "xl/sharedStrings.xml"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
LINK = re.compile(r"\{[^}]*relationships\}id")
LETTERS = 26
MOST_ROWS = 2**20  # of a sheet


def is_workbook(path: Path) -> bool:
    """Whether a file is an Excel workbook, whatever its name says."""
    if not path.is_file():  # a pipe would wait, and lose what is read here
        return False
    try:
        with path.open("rb") as handle:
            if handle.read(4) != ZIP:
                return False
        with zipfile.ZipFile(path) as archive:
            return BOOK in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def workbook_rows(path: Path) -> tuple[list[list[str]], list[str]]:
    """The rows of the first sheet, and what is to be said of the others.

    Raises
    ------
    InputError
        A damaged file, or a sheet without cells.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names, part = _sheets(archive)
            shared = _shared(archive)
            rows = _filled(_cells(archive.read(part), shared))
    except (OSError, KeyError, ValueError, IndexError, zipfile.BadZipFile, ET.ParseError) as error:
        got = f"a workbook with an error ({first_line(error)})"
        fix = "Save it again, or as CSV."
        raise InputError(message(str(path), got, "a whole workbook", fix)) from error
    if not rows:
        got, fix = f"no cells in its first sheet {names[0]!r}", "Move the table there."
        raise InputError(message(str(path), got, "a table", fix))
    more = f"{path}: the sheet {names[0]!r} is read, not {', '.join(map(repr, names[1:]))}"
    return rows, [more] if names[1:] else []


def workbook_table(path: Path, header: bool) -> MemoryTable:
    """The first sheet as a table; see :func:`workbook_rows`."""
    rows, notes = workbook_rows(path)
    names = rows[0] if header else [""] * len(rows[0])
    return MemoryTable(names, rows[1:] if header else rows, notes)


def _sheets(archive: zipfile.ZipFile) -> tuple[list[str], str]:
    """The names of the sheets, and the part of the archive that holds the first one."""
    book = ET.fromstring(archive.read(BOOK))
    sheets = [element for element in book.iter() if element.tag.endswith("}sheet")]
    key = next(name for name in sheets[0].attrib if LINK.fullmatch(name))
    links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(e.get("Target", "") for e in links if e.get("Id") == sheets[0].get(key))
    part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return [sheet.get("name", "") for sheet in sheets], part


def _shared(archive: zipfile.ZipFile) -> list[str]:
    """The texts that cells refer to by number."""
    if SHARED not in archive.namelist():
        return []
    return [_text(item) for item in ET.fromstring(archive.read(SHARED))]


def _text(element: ET.Element) -> str:
    """All text of an element but the readings of Japanese characters."""
    if element.tag.endswith("}rPh"):
        return ""
    own = element.text or "" if element.tag.endswith("}t") else ""
    return own + "".join(_text(child) for child in element)


def _cells(sheet: bytes, shared: list[str]) -> Iterator[tuple[int, int, str]]:
    """Row and column, from 0, and text of each cell."""
    row = -1
    for element in ET.fromstring(sheet).iter():
        if element.tag.endswith("}row"):
            row = int(element.get("r", row + 2)) - 1
            column = -1
        elif element.tag.endswith("}c"):
            place = re.match("[A-Z]+", element.get("r", ""))
            column = _number(place[0]) if place else column + 1
            yield row, column, _value(element, shared)


def _value(cell: ET.Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = next((e.text or "" for e in cell if e.tag.endswith("}v")), "")
    if kind == "s" and value:
        return shared[int(value)]
    if kind == "b":
        return "true" if value == "1" else "false"
    return value


def _number(letters: str) -> int:
    """A, B ... Z, AA as 0, 1 ... 25, 26."""
    number = 0
    for letter in letters:
        number = LETTERS * number + ord(letter) - ord("A") + 1
    return number - 1


def _filled(cells: Iterator[tuple[int, int, str]]) -> list[list[str]]:
    """Rows of one length; empty ones at the end and before the first are left out."""
    known = {(row, column): text for row, column, text in cells if text.strip()}
    if not known:
        return []
    first, last = min(row for row, _ in known), max(row for row, _ in known)
    width = max(column for _, column in known) + 1
    return [[known.get((row, k), "") for k in range(width)] for row in range(first, last + 1)]
