"""The predictor of shieldings, with random weights."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

import specml
from specml.data.sampling import conformer
from specml.errors import DomainError, InputError, WeightsError
from specml.inference.model_file import read_shieldings
from specml.inference.shieldings import ShieldingPredictor, is_compound, load_shieldings
from specml.io.model_cards import SHIPPED, available
from specml.nuclei import TMS
from specml.structure import Structure
from tests.nmr_model import CARD, write_tiny
from tests.tolerances import ROUND_OFF

FIELDS = ("dft", "dft_uncertainty", "shift", "uncertainty", "shielding")
EQUAL = 100 * ROUND_OFF[torch.float64]  # shifts are of the order of 100 ppm


@pytest.fixture(scope="module")
def predictor(tmp_path_factory) -> ShieldingPredictor:
    return load_shieldings(write_tiny(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="module")
def ethanol() -> Structure:
    return conformer("CCO")


@pytest.fixture(scope="module")
def tms() -> Structure:
    return conformer("C[Si](C)(C)C")


def same(a, b, order=slice(None)):
    for name in FIELDS:
        np.testing.assert_allclose(
            getattr(a, name)[order], getattr(b, name), atol=EQUAL, err_msg=name
        )


def test_shifts_turn_with_nothing(predictor, ethanol):
    turn = Rotation.random(random_state=1).as_matrix()
    turned = ethanol.with_positions(ethanol.positions @ turn.T + [1.0, -2.0, 3.0])
    same(*predictor.predict([turned, ethanol]))


def test_permuting_atoms_permutes_shifts(predictor, ethanol, rng):
    order = rng.permutation(len(ethanol))
    mixed = Structure(ethanol.numbers[order], ethanol.positions[order])
    first, second = predictor.predict([ethanol, mixed])
    same(first, second, order)


def test_many_molecules_give_what_each_gives_alone(predictor, ethanol, formaldehyde, tms):
    together = predictor.predict([formaldehyde, tms, ethanol])
    for row, structure in zip(together, (formaldehyde, tms, ethanol), strict=True):
        same(row, predictor.predict([structure])[0])
    assert predictor.predict([]) == []


def test_other_nuclei_have_no_shift(predictor, ethanol):
    (found,) = predictor.predict([ethanol])
    known = np.isin(ethanol.numbers, (1, 6))
    for name in FIELDS:
        np.testing.assert_array_equal(~np.isnan(getattr(found, name)), known)


def test_calibration_and_shielding_follow_the_card(predictor, ethanol):
    (found,) = predictor.predict([ethanol])
    proton, carbon = (ethanol.numbers == z for z in (1, 6))
    np.testing.assert_allclose(found.shift[proton], 1.01 * found.dft[proton] - 0.04)
    assert np.abs(found.shift - found.dft)[carbon].min() > 0.0
    expected = np.hypot(1.01 * found.dft_uncertainty[proton], 0.2)
    np.testing.assert_allclose(found.uncertainty[proton], expected)
    np.testing.assert_allclose(found.shielding[carbon], 186.0 - 1.02 * found.dft[carbon])
    np.testing.assert_allclose(found.shielding[proton], 32.0 - 1.08 * found.dft[proton])


def test_tms_is_zero_by_definition(predictor, tms):
    (found,) = predictor.predict([tms])
    assert found.by_definition
    assert set(found.shift[tms.numbers != 14]) == {0.0}
    assert np.isnan(found.shift[tms.numbers == 14]).all()
    np.testing.assert_array_equal(found.shielding[tms.numbers == 6], 186.0)


def test_an_isomer_of_tms_is_not_the_reference(predictor):
    isomer = conformer("CC[SiH2]CC")
    assert not is_compound(isomer, TMS)
    with pytest.raises(DomainError, match="the element Si"):
        predictor.predict([isomer])


def test_a_molecule_without_the_nuclei_is_refused(predictor):
    with pytest.raises(InputError, match="no hydrogen and no carbon in N2"):
        predictor.predict([Structure([7, 7], [[0.0, 0.0, 0.0], [0.0, 0.0, 1.1]])])


def test_domain(predictor, ethanol, tmp_path):
    (found,) = predictor.predict([ethanol])
    verdict = predictor.domain(ethanol, found.uncertainty)
    assert verdict.inside
    assert verdict.uncertainty["1H"] == pytest.approx(
        found.uncertainty[ethanol.numbers == 1].mean()
    )
    limits = {"charges": [1], "max_heavy_atoms": 2, "largest_uncertainty_ppm": dict.fromkeys(
        ("1H", "13C"), 1e-3)}  # fmt: skip
    strict = load_shieldings(write_tiny(tmp_path, domain=limits))
    reasons = " ".join(strict.domain(ethanol, found.uncertainty).reasons)
    for word in ("charge +0", "3 heavy atoms", "error of 1H", "error of 13C"):
        assert word in reasons


def test_a_model_of_another_kind_is_refused_both_ways(tmp_path):
    with pytest.raises(WeightsError, match=r"model tiny: got a model of kind 'shielding'.*nmr"):
        specml.load(write_tiny(tmp_path))
    with pytest.raises(WeightsError, match=r"model specml: got a model of kind 'response'.*ir"):
        load_shieldings("specml")


@pytest.mark.parametrize("key", ["network", "calibration", "reference", "domain"])
def test_a_card_without_a_required_key_is_refused(tmp_path, monkeypatch, key):
    monkeypatch.delitem(CARD, key)
    with pytest.raises(WeightsError, match=f"no {key}"):
        load_shieldings(write_tiny(tmp_path))


def test_figures_may_be_measured_after_the_network(tmp_path, monkeypatch):
    for key in ("calibration", "domain"):
        monkeypatch.delitem(CARD, key)
    _, card = read_shieldings(write_tiny(tmp_path))
    assert card["name"] == "tiny"


def test_shipped_cards_of_each_kind():
    assert [card["name"] for card in available("shielding")] == ["specml-nmr"]
    assert {card["name"] for card in available("response")} == {"specml", "specml-xtb"}
    assert {"specml-nmr", "specml-admet", "specml-hamiltonian"} < {c["name"] for c in available()}
    assert (SHIPPED / "specml-nmr.safetensors").is_file()
