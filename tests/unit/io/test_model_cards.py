import json
import subprocess
import sys

import pytest

from specml.errors import WeightsError
from specml.io import model_cards
from specml.io.model_cards import KINDS, available, card_path, kind_of, read_card

NAMES = [card["name"] for card in available()]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_that_is_listed_is_found(name):
    """In whatever folder its card lies."""
    path = card_path(name)
    assert json.loads(path.read_text())["name"] == name
    _, card = read_card(name, kind_of(json.loads(path.read_text())))
    assert card["name"] == name
    assert card_path(path) == path


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_of_a_kind_is_of_that_kind(kind):
    _, card = read_card(None, kind)
    assert (card["name"], kind_of(card)) == (KINDS[kind].default, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_another_kind_is_refused_in_one_line(name, kind):
    own = kind_of(json.loads(card_path(name).read_text()))
    if own == kind:
        return
    with pytest.raises(WeightsError, match=rf"model {name}: got a model of kind") as caught:
        read_card(name, kind)
    text = str(caught.value)
    assert "\n" not in text
    for word in (KINDS[own].answers, KINDS[kind].answers, KINDS[kind].default, KINDS[own].used_by):
        assert word in text


def test_a_kind_of_a_later_version_is_refused(tmp_path):
    (tmp_path / "new.json").write_text('{"name": "new", "kind": "colour"}')
    with pytest.raises(WeightsError, match=r"kind 'colour'; expected .* another version"):
        read_card(tmp_path / "new.json")


@pytest.mark.parametrize("name", ["best", "a" * 300, "no\0name", "."])
def test_what_is_no_model_is_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WeightsError):
        card_path(name)


@pytest.mark.parametrize("text", ["", "not json", "[]", "7", "{}", '{"name": "x"'])
def test_a_damaged_card_is_refused(tmp_path, text):
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(WeightsError, match=r"card\.json"):
        read_card(tmp_path / "card.json")


def test_a_card_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "card.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WeightsError, match=r"card\.json"):
        read_card(tmp_path / "card.json")


def test_cards_are_read_without_torch():
    """The workers of ``specml admet predict`` start in a second because of it."""
    code = f"import sys; import {model_cards.__name__}; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
