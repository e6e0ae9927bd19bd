"""A card with partners answers with the mean of its networks."""

import json
from dataclasses import asdict

import numpy as np
import pytest
import torch

import specml
from specml.errors import InputError, WeightsError
from specml.inference.domain import smallness
from specml.inference.model_file import write_model
from specml.io.model_cards import SHIPPED
from specml.models.ladder import LadderModel, NetworkConfig

NETWORKS = {
    "first": NetworkConfig("tensor-painn", n_channels=8, n_layers=1, n_radial=8),
    "second": NetworkConfig("painn", n_channels=16, n_layers=2, n_radial=8),
}


@pytest.fixture
def folder(tmp_path):
    """Two models of different networks and references, and the two together."""
    shipped = json.loads((SHIPPED / "specml.json").read_text())
    rows = {}
    for seed, (name, config) in enumerate(NETWORKS.items()):
        torch.manual_seed(seed)
        model = LadderModel(config)
        model.energy.reference += seed
        rows[name] = {"network": asdict(config), "weights": f"{name}.safetensors"}
        write_model(tmp_path / f"{name}.json", model, shipped | rows[name] | {"name": name})
    card = shipped | rows["first"] | {"name": "both", "partners": [rows["second"]]}
    card["domain"] = card["domain"] | {"uncertainty": [1.0, 1.0, 1.0]}
    (tmp_path / "both.json").write_text(json.dumps(card))
    return tmp_path


def test_every_answer_is_the_mean(folder, water, formaldehyde):
    one, two, both = (specml.load(folder / f"{name}.json") for name in (*NETWORKS, "both"))
    structures = [water, formaldehyde]
    for first, second, mean in zip(*(m.predict(structures) for m in (one, two, both)), strict=True):
        assert first.keys() == mean.keys()
        for name in first:
            np.testing.assert_allclose(mean[name], (first[name] + second[name]) / 2, atol=1e-9)
    for first, second, mean in zip(*(m.expand(structures) for m in (one, two, both)), strict=True):
        for name in ("hessian", "dipole_derivatives", "polarizability_derivatives"):
            expected = (getattr(first, name) + getattr(second, name)) / 2
            np.testing.assert_allclose(getattr(mean, name), expected, atol=1e-9, err_msg=name)


def test_disagreement_is_the_spread_of_the_forces(folder, water):
    one, two, both = (specml.load(folder / f"{name}.json") for name in (*NETWORKS, "both"))
    first, second = (model.energies_forces([water])[1][0] for model in (one, two))
    expected = np.sqrt((((first - second) / 2) ** 2).sum(1).mean())
    (verdict,) = both.domain([water])
    assert verdict.disagreement == pytest.approx(expected)
    assert one.domain([water])[0].disagreement is None


def test_the_expected_error_is_linear_in_both_measures(folder, water):
    path = folder / "both.json"
    card = json.loads(path.read_text())
    card["domain"] |= {"uncertainty": [1.0, 2.0, 3.0], "largest_uncertainty": 0.5}
    card["domain"]["uncertainty_small"] = 4.0
    card["domain"]["largest_misfit"] = 1e9
    path.write_text(json.dumps(card))
    (verdict,) = specml.load(path).domain([water])
    expected = 1.0 + 2.0 * verdict.misfit + 3.0 * verdict.disagreement + 4.0 * smallness(3)
    assert [smallness(n) for n in (2, 3, 4)] == [16.0, 1.0, 0.0625]
    assert verdict.uncertainty == pytest.approx(expected)
    assert not verdict.inside
    assert "inside: at most 0" in verdict.reasons[0]


def test_a_card_without_a_slope_in_the_disagreement(folder, water):
    """Before it is measured, and in cards of 0.1.0, the misfit alone counts."""
    path = folder / "both.json"
    card = json.loads(path.read_text())
    card["domain"] |= {"uncertainty": [1.0, 2.0], "largest_misfit": 1e9}
    del card["domain"]["largest_uncertainty"], card["domain"]["uncertainty_small"]
    path.write_text(json.dumps(card))
    (verdict,) = specml.load(path).domain([water])
    assert verdict.uncertainty == pytest.approx(1.0 + 2.0 * verdict.misfit)
    assert verdict.inside


def test_dynamics_are_refused(folder):
    with pytest.raises(InputError, match="several networks"):
        specml.load(folder / "both.json").check_dynamics()


def test_a_missing_partner_is_named(folder):
    (folder / "second.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"both\.json: got No such file.*second\.safetensors"):
        specml.load(folder / "both.json")
