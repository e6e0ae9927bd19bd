"""The shipped models as a library user meets them."""

import json

import numpy as np
import pytest
import torch

import specml
from specml.errors import DomainError, WeightsError
from specml.inference import derivatives
from specml.inference.calculator import SpecMLCalculator
from specml.inference.domain import judge
from specml.inference.predictor import Predictor
from specml.io.model_cards import KINDS, RESPONSE, SHIPPED, available
from specml.models.ladder import LadderModel, NetworkConfig
from specml.structure import Structure


@pytest.fixture(scope="module", params=[card["name"] for card in available("response")])
def predictor(request: pytest.FixtureRequest) -> Predictor:
    return specml.load(request.param)


def test_many_structures_give_what_each_gives_alone(predictor, water, formaldehyde):
    together = predictor.predict([water, formaldehyde])
    for row, structure in zip(together, (water, formaldehyde), strict=True):
        (alone,) = predictor.predict([structure])
        assert row.keys() == alone.keys() >= {"energy", "forces", "dipole", "polarizability"}
        for name, value in row.items():
            np.testing.assert_allclose(value, alone[name], atol=2e-5, err_msg=name)


def test_hessian_and_slopes_match_finite_differences(predictor, formaldehyde):
    (expansion,) = predictor.expand([formaldehyde])
    h, shift = 2e-3, np.zeros((4, 3))
    shift[2, 1] = h
    plus, minus = (
        predictor.predict([formaldehyde.with_positions(formaldehyde.positions + sign * shift)])[0]
        for sign in (1, -1)
    )
    column = 3 * 2 + 1
    curvature = -(plus["forces"] - minus["forces"]).ravel() / (2 * h)
    np.testing.assert_allclose(expansion.hessian[column], curvature, atol=0.02)
    for name in ("dipole", "polarizability"):
        slope = (plus[name] - minus[name]) / (2 * h)
        found = getattr(expansion, f"{name}_derivatives")[..., column]
        np.testing.assert_allclose(found, slope, atol=3e-3, err_msg=name)


def test_relaxed_geometries_are_minima(predictor, formaldehyde):
    (relaxed,) = predictor.relax([formaldehyde])
    assert relaxed.converged
    _, (forces,) = predictor.energies_forces([relaxed.structure])
    assert np.abs(forces).max() < 3e-3


def test_an_unknown_element_is_an_error_that_names_it(predictor):
    silane = Structure([14, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 1.5]], charge=-1)
    with pytest.raises(DomainError, match="the element Si"):
        predictor.predict([silane])


def test_a_charge_is_outside_the_domain(predictor):
    hydroxide = Structure([8, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.97]], charge=-1)
    (verdict,) = predictor.domain([hydroxide])
    assert not verdict.inside
    assert any("charge -1" in reason for reason in verdict.reasons)


def test_a_torn_molecule_is_outside_and_a_sound_one_inside(predictor, formaldehyde):
    torn = formaldehyde.with_positions(formaldehyde.positions * [1.0, 1.9, 0.75])
    sound, broken = predictor.domain([formaldehyde, torn])
    assert sound.inside
    assert not broken.inside
    assert broken.misfit > 3 * sound.misfit


def test_calculator_agrees_with_the_predictor(predictor, water):
    atoms = water.to_ase()
    atoms.calc = SpecMLCalculator(predictor)
    (row,) = predictor.predict([water])
    assert atoms.get_potential_energy() == pytest.approx(row["energy"])
    np.testing.assert_allclose(atoms.get_forces(), row["forces"], atol=1e-5)
    np.testing.assert_allclose(atoms.get_dipole_moment(), row["dipole"], atol=1e-5)
    assert atoms.calc.get_property("polarizability").shape == (3, 3)


def test_an_unknown_model_is_an_error_that_lists_the_known():
    with pytest.raises(WeightsError, match="specml-xtb"):
        specml.load("no-such-model")


def test_an_unknown_device_is_an_error():
    with pytest.raises(WeightsError, match="device"):
        specml.load(device="abacus")


def test_parameters_of_another_network_are_refused(tmp_path):
    card = json.loads((SHIPPED / "specml.json").read_text())
    card["network"]["n_channels"] = 8
    (tmp_path / "wrong.json").write_text(json.dumps(card))
    (tmp_path / card["weights"]).write_bytes((SHIPPED / card["weights"]).read_bytes())
    with pytest.raises(WeightsError, match="fits its network"):
        specml.load(tmp_path / "wrong.json")


