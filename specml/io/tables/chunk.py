"""What every reader of tables gives: its columns, and chunks of rows.

The readers of this package keep to it; their callers rely on it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some consecutive rows of a table.

    Parameters
    ----------
    start : number of the first one, from 0.
    batch : all columns.
    faults : what is wrong with a row of the chunk (from 0), for rows that are no table rows.
    share : the part of the file that has been read, 0 to 1.
    """

    start: int
    batch: pa.RecordBatch
    faults: dict[int, str] = field(default_factory=dict)
    share: float = 0.0


class ChunkedTable(Protocol):
    """What all readers of tables have in common."""

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the columns."""
        ...

    @property
    def notes(self) -> list[str]:
        """What a user should know of how the file was read; complete after the last chunk."""
        ...

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """Read chunks of at most ``size`` rows from row ``skip`` on, where a chunk has to start."""
        ...


def unique(names: Iterable[str]) -> list[str]:
    """Make names of columns unique: nameless ones are numbered, repeated ones told apart.

    >>> unique(["id", "", "id"])
    ['id', 'column_2', 'id_2']
    """
    result: list[str] = []
    for position, given in enumerate(names, start=1):
        name = given.strip() or f"column_{position}"
        result.append(free(name, result))
    return result


def free(name: str, taken: Iterable[str]) -> str:
    """Make a name unique: there is a number behind it if it is taken.

    >>> free("id", ["id", "id_2"])
    'id_3'
    """
    taken = set(taken)
    candidate, k = name, 1
    while candidate in taken:
        k += 1
        candidate = f"{name}_{k}"
    return candidate
