"""A table as bytes that can be cut off behind any chunk and continued.

CSV is UTF-8, separated by commas (tabs if the name ends in ``.tsv``); compressed, each chunk is a
gzip member of its own. Parquet has its index at the end, so its chunks are kept as an Arrow stream
until all are there.
"""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

DIGITS = 5  # significant ones of a number in CSV; predictions are good to two or three
ROW_GROUP = 20_000  # rows


class Encoder(Protocol):
    """How chunks become bytes, and all the bytes a file."""

    def head(self, schema: pa.Schema) -> bytes: ...

    def rows(self, batch: pa.RecordBatch) -> bytes: ...

    def finish(self, partial: Path) -> None:
        """Turn a partial file into its final form, in place."""
        ...


class CsvEncoder:
    """Text; missing values are empty cells."""

    def __init__(self, separated_by: str = ",", compressed: bool = False) -> None:
        self._separated_by, self._compressed = separated_by, compressed

    def head(self, schema: pa.Schema) -> bytes:
        return self._bytes([schema.names])

    def rows(self, batch: pa.RecordBatch) -> bytes:
        return self._bytes(zip(*(_texts(column) for column in batch.columns), strict=True))

    def finish(self, partial: Path) -> None:
        """Nothing is left to do."""

    def _bytes(self, rows: object) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self._separated_by, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
        data = text.getvalue().encode()
        return gzip.compress(data, mtime=0) if self._compressed else data


def _texts(column: pa.Array) -> list[str]:
    show: Callable[[object], str] = str
    if pa.types.is_floating(column.type):
        show = f"{{:.{DIGITS}g}}".format
    elif pa.types.is_boolean(column.type):
        show = lambda value: "true" if value else "false"  # noqa: E731
    return ["" if value is None else show(value) for value in column.to_pylist()]


class ParquetEncoder:
    """An Arrow stream, rewritten as parquet at the end."""

    def head(self, schema: pa.Schema) -> bytes:
        return schema.serialize().to_pybytes()

    def rows(self, batch: pa.RecordBatch) -> bytes:
        return batch.serialize().to_pybytes()

    def finish(self, partial: Path) -> None:
        """One chunk in memory at a time, but for the rows of a row group."""
        made = partial.with_name(partial.name + ".parquet")
        with partial.open("rb") as source:
            stream = pa.ipc.open_stream(source)
            with pq.ParquetWriter(made, stream.schema) as writer:
                waiting: list[pa.RecordBatch] = []
                for batch in stream:
                    waiting.append(batch)
                    if sum(b.num_rows for b in waiting) >= ROW_GROUP:
                        writer.write_table(pa.Table.from_batches(waiting))
                        waiting.clear()
                if waiting:
                    writer.write_table(pa.Table.from_batches(waiting))
        made.replace(partial)


def encoder(path: Path, form: str | None = None) -> Encoder:
    """The encoder of a file name, or of a form (``csv`` or ``parquet``) whatever the name."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if form == "parquet" or (form is None and suffixes[-1:] in ([".parquet"], [".pq"])):
        return ParquetEncoder()
    return CsvEncoder("\t" if ".tsv" in suffixes else ",", suffixes[-1:] == [".gz"])
