"""Find out what separates the columns of a text table, from its first lines.

Called by :mod:`specml.io.tables.delimited`.

Two kinds of lines before the names of the columns are no rows: comments, which begin with ``#``
(no SMILES does), and ``sep=;``, by which spreadsheets are told the separator.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from specml.io.tables.text import TextLines

SEPARATORS = (",", "\t", ";", "|")
SPACE = " "  # of .smi files: SMILES, space, a name that may hold spaces
WORDS = "  "  # of .smi files whose line of names has as many words as the others
SPACED = frozenset((".smi", ".ism", ".can", ".smiles"))
LOOKED_AT, ENOUGH = 100, 2**18  # lines, and characters after which fewer do
AGREEING = 0.9  # share of lines that have as many columns as the first
TOLD = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
COMMENT = re.compile(r"#(?![,;|\t])")  # a column may be called #
NAMES = "smiles"  # in a comment that is the line of names, as many programs write it


@dataclass(frozen=True)
class Dialect:
    """How a text table is cut.

    Parameters
    ----------
    separated_by : between cells.
    skipped : lines before the first row that are no rows.
    """

    separated_by: str
    skipped: int = 0


def dialect(path: Path) -> Dialect:
    """Find the separator that cuts the first line, and most others into as many columns.

    A file of one column has none of them in its first line and is read with commas. A list of
    SMILES is cut at its first space or tab, because names hold spaces, unless tabs, or the words
    of a line of names, cut its lines into three columns or more, or it has commas instead.
    """
    lines = _first_lines(path)
    skipped, told = _before(lines)
    lines = lines[skipped:]
    if told:
        return Dialect(told, skipped)
    if is_list(path):
        return Dialect(_of_list(lines), skipped)
    return Dialect(_best(lines, SEPARATORS, 1) or ",", skipped)


def _before(lines: Sequence[str]) -> tuple[int, str]:
    """How many of the first lines are no rows, and the separator that one of them tells."""
    told = ""
    for k, line in enumerate(lines):
        given = TOLD.fullmatch(line)
        if given:
            told = given[1]
        elif not COMMENT.match(line) or _names_columns(line, lines[k + 1 : k + 2]):
            return k, told
    return 0, told  # comments alone are the rows of something else


def _names_columns(comment: str, following: Sequence[str]) -> bool:
    """Whether the last comment is the line of names, as in ``#SMILES name``."""
    below = following[0] if following else ""
    return NAMES in comment.lower() and NAMES not in below.lower() and not COMMENT.match(below)


def _of_list(lines: Sequence[str]) -> str:
    """What separates the cells of a list of SMILES."""
    tabbed = _best(lines, ("\t",), 2)
    if tabbed:
        return tabbed
    if not any(set(" \t") & set(line.strip()) for line in lines):
        return _best(lines, (",", ";", "|"), 1) or SPACE
    named = bool(lines) and NAMES in lines[0].lower()
    return (_best(lines, (WORDS,), 2) if named else "") or SPACE


def _best(lines: Sequence[str], candidates: Iterable[str], columns: int) -> str:
    """The separator that gives most columns, more than ``columns``; empty if none does."""
    best = ""
    for candidate in candidates:
        counts = [len(row) for row in records(lines, candidate) if row]
        if not counts or counts[0] <= columns:
            continue
        if sum(count == counts[0] for count in counts) >= AGREEING * len(counts):
            best, columns = candidate, counts[0]
    return best


def is_list(path: Path) -> bool:
    """Whether the name is that of a list of SMILES, compressed or not."""
    return bool(SPACED & {suffix.lower() for suffix in path.suffixes})


def _first_lines(path: Path) -> list[str]:
    lines: list[str] = []
    with closing(TextLines(path)) as text:
        for line in islice(text, LOOKED_AT):
            lines.append(line)
            if sum(map(len, lines)) > ENOUGH:
                break
    return lines


def records(lines: Iterable[str], separated_by: str) -> Iterator[list[str]]:
    """Cut lines into the cells of each record; an empty list for an empty line."""
    if separated_by == WORDS:
        return (line.split() for line in lines)
    if separated_by == SPACE:
        return (line.strip().split(maxsplit=1) for line in lines)
    return csv.reader(lines, delimiter=separated_by)
