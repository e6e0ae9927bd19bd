"""A model held against measured values: what ``specml admet evaluate`` does.

The files are ``<task>.csv`` with columns Drug_ID, Drug and Y. Every row is predicted, as the
structure that models are trained on and ``specml admet predict`` scores
(:func:`specml.admet.molecules.learned`). One that cannot be (a SMILES RDKit cannot read) takes the
median of the others, and is counted: leaving it out would change what the metric means.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specml.admet.endpoints import Endpoint
from specml.admet.metrics import METRICS, coverage, ece
from specml.admet.molecules import learned
from specml.admet.scorer import Scorer
from specml.admet.training import Measurements
from specml.errors import InputError, message
from specml.io.molecule_list import rows_of

COLUMNS = ("Drug", "Y")


@dataclass(frozen=True, eq=False)
class MeasuredTable:
    """Measured values of one endpoint.

    Parameters
    ----------
    measured : the rows to predict.
    trained_on : the rows that the model was trained on, if they are there.
    """

    endpoint: Endpoint
    measured: Measurements
    trained_on: Measurements | None = None


@dataclass(frozen=True)
class TaskEvaluation:
    """How good a model is on one endpoint.

    Parameters
    ----------
    metric, value : the benchmark's; NaN for a table of one class.
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


@dataclass(frozen=True)
class ModelEvaluation:
    """How good a model is.

    Parameters
    ----------
    model : its name, or the path it was given by.
    tasks : name of an endpoint -> its evaluation.
    """

    model: str
    tasks: dict[str, TaskEvaluation]


def measured_tables(
    folder: Path, endpoints: Sequence[Endpoint], data: Path | None = None
) -> list[MeasuredTable]:
    """Read all tables of a folder, so that a bad one is told before an hour of predictions.

    Parameters
    ----------
    data : folder of the training files, by the same names; files that it lacks are no error.

    Raises
    ------
    InputError
        As :func:`task_files` and :func:`read_task`.
    """
    tables = []
    for endpoint, path in task_files(folder, endpoints).items():
        seen = None if data is None else data / path.name
        known = read_task(seen, endpoint) if seen and seen.is_file() else None
        tables.append(MeasuredTable(endpoint, read_task(path, endpoint), known))
    return tables


def task_files(folder: Path, endpoints: Sequence[Endpoint]) -> dict[Endpoint, Path]:
    """The files of a folder that belong to endpoints, in the order of the endpoints.

    Raises
    ------
    InputError
        There is none.
    """
    paths = {endpoint: folder / f"{endpoint.name}.csv" for endpoint in endpoints}
    present = {endpoint: path for endpoint, path in paths.items() if path.is_file()}
    if not present:
        names = ", ".join(path.name for path in list(paths.values())[:3])
        fix = "See `specml admet endpoints`."
        raise InputError(message(str(folder), "no table", f"files like {names}", fix))
    return present


def read_task(path: Path, endpoint: Endpoint) -> Measurements:
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
    return Measurements(smiles, np.array(values))


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


def run(
    scorer: Scorer, tables: Sequence[MeasuredTable]
) -> Iterator[tuple[Endpoint, TaskEvaluation]]:
    """Evaluate one table after the other."""
    for table in tables:
        yield table.endpoint, evaluate(scorer, table)


def evaluate(scorer: Scorer, table: MeasuredTable) -> TaskEvaluation:
    """Predict every row of a table and compare."""
    endpoint, y = table.endpoint, table.measured.y
    mols = [learned(text) for text in table.measured.smiles]
    at = np.array([k for k, mol in enumerate(mols) if mol is not None], dtype=int)
    scores = scorer.predict([mols[k] for k in at], [endpoint.name])
    value, low, high = (np.full(len(mols), np.nan) for _ in range(3))
    for whole, part in ((value, scores.value), (low, scores.low), (high, scores.high)):
        whole[at] = part[:, 0]
    failed = ~np.isfinite(value)
    value[failed] = np.median(value[~failed]) if not failed.all() else 0.0
    kept = ~failed
    calibration = None
    if kept.any() and endpoint.is_classification:
        calibration = ece(y[kept], value[kept])
    elif kept.any():
        calibration = coverage(y[kept], low[kept], high[kept])
    seen = None if table.trained_on is None else set(table.trained_on.smiles)
    return TaskEvaluation(
        metric=endpoint.metric,
        value=METRICS[endpoint.metric](y, value),
        n=len(mols),
        n_failed=int(failed.sum()),
        n_known=None if seen is None else sum(text in seen for text in table.measured.smiles),
        calibration=calibration,
    )
