"""Read CSV and its relatives, a chunk at a time. All cells are text and stay as they are.

Called for ``specml admet predict`` and ``train``, and by :mod:`specml.io.molecule_list`.

Empty lines count as rows, except at the end. A row with too few cells is filled up; one with too
many keeps them all in its last column and is marked as a fault.
"""

import csv
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa

from specml.errors import InputError, message
from specml.io.tables.chunk import Chunk, unique
from specml.io.tables.dialect import LOOKED_AT, SPACE, Dialect, dialect, records
from specml.io.tables.text import LONGEST_LINE, TextLines

MOST_CHARACTERS = 16 * 2**20  # of a chunk, so that long lines do not add up
MOST_LINES = 1000  # of one record: more come from a quote that is never closed


@dataclass(frozen=True)
class TableRow:
    """One row of a text table.

    Parameters
    ----------
    cells : text of each cell, as many as there are columns.
    line : number of the line, from 1, that the row begins on.
    fault : what is wrong with it; empty if nothing is.
    recoded : whether bytes were met so far that are not UTF-8, and read as Windows-1252.
    """

    cells: list[str]
    line: int
    fault: str
    recoded: bool


class DelimitedTable:
    """A reader of a text table.

    Parameters
    ----------
    header : whether the first row holds names; without one columns are ``column_1`` and so on.
    spaced : whether cells are a SMILES and, behind a space, a name, whatever the file is called.
    """

    def __init__(self, path: Path, header: bool = True, spaced: bool = False) -> None:
        # A setting of the module csv, not of a reader; 131,072 by default.
        csv.field_size_limit(LONGEST_LINE + 1)
        self._path, self._header = path, header
        self._dialect = dialect(path)
        if spaced:
            self._dialect = Dialect(SPACE, self._dialect.skipped)
        self._separator = self._dialect.separated_by
        self._recoded = 0
        first = self.first_rows(1 if header else LOOKED_AT)
        width = max(map(len, first), default=1)
        names = unique(first[0] if header and first else [""] * width)
        self.schema = pa.schema([(name, pa.string()) for name in names])

    @property
    def notes(self) -> list[str]:
        """What is to be said of the encoding, if it was not what it should be."""
        if not self._recoded:
            return []
        return [f"{self._path}: {self._recoded} lines are not UTF-8 and were read as Windows-1252"]

    def first_rows(self, count: int) -> list[list[str]]:
        """The first rows of the file: the header, if any, and what follows."""
        with closing(TextLines(self._path)) as text:
            return [row for row, _ in islice(self._rows(text), count)]

    def records(self) -> Iterator[TableRow]:
        """Read the rows below the header, one at a time."""
        with closing(TextLines(self._path)) as text:
            for row, line in islice(self._rows(text), int(self._header), None):
                cells, fault = self._fitted(row, line)
                yield TableRow(cells, line, fault, text.recoded > 0)

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """Read chunks of rows; see :class:`specml.io.tables.chunk.ChunkedTable`."""
        with closing(TextLines(self._path)) as text:
            rows = self._rows(text)
            start = sum(1 for _ in islice(rows, skip + self._header)) - self._header
            while True:
                cells, faults = self._gather(rows, size)
                self._recoded = text.recoded
                if not cells:
                    return
                columns = [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
                batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
                yield Chunk(start, batch, faults, text.share_read)
                start += len(cells)

    def _gather(
        self, rows: Iterator[tuple[list[str], int]], size: int
    ) -> tuple[list[list[str]], dict[int, str]]:
        cells: list[list[str]] = []
        faults: dict[int, str] = {}
        characters = 0
        for row, line in rows:
            fitted, fault = self._fitted(row, line)
            if fault:
                faults[len(cells)] = fault
            cells.append(fitted)
            characters += sum(map(len, row))
            if len(cells) == size or characters > MOST_CHARACTERS:
                break
        return cells, faults

    def _fitted(self, row: list[str], line: int) -> tuple[list[str], str]:
        """Make a row as long as the table is wide, and say what was wrong with it.

        Missing cells are empty; of too many, empty ones at the end are no loss.
        """
        n = len(self.schema)
        if not any(row[n:]):
            return row[:n] + [""] * (n - len(row)), ""
        merged = self._separator.join(row[n - 1 :])
        return [*row[: n - 1], merged], f"line {line} has {len(row)} cells, the table {n} columns"

    def _rows(self, text: TextLines) -> Iterator[tuple[list[str], int]]:
        """Read the cells of each record, and the number of the line it begins on."""
        lines = _LineCounter(text, self._path, self._dialect.skipped)
        blank = 0
        try:
            for row in records(lines, self._separator):
                first = text.number - lines.pending + 1
                lines.pending = 0
                if not row:
                    blank += 1
                    continue
                yield from (([], first - k) for k in range(blank, 0, -1))
                blank = 0
                yield row, first
        except csv.Error as error:
            raise InputError(
                message(f"{self._path}:{text.number}", str(error), "CSV", "Correct the line.")
            ) from error


class _LineCounter:
    """Counts the lines since the last record, which are more than one inside quotes only.

    Without this check a quote that is never closed makes one cell of all that follows.
    """

    def __init__(self, text: TextLines, path: Path, skipped: int = 0) -> None:
        self._text, self._path, self._skipped = text, path, skipped
        self.pending = 0

    def __iter__(self) -> Iterator[str]:
        for line in islice(self._text, self._skipped, None):
            self.pending += 1
            if self.pending > MOST_LINES:
                raise self._never_closed()
            yield line
        if self.pending:
            raise self._never_closed()

    def _never_closed(self) -> InputError:
        return InputError(
            message(
                f"{self._path}:{self._text.number - self.pending + 1}",
                "a quotation mark that is never closed",
                "quotes in pairs",
                "Correct the line, or double the quotes inside a quoted cell.",
            )
        )
