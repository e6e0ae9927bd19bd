"""The ASE calculator as molecular dynamics and ASE's own vibrations use it."""

import numpy as np
import pytest
from ase.build import molecule

import specml
from specml.errors import InputError
from specml.inference.calculator import SpecMLCalculator
from specml.structure import Structure


@pytest.fixture(scope="module")
def predictor():
    return specml.load()


@pytest.fixture
def atoms(predictor):
    methanol = molecule("CH3OH")
    methanol.rattle(0.05, seed=1)
    methanol.calc = SpecMLCalculator(predictor)
    return methanol


def test_moving_an_atom_is_noticed(atoms):
    before = atoms.get_potential_energy()
    atoms.positions[0, 0] += 0.1
    assert abs(atoms.get_potential_energy() - before) > 0.01


def test_forces_are_minus_the_slope_of_the_energy(atoms):
    """Central differences; the tolerance is GFN2's own self-consistency noise."""
    forces = atoms.get_forces()
    for atom, axis in ((0, 0), (1, 2), (4, 1)):
        energies = []
        for shift in (0.005, -0.005):
            moved = atoms.copy()
            moved.calc = atoms.calc
            moved.positions[atom, axis] += shift
            energies.append(moved.get_potential_energy())
        assert -np.diff(energies[::-1])[0] / 0.01 == pytest.approx(forces[atom, axis], abs=2e-3)


def test_charge_reaches_the_model(predictor):
    hydroxide = molecule("OH")
    hydroxide.calc = SpecMLCalculator(predictor, charge=-1)
    expected = predictor.predict([Structure.from_ase(hydroxide, charge=-1)])[0]
    assert hydroxide.get_potential_energy() == pytest.approx(expected["energy"], abs=1e-6)


def test_periodic_boundaries_are_refused(atoms):
    atoms.set_cell([10.0, 10.0, 10.0])
    atoms.pbc = True
    with pytest.raises(InputError, match="isolated molecule"):
        atoms.get_potential_energy()
