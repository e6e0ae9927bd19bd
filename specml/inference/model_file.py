"""Model files: parameters as safetensors, everything else in a json card beside them.

``<name>.json`` names the parameter file, the network, the data, the split and the errors; two
cards may share one parameter file and differ in the baseline. ``partners`` lists the ``network``
and ``weights`` of further networks, with which the first is averaged. ``kind`` says what a model
answers: ``response`` (energy, dipole, polarizability; also where the card has no ``kind``) or
``shielding``.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from specml.errors import WeightsError, first_line, message
from specml.models.ladder import LadderModel, NetworkConfig
from specml.models.shielding import ShieldingModel
from specml.nuclei import OF_OLD_CARDS

SHIPPED = Path(__file__).resolve().parent.parent / "weights"
RESPONSE, SHIELDING = "response", "shielding"
DEFAULT = "specml-xtb"
DEFAULTS = {RESPONSE: DEFAULT, SHIELDING: "specml-nmr"}
REQUIRED = ("name", "weights", "network", "baseline", "elements", "domain")
REQUIRED_SHIELDING = ("name", "weights", "network", "elements")
NETWORK = tuple(field.name for field in fields(NetworkConfig))
Model = TypeVar("Model", bound=nn.Module)
COMMANDS = {
    RESPONSE: "`specml ir` and `specml raman`",
    SHIELDING: "`specml nmr`",
    "hamiltonian": "`specml scf` and `specml hamiltonian`",
}


def available(kind: str | None = None) -> list[dict]:
    """The cards of the models that ship, of one kind or of every kind, default first."""
    paths = (p for p in SHIPPED.rglob("*.json") if not p.name.endswith(".scaling.json"))
    cards = [json.loads(path.read_text()) for path in paths]
    chosen = [card for card in cards if kind in (None, kind_of(card))]
    return sorted(chosen, key=lambda card: (card["name"] != DEFAULT, card["name"]))


def kind_of(card: dict) -> str:
    """``response``, ``shielding``, ``hamiltonian``, ``admet`` or ``encoder``."""
    return card.get("kind", RESPONSE)


def card_path(name: str | Path | None, kind: str = RESPONSE) -> Path:
    """The card of a shipped model (the default of its kind), or a card file given by its path.

    Raises
    ------
    WeightsError
        Neither a shipped name nor a file.
    """
    shipped = SHIPPED / f"{name or DEFAULTS[kind]}.json"
    if shipped.is_file():
        return shipped
    path = Path(str(name or DEFAULTS[kind]))
    if path.is_file():
        return path
    known = ", ".join(card["name"] for card in available(kind)) or "none"
    raise WeightsError(
        message(
            "model",
            repr(str(path)),
            f"one of {known}, or the path of a model card (.json)",
            "See `specml models`.",
        )
    )


def read_model(path: Path) -> tuple[LadderModel, dict]:
    """Network and card of a model of energies, dipoles and polarizabilities.

    Raises
    ------
    WeightsError
        Card or parameters unreadable, not of the network the card describes, or of another kind.
    """
    card = _card(path, RESPONSE, REQUIRED)
    return _network(path, card, LadderModel), card


def read_networks(path: Path) -> tuple[list[LadderModel], dict]:
    """All networks of a model, the first one and its partners, and the card.

    Raises
    ------
    WeightsError
        As :func:`read_model`.
    """
    model, card = read_model(path)
    partners = [_network(path, row, LadderModel) for row in card.get("partners", ())]
    return [model, *partners], card


def read_network(name: str | Path, config: NetworkConfig) -> LadderModel:
    """The network of that kind and size among those of a model, to train it further.

    Raises
    ------
    WeightsError
        As :func:`card_path` and :func:`read_model`, or no network of the model is like that.
    """
    networks, _ = read_networks(card_path(name))
    for network in networks:
        if network.config == config:
            return network
    raise WeightsError(
        message(
            f"model {name}",
            "; ".join(str(network.config) for network in networks),
            str(config),
            "Make [network] of the recipe that of the model.",
        )
    )


def read_shieldings(path: Path) -> tuple[ShieldingModel, dict]:
    """Network and card of a model of shieldings; errors as :func:`read_model`.

    Figures that :mod:`specml.inference.shieldings` needs may still be missing: they are measured
    with the network this returns.
    """
    card = _card(path, SHIELDING, REQUIRED_SHIELDING)
    nuclei = card.get("nuclei", OF_OLD_CARDS)
    return _network(path, card, lambda config: ShieldingModel(config, nuclei)), card


def _card(path: Path, kind: str, required: tuple[str, ...]) -> dict:
    with _readable(path):
        card = json.loads(path.read_text())
        _check_kind(path, card, kind)
        check_keys(path, card, required)
    return card


def _network(path: Path, card: dict, build: Callable[[NetworkConfig], Model]) -> Model:
    """The network that a card, or a row of its partners, describes."""
    with _readable(path):
        check_keys(path, card["network"], NETWORK)
        model = build(NetworkConfig(**card["network"]))
        model.load_state_dict(load_file(path.with_name(card["weights"])))
    return model.eval().requires_grad_(False)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong into a WeightsError."""
    try:
        yield
    except WeightsError:
        raise
    except Exception as error:  # safetensors, json and torch raise a dozen different types
        raise WeightsError(
            message(
                str(path),
                first_line(error),
                "a model card whose parameter file fits its network",
                "Reinstall SpecML, or train the model again.",
            )
        ) from error


def _check_kind(path: Path, card: dict, kind: str) -> None:
    if kind_of(card) == kind:
        return
    names = ", ".join(shipped["name"] for shipped in available(kind))
    raise WeightsError(
        message(
            f"model {card.get('name', path)}",
            f"a model of kind {kind_of(card)!r}",
            f"one of kind {kind!r} ({names})",
            f"This one serves {COMMANDS.get(kind_of(card), 'another version of SpecML')}.",
        )
    )


def check_keys(path: Path, card: dict, required: tuple[str, ...]) -> None:
    """Raise a WeightsError that names what is missing in a card."""
    missing = [key for key in required if key not in card]
    if missing:
        raise WeightsError(
            message(
                str(path),
                f"no {', '.join(missing)}",
                "a model card with " + ", ".join(required),
                "Give the .json that `specml train` wrote.",
            )
        )


def write_model(path: Path, model: nn.Module, card: dict) -> None:
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
        torch.empty(0, device=device).numpy(force=True)  # which "meta", without numbers, cannot
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise WeightsError(
            message(
                "device", repr(name), "cpu, or cuda on a machine that has it", "Use --device cpu."
            )
        ) from error
    return device
