"""Write a table as bytes that can be cut off behind any chunk and continued.

Called by ``specml admet predict`` (:mod:`specml.workflows.admet_job`).

CSV is UTF-8, separated by commas (tabs if the name ends in ``.tsv``); compressed, each chunk is a
gzip member of its own. Parquet has its index at the end, so its chunks are kept as an Arrow stream
until all are there.
"""

import csv
import gzip
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from specml.errors import OutputError, message

DIGITS = 5  # significant ones of an added number in CSV; predictions are good to two or three
ROW_GROUP = 20_000  # rows
OTHERS = frozenset((".xlsx", ".xls", ".ods", ".json", ".sdf", ".zip", ".feather", ".smi"))


class TableWriter(Protocol):
    """How chunks become bytes, and all the bytes a file."""

    def head(self, schema: pa.Schema) -> bytes:
        """Encode what stands before the first row: the names of the columns."""
        ...

    def rows(self, batch: pa.RecordBatch, n_given: int) -> bytes:
        """Encode a chunk; its first ``n_given`` columns are the input's and stay as they were."""
        ...

    def finish(self, partial: Path, output: Path) -> None:
        """Turn a partial file into the output, which appears at once."""
        ...


class CsvWriter:
    """Writes text; missing values are empty cells."""

    def __init__(self, separated_by: str = ",", compressed: bool = False) -> None:
        self._separated_by, self._compressed = separated_by, compressed

    def head(self, schema: pa.Schema) -> bytes:
        """Encode the line of names."""
        return self._bytes([schema.names])

    def rows(self, batch: pa.RecordBatch, n_given: int) -> bytes:
        """Encode a chunk as lines; floats of the first ``n_given`` columns keep all digits."""
        columns = [_texts(column, k < n_given) for k, column in enumerate(batch.columns)]
        return self._bytes(zip(*columns, strict=True))

    def finish(self, partial: Path, output: Path) -> None:
        """Rename the partial file, which is complete."""
        partial.replace(output)

    def _bytes(self, rows: Iterable[Sequence[str]]) -> bytes:
        lines = _RecordLines()
        csv.writer(lines, delimiter=self._separated_by, lineterminator=_RecordLines.END).writerows(
            rows
        )
        data = "".join(lines.written).encode()
        return gzip.compress(data, mtime=0) if self._compressed else data


class _RecordLines:
    r"""Collects records, each ending in ``\n``.

    The module csv quotes a lone ``\r`` in a cell only if the records end with it too; readers take
    it for the end of a record.
    """

    END = "\r\n"

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, record: str) -> None:
        """Take a record from the module csv."""
        self.written.append(record.removesuffix(self.END) + "\n")


def _texts(column: pa.Array, exactly: bool) -> list[str]:
    if exactly and pa.types.is_floating(column.type):
        column = column.cast(pa.string())  # the fewest digits that read back as the same number
    show: Callable[[object], str] = str
    if pa.types.is_floating(column.type):
        show = f"{{:.{DIGITS}g}}".format
    elif pa.types.is_boolean(column.type):
        show = lambda value: "true" if value else "false"  # noqa: E731
    return ["" if value is None else show(value) for value in column.to_pylist()]


class ParquetWriter:
    """Writes an Arrow stream, which becomes parquet at the end."""

    def head(self, schema: pa.Schema) -> bytes:
        """Encode the schema that begins the stream."""
        return schema.serialize().to_pybytes()

    def rows(self, batch: pa.RecordBatch, n_given: int) -> bytes:  # noqa: ARG002
        """Encode a chunk as a message of the stream."""
        return batch.serialize().to_pybytes()

    def finish(self, partial: Path, output: Path) -> None:
        """Rewrite the stream, in memory the rows of one row group."""
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
        made.replace(output)
        partial.unlink()


def writer_for(path: Path, form: str | None = None) -> TableWriter:
    """The writer for a file name, or of a form (``csv`` or ``parquet``) whatever the name.

    Raises
    ------
    OutputError
        A name that promises another format.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if form == "parquet" or (form is None and suffixes[-1:] in ([".parquet"], [".pq"])):
        return ParquetWriter()
    if form is None and (OTHERS & set(suffixes[-1:]) or suffixes[-2:-1] == [".parquet"]):
        fix = "Choose another name, or say --format."
        raise OutputError(message(str(path), suffixes[-1], ".csv, .csv.gz, .tsv or .parquet", fix))
    return CsvWriter("\t" if ".tsv" in suffixes else ",", suffixes[-1:] == [".gz"])
