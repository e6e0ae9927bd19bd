"""The fit finds the factors that made its data, and leaves molecules out."""

import numpy as np
import pytest
from ase.build import molecule

from specml.errors import InputError
from specml.expansion import Expansion
from specml.relax import model_hessian
from specml.spectra.force_constant_fit import Sample, fit, merged, predict, sample
from specml.spectra.normal_modes import normal_modes
from specml.structure import Structure

TRUE = {
    "stretch": 0.93,
    "bend": 0.97,
    "C-H stretch": 0.92,
    "C=O stretch": 0.88,
    "H bend": 0.99,
    "HXH bend": 0.98,
}
NAMES = ("H2CO", "CH3CHO", "HCOOH", "CH3OH", "C2H4", "CH4", "C2H6", "CH3COCH3")


def samples(factors: dict[str, float], names: tuple[str, ...] = NAMES) -> list[Sample]:
    """Molecules whose observed fundamentals are those of a force field with these factors."""
    made = []
    for name in names:
        one = Structure.from_ase(molecule(name), name=name)
        modes = normal_modes(one, model_hessian(one), np.ones(len(one)))
        internal = modes.vectors.reshape(len(modes.wavenumbers), -1)
        hessian = internal.T @ internal @ model_hessian(one, 6.0) @ internal.T @ internal
        size = 3 * len(one)
        given = Expansion(one, 0.0, np.zeros(size), hessian, np.zeros(3), np.zeros((3, size)))
        blank = sample(name, given, np.zeros(len(internal)))
        made.append(sample(name, given, predict(blank, factors)))
    return made


def test_fit_finds_the_factors():
    fitted = fit(samples(TRUE), "model", "made up", draw=100.0)
    assert fitted.scaling.raw_error > 10.0
    assert fitted.scaling.error < 1.0
    for kind in ("C-H stretch", "C=O stretch", "H bend", "HXH bend"):
        assert fitted.scaling.factors[kind] == pytest.approx(TRUE[kind], abs=0.003)
    assert fitted.scaling.n_molecules == len(NAMES)
    assert fitted.scaling.name == "model"


def test_a_kind_with_few_data_is_drawn_to_its_general_kind():
    """One ketone among hydrocarbons: the tighter the draw, the nearer its C=O to the others."""
    few = samples(TRUE, ("H2CO", "C2H4", "CH4", "C2H6"))
    loose, tight = (fit(few, draw=draw).scaling.factors for draw in (1.0, 0.001))
    assert abs(tight["C=O stretch"] - tight["stretch"]) < 0.005
    assert abs(loose["C=O stretch"] - TRUE["C=O stretch"]) < 0.01


def test_left_out_molecules_are_not_fitted():
    """A molecule that contradicts all others does not improve its own left-out error."""
    given = samples(TRUE)
    odd = given[0]
    given[0] = Sample(odd.molecule, odd.force_field, 0.9 * odd.observed, odd.kept)
    fitted = fit(given)
    others = fit(given[1:])
    np.testing.assert_allclose(fitted.left_out[0], predict(odd, others.scaling.factors), atol=0.5)


def test_merged_kinds_share_a_factor():
    given = [merged(one, lambda kind: "all") for one in samples(dict.fromkeys(TRUE, 0.9))]
    fitted = fit(given)
    assert fitted.scaling.factors == {"all": pytest.approx(0.9, abs=1e-3)}


def test_what_cannot_be_matched():
    one = Structure.from_ase(molecule("H2O"))
    given = Expansion(one, 0.0, np.zeros(9), np.eye(9), np.zeros(3), np.zeros((3, 9)))
    with pytest.raises(InputError, match="complete lists"):
        sample("water", given, np.array([1600.0]))
    with pytest.raises(InputError, match="at least two"):
        fit(samples(TRUE, ("H2CO",)))


def test_torsions_and_low_modes_are_left_out():
    one = Structure.from_ase(molecule("CH3OH"))
    given = Expansion(one, 0.0, np.zeros(18), model_hessian(one), np.zeros(3), np.zeros((3, 18)))
    observed = np.linspace(200.0, 3000.0, 12)[::-1].copy()
    excluded = np.zeros(12, dtype=bool)
    excluded[-2] = True
    found = sample("methanol", given, observed, excluded)
    assert found.kept.tolist() == [False, False] + [True] * 10
