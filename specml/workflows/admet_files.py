"""Which files ``specml admet predict`` reads and writes, and the jobs that come of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from specml.admet.molecule_table import open_molecules
from specml.admet.scoring import ScorerSource
from specml.errors import InputError, OutputError, message
from specml.io import outputs
from specml.io.tables.files import tables_in
from specml.io.tables.partial import partial_names
from specml.io.tables.streams import STANDARD, whole_file
from specml.io.tables.writers import ParquetWriter, TableWriter, writer_for
from specml.workflows import admet
from specml.workflows.admet_endpoints import chosen
from specml.workflows.admet_job import TableJob
from specml.workflows.failure import Failure

# Suffixes of files whose results are CSV.
READ_ONLY = frozenset(
    (".smi", ".smiles", ".ism", ".can", ".txt", ".sdf", ".sd", ".xlsx", ".jsonl", ".ndjson")
)


@dataclass(frozen=True)
class TableSettings:
    """Options on which the bytes of a scored table depend.

    Parameters
    ----------
    smiles_column, id_column : names or positions (from 1); the former is guessed without it.
    header : whether text files begin with the names of columns; guessed without it.
    tasks : names of endpoints; all of the model without it.
    form : ``csv`` or ``parquet``; by the name of the output without it.
    chunk_size : rows that are scored and saved at once.
    """

    smiles_column: str | None = None
    id_column: str | None = None
    header: bool | None = None
    tasks: tuple[str, ...] | None = None
    form: str | None = None
    chunk_size: int = 500


@dataclass(frozen=True)
class TableFiles:
    """What a call has to do.

    Parameters
    ----------
    pairs : an input and its output each.
    n_finished : outputs of an earlier call that are complete and are left as they are.
    """

    pairs: Sequence[tuple[Path, Path]]
    n_finished: int = 0


@contextmanager
def readable(source: Path) -> Iterator[Path]:
    """The table as a file that can be read twice: ``-`` and pipes are copied to one first."""
    with whole_file(source) as path:
        yield path


def files_of(source: Path, output: Path, form: str | None, force: bool) -> TableFiles:
    """The tables to score: a file, or those of a folder.

    Parameters
    ----------
    force : whether complete outputs of a folder are made anew.

    Raises
    ------
    InputError
        A folder without tables.
    OutputError
        An output that is a folder, an input, or that of another input.
    """
    if not source.is_dir():
        if output.is_dir():
            raise OutputError(
                message(str(output), "a folder", "a file, because IN is one", "Name a file in it.")
            )
        output = outputs.destination(output)
        if not outputs.is_stream(output) and output != STANDARD:
            _check_apart([(source, output)])
        return TableFiles([(source, output)])
    pairs = _in_folder(tables_in(source), output, form)
    if not pairs:
        raise InputError(
            message(str(source), "no tables in it", "CSV or parquet", "Check the folder.")
        )
    _check_apart(pairs)
    left = [pair for pair in pairs if force or not pair[1].exists()]
    return TableFiles(left, len(pairs) - len(left))


def jobs(
    files: TableFiles, settings: TableSettings, source: ScorerSource, force: bool
) -> list[TableJob | Failure]:
    """Open all inputs and check all outputs, before the first molecule is scored.

    Of several inputs, one that cannot be read is a failure beside the others' jobs.

    Raises
    ------
    InputError
        The only input cannot be read, or as :func:`specml.workflows.admet_endpoints.chosen`.
    OutputError
        An output that exists, without ``force``, or cannot be written.
    """
    endpoints = chosen(admet.load(source).endpoints, settings.tasks)
    columns = settings.smiles_column, settings.id_column, settings.header
    writers = [_writer(output, settings.form) for _, output in files.pairs]
    outputs.check([out for _, out in files.pairs if out != STANDARD], force, "OUT")
    made: list[TableJob | Failure] = []
    for (path, output), writer in zip(files.pairs, writers, strict=True):
        try:
            molecules = open_molecules(path, *columns)
        except InputError as error:
            if len(files.pairs) == 1:
                raise
            made.append(Failure(str(path), error))
            continue
        made.append(
            TableJob(path, output, molecules, source, endpoints, writer, settings.chunk_size)
        )
    return made


def _writer(output: Path, form: str | None) -> TableWriter:
    """How an output is written; parquet, whose index comes last, needs a file."""
    writer = writer_for(output, form)
    if isinstance(writer, ParquetWriter) and (output == STANDARD or outputs.is_stream(output)):
        fix = "Name a file, or say --format csv."
        raise OutputError(message(str(output), "parquet into a stream", "CSV", fix))
    return writer


def _check_apart(pairs: Sequence[tuple[Path, Path]]) -> None:
    """No output may be an input, nor one output another's."""
    sources = {path.resolve() for path, _ in pairs}
    made: dict[Path, Path] = {}
    for source, output in pairs:
        for path in (output, *partial_names(output)):
            if path.resolve() in sources or (path.exists() and path.samefile(source)):
                raise OutputError(
                    message(str(path), "the input itself", "another file", "Choose another OUT.")
                )
        if output in made:
            got = f"the name of the results of {made[output].name} and of {source.name}"
            fix = "Rename one of them."
            raise OutputError(message(str(output), got, "a name for each", fix))
        made[output] = source


def _in_folder(sources: Sequence[Path], output: Path, form: str | None) -> list[tuple[Path, Path]]:
    """Each table with its output; where two would share a name, it is the whole of the input's.

    So ``a.csv`` and ``a.smi`` become ``a.csv`` and ``a.smi.csv``.
    """
    names = [_renamed(path.name, form) for path in sources]
    count = Counter(names)
    pairs = []
    for path, name in zip(sources, names, strict=True):
        if count[name] > 1 and name != path.name:
            name = f"{path.name}.{form or 'csv'}"  # noqa: PLW2901
        pairs.append((path, output / name))
    return pairs


def _renamed(name: str, form: str | None) -> str:
    """What is not written becomes CSV; other names stay, unless a form is asked for.

    >>> _renamed("a.smi", None), _renamed("b.tsv.gz", None), _renamed("b.tsv.gz", "parquet")
    ('a.csv', 'b.tsv.gz', 'b.parquet')
    """
    bare = Path(name.removesuffix(".gz"))
    if form is None:
        return f"{bare.stem}.csv" if bare.suffix.lower() in READ_ONLY else name
    return f"{bare.stem}.{form}"
