"""A scorer held against measured values: files ``<task>.csv`` with columns Drug_ID, Drug and Y.

Every row is predicted. One that cannot be (a SMILES RDKit cannot read) takes the median of the
others, and is counted: leaving it out would change what the metric means.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

from specml.admet.endpoints import OWN, Endpoint
from specml.admet.metrics import METRICS, coverage, ece
from specml.admet.molecules import clean, plain
from specml.admet.scorer import Scorer
from specml.admet.training import Data
from specml.errors import InputError, message
from specml.io.molecule_list import rows_of

COLUMNS = ("Drug", "Y")


@dataclass(frozen=True)
class Evaluation:
    """Of one task.

    Parameters
    ----------
    metric, value : the benchmark's.
    n, n_failed : rows, and those that could not be predicted.
    n_known : rows whose SMILES is among the training rows; None if those were not given.
    calibration : expected calibration error of a classification, share of the rows within the 90 %
        interval of a regression; None if no row could be predicted.
    """

    metric: str
    value: float
    n: int
    n_failed: int
    n_known: int | None
    calibration: float | None


def read(path: Path, endpoint: Endpoint) -> Data:
    """SMILES and values of one file.

    Raises
    ------
    InputError
        A column is missing, a value is no number (of a classification: not 0 or 1), or there are
        no rows.
    """
    smiles: list[str] = []
    values: list[float] = []
    for row, (_, (text, cell)) in enumerate(rows_of(path, COLUMNS), start=1):
        smiles.append(text)
        values.append(_value(cell, f"Y in row {row} of {path}", endpoint))
    if not values:
        raise InputError(message(str(path), "no rows", "at least one", "Give another file."))
    return Data(smiles, np.array(values))


def _value(cell: str, where: str, endpoint: Endpoint) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(message(where, repr(cell), "a number", "Remove the row."))
    if endpoint.is_classification and value not in (0.0, 1.0):
        fix = f"{endpoint.name} is a classification."
        raise InputError(message(where, repr(cell), "0 or 1", fix))
    return value


def tables(folder: Path, endpoints: tuple[Endpoint, ...]) -> dict[Endpoint, Path]:
    """The files of a folder that belong to endpoints, in the order of the endpoints.

    Raises
    ------
    InputError
        There is none.
    """
    found = {e: folder / f"{e.name}.csv" for e in endpoints if (folder / f"{e.name}.csv").is_file()}
    if not found:
        names = ", ".join(f"{e.name}.csv" for e in endpoints[:3])
        fix = "See `specml admet endpoints`."
        raise InputError(message(str(folder), "no table", f"files like {names}", fix))
    return found


def evaluate(scorer: Scorer, endpoint: Endpoint, data: Data, known: Data | None) -> Evaluation:
    """Predict every row of a table and compare."""
    mols = [_parent(text) if endpoint.group == OWN else _read(text) for text in data.smiles]
    at = np.array([k for k, mol in enumerate(mols) if mol is not None], dtype=int)
    scores = scorer.predict([mols[k] for k in at], [endpoint.name])
    value, low, high = (np.full(len(mols), np.nan) for _ in range(3))
    for whole, part in ((value, scores.value), (low, scores.low), (high, scores.high)):
        whole[at] = part[:, 0]
    failed = ~np.isfinite(value)
    value[failed] = np.median(value[~failed]) if not failed.all() else 0.0
    kept = ~failed
    judged = None
    if kept.any() and endpoint.is_classification:
        judged = ece(data.y[kept], value[kept])
    elif kept.any():
        judged = coverage(data.y[kept], low[kept], high[kept])
    seen = set(known.smiles) if known is not None else set()
    return Evaluation(
        metric=endpoint.metric,
        value=METRICS[endpoint.metric](data.y, value),
        n=len(mols),
        n_failed=int(failed.sum()),
        n_known=None if known is None else sum(text in seen for text in data.smiles),
        calibration=judged,
    )


def _parent(text: str) -> Chem.Mol | None:
    """What a model of one's own was trained on, and `specml admet predict` scores."""
    cleaned = clean(text)
    return plain(cleaned.mol) if cleaned.scored and cleaned.mol is not None else None


def _read(text: str) -> Chem.Mol | None:
    with rdBase.BlockLogs():
        mol: Chem.Mol | None = Chem.MolFromSmiles(text)
    return plain(mol) if mol is not None and mol.GetNumAtoms() else None
