"""Which files ``specml admet predict`` reads and writes, and the jobs that come of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specml.admet.molecule_table import open_molecules
from specml.admet.scoring import ScorerSource
from specml.errors import InputError, OutputError, message
from specml.io import outputs
from specml.io.tables.files import tables_in
from specml.io.tables.partial import partial_names
from specml.io.tables.writers import writer_for
from specml.workflows import admet
from specml.workflows.admet_endpoints import chosen
from specml.workflows.admet_job import TableJob

LISTS = (".smi", ".smiles", ".txt")  # suffixes of files that hold SMILES and no header


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
        _check_apart([(source, output)])
        return TableFiles([(source, output)])
    pairs = [(path, output / _renamed(path.name, form)) for path in tables_in(source)]
    if not pairs:
        raise InputError(
            message(str(source), "no tables in it", "CSV or parquet", "Check the folder.")
        )
    _check_apart(pairs)
    left = [pair for pair in pairs if force or not pair[1].exists()]
    return TableFiles(left, len(pairs) - len(left))


def jobs(
    files: TableFiles, settings: TableSettings, source: ScorerSource, force: bool
) -> list[TableJob]:
    """Open all inputs and check all outputs, before the first molecule is scored.

    Raises
    ------
    InputError
        An input that cannot be read, or as :func:`specml.workflows.admet_endpoints.chosen`.
    OutputError
        An output that exists, without ``force``, or cannot be written.
    """
    endpoints = chosen(admet.load(source).endpoints, settings.tasks)
    columns = settings.smiles_column, settings.id_column, settings.header
    made = [
        TableJob(
            path,
            output,
            open_molecules(path, *columns),
            source,
            endpoints,
            writer_for(output, settings.form),
            settings.chunk_size,
        )
        for path, output in files.pairs
    ]
    outputs.check([output for _, output in files.pairs], force, "OUT")
    return made


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


def _renamed(name: str, form: str | None) -> str:
    """Lists of SMILES become CSV; other names stay, unless a form is asked for.

    >>> _renamed("a.smi", None), _renamed("b.tsv.gz", None), _renamed("b.tsv.gz", "parquet")
    ('a.csv', 'b.tsv.gz', 'b.parquet')
    """
    bare = Path(name.removesuffix(".gz"))
    if form is None:
        return f"{bare.stem}.csv" if bare.suffix in LISTS else name
    return f"{bare.stem}.{form}"