def test_damaged_parameters_are_refused(tmp_path):
    card = json.loads((SHIPPED / "specml.json").read_text())
    (tmp_path / "torn.json").write_text(json.dumps(card))
    (tmp_path / card["weights"]).write_bytes((SHIPPED / card["weights"]).read_bytes()[:5000])
    with pytest.raises(WeightsError, match=r"torn\.json"):
        specml.load(tmp_path / "torn.json")


@pytest.mark.parametrize("key", KINDS[RESPONSE].required)
def test_a_card_without_a_required_key_is_refused(tmp_path, key):
    card = json.loads((SHIPPED / "specml.json").read_text())
    del card[key]
    (tmp_path / "short.json").write_text(json.dumps(card))
    with pytest.raises(WeightsError, match=f"no {key}"):
        specml.load(tmp_path / "short.json")


def test_a_card_that_leaves_out_a_setting_of_the_network_is_refused(tmp_path):
    """A default that has changed since would give other numbers without a word."""
    card = json.loads((SHIPPED / "specml.json").read_text())
    del card["network"]["smoothing"]
    (tmp_path / "old.json").write_text(json.dumps(card))
    with pytest.raises(WeightsError, match="no smoothing"):
        specml.load(tmp_path / "old.json")


@pytest.mark.parametrize("sense", [1.0, -1.0], ids=["cis", "trans"])
def test_bends_of_a_linear_molecule_are_parabolas(predictor, sense):
    """Norms of vectors that symmetry makes vanish must not bend the energy on a small scale.

    GFN2-xTB's own bends change by 0.02 % (cis) and 0.4 % (trans) up to 0.1 rad.
    """
    carbon, bond, angles = 0.604, 1.07, np.array([0.0, 0.02, 0.1])

    def acetylene(angle: float) -> Structure:
        x, z = bond * np.sin(angle), carbon + bond * np.cos(angle)
        return Structure(
            [6, 6, 1, 1], [[0, 0, carbon], [0, 0, -carbon], [x, 0, z], [sense * x, 0, -z]]
        )

    energy, _ = predictor.energies_forces([acetylene(angle) for angle in angles])
    wavenumber = np.sqrt(energy[1:] - energy[0]) / angles[1:]
    assert wavenumber[1] == pytest.approx(wavenumber[0], rel=0.01)


def test_no_structures_no_rows(predictor):
    assert predictor.predict([]) == []
    assert predictor.relax([]) == []
    assert predictor.expand([]) == []
    assert predictor.domain([]) == []


def test_rungs_without_training_labels_stay_unused(water):
    torch.manual_seed(0)
    model = LadderModel(NetworkConfig("painn", n_channels=8, n_layers=1, n_radial=8))
    card = json.loads((SHIPPED / "specml.json").read_text())
    every = Predictor(model, card).predict([water])[0]
    short = Predictor(model, card | {"dipole_rungs": 2, "polarizability": False})
    (row,) = short.predict([water])
    assert "polarizability" not in row
    assert np.abs(row["dipole"] - every["dipole"]).max() > 1e-6
    (expansion,) = short.expand([water], polarizability=True)
    assert expansion.polarizability is None
    assert expansion.polarizability_derivatives is None
    assert "polarizability" not in SpecMLCalculator(short).implemented_properties


def test_unpaired_electrons_are_refused(predictor):
    oxygen = Structure([8, 8], [[0.0, 0.0, 0.0], [0.0, 0.0, 1.2]], multiplicity=3)
    with pytest.raises(DomainError, match="multiplicity 3"):
        predictor.predict([oxygen])


def test_a_misfit_that_is_not_a_number_is_outside(water):
    card = json.loads((SHIPPED / "specml.json").read_text())
    assert not judge(water, card, float("nan")).inside
    card["domain"]["min_atoms"] = 4
    assert "3 atoms" in judge(water, card, 0.0).reasons[0]


def test_hessian_does_not_depend_on_the_chunks(formaldehyde, monkeypatch):
    predictor = specml.load("specml")
    (whole,) = predictor.expand([formaldehyde], polarizability=False)
    monkeypatch.setattr(derivatives, "EDGES", 3 * 4 * 3)  # three copies of 4 atoms, 3 neighbours
    (pieces,) = predictor.expand([formaldehyde], polarizability=False)
    np.testing.assert_allclose(pieces.hessian, whole.hessian, atol=1e-9)


def test_one_structure_and_a_list_of_one_are_alike(predictor, water):
    for method in ("predict", "relax", "expand", "domain"):
        ask = getattr(predictor, method)
        (listed,) = ask([water])
        alone = ask(water)
        assert type(alone) is type(listed)
    (row,) = predictor.predict([water])
    np.testing.assert_allclose(predictor.predict(water)["forces"], row["forces"], atol=1e-4)
