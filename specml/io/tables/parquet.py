"""Parquet, read a chunk at a time; the columns keep their types."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from specml.errors import InputError, message
from specml.io.tables.chunk import Chunk, unique

BUFFER = 2**20  # bytes read at once; without it a whole row group is held in memory


class Parquet:
    """A parquet file."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = pq.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise InputError(
                message(str(path), f"parquet with an error ({error})", "a whole file", "Copy it.")
            ) from error
        schema = self._file.schema_arrow
        self.schema = pa.schema(
            [
                pa.field(name, old.type)
                for name, old in zip(unique(schema.names), schema, strict=True)
            ]
        )
        self.notes: list[str] = []

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """See :class:`specml.io.tables.chunk.Table`."""
        total = max(self._file.metadata.num_rows, 1)
        start = 0
        for batch in self._file.iter_batches(batch_size=size):
            end = start + batch.num_rows
            if start >= skip and batch.num_rows:
                renamed = pa.RecordBatch.from_arrays(batch.columns, schema=self.schema)
                yield Chunk(start, renamed, share=end / total)
            start = end
