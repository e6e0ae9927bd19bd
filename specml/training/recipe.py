"""A training run as one small file that ``specml train`` reads: toml in, the same dataclasses out.

[network]       fields of ``models.ladder.NetworkConfig``
[pretrain]      fields of ``training.loop.Schedule``: GFN2 labels only
[finetune]      the same: GFN2 and DFT labels mixed
[weights]       fields of ``training.losses.LossWeights``
[data]          fields of ``DataMixture``: how the second stage draws
"""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from specml.errors import InputError, message
from specml.models.ladder import NetworkConfig
from specml.training.loop import Schedule
from specml.training.losses import LossWeights


@dataclass(frozen=True)
class DataMixture:
    """How the second stage draws from its sources.

    Parameters
    ----------
    gfn2_share : part of the steps that see GFN2 labels.
    per_molecule : at most so many DFT geometries of a molecule in a pass. Labels are cheap for
        small molecules, which have most of them; docs/models.md has what the limit brought.

    Raises
    ------
    InputError
        ``per_molecule`` below 1.
    """

    gfn2_share: float = 0.3
    per_molecule: int = 4

    def __post_init__(self) -> None:
        if self.per_molecule < 1:
            raise InputError(
                message(
                    "data.per_molecule",
                    str(self.per_molecule),
                    "at least 1",
                    "Correct it as in recipes/specml/continued.toml.",
                )
            )


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training run, data aside.

    Parameters
    ----------
    network : size and kind of the network.
    pretrain, finetune : how long and how fast each stage learns.
    weights : relative weight of the terms of the loss.
    data : how the second stage draws from its labels.
    """

    network: NetworkConfig = field(default_factory=NetworkConfig)
    pretrain: Schedule = field(default_factory=Schedule)
    finetune: Schedule = field(default_factory=Schedule)
    weights: LossWeights = field(default_factory=LossWeights)
    data: DataMixture = field(default_factory=DataMixture)


def read_recipe(path: Path) -> Recipe:
    """Read a toml file.

    Raises
    ------
    InputError
        Not a file, not toml, a key that no dataclass has, or a value of the wrong type.
    """
    try:
        tables = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise InputError(
            message(str(path), str(error), "a toml file", "See recipes/specml/first.toml.")
        ) from error
    sections: dict[str, Any] = {f.name: f.default_factory for f in fields(Recipe)}
    built: dict[str, Any] = {}
    for name, table in tables.items():
        if name not in sections:
            raise _unknown(path, f"[{name}]", list(sections))
        if not isinstance(table, dict):
            raise _wrong_type(path, name, table, "a table")
        known = {f.name: f.type for f in fields(sections[name])}
        for key, value in table.items():
            if key not in known:
                raise _unknown(path, f"{name}.{key}", list(known))
            if not _fits(value, known[key]):
                raise _wrong_type(path, f"{name}.{key}", value, getattr(known[key], "__name__", ""))
        built[name] = sections[name](**table)
    return Recipe(**built)


def _fits(value: Any, wanted: Any) -> bool:
    """Whole numbers pass for real ones; true and false, which Python counts as int, do not."""
    allowed = (int, float) if wanted is float else wanted
    return isinstance(value, allowed) and not isinstance(value, bool)


def _wrong_type(path: Path, key: str, value: Any, wanted: str) -> InputError:
    return InputError(
        message(
            f"{path}: {key}", repr(value), wanted, "Correct it as in recipes/specml/first.toml."
        )
    )


def _unknown(path: Path, key: str, known: list[str]) -> InputError:
    return InputError(message(str(path), f"the key {key}", ", ".join(known), "Remove it."))
