"""Models of all kinds are named alike, and what is damaged is one error in one line."""

import json
import shutil
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

import specml
from specml.admet import scorer
from specml.admet.transformer import embedding
from specml.errors import WeightsError
from specml.hamiltonian import predictor
from specml.inference.shieldings import load_shieldings
from specml.io.model_cards import KINDS, available, card_path, kind_of

LOADERS = {
    "response": specml.load,
    "shielding": load_shieldings,
    "hamiltonian": predictor.load,
    "admet": scorer.load,
    "encoder": embedding.load,
}
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def copied(kind, tmp_path) -> tuple[Path, Path]:
    """Card and parameters of the default model of a kind, to be damaged."""
    card = card_path(None, kind)
    content = json.loads(card.read_text())
    rows = (content, *content.get("partners", ()))
    names = [row.get("weights", f"{card.stem}.safetensors") for row in rows]
    for name in (card.name, *names):
        shutil.copy(card.with_name(name), tmp_path)
    return tmp_path / card.name, tmp_path / names[0]


def refusal(kind: str, name: object) -> str:
    with pytest.raises(WeightsError) as caught:
        LOADERS[kind](name)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_there_is_a_loader_for_every_kind():
    assert LOADERS.keys() == KINDS.keys()


@pytest.mark.parametrize("card", available(), ids=lambda card: card["name"])
def test_every_name_that_is_listed_loads(card):
    LOADERS[kind_of(card)](card["name"])


@each_kind
def test_a_path_loads_too(kind, copied):
    LOADERS[kind](copied[0])
    LOADERS[kind](str(copied[0]))


@each_kind
def test_an_unknown_name_is_told_those_of_the_kind(kind):
    assert KINDS[kind].default in refusal(kind, "best")


@each_kind
def test_a_model_of_another_kind_is_refused(kind):
    other = next(row.default for name, row in KINDS.items() if name != kind)
    assert f"model {other}: got a model of kind" in refusal(kind, other)


@each_kind
@pytest.mark.parametrize("text", ["", "{", "[]", "7"])
def test_a_damaged_card_is_refused(kind, copied, text):
    copied[0].write_text(text)
    assert copied[0].name in refusal(kind, copied[0])


@each_kind
def test_missing_parameters_are_refused(kind, copied):
    copied[1].unlink()
    assert copied[0].name in refusal(kind, copied[0])


@each_kind
def test_parameters_that_are_cut_short_are_refused(kind, copied):
    copied[1].write_bytes(copied[1].read_bytes()[:5000])
    assert "fits its network" in refusal(kind, copied[0])


@each_kind
def test_parameters_that_lack_one_are_refused(kind, copied):
    tensors = load_file(copied[1])
    tensors.pop(next(iter(tensors)))
    save_file(tensors, copied[1])
    assert "fits its network" in refusal(kind, copied[0])
