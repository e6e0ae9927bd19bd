"""The model of a workflow: loaded by its name, or taken as it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import specml
from specml.inference.domain import check_elements
from specml.io.model_cards import RESPONSE, read_card
from specml.structure import Structure

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


def check_known(model: "str | Path | Predictor | None", structures: Sequence[Structure]) -> None:
    """Refuse elements that a model has not learned, by its card and before its weights are loaded.

    Raises
    ------
    DomainError
        An element the model does not know, or an open shell.
    WeightsError
        No such model.
    """
    if model is None or isinstance(model, str | Path):
        _, card = read_card(model, RESPONSE)
        check_elements(structures, card)
