"""What a long run has finished, on disk: shards beside its output, kept however it ends.

    <out>.parts/000000.h5   the first shard, then 000001.h5, ...

A shard is written, atomically, now and then (:data:`SHARD_S`) and when the run ends: by
itself, by an error or by Ctrl-C. Only a kill loses something, at most what is not in a shard yet.
``specml.io.resumable`` makes whole runs of it for data sets, ``specml.reference.atom_labelling``
for labels of atoms.
"""

import shutil
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

SHARD_S = 20.0  # seconds between shards; what a kill can lose
Finished = TypeVar("Finished")


class RunProgress(NamedTuple):
    """How far a run is, for a progress bar: tasks of this call, done, failed and in all."""

    done: int
    failed: int
    total: int


@dataclass(frozen=True)
class Shards(Generic[Finished]):
    """The shards of one output.

    Parameters
    ----------
    out : the output that they become.
    write : writes a shard: its path, and what it is to hold.
    seconds : time from one shard to the next; :data:`SHARD_S` where it is None.
    """

    out: Path
    write: Callable[[Path, list[Finished]], None]
    seconds: float | None = None

    @property
    def folder(self) -> Path:
        """The folder that the shards are in, beside the output."""
        return folder_of(self.out)

    def paths(self) -> list[Path]:
        """Those on disk, in the order in which they were written."""
        return sorted(self.folder.glob("*.h5"))

    def keep(self, finished: Iterable[Finished | None]) -> Generator[Finished | None, None, None]:
        """Pass on what comes, and write it to shards; None is only passed on.

        Whoever stops early closes this iterator, or drops it: then the last shard is written.
        """
        waiting: list[Finished] = []
        path: Path | None = None
        seconds = SHARD_S if self.seconds is None else self.seconds
        written = time.monotonic()
        try:
            for each in finished:
                if each is not None:
                    waiting.append(each)
                if waiting and time.monotonic() - written >= seconds:
                    # Ctrl-C between the next two lines writes the same shard again, not another.
                    path = path or self._next()
                    self.write(path, waiting)
                    waiting, path = [], None
                    written = time.monotonic()
                yield each
        finally:
            if waiting:
                self.write(path or self._next(), waiting)

    def remove(self) -> None:
        """Remove the folder with all shards."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _next(self) -> Path:
        number = max((int(path.stem) for path in self.paths()), default=-1) + 1
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{number:06d}.h5"


def folder_of(out: Path) -> Path:
    """The folder of the shards of an output."""
    return out.with_name(out.name + ".parts")
