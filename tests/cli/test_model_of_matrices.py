"""`--model` of `specml hamiltonian` and `specml scf`: a name, a path, and what is neither."""

import json

import pytest
from pyscf import scf

from specml.io.model_cards import HAMILTONIAN, SHIPPED, available

COMMANDS = {"hamiltonian": (), "scf": ("--xc", "hf", "--basis", "sto-3g")}


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """PySCF keeps no temporary files of its own."""
    monkeypatch.setattr(scf.hf, "MUTE_CHKFILE", True)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("given", ["name", "path"])
def test_a_name_or_a_path(run, folder, command, given):
    (card,) = available(HAMILTONIAN)
    model = card["name"] if given == "name" else SHIPPED / f"{card['name']}.json"
    result = run(command, "water.xyz", "--model", model, *COMMANDS[command])
    assert result.exit_code == 0, result.output
    document = json.loads((folder / f"water.{command}.json").read_text())
    assert document["model"]["name"] == card["name"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("nope", "model: got 'nope'; expected one of specml-hamiltonian"),
        ("specml-nmr", "expected one of kind 'hamiltonian'"),
        ("card.json", "card.json"),
    ],
)
def test_what_is_no_model_of_matrices(refused, folder, command, model, reason):
    (folder / "card.json").write_text("{")
    words = (command, "water.xyz", "--model", model, *COMMANDS[command])
    assert reason in refused(*words)
