"""A file in the making that survives being killed at any moment.

Called by ``specml admet predict`` (:mod:`specml.workflows.admet_job`).

``OUT.partial`` holds the bytes of all finished chunks; ``OUT.partial.state``, an SQLite file, says
how many rows and bytes that is, which arguments they belong to, and which structures occurred.
Bytes are written first and the state is committed after them, so what a kill leaves behind is a
whole number of chunks plus bytes that are cut off on resuming. The final name appears by a rename.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from specml.errors import OutputError, message

STATE = """CREATE TABLE IF NOT EXISTS state
    (one INTEGER PRIMARY KEY, rows INTEGER, bytes INTEGER, settings TEXT, counts TEXT)"""
# Exact for files of any length: the table is on disk and memory holds a cache of 2 MB.
SEEN = "CREATE TABLE IF NOT EXISTS seen (key INTEGER PRIMARY KEY, label TEXT)"


def partial_names(output: Path) -> tuple[Path, Path]:
    """The names of an output while it is made, and of its state.

    Raises
    ------
    OutputError
        No file can have such a name.
    """
    name = output.name + ".partial"
    partial, state = output.with_name(name), output.with_name(name + ".state")
    try:
        state.exists()
    except OSError as error:
        got, fix = f"{error.strerror} with .partial.state behind it", "Choose a shorter one."
        raise OutputError(message(str(output), got, "a name for a file", fix)) from error
    return partial, state


class PartialOutput:
    """The unfinished form of one output file.

    Parameters
    ----------
    settings : what the bytes depend on; a partial file of other settings is not continued.
    fresh_if_other : start again in that case instead of raising.

    Attributes
    ----------
    rows : finished so far.
    counts : kept beside them for the caller.

    Raises
    ------
    OutputError
        A partial file of other settings or of no run at all, or one that another process writes at
        this moment.
    """

    def __init__(
        self, output: Path, settings: Mapping[str, object], fresh_if_other: bool = False
    ) -> None:
        self.output = output
        self.path, self._state = partial_names(output)
        self.rows = self._bytes = 0
        self.counts: dict[str, int] = {}
        self._settings = json.dumps(settings, sort_keys=True, default=str)
        if self.path.exists() and not self._state.exists() and not fresh_if_other:
            got, fix = "a file of no unfinished run", "Move it, or choose another output."
            raise OutputError(message(str(self.path), got, "a name that is free", fix))
        self._base = self._connect()
        try:
            self._resume(fresh_if_other)
            self._file = self.path.open("r+b" if self._bytes else "wb")
            self._file.truncate(self._bytes)
            self._file.seek(self._bytes)
        except BaseException:
            self._base.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        base = sqlite3.connect(self._state, isolation_level=None, timeout=0.0)
        try:
            base.execute("PRAGMA locking_mode=EXCLUSIVE")
            base.execute("PRAGMA synchronous=OFF")  # a kill loses nothing; a power cut might
            base.execute("BEGIN EXCLUSIVE")
            base.execute(STATE)
            base.execute(SEEN)
        except sqlite3.DatabaseError as error:
            base.close()
            locked = "locked" in str(error)
            got = "a run that is writing it now" if locked else f"a damaged file ({error})"
            fix = "Wait for it, or choose another output." if locked else "Delete it."
            raise OutputError(
                message(str(self._state), got, "a state to go on from", fix)
            ) from None
        return base

    def _resume(self, fresh_if_other: bool) -> None:
        saved = self._base.execute("SELECT rows, bytes, settings, counts FROM state").fetchone()
        size = self.path.stat().st_size if self.path.exists() else 0
        if saved is None or size < saved[1]:
            self._forget()
            return
        rows, written, settings, counts = saved
        if settings != self._settings:
            if not fresh_if_other:
                raise self._other(json.loads(settings), json.loads(self._settings))
            self._forget()
            return
        self.rows, self._bytes, self.counts = rows, written, json.loads(counts)

    def _forget(self) -> None:
        self._base.execute("DELETE FROM state")
        self._base.execute("DELETE FROM seen")

    def _other(self, old: dict, new: dict) -> OutputError:
        changed = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
        return OutputError(
            message(
                str(self.path),
                f"an unfinished run with another {' and '.join(sorted(changed))}",
                "the same arguments",
                "Give them again to go on, or --force to begin anew.",
            )
        )

    def earlier(self, keys: Sequence[int | None], labels: Sequence[str]) -> list[str | None]:
        """For each key the label of the first row that had it, None for that row itself.

        Parameters
        ----------
        keys : hashes of 64 bits, signed; None for rows without one.
        labels : what later rows shall call each row.
        """
        known: list[str | None] = []
        run = self._base.execute
        insert, select = (
            "INSERT OR IGNORE INTO seen VALUES (?, ?)",
            "SELECT * FROM seen WHERE key=?",
        )
        for key, label in zip(keys, labels, strict=True):
            if key is None or run(insert, (key, label)).rowcount:
                known.append(None)
            else:
                known.append(run(select, (key,)).fetchone()[1])
        return known

    def append(self, data: bytes, rows: int, counts: Mapping[str, int]) -> None:
        """Add a chunk, which a kill cannot undo any more.

        Raises
        ------
        OutputError
            A full disk, or a folder that has gone.
        """
        self.rows += rows
        self._bytes += len(data)
        self.counts = dict(counts)
        state = (self.rows, self._bytes, self._settings, json.dumps(self.counts))
        try:
            self._file.write(data)
            self._file.flush()
            self._base.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?)", state)
            self._base.execute("COMMIT")
            self._base.execute("BEGIN EXCLUSIVE")
        except (OSError, sqlite3.Error) as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: Exception) -> OutputError:
        got = getattr(error, "strerror", None) or str(error)
        fix = "Make room, then run it again to go on."
        return OutputError(message(str(self.path), got, "room and rights to write", fix))

    def close(self) -> None:
        """Close the files; what is there is left for the next run."""
        self._file.close()
        self._base.close()  # rolls back what is not committed

    def discard(self) -> None:
        """Remove everything, because the input cannot be read to its end."""
        self.close()
        self.path.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)

    def publish(self, finish: Callable[[Path, Path], object] = Path.replace) -> None:
        """Turn the partial file into the output, and remove the state.

        Parameters
        ----------
        finish : turns the partial file into the output; run again after a stop inside it.

        Raises
        ------
        OutputError
            If it cannot be finished or renamed.
        """
        self.close()
        try:
            finish(self.path, self.output)
        except OSError as error:
            raise self._unwritable(error) from error
        self._state.unlink()
