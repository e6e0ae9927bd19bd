"""The card of a model of Kohn-Sham matrices, which ``predictor.load`` reads."""

import json
from pathlib import Path

from specml.errors import WeightsError, message
from specml.inference.model_file import NETWORK, card_path, check_keys

DEFAULT = "specml-hamiltonian"
KIND = "hamiltonian"
REQUIRED = ("name", "weights", "network", "width", "elements", "method", "basis", "exchange")


def read_card(name: str | Path | None) -> tuple[Path, dict]:
    """File and contents of the card of a model by name or path; of the shipped one if None.

    Raises
    ------
    WeightsError
        No such model, or its card is unreadable, incomplete or of a model of another kind.
    """
    file = card_path(name or DEFAULT, KIND)
    try:
        card = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise WeightsError(
            message(str(file), str(error), "a model card (.json)", "Check the path.")
        ) from error
    if card.get("kind") != KIND:
        raise WeightsError(
            message(
                str(file),
                f"a model of kind {card.get('kind')!r}",
                f"one of kind {KIND!r}",
                f"The one that ships is {DEFAULT}.",
            )
        )
    check_keys(file, card, REQUIRED)
    check_keys(file, card["network"], NETWORK)
    return file, card
