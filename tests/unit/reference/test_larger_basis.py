"""What a larger basis adds to def2-SVP."""

import numpy as np
import pytest

from specml.reference import dft, larger_basis
from specml.structure import Structure

WATER = Structure([8, 1, 1], [[0.0, 0.0, 0.1], [0.0, 0.8, -0.5], [0.0, -0.75, -0.5]], name="water")


@pytest.fixture(scope="module")
def labels() -> dict:
    return larger_basis.label(WATER)


def test_def2_svp_is_that_of_its_own_scheme(labels):
    own = dft.label(WATER)
    assert labels["energy"] == pytest.approx(own["energy"], abs=1e-6)
    np.testing.assert_allclose(labels["forces"], own["forces"], atol=1e-5)


def test_a_first_guess_moves_nothing_but_time(labels):
    """Variational: a larger basis lies lower, by 0.09 hartree for water."""
    cold = dft.kohn_sham(WATER, larger_basis.BASIS)
    assert labels["energy_tzvpd"] == pytest.approx(dft.energy(cold), abs=1e-6)
    np.testing.assert_allclose(labels["forces_tzvpd"], dft.forces(cold), atol=1e-4)
    assert -3.0 < labels["energy_tzvpd"] - labels["energy"] < -2.0


def test_forces_of_the_larger_basis_are_minus_the_slope_of_its_energy(labels):
    h = 2e-3
    shift = np.zeros((3, 3))
    shift[1, 1] = h
    ends = [
        dft.energy(dft.kohn_sham(WATER.with_positions(p), larger_basis.BASIS))
        for p in (WATER.positions + shift, WATER.positions - shift)
    ]
    slope = -(ends[0] - ends[1]) / (2 * h)
    assert labels["forces_tzvpd"][1, 1] == pytest.approx(slope, abs=5e-3)


def test_open_shells_start_from_both_spins():
    hydroxyl = Structure([8, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.98]], multiplicity=2)
    labels = larger_basis.label(hydroxyl)
    assert labels["energy_tzvpd"] < labels["energy"]
    assert labels["spin_populations"].sum() == pytest.approx(1.0, abs=1e-6)
