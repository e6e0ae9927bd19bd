"""From entries of a column to the columns that scoring adds: what a worker process does.

Called by ``specml admet predict`` through its schedulers, and by ``specml.admet.score``.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors

from specml.admet import columns
from specml.admet.alerts import Alerts, alerts
from specml.admet.molecules import CleanedEntry, Status, clean, plain
from specml.admet.patterns import PatternSearch
from specml.admet.physchem import NAMES as PHYSCHEM
from specml.admet.physchem import Physchem, physchem
from specml.admet.scorer import Scorer, Scores

Loader = Callable[[str | Path | None, str], Scorer]
Result = TypeVar("Result")


@dataclass(frozen=True)
class ScorerSource:
    """Where a worker gets the scorer from; equal sources are loaded once a process.

    Parameters
    ----------
    load : takes the other two.
    model : a name or a card; the shipped model without it.
    device : what a network of the model would run on.
    """

    load: Loader
    model: str | Path | None = None
    device: str = "cpu"


@dataclass(frozen=True, eq=False)
class ChunkTask:
    """The entries of one chunk, to be scored.

    Parameters
    ----------
    source : where the scorer is loaded from.
    entries : SMILES or molecules, one a row.
    tasks : names of endpoints; all of the model if None.
    faults : rows (from 0) that are no rows of the table, with the reason; they are not scored.
    """

    source: ScorerSource
    entries: Sequence[str | Chem.Mol | None]
    tasks: tuple[str, ...] | None = None
    faults: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ScoredChunk:
    """What scoring makes of a chunk.

    Parameters
    ----------
    batch : the added columns.
    keys : for each row a hash of its parent; None without one.
    """

    batch: pa.RecordBatch
    keys: list[int | None]


def score_chunk(task: ChunkTask) -> ScoredChunk:
    """Score entries; every one of them becomes a row."""
    return score_rows(loaded(task.source), task.entries, task.tasks, task.faults)


@lru_cache(maxsize=1)
def loaded(source: ScorerSource) -> Scorer:
    """The scorer of this process, which keeps the last one."""
    return source.load(source.model, source.device)


def score_rows(
    scorer: Scorer,
    entries: Sequence[str | Chem.Mol | None],
    tasks: Sequence[str] | None = None,
    faults: Mapping[int, str] | None = None,
) -> ScoredChunk:
    """Score entries with a scorer at hand; otherwise as :func:`score_chunk`."""
    faults = faults or {}
    rows = [
        CleanedEntry(None, Status.INVALID, faults[k]) if k in faults else clean(entry)
        for k, entry in enumerate(entries)
    ]
    mols = {k: row.mol for k, row in enumerate(rows) if row.scored and row.mol is not None}
    with rdBase.BlockLogs():
        described, undescribed = _each(_describe, mols)
        scores, failed = _scores(scorer, described, tasks)
    for k, why in (undescribed | failed).items():
        rows[k] = CleanedEntry(None, Status.FAILED, why)
    described = {k: one for k, one in described.items() if k not in failed}
    keys = [_key(described[k].smiles) if k in described else None for k in range(len(rows))]
    return ScoredChunk(_batch(rows, described, scores), keys)


@dataclass(frozen=True)
class _Described:
    """What follows from a structure without a model.

    Parameters
    ----------
    smiles, physchem : of the structure with its isotopes.
    mol : without them, as it is scored.
    """

    smiles: str
    mol: Chem.Mol
    search: PatternSearch
    physchem: Physchem
    alerts: Alerts


def _describe(mol: Chem.Mol) -> _Described:
    bare = plain(mol)
    search = PatternSearch(bare)
    properties = physchem(bare, search)
    if bare is not mol:
        properties = replace(properties, mw=rdMolDescriptors._CalcMolWt(mol))
    return _Described(Chem.MolToSmiles(mol), bare, search, properties, alerts(bare, search))


def _each(
    function: Callable[[Chem.Mol], Result], mols: Mapping[int, Chem.Mol]
) -> tuple[dict[int, Result], dict[int, str]]:
    """Apply a function to each row; where it fails there is a reason instead of a result."""
    results, failed = {}, {}
    for k, mol in mols.items():
        try:
            results[k] = function(mol)
        # What a library raises on an odd molecule is not known beforehand.
        except Exception as error:  # noqa: BLE001
            failed[k] = f"not computable: {' '.join(str(error).split())}"
    return results, failed


def _scores(
    scorer: Scorer, described: Mapping[int, _Described], tasks: Sequence[str] | None
) -> tuple[Scores, dict[int, str]]:
    """Score all rows but those on which the scorer fails, whose reasons are given."""
    mols = {k: one.mol for k, one in described.items()}
    try:
        searches = [one.search for one in described.values()]
        return scorer.predict(list(mols.values()), tasks, searches), {}
    except Exception:
        _, failed = _each(lambda mol: scorer.predict([mol], tasks), mols)
        # If no single molecule is at fault, or every one is, then the model is.
        if len(failed) in (0, len(mols)):
            raise
        rest = [mol for k, mol in mols.items() if k not in failed]
        return scorer.predict(rest, tasks), failed


def _batch(
    rows: Sequence[CleanedEntry], described: Mapping[int, _Described], scores: Scores
) -> pa.RecordBatch:
    schema = columns.schema(scores.endpoints)
    spread, known = _Spread(len(rows), list(described)), list(described.values())
    made = [
        pa.array([row.status.value for row in rows], pa.string()),
        pa.array([row.reason for row in rows], pa.string()),
        spread.texts([one.smiles for one in known]),
    ]
    made += [
        spread.numbers(getattr(scores, part.field)[:, column], pa.float32())
        for column, endpoint in enumerate(scores.endpoints)
        for part in columns.endpoint_columns(endpoint)
    ]
    made.append(spread.numbers(scores.similarity, pa.float32()))
    made.append(spread.numbers(scores.inside, pa.bool_()))
    for name in PHYSCHEM:
        values = np.array([getattr(one.physchem, name) for one in known])
        made.append(spread.numbers(values, schema.field(name).type))
    made += [
        spread.texts(["; ".join(getattr(one.alerts, name)) for one in known])
        for name in columns.ALERTS
    ]
    return pa.RecordBatch.from_arrays(made, schema=schema)


class _Spread:
    """Puts values of the scored rows where they belong; the other rows have none."""

    def __init__(self, n_rows: int, chosen: Sequence[int]) -> None:
        self._places = np.full(n_rows, -1)
        self._places[list(chosen)] = np.arange(len(chosen))
        self._missing = self._places < 0

    def numbers(self, values: np.ndarray, kind: pa.DataType) -> pa.Array:
        """Values of the scored rows, (n_scored,), as a column of all rows."""
        if not len(values):
            return pa.nulls(len(self._places), kind)
        taken = values[self._places]
        missing = self._missing | ((taken != taken) if taken.dtype.kind == "f" else False)  # noqa: PLR0124
        return pa.array(taken, mask=missing).cast(kind)

    def texts(self, values: Sequence[str]) -> pa.Array:
        """Texts of the scored rows as a column of all rows."""
        return pa.array([values[k] if k >= 0 else None for k in self._places], pa.string())


def _key(smiles: str) -> int:
    digest = hashlib.blake2b(smiles.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
