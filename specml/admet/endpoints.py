"""The endpoints: what is predicted, in which unit, and how a prediction is judged.

Rows are those of the ADMET benchmark of Therapeutics Data Commons (TDC), under TDC's names;
``endpoints.csv`` is the table. ``transform`` is the scale a regression is learned on:

    identity    y
    log         log10(y): volumes, half-lives and clearances span orders of magnitude
    free        log10(101 - y), of a percentage bound: 99.0 and 99.9 % differ in what is free
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specml.errors import InputError, message

TABLE = Path(__file__).with_name("endpoints.csv")
CLASSIFICATION, REGRESSION = "classification", "regression"
OWN = "own"  # group of the endpoints that users train
SMALLEST = 1e-3  # of what a logarithm is taken of; below every measured value of the tasks
FREE = 101.0  # % bound at which ``free`` would diverge


@dataclass(frozen=True)
class Endpoint:
    """What is predicted: one row of the table.

    Parameters
    ----------
    name : TDC's name for it, which its file of data has too.
    title : what people call it.
    group : absorption, distribution, metabolism, excretion or toxicity.
    kind : ``classification`` (the value is the probability of ``one_means``) or ``regression``.
    unit : unit of the value.
    metric : how the benchmark judges it: mae, spearman, auroc or auprc.
    one_means : what the label 1 says; empty for a regression.
    transform : scale of learning, empty for a classification.
    source : where the measurements come from.
    """

    name: str
    title: str
    group: str
    kind: str
    unit: str
    metric: str
    one_means: str
    transform: str
    source: str

    @property
    def is_classification(self) -> bool:
        """Whether the value is a probability, else a quantity with a unit."""
        return self.kind == CLASSIFICATION


def _log(y: np.ndarray) -> np.ndarray:
    return np.log10(np.maximum(y, SMALLEST))


FORWARD: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "": lambda y: y,
    "identity": lambda y: y,
    "log": _log,
    "free": lambda y: _log(FREE - y),
}
BACKWARD: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "": lambda z: z,
    "identity": lambda z: z,
    "log": lambda z: 10.0**z,
    "free": lambda z: np.clip(FREE - 10.0**z, 0.0, 100.0),
}


def read(path: Path = TABLE) -> tuple[Endpoint, ...]:
    """Read a table of endpoints; rows stay in its order."""
    with path.open(newline="", encoding="utf-8") as handle:
        return tuple(Endpoint(**row) for row in csv.DictReader(handle))


ENDPOINTS = read()


def endpoint(name: str) -> Endpoint:
    """Look an endpoint up by its name.

    Raises
    ------
    InputError
        No such endpoint.

    >>> endpoint("vdss_lombardo").unit
    'L/kg'
    """
    for row in ENDPOINTS:
        if row.name == name:
            return row
    known = ", ".join(row.name for row in ENDPOINTS)
    raise InputError(message("task", repr(name), f"one of {known}", "See `specml admet --help`."))
