import numpy as np
import pytest

from specml.spectra.symmetry_number import point_group_order, symmetry_number
from tests.invariants.spring_molecules import named

# Herzberg, "Infrared and Raman Spectra" (1945), table 140.
KNOWN = {
    "H2O": 2,
    "NH3": 3,
    "CH4": 12,
    "HCN": 1,
    "CO2": 2,
    "C2H2": 2,
    "C2H4": 4,
    "C2H6": 6,
    "C6H6": 12,
    "H2CO": 2,
    "CH3OH": 1,
    "CH3CN": 3,
    "C3H4_D2d": 4,
    "SiH4": 12,
    "PF3": 3,
    "N2": 2,
    "SO2": 2,
}


@pytest.mark.parametrize(("name", "expected"), KNOWN.items())
def test_known_molecules(name, expected):
    structure = named(name)
    assert symmetry_number(structure.numbers, structure.positions, structure.masses) == expected


@pytest.mark.parametrize("name", ["CH4", "C6H6", "C2H6"])
def test_noise_of_a_relaxed_geometry_is_tolerated(name):
    structure = named(name)
    noise = np.random.default_rng(0).normal(scale=0.004, size=structure.positions.shape)
    found = symmetry_number(structure.numbers, structure.positions + noise, structure.masses)
    assert found == KNOWN[name]


def test_isotopes_lower_the_symmetry():
    structure = named("CH4")
    masses = structure.masses.copy()
    masses[1] = 2.014
    assert symmetry_number(structure.numbers, structure.positions, masses) == 3


# Operations of the point group; the finite part of the linear ones.
ORDERS = {
    "H2O": 4,
    "NH3": 6,
    "CH4": 24,
    "HCN": 2,
    "CO2": 4,
    "C2H4": 8,
    "C2H6": 12,
    "C6H6": 24,
    "CH3OH": 2,
    "C3H4_D2d": 8,
}


@pytest.mark.parametrize(("name", "expected"), ORDERS.items())
def test_reflections_are_counted(name, expected):
    structure = named(name)
    assert point_group_order(structure.numbers, structure.positions, structure.masses) == expected


def test_a_chiral_molecule_has_rotations_only():
    """Hydrogen peroxide, C2."""
    positions = np.array([[0, 0.73, 0], [0, -0.73, 0], [0.8, 0.9, 0.5], [-0.8, -0.9, 0.5]])
    assert point_group_order(np.array([8, 8, 1, 1]), positions, np.array([16.0, 16, 1, 1])) == 2
