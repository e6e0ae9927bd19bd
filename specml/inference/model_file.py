"""Model files: parameters as safetensors, everything else in a json card beside them.

``<name>.json`` names the parameter file, the network, the data, the split and the errors; two
cards may share one parameter file and differ in the baseline.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from specml.errors import WeightsError, message
from specml.models.ladder import LadderModel, NetworkConfig

SHIPPED = Path(__file__).resolve().parent.parent / "weights"
DEFAULT = "specml-xtb"
REQUIRED = ("name", "weights", "network", "baseline", "elements", "domain")


def available() -> list[dict]:
    """The cards of the models that ship, default first."""
    paths = (p for p in SHIPPED.glob("*.json") if not p.name.endswith(".scaling.json"))
    cards = [json.loads(path.read_text()) for path in paths]
    return sorted(cards, key=lambda card: (card["name"] != DEFAULT, card["name"]))


def card_path(name: str | Path | None) -> Path:
    """The card of a shipped model, or a card file given by its path.

    Raises
    ------
    WeightsError
        Neither a shipped name nor a file.
    """
    shipped = SHIPPED / f"{name or DEFAULT}.json"
    if shipped.is_file():
        return shipped
    path = Path(str(name))
    if path.is_file():
        return path
    known = ", ".join(card["name"] for card in available())
    raise WeightsError(
        message(
            "model",
            repr(str(name)),
            f"one of {known}, or the path of a model card (.json)",
            "See `specml models`.",
        )
    )


def read_model(path: Path) -> tuple[LadderModel, dict]:
    """Network and card.

    Raises
    ------
    WeightsError
        Card or parameters unreadable, or not of the network the card describes.
    """
    try:
        card = json.loads(path.read_text())
        _check(path, card)
        model = LadderModel(NetworkConfig(**card["network"]))
        parameters = load_file(path.with_name(card["weights"]))
        model.load_state_dict(parameters)
    except WeightsError:
        raise
    except Exception as error:  # safetensors, json and torch raise a dozen different types
        first_line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsError(
            message(
                str(path),
                first_line,
                "a model card whose parameter file fits its network",
                "Reinstall SpecML, or train the model again.",
            )
        ) from error
    return model.eval().requires_grad_(False), card


def _check(path: Path, card: dict) -> None:
    missing = [key for key in REQUIRED if key not in card]
    if missing:
        raise WeightsError(
            message(
                str(path),
                f"no {', '.join(missing)}",
                "a model card with " + ", ".join(REQUIRED),
                "Give the .json that `specml train` wrote.",
            )
        )


def write_model(path: Path, model: LadderModel, card: dict) -> None:
    """Write ``card`` to ``path`` (.json) and the parameters to the file the card names."""
    tensors = {k: v.detach().contiguous().clone() for k, v in model.state_dict().items()}
    single = {k: v.float() if k.endswith(("weight", "bias")) else v for k, v in tensors.items()}
    save_file(single, path.with_name(card["weights"]))
    path.write_text(json.dumps(card, indent=2) + "\n")


def torch_device(name: str) -> torch.device:
    """The device of that name.

    Raises
    ------
    WeightsError
        Unknown, or not present on this machine.
    """
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise WeightsError(
            message(
                "device", repr(name), "cpu, or cuda on a machine that has it", "Use --device cpu."
            )
        ) from error
    return device
