"""``specml.admet.score``: a molecule, many or a data frame in, predictions out.

>>> specml.admet.score("CCO")["status"]                           # doctest: +SKIP
'ok'
>>> specml.admet.score(["CCO", "c1ccccc1O"], tasks=["herg"])       # doctest: +SKIP
>>> specml.admet.score(pandas.read_csv("molecules.csv"))           # doctest: +SKIP
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rdkit import Chem

from specml.admet import scorer
from specml.admet.columns import joined, schema
from specml.admet.molecules import written
from specml.admet.scoring import ScorerSource, loaded, score_rows
from specml.admet.smiles_column import LOOKED_AT, named, smiles_column
from specml.errors import InputError, message

if TYPE_CHECKING:
    import pandas as pd

    from specml.admet.scorer import Scorer

Entry = str | Chem.Mol | None
CHUNK = 500  # molecules scored at once
DATA_FRAME = "data frame"  # in messages


def score(
    molecules: "Entry | Iterable[Entry] | pd.DataFrame",
    tasks: str | Sequence[str] | None = None,
    model: Path | str | None = None,
    device: str = "cpu",
    smiles: str | None = None,
) -> "dict[str, Any] | pd.DataFrame":
    """Score molecules; the columns are those of ``specml admet predict``.

    Parameters
    ----------
    molecules : SMILES or an RDKit molecule: the answer is a dict. Several of them: the answer is a
        data frame with one row each, in order; that of a pandas series has its index. A table with
        a column of SMILES or molecules: a data frame with the columns of the table too, and its
        index. Tables are data frames of pandas or polars, tables of Arrow, dicts of columns and
        lists of dicts; a dict of single values is a table of one row.
    tasks : names of endpoints, or one; all without it.
    model : a name, or a file of ``specml admet train``; the shipped model without it.
    smiles : column of the data frame, by name or position from 1; guessed if obvious.

    Raises
    ------
    InputError
        A task that does not exist, no column of SMILES, or something that holds no molecules.
        Molecules raise nothing: see ``status``.
    """
    used = loaded(ScorerSource(scorer.load, model, device))
    names = [tasks] if isinstance(tasks, str) else tasks and list(dict.fromkeys(tasks))
    if molecules is None or isinstance(molecules, str | Chem.Mol):
        return score_rows(used, [molecules], names).batch.to_pylist()[0]
    given: Any = tabular(molecules)
    if given is None:
        return _scored_list(used, molecules, names)
    added = _scored(used, given.iloc[:, _place(given, smiles)].tolist(), names)
    # Names only: what the columns of the frame hold is none of our business.
    fields = [pa.field(str(name), pa.null()) for name in given.columns]
    free = joined(pa.schema(fields), added.schema).names[len(fields) :]
    made = added.rename_columns(free).to_pandas()
    # By position: a join would multiply the rows of an index with repetitions.
    return given.assign(**{name: made[name].array for name in free})


def tabular(molecules: object) -> "pd.DataFrame | None":
    """What was given as a data frame; None if it is no table.

    Raises
    ------
    InputError
        A dict that is no table.
    """
    import pandas as pd

    given: Any = molecules
    if isinstance(given, pd.DataFrame):
        return given
    if isinstance(given, pa.Table | pa.RecordBatch):
        return given.to_pandas()
    if isinstance(given, Mapping):
        return _of_mapping(given)
    if isinstance(given, list | tuple) and given and all(isinstance(e, Mapping) for e in given):
        return pd.DataFrame([dict(row) for row in given])
    if hasattr(given, "columns") and hasattr(given, "to_dict"):  # polars
        return pd.DataFrame(given.to_dict(as_series=False))
    return None


def _of_mapping(given: Mapping[Any, Any]) -> "pd.DataFrame":
    import pandas as pd

    single = [
        value is None or isinstance(value, str | Chem.Mol | float | int) for value in given.values()
    ]
    try:
        return pd.DataFrame([dict(given)] if all(single) else dict(given))
    except ValueError as error:
        expected, fix = "columns of one length", "See specml.admet.score."
        raise InputError(message("molecules", f"a dict ({error})", expected, fix)) from error


def _scored_list(used: "Scorer", molecules: object, names: Sequence[str] | None) -> "pd.DataFrame":
    """Score several molecules; the index is that of a series."""
    if isinstance(molecules, pa.Array | pa.ChunkedArray):
        molecules = molecules.to_pylist()
    if not isinstance(molecules, Iterable) or isinstance(molecules, bytes):
        got, expected = repr(molecules), "SMILES, an RDKit molecule, several, or a data frame"
        raise InputError(message("molecules", got, expected, "See specml.admet.score."))
    entries = list(molecules)
    texts = [e if isinstance(e, str) else written(e) or None for e in entries]
    table = _scored(used, entries, names)
    frame = table.add_column(0, "smiles", pa.array(texts, pa.string())).to_pandas()
    index = getattr(molecules, "index", None)
    return frame if index is None or callable(index) else frame.set_axis(index, axis=0)


def _place(data: Any, smiles: str | None) -> int:
    """Find the position of the column of structures."""
    names = [str(name) for name in data.columns]
    head = list(data.head(LOOKED_AT).itertuples(index=False, name=None))
    if smiles is not None:
        column = named(names, smiles, "smiles")
    else:
        for place in range(len(names)):
            if any(isinstance(row[place], Chem.Mol) for row in head):
                return place
        texts = [[written(cell) for cell in row] for row in head]
        column = smiles_column(names, texts, None, DATA_FRAME)
    if names.count(column) > 1:
        fix = "Give each column its own name."
        raise InputError(message(DATA_FRAME, f"several columns {column}", "one of that name", fix))
    return names.index(column)


def _scored(used: "Scorer", entries: list[Entry], tasks: Sequence[str] | None) -> pa.Table:
    batches = [score_rows(used, part, tasks).batch for part in _parts(entries)]
    if not batches:
        return schema(used.predict([], tasks).endpoints).empty_table()
    return pa.Table.from_batches(batches)


def _parts(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while part := list(islice(rest, CHUNK)):
        yield part
