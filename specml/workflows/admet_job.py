"""Scoring one table from file to file: chunks go to a scheduler and come back in order.

Called by ``specml admet predict``; :mod:`specml.workflows.admet_files` makes the jobs. A scheduler
is a function (work, tasks) -> results in the order of the tasks. It decides where the work is done,
and nothing else: the numbers are the same.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from specml.admet import columns
from specml.admet.endpoints import Endpoint
from specml.admet.molecule_table import MoleculeTable
from specml.admet.molecules import SCORED, Status
from specml.admet.scoring import ChunkTask, ScoredChunk, ScorerSource, score_chunk
from specml.errors import InputError
from specml.io.model_cards import ADMET, card_path
from specml.io.outputs import is_stream
from specml.io.tables.chunk import Chunk
from specml.io.tables.partial import PartialOutput
from specml.io.tables.streams import STANDARD, StreamOutput
from specml.io.tables.writers import TableWriter

Scheduler = Callable[
    [Callable[[ChunkTask], ScoredChunk], Iterable[ChunkTask]], Iterator[ScoredChunk]
]
OUTSIDE = "outside"  # counted beside the statuses


@dataclass(frozen=True, eq=False)
class TableJob:
    """One table to score.

    Parameters
    ----------
    source, output : the files.
    molecules : the source, opened.
    scorer : where workers load the model from.
    endpoints : those that come out, in their order.
    writer : how the output is written.
    chunk_size : rows of a chunk.
    """

    source: Path
    output: Path
    molecules: MoleculeTable
    scorer: ScorerSource
    endpoints: tuple[Endpoint, ...]
    writer: TableWriter
    chunk_size: int

    @property
    def schema(self) -> pa.Schema:
        """The columns of the output: those of the input, then the added ones."""
        return columns.joined(self.molecules.table.schema, columns.schema(self.endpoints))

    @property
    def names_taken(self) -> list[str]:
        """Added names that the input has already."""
        return columns.renamed(self.molecules.table.schema, columns.schema(self.endpoints).names)

    @property
    def notes(self) -> list[str]:
        """What the reader has to say; more than before, once the input was read to its end."""
        return self.molecules.table.notes

    @property
    def is_streamed(self) -> bool:
        """Whether the output is a pipe or a device, which no later call can go on with."""
        return self.output == STANDARD or is_stream(self.output)

    @property
    def fingerprint(self) -> dict[str, object]:
        """What the bytes of the output depend on, by the options that say it."""
        return {
            "input": _state_of(self.source),
            "model": _state_of(card_path(self.scorer.model, ADMET)),
            "--smiles-column": self.molecules.smiles,
            "--id-column": self.molecules.identifier,
            "--header": self.molecules.header,
            "--tasks": [endpoint.name for endpoint in self.endpoints],
            "--format": type(self.writer).__name__,
            "--chunk-size": self.chunk_size,
        }


def _state_of(path: Path) -> list[object]:
    """Path, size and time of a file: something that changes whenever the file does."""
    state = path.stat()
    return [str(path.resolve()), state.st_size, state.st_mtime_ns]


@dataclass(frozen=True)
class TableProgress:
    """How far a job is.

    Parameters
    ----------
    rows : number of finished rows.
    share : the part of the input that has been read, 0 to 1.
    counts : rows by status, and how many of the scored ones are outside the domain.
    """

    rows: int
    share: float
    counts: Mapping[str, int]

    @property
    def n_scored(self) -> int:
        """Number of rows that have values."""
        return sum(self.counts.get(status, 0) for status in SCORED)

    @property
    def n_outside(self) -> int:
        """Number of rows whose molecule has values and is outside the domain of the model."""
        return self.counts.get(OUTSIDE, 0)

    def of_status(self, scored: bool) -> dict[str, int]:
        """Status -> rows, of those that are scored (and not simply ok) or of those that are not."""
        asked = SCORED - {Status.OK} if scored else set(Status) - SCORED
        return {s.value: self.counts[s] for s in Status if s in asked and self.counts.get(s)}


def begin(job: TableJob, fresh_if_other: bool = False) -> PartialOutput:
    """The unfinished output of a job, with the rows of an earlier call if there was one.

    Parameters
    ----------
    fresh_if_other : start again where the earlier call had other arguments.

    Raises
    ------
    OutputError
        An unfinished output of other arguments, or one that another process writes.
    """
    if job.is_streamed:
        return StreamOutput(job.output)
    return PartialOutput(job.output, job.fingerprint, fresh_if_other)


def run(job: TableJob, partial: PartialOutput, schedule: Scheduler) -> Iterator[TableProgress]:
    """Do what is left to do, and publish the output; yields after each chunk.

    Raises
    ------
    InputError
        An input that cannot be read to its end; what was written of it is removed.
    """
    counts = Counter(partial.counts)
    schema = job.schema
    head = b"" if partial.rows else job.writer.head(schema)
    waiting: deque[Chunk] = deque()
    try:
        for scored in schedule(score_chunk, _tasks(job, partial.rows, waiting)):
            chunk = waiting.popleft()
            added = _marked(job, chunk, scored, partial)
            batch = pa.RecordBatch.from_arrays(
                [*chunk.batch.columns, *added.columns], schema=schema
            )
            counts.update(_counts(added))
            data = head + job.writer.rows(batch, chunk.batch.num_columns)
            partial.append(data, batch.num_rows, counts)
            head = b""
            yield TableProgress(partial.rows, chunk.share, dict(counts))
        if head:
            partial.append(head, 0, counts)
        partial.publish(job.writer.finish)
    except InputError:
        partial.discard()
        raise
    finally:
        partial.close()


def _tasks(job: TableJob, skip: int, waiting: deque[Chunk]) -> Iterator[ChunkTask]:
    """Chunks as tasks; they wait until their results come back."""
    names = tuple(endpoint.name for endpoint in job.endpoints)
    for chunk in job.molecules.table.chunks(job.chunk_size, skip):
        waiting.append(chunk)
        entries = chunk.batch.column(job.molecules.smiles).to_pylist()
        yield ChunkTask(job.scorer, entries, names, chunk.faults)


def _marked(
    job: TableJob, chunk: Chunk, scored: ScoredChunk, partial: PartialOutput
) -> pa.RecordBatch:
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


def _labels(job: TableJob, chunk: Chunk) -> list[str]:
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
