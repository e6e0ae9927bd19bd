"""Read parquet, a chunk at a time; the columns keep their types, categories become values.

Called for ``specml admet predict`` and ``train``.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from specml.errors import InputError, first_line, message
from specml.io.tables.chunk import Chunk, unique

BUFFER = 2**20  # bytes read at once; without it a whole row group is held in memory


class ParquetTable:
    """A reader of a parquet file."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = pq.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path, error) from error
        self._path = path
        schema = self._file.schema_arrow
        self.schema = pa.schema(
            [
                pa.field(name, _plain(old.type))
                for name, old in zip(unique(schema.names), schema, strict=True)
            ]
        )
        self.notes: list[str] = []

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """Read chunks of rows; see :class:`specml.io.tables.chunk.ChunkedTable`."""
        total = max(self._file.metadata.num_rows, 1)
        start = 0
        for batch in self._batches(size):
            end = start + batch.num_rows
            if start >= skip and batch.num_rows:
                columns = [column.cast(_plain(column.type)) for column in batch.columns]
                renamed = pa.RecordBatch.from_arrays(columns, schema=self.schema)
                yield Chunk(start, renamed, share=end / total)
            start = end

    def _batches(self, size: int) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._file.iter_batches(batch_size=size)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(self._path, error) from error


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type without the list of values that a categorical column has, another in each chunk."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _damaged(path: Path, error: Exception) -> InputError:
    got = f"parquet with an error ({first_line(error)})"
    return InputError(message(str(path), got, "a whole file", "Copy it."))
