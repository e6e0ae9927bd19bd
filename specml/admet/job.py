"""Scoring a table from file to file: chunks go to a scheduler and come back in order.

A scheduler is a function (work, tasks) -> results in the order of the tasks. It decides where the
work is done, and nothing else: the numbers are the same.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from specml.admet import columns
from specml.admet.endpoints import Endpoint
from specml.admet.molecules import Status
from specml.admet.rows import Model, Scored, Work, score_chunk
from specml.admet.source import Molecules
from specml.errors import InputError
from specml.io.tables.chunk import Chunk
from specml.io.tables.encoding import Encoder
from specml.io.tables.partial import Partial

Scheduler = Callable[[Callable[[Work], Scored], Iterable[Work]], Iterator[Scored]]
OUTSIDE = "outside"  # counted beside the statuses


@dataclass(frozen=True, eq=False)
class Job:
    """What to score.

    Parameters
    ----------
    endpoints : those that come out, in their order.
    chunk_size : rows of a chunk.
    """

    molecules: Molecules
    model: Model
    endpoints: tuple[Endpoint, ...]
    encoder: Encoder
    chunk_size: int

    @property
    def schema(self) -> pa.Schema:
        """Of the output."""
        added = columns.schema(self.endpoints)
        return columns.joined(self.molecules.table.schema, added)


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Parameters
    ----------
    rows : finished.
    share : of the input, 0 to 1.
    counts : rows by status, and how many of the scored ones are outside the domain.
    """

    rows: int
    share: float
    counts: dict[str, int]


def run(job: Job, partial: Partial, schedule: Scheduler) -> Iterator[Progress]:
    """Do what is left to do, and publish the output; yields after each chunk.

    Raises
    ------
    InputError
        An input that cannot be read to its end; what was written of it is removed.
    """
    counts = Counter(partial.counts)
    schema = job.schema
    head = b"" if partial.rows else job.encoder.head(schema)
    waiting: deque[Chunk] = deque()
    try:
        for scored in schedule(score_chunk, _work(job, partial.rows, waiting)):
            chunk = waiting.popleft()
            added = _marked(job, chunk, scored, partial)
            batch = pa.RecordBatch.from_arrays(
                [*chunk.batch.columns, *added.columns], schema=schema
            )
            counts.update(_counts(added))
            data = head + job.encoder.rows(batch, chunk.batch.num_columns)
            partial.append(data, batch.num_rows, counts)
            head = b""
            yield Progress(partial.rows, chunk.share, dict(counts))
        if head:
            partial.append(head, 0, counts)
        partial.publish(job.encoder.finish)
    except InputError:
        partial.discard()
        raise
    finally:
        partial.close()


def _work(job: Job, skip: int, waiting: deque[Chunk]) -> Iterator[Work]:
    """Chunks as work; they wait until their results come back."""
    tasks = tuple(endpoint.name for endpoint in job.endpoints)
    for chunk in job.molecules.table.chunks(job.chunk_size, skip):
        waiting.append(chunk)
        entries = chunk.batch.column(job.molecules.smiles).to_pylist()
        yield Work(job.model, entries, tasks, chunk.faults)


def _marked(job: Job, chunk: Chunk, scored: Scored, partial: Partial) -> pa.RecordBatch:
    """The added columns, with a word in the rows whose structure has occurred before."""
    earlier = partial.earlier(scored.keys, _labels(job, chunk))
    if not any(earlier):
        return scored.batch
    status, reasons = (scored.batch.column(name).to_pylist() for name in columns.FIRST[:2])
    for row, label in enumerate(earlier):
        if label:
            if status[row] == Status.OK:
                status[row] = Status.DUPLICATE.value
            reasons[row] = "; ".join(filter(None, (reasons[row], f"same structure as {label}")))
    changed = [pa.array(status, pa.string()), pa.array(reasons, pa.string())]
    return pa.RecordBatch.from_arrays(
        [*changed, *scored.batch.columns[2:]], schema=scored.batch.schema
    )


def _labels(job: Job, chunk: Chunk) -> list[str]:
    """What a row is called: its number from 1, and its identifier."""
    numbers = range(chunk.start + 1, chunk.start + chunk.batch.num_rows + 1)
    if job.molecules.identifier is None:
        return [f"row {number}" for number in numbers]
    names = chunk.batch.column(job.molecules.identifier).to_pylist()
    return [f"row {number} ({name})" for number, name in zip(numbers, names, strict=True)]


def _counts(added: pa.RecordBatch) -> Counter[str]:
    counts = Counter(added.column("status").to_pylist())
    counts[OUTSIDE] = sum(inside is False for inside in added.column("in_domain").to_pylist())
    return counts
