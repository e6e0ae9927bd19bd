"""Scores in Python: of a molecule, of many, of a data frame.

>>> specml.admet.score("CCO")["status"]                           # doctest: +SKIP
'ok'
>>> specml.admet.score(["CCO", "c1ccccc1O"], tasks=["herg"])       # doctest: +SKIP
>>> specml.admet.score(pandas.read_csv("molecules.csv"))           # doctest: +SKIP
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rdkit import Chem

from specml.admet import scorer
from specml.admet.columns import joined, schema
from specml.admet.rows import Model, loaded, score_rows
from specml.admet.smiles_column import LOOKED_AT, smiles_column

if TYPE_CHECKING:
    import pandas as pd

    from specml.admet.scorer import Scorer

Entry = str | Chem.Mol | None
CHUNK = 500  # molecules scored at once


def score(
    molecules: "Entry | Iterable[Entry] | pd.DataFrame",
    tasks: Sequence[str] | None = None,
    model: Path | None = None,
    device: str = "cpu",
    smiles: str | None = None,
) -> "dict[str, Any] | pd.DataFrame":
    """Score molecules; the columns are those of ``specml admet predict``.

    Parameters
    ----------
    molecules : SMILES or an RDKit molecule: the answer is a dict. Several of them, or a data frame
        with a column of SMILES or molecules: the answer is a data frame with one row each, in
        order, with the columns and the index of the one given.
    tasks : names of endpoints; all without it.
    model : a file of ``specml admet train``; the shipped model without it.
    smiles : column of the data frame; guessed if obvious.

    Raises
    ------
    InputError
        A task that does not exist, or no column of SMILES. Molecules raise nothing: see ``status``.
    """
    used = loaded(Model(scorer.load, model, device))
    if molecules is None or isinstance(molecules, str | Chem.Mol):
        return score_rows(used, [molecules], tasks).batch.to_pylist()[0]
    if not hasattr(molecules, "columns"):
        entries = list(molecules)
        texts = [Chem.MolToSmiles(e) if isinstance(e, Chem.Mol) else e for e in entries]
        table = _scored(used, entries, tasks)
        return table.add_column(0, "smiles", pa.array(texts, pa.string())).to_pandas()
    frame: Any = molecules
    column = smiles if smiles is not None else _column(frame)
    added = _scored(used, frame[column].tolist(), tasks)
    # Names only: what the columns of the frame hold is none of our business.
    names = [pa.field(str(name), pa.null()) for name in frame.columns]
    free = joined(pa.schema(names), added.schema).names[len(names) :]
    made = added.rename_columns(free).to_pandas()
    # By position: a join would multiply the rows of an index with repetitions.
    return frame.assign(**{name: made[name].array for name in free})


def _column(frame: "pd.DataFrame") -> str:
    for name in frame.columns:
        if len(frame) and isinstance(frame[name].iloc[0], Chem.Mol):
            return name
    names = [str(name) for name in frame.columns]
    rows = frame.head(LOOKED_AT).astype(str).to_numpy().tolist()
    return frame.columns[names.index(smiles_column(names, rows, None, "data frame"))]


def _scored(used: "Scorer", entries: list[Entry], tasks: Sequence[str] | None) -> pa.Table:
    batches = [score_rows(used, part, tasks).batch for part in _parts(entries)]
    if not batches:
        endpoints = [e for e in used.endpoints if tasks is None or e.name in tasks]
        return schema(endpoints).empty_table()
    return pa.Table.from_batches(batches)


def _parts(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while part := list(islice(rest, CHUNK)):
        yield part
