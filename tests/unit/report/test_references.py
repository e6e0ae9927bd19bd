"""What a card names is cited, and nothing else."""

import json
from importlib.resources import files

import pytest

from specml.models.ladder import NETWORKS as IMPLEMENTED
from specml.report.references import NETWORKS, REFERENCES, of_model


def cited(card: dict) -> set[str]:
    return {key for key, work in REFERENCES.items() if work in of_model(card)}


@pytest.mark.parametrize("name", ["specml", "specml-xtb"])
def test_shipped_models(name):
    card = json.loads((files("specml") / "weights" / f"{name}.json").read_text())
    assert cited(card) == {"painn", "gfn2", "b3lyp", "pyscf"}


def test_a_card_that_says_little():
    assert cited({"name": "fake"}) == set()
    assert cited({"name": "fake", "baseline": "gfn2"}) == {"gfn2"}


def test_every_network_has_a_reference():
    assert set(NETWORKS) == set(IMPLEMENTED)
    assert set(NETWORKS.values()) <= set(REFERENCES)
