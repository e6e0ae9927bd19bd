"""The card of a model: found by name or by path, checked, and one error for all that is damaged.

A model is a json card ``<name>.json`` with a file of parameters beside it, which ``weights``
names. The card says what the model answers (``kind``, a key of :data:`KINDS`; a card without one
is a response model), its data, its errors and what its network needs. Every loader begins here:
``specml.inference`` for response and shielding models, ``specml.hamiltonian``, ``specml.admet``.
Nothing in this file needs torch.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specml.errors import WeightsError, first_line, message

SHIPPED = Path(__file__).resolve().parent.parent / "weights"
RESPONSE, SHIELDING, HAMILTONIAN = "response", "shielding", "hamiltonian"
ADMET, ENCODER = "admet", "encoder"


@dataclass(frozen=True)
class ModelKind:
    """What the models of a kind are.

    Parameters
    ----------
    answers : what they predict, for messages.
    used_by : the commands that take them as ``--model``, or the function that loads them.
    default : name of the shipped model that is taken when none is named.
    required : keys that a card must have.
    """

    answers: str
    used_by: str
    default: str
    required: tuple[str, ...]


KINDS = {
    RESPONSE: ModelKind(
        "energies, dipoles and polarizabilities",
        "`specml ir` and `specml raman`",
        "specml-xtb",
        ("name", "weights", "network", "baseline", "elements", "domain"),
    ),
    SHIELDING: ModelKind(
        "shieldings", "`specml nmr`", "specml-nmr", ("name", "weights", "network", "elements")
    ),
    HAMILTONIAN: ModelKind(
        "Kohn-Sham matrices",
        "`specml scf` and `specml hamiltonian`",
        "specml-hamiltonian",
        ("name", "weights", "network", "width", "elements", "method", "basis", "exchange"),
    ),
    ADMET: ModelKind(
        "ADMET endpoints",
        "`specml admet`",
        "specml-admet",
        ("weights", "sha256", "endpoints", "kernel", "domain"),
    ),
    ENCODER: ModelKind(
        "vectors of molecules",
        "specml.admet.transformer.embedding.load",
        "specml-qm-encoder",
        ("size",),
    ),
}


def available(kind: str | None = None) -> list[dict[str, Any]]:
    """The cards of the models that ship, of one kind or of every kind, default first."""
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in _shipped().values()]
    chosen = [card for card in cards if kind in (None, kind_of(card))]
    first = KINDS[RESPONSE].default
    return sorted(chosen, key=lambda card: (card["name"] != first, card["name"]))


def kind_of(card: dict[str, Any]) -> str:
    """The key of :data:`KINDS` that a card states; ``response`` where it states none."""
    return card.get("kind", RESPONSE)


def card_path(name: str | Path | None, kind: str = RESPONSE) -> Path:
    """The card of a model by its name, by its path, or the default of its kind.

    Parameters
    ----------
    name : a name that ``specml models`` prints, of whatever kind, or the path of a card; the
        default of the kind where it is None.

    Raises
    ------
    WeightsError
        Neither a shipped name nor a file.
    """
    path = Path(name or KINDS[kind].default)
    shipped = _shipped().get(str(path))
    if shipped is not None:
        return shipped
    with readable(path):  # a name may be too long for a file
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


def read_card(name: str | Path | None, kind: str = RESPONSE) -> tuple[Path, dict[str, Any]]:
    """Path and contents of a card of a kind; ``name`` as in :func:`card_path`.

    Raises
    ------
    WeightsError
        No such model, no json, a model of another kind, or a card that lacks a key.
    """
    path = card_path(name, kind)
    with readable(path):
        card = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(card, dict):
            raise ValueError("no JSON object")
        _check_kind(path, card, kind)
        check_keys(path, card, KINDS[kind].required)
    return path, card


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while a model is read into a WeightsError that names its card.

    Damaged json, parameters that are missing, cut short or of another network: the libraries
    that find it raise a dozen different types.
    """
    try:
        yield
    except WeightsError:
        raise
    except Exception as error:
        raise WeightsError(
            message(
                str(path),
                first_line(error),
                "a model card whose parameter file fits its network",
                "Reinstall SpecML, or train the model again.",
            )
        ) from error


def check_keys(path: Path, card: dict[str, Any], required: tuple[str, ...]) -> None:
    """Raise a WeightsError that names what is missing in a card."""
    missing = [key for key in required if key not in card]
    if missing:
        raise WeightsError(
            message(
                str(path),
                f"no {', '.join(missing)}",
                "a model card with " + ", ".join(required),
                "Give the .json that the training wrote.",
            )
        )


def _shipped() -> dict[str, Path]:
    """Name -> card of the models that ship."""
    cards = (path for path in SHIPPED.rglob("*.json") if not path.name.endswith(".scaling.json"))
    return {path.stem: path for path in sorted(cards)}


def _check_kind(path: Path, card: dict[str, Any], kind: str) -> None:
    own = kind_of(card)
    if own == kind:
        return
    names = ", ".join(shipped["name"] for shipped in available(kind))
    other = KINDS.get(own)
    got = f"a model of kind {own!r}" + (f", which predicts {other.answers}" if other else "")
    raise WeightsError(
        message(
            f"model {card.get('name', path)}",
            got,
            f"one of kind {kind!r}, which predicts {KINDS[kind].answers} ({names})",
            f"This one serves {other.used_by if other else 'another version of SpecML'}.",
        )
    )
