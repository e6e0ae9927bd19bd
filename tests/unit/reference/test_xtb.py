"""tblite labels: consistent with each other, and in the promised units."""

import numpy as np
import pytest

from specml.data.sampling import conformer
from specml.reference.xtb import GFN2
from specml.structure import Structure


def test_forces_are_minus_the_slope_of_the_energy(formaldehyde):
    calculator = GFN2(formaldehyde)
    forces = calculator(formaldehyde.positions)["forces"]
    h = 1e-3
    shift = np.zeros_like(formaldehyde.positions)
    shift[2, 1] = h
    plus, minus = (calculator(formaldehyde.positions + sign * shift)["energy"] for sign in (1, -1))
    assert forces[2, 1] == pytest.approx(-(plus - minus) / (2 * h), abs=1e-4)


def test_hessian_is_symmetric_and_blind_to_translation(water):
    hessian, slopes = GFN2(water).derivatives(water.positions)
    assert np.abs(hessian - hessian.T).max() == 0.0
    assert np.abs(hessian.reshape(9, 3, 3).sum(1)).max() < 5e-2  # of 50 eV/angstrom^2
    # Moving a neutral molecule does not change its dipole.
    assert np.abs(slopes.reshape(3, 3, 3).sum(1)).max() < 1e-3


def test_turning_a_molecule_turns_its_dipole():
    """Fine enough for finite differences: at the accuracy of labels the rule is missed by 0.01."""
    acid = conformer("OC(=O)CCCl")
    calculator = GFN2(acid)
    dipole = calculator(acid.positions)["dipole"]
    slopes = calculator.derivatives(acid.positions)[1].reshape(3, -1, 3)
    for axis in np.eye(3):
        turned = np.einsum("iaj,aj->i", slopes, np.cross(axis, acid.positions))
        np.testing.assert_allclose(turned, np.cross(axis, dipole), atol=1e-3)


def test_ion_carries_its_charge_and_its_dipole_is_about_the_centre_of_mass():
    ion = Structure([7, 1, 1, 1, 1], _tetrahedron(), charge=1)
    label = GFN2(ion)(ion.positions)
    assert label["charges"].sum() == pytest.approx(1.0, abs=1e-6)
    moved = ion.with_positions(ion.positions + np.array([3.0, 1.0, 0.0]))
    np.testing.assert_allclose(label["dipole"], GFN2(moved)(moved.positions)["dipole"], atol=1e-4)


def test_a_warm_start_that_fails_is_tried_again_from_a_fresh_guess(water, monkeypatch):
    calculator = GFN2(water)
    expected = calculator(water.positions)["energy"]
    singlepoint = calculator._calculator.singlepoint

    def astray(previous=None):
        if previous is not None:
            raise RuntimeError("not converged")
        return singlepoint()

    monkeypatch.setattr(calculator._calculator, "singlepoint", astray)
    assert calculator(water.positions)["energy"] == pytest.approx(expected, abs=1e-6)


def _tetrahedron() -> np.ndarray:
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * 1.02 / 3**0.5
    return np.vstack([np.zeros(3), corners])
