"""The card of a model of Kohn-Sham matrices."""

import json
from pathlib import Path

from specml.errors import WeightsError, message
from specml.inference.model_file import NETWORK
from specml.io.model_cards import SHIPPED, check_keys

DEFAULT = "specml-hamiltonian"
KIND = "hamiltonian"
REQUIRED = ("name", "weights", "network", "width", "elements", "method", "basis", "exchange")


def read_card(path: Path | None) -> tuple[Path, dict]:
    """File and contents of a card; the shipped one without a path.

    Raises
    ------
    WeightsError
        Unreadable, incomplete or of a model of another kind.
    """
    file = path or SHIPPED / f"{DEFAULT}.json"
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
                f"Without a path the shipped {DEFAULT} is used.",
            )
        )
    check_keys(file, card, REQUIRED)
    check_keys(file, card["network"], NETWORK)
    return file, card
