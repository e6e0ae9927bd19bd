"""Networks that predict response and shieldings, read from and written to model files.

The parameters are safetensors beside a json card (:mod:`specml.io.model_cards`); two cards may
share one parameter file and differ in the baseline. ``partners`` of a card lists ``network`` and
``weights`` of further networks, with which the first is averaged. Used by the predictors of this
package, by ``specml train`` and by the scripts that make the shipped models.
"""

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from specml.errors import WeightsError, message
from specml.io.model_cards import RESPONSE, SHIELDING, check_keys, read_card, readable
from specml.models.ladder import LadderModel, NetworkConfig
from specml.models.shielding import ShieldingModel
from specml.nuclei import OF_OLD_CARDS

NETWORK = tuple(field.name for field in fields(NetworkConfig))
Model = TypeVar("Model", bound=nn.Module)


def read_networks(name: str | Path | None) -> tuple[list[LadderModel], dict[str, Any]]:
    """All networks of a response model, the first one and its partners, and the card.

    Parameters
    ----------
    name : as :func:`specml.io.model_cards.card_path` takes it.

    Raises
    ------
    WeightsError
        No such model, one of another kind, or files that are damaged or do not fit each other.
    """
    path, card = read_card(name, RESPONSE)
    rows = (card, *card.get("partners", ()))
    return [_network(path, row, LadderModel) for row in rows], card


def read_network(name: str | Path, config: NetworkConfig) -> LadderModel:
    """The network of that kind and size among those of a model, to train it further.

    Raises
    ------
    WeightsError
        As :func:`read_networks`, or no network of the model is like that.
    """
    networks, _ = read_networks(name)
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


def read_shieldings(name: str | Path | None) -> tuple[ShieldingModel, dict[str, Any]]:
    """Network and card of a model of shieldings; errors as :func:`read_networks`.

    Figures that :mod:`specml.inference.shieldings` needs may still be missing: they are measured
    with the network this returns.
    """
    path, card = read_card(name, SHIELDING)
    nuclei = card.get("nuclei", OF_OLD_CARDS)
    return _network(path, card, lambda config: ShieldingModel(config, nuclei)), card


def _network(path: Path, row: dict[str, Any], build: Callable[[NetworkConfig], Model]) -> Model:
    """The network that a card, or a row of its partners, describes."""
    with readable(path):
        check_keys(path, row["network"], NETWORK)
    return with_parameters(path, row, lambda: build(NetworkConfig(**row["network"])))


def with_parameters(path: Path, row: dict[str, Any], build: Callable[[], Model]) -> Model:
    """A network with the parameters that ``weights`` names, ready to be evaluated.

    Parameters
    ----------
    path : the card, which the parameters lie beside.
    row : the card, or a row of its partners.
    build : makes the network, whatever its parameters.

    Raises
    ------
    WeightsError
        Parameters that are missing, damaged or of another network.
    """
    with readable(path):
        model = build()
        model.load_state_dict(load_file(path.with_name(row["weights"])))
    return model.eval().requires_grad_(False)


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
