"""A table that is held in memory: what workbooks and JSON become. All cells are text."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from specml.io.tables.chunk import Chunk, unique


class MemoryTable:
    """A reader of rows that are there already.

    Parameters
    ----------
    names : of the columns.
    rows : cells as text, None for missing ones; shorter rows are filled up.
    notes : what is to be said of how the file was read.
    """

    def __init__(
        self,
        names: Sequence[str],
        rows: Sequence[Sequence[str | None]],
        notes: Sequence[str] = (),
    ) -> None:
        self.schema = pa.schema([(name, pa.string()) for name in unique(names)])
        self.notes = list(notes)
        self._rows = rows

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """Read chunks of rows as :class:`specml.io.tables.chunk.ChunkedTable` says."""
        width = len(self.schema)
        for start in range(skip, len(self._rows), size):
            part = [
                [*row[:width], *[None] * (width - len(row))]
                for row in self._rows[start : start + size]
            ]
            columns = [pa.array(column, pa.string()) for column in zip(*part, strict=True)]
            batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
            yield Chunk(start, batch, share=(start + len(part)) / len(self._rows))


def text_of(value: object) -> str | None:
    """A cell as text; None for a missing one.

    >>> text_of(True), text_of(5.0), text_of(None)
    ('true', '5.0', None)
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
