"""Values, uncertainties and domain of the 22 endpoints for a list of molecules.

    value         in the endpoint's unit; of a classification the calibrated probability of a 1
    uncertainty   regression: expected absolute error of the value, in its unit;
                  classification: spread (standard deviation) of the ensemble's probabilities
    low, high     regression: 90 % conformal interval; classification: NaN
    percentile    of the value among those predicted for 2,628 approved drugs, 0 to 100
    similarity    highest Tanimoto coefficient to a molecule of the training tables
    inside        similarity is at least the limit of the model card

Every molecule gets a value for every endpoint: none is left out for being unusual.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors
from safetensors.numpy import load_file

from specml.admet.endpoints import ENDPOINTS, Endpoint, endpoint

SHIPPED = Path(__file__).resolve().parent.parent / "weights" / "admet" / "specml-admet.json"


@dataclass(frozen=True, eq=False)
class Scores:
    """Of n molecules for t endpoints; rows are molecules, columns are ``endpoints``.

    Parameters
    ----------
    endpoints : t rows of the table.
    value, uncertainty, low, high, percentile : (n, t), see the module.
    similarity : (n,) 0 to 1.
    inside : (n,) bool.
    """

    endpoints: tuple[Endpoint, ...]
    value: np.ndarray
    uncertainty: np.ndarray
    low: np.ndarray
    high: np.ndarray
    percentile: np.ndarray
    similarity: np.ndarray
    inside: np.ndarray


class Scorer:
    """A trained model of some endpoints; made by :func:`load`."""

    def __init__(self, endpoints: tuple[Endpoint, ...], parameters: dict[str, np.ndarray]) -> None:
        self.endpoints = endpoints
        self._parameters = parameters

    def predict(self, molecules: Sequence[Chem.Mol], tasks: Sequence[str] | None = None) -> Scores:
        """Scores of sanitized molecules, in their order.

        Parameters
        ----------
        tasks : names of endpoints, and their order; without it all.

        Raises
        ------
        InputError
            A task the model does not know.
        """
        chosen = self.endpoints if tasks is None else tuple(endpoint(name) for name in tasks)
        columns = [self.endpoints.index(row) for row in chosen]
        p = self._parameters
        x = np.array([rdMolDescriptors.MQNs_(m) for m in molecules], dtype=float).reshape(-1, 42)
        value = ((x - p["mean"]) / p["scale"]) @ p["slope"] + p["intercept"]
        classes = np.array([row.is_classification for row in self.endpoints])
        value = np.where(classes, np.clip(value, 0.01, 0.99), value)[:, columns]
        error = np.broadcast_to(p["error"][columns], value.shape)
        half = np.where(classes[columns], np.nan, 2.0 * error)
        flat = np.full(len(x), np.nan)
        return Scores(
            chosen,
            value,
            error,
            value - half,
            value + half,
            np.full_like(value, 50.0),
            flat,
            np.zeros(len(x), dtype=bool),
        )


def load(path: Path | None = None, device: str = "cpu") -> Scorer:  # noqa: ARG001
    """The scorer that ships, or one that ``specml admet train`` saved.

    Parameters
    ----------
    path : model card (``.json``); its parameters lie beside it.
    device : where networks run, ``cpu`` or ``cuda``.
    """
    card = path or SHIPPED
    return Scorer(ENDPOINTS, load_file(card.with_suffix(".safetensors")))
