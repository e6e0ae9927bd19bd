"""Tables that come from a pipe or go into one, for ``specml admet predict`` and ``train``."""

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from specml.errors import InputError, OutputError, message
from specml.io import outputs
from specml.io.tables.partial import SEEN, PartialOutput

STANDARD = Path("-")  # the standard input or output
STDOUT = Path("/dev/stdout")


@contextmanager
def whole_file(source: Path) -> Iterator[Path]:
    """A file that can be read twice: the source itself, or a copy of what comes through a pipe.

    Raises
    ------
    InputError
        Nothing comes, or it cannot be stored.
    """
    if source != STANDARD and not outputs.is_stream(source):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="specml-") as folder:
        copy = Path(folder) / ("stdin" if source == STANDARD else source.name)
        try:
            with copy.open("wb") as made:
                if source == STANDARD:
                    shutil.copyfileobj(sys.stdin.buffer, made)
                else:
                    with source.open("rb") as pipe:
                        shutil.copyfileobj(pipe, made)
        except OSError as error:
            fix = "Write it to a file first."
            raise InputError(
                message(str(source), error.strerror, "a table and room for it", fix)
            ) from error
        yield copy


class StreamOutput(PartialOutput):
    """A table that is written where nothing can be replaced or resumed, a chunk at a time."""

    def __init__(self, output: Path) -> None:
        self.output = self.path = output
        self.rows = self._bytes = 0
        self.counts: dict[str, int] = {}
        # What has occurred is on disk here too, in a file that goes with the process.
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute(SEEN)
        try:
            self._file = outputs.open_stream(STDOUT if output == STANDARD else output)
        except OSError as error:
            raise self._unwritable(error) from error

    def append(self, data: bytes, rows: int, counts: Mapping[str, int]) -> None:
        """Write a chunk.

        Raises
        ------
        BrokenPipeError
            Whoever reads it has seen enough.
        OutputError
            It cannot be written.
        """
        self.rows += rows
        self.counts = dict(counts)
        try:
            self._file.write(data)
            self._file.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: Exception) -> OutputError:
        got = getattr(error, "strerror", None) or str(error)
        return OutputError(message(str(self.path), got, "something to write to", "Name a file."))

    def close(self) -> None:
        """Close the stream, also one whose reader has gone."""
        self._base.close()
        with suppress(BrokenPipeError):
            self._file.close()

    def discard(self) -> None:
        """Close it; what is written cannot be taken back."""
        self.close()

    def publish(self, finish: Callable[[Path, Path], object] = Path.replace) -> None:  # noqa: ARG002
        """Close it; everything is written already."""
        self.close()
