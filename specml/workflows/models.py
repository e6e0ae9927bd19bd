"""The model of a workflow: loaded by its name, or taken as it is."""

from pathlib import Path
from typing import TYPE_CHECKING

import specml

if TYPE_CHECKING:
    from specml.inference.predictor import Predictor


def load(model: "str | Path | Predictor | None" = None, device: str = "cpu") -> "Predictor":
    """A shipped model by name (the default one for None), a card by path, or a loaded model.

    Raises
    ------
    WeightsError
        No such model, unreadable parameters, or no such device.
    """
    if model is None or isinstance(model, str | Path):
        return specml.load(model, device=device)
    return model
