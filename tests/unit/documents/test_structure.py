"""Formulas of isotopologues and numbers that have no value."""

import numpy as np
import pytest

from specml.documents.structure import described, number, title
from specml.structure import Structure

CHLOROFORM = Structure(
    [6, 1, 17, 17, 17],
    [[0, 0, 0], [0, 0, 1.1], [1.7, 0, -0.4], [-0.8, 1.5, -0.4], [-0.8, -1.5, -0.4]],
)
WATER = Structure([8, 1, 1], [[0, 0, 0.1174], [0, 0.7572, -0.4696], [0, -0.7572, -0.4696]])


@pytest.mark.parametrize(
    ("structure", "heavy", "expected"),
    [(CHLOROFORM, {1: 2.014}, "CDCl3"), (WATER, {1: 2.014}, "HDO"), (WATER, {1: 3.016}, "HTO")],
)
def test_deuterium_stands_in_the_formula(structure, heavy, expected):
    masses = structure.masses.copy()
    masses[list(heavy)] = list(heavy.values())
    assert title(structure, masses) == expected
    assert described(structure, masses_amu=masses)["formula"] == expected


def test_natural_masses_change_nothing():
    assert title(CHLOROFORM, CHLOROFORM.masses) == "CHCl3"
    carbon13 = np.array([13.00335, *CHLOROFORM.masses[1:]])
    assert title(CHLOROFORM, carbon13) == "CHCl3"


def test_no_value_is_a_dash():
    assert number(None, ".3f") == number(float("nan"), ".3f") == "–"
