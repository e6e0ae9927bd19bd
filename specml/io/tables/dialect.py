"""Find out what separates the columns of a text table, from its first lines.

Called by :mod:`specml.io.tables.delimited`.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from specml.io.tables.text import TextLines

SEPARATORS = (",", "\t", ";", "|")
SPACE = " "  # of .smi files: SMILES, space, a name that may hold spaces
SPACED = frozenset((".smi", ".ism", ".can", ".smiles"))
LOOKED_AT, ENOUGH = 100, 2**18  # lines, and characters after which fewer do
AGREEING = 0.9  # share of lines that have as many columns as the first


def separator(path: Path) -> str:
    """Find the separator that cuts the first line, and most others into as many columns.

    A file of one column has none of them in its first line and is read with commas.
    """
    if is_list(path):
        return SPACE
    lines = _first_lines(path)
    best, columns = ",", 1
    for candidate in SEPARATORS:
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
    if separated_by == SPACE:
        return (line.strip().split(maxsplit=1) for line in lines)
    return csv.reader(lines, delimiter=separated_by)
