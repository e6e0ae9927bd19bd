"""Read the lines of a text file whatever its encoding and compression, and how far it was read.

Called by :mod:`specml.io.tables.delimited`.

A byte-order mark decides between UTF-8 and UTF-16; without one the text is UTF-8, and a line that
is not is taken for Windows-1252, which is what spreadsheets of western Europe and America write.
"""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from specml.errors import InputError, message

GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
WORKBOOKS = {
    b"PK\x03\x04": "an Excel workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an Excel file",
}
LONGEST_LINE = 64 * 2**20  # characters: beyond, the file is no table of lines
FALLBACK = "cp1252"


def first_bytes(path: Path) -> bytes:
    """The first four bytes of a file, which tell formats apart.

    Raises
    ------
    InputError
        No file, no rights, an empty file, or a spreadsheet program's own format (workbooks are read
        by :mod:`specml.io.tables.workbook`).
    """
    if path.is_fifo():
        fix = "Write it to a file first."
        raise InputError(message(str(path), "a pipe", "a file, which can be read twice", fix))
    try:
        with path.open("rb") as handle:
            start = handle.read(4)
    except OSError as error:
        problem = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise InputError(
            message(str(path), problem, "a table that can be read", "Check the path.")
        ) from error
    if not start:
        raise InputError(message(str(path), "an empty file", "a table", "Check the path."))
    if start in WORKBOOKS:
        raise InputError(
            message(str(path), WORKBOOKS[start], "CSV or parquet", "Save the sheet as CSV.")
        )
    return start


class TextLines:
    """The lines of a file with their ends, as ``csv.reader`` wants them; iterate once.

    Attributes
    ----------
    recoded : lines so far that were not UTF-8.
    number : number of the last line, from 1.
    """

    def __init__(self, path: Path) -> None:
        self.recoded = self.number = 0
        self._path = path
        compressed = first_bytes(path).startswith(GZIP)
        self._size = max(path.stat().st_size, 1)
        self._raw = path.open("rb")
        unpacked = gzip.GzipFile(fileobj=self._raw) if compressed else self._raw
        buffered = io.BufferedReader(cast("io.RawIOBase", unpacked))
        try:
            encoding = encoding_of(buffered.peek(4))
        except (OSError, EOFError, zlib.error) as error:
            self._raw.close()
            raise self._damaged(error) from error
        self._text = io.TextIOWrapper(buffered, encoding, errors="surrogateescape", newline="")

    @property
    def share_read(self) -> float:
        """The share of the bytes of the file that have been read, 0 to 1."""
        return min(self._raw.tell() / self._size, 1.0)

    def close(self) -> None:
        """Close the file; reading has ended."""
        self._text.close()
        self._raw.close()

    def __iter__(self) -> Iterator[str]:
        while True:
            try:
                line = self._text.readline(LONGEST_LINE + 1)
            except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
                raise self._damaged(error) from error
            if not line:
                return
            self.number += 1
            if len(line) > LONGEST_LINE:
                self._too_long()
            yield line if line.isascii() else self._decoded(line)

    def _decoded(self, line: str) -> str:
        """The line, or its bytes read as Windows-1252 if they were not UTF-8."""
        try:
            line.encode()
        except UnicodeEncodeError:
            self.recoded += 1
            return line.encode("utf-8", "surrogateescape").decode(FALLBACK, "replace")
        return line

    def _too_long(self) -> None:
        raise InputError(
            message(
                f"{self._path}:{self.number}",
                f"a line of over {LONGEST_LINE // 2**20} million characters",
                "a table of lines",
                "Check that the file is CSV.",
            )
        )

    def _damaged(self, error: Exception) -> InputError:
        return InputError(
            message(
                f"{self._path}:{self.number + 1}",
                str(error) or type(error).__name__,
                "a complete file",
                "Copy or compress it again.",
            )
        )


def encoding_of(start: bytes) -> str:
    """The encoding of a text: UTF-16 by its byte-order mark, else UTF-8."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"  # also without the mark
