"""A structure that exists is a structure that makes sense."""

import numpy as np
import pytest

from specml.errors import InputError
from specml.structure import Structure


def test_positions_cannot_be_changed_behind_its_back(water):
    with pytest.raises(ValueError, match="read-only"):
        water.positions[0, 0] = 1.0


def test_formula_and_masses(formaldehyde):
    assert formaldehyde.formula == "CH2O"
    assert formaldehyde.masses.sum() == pytest.approx(30.026, abs=1e-3)


def test_round_trip_through_ase(water):
    back = Structure.from_ase(water.to_ase())
    np.testing.assert_array_equal(back.positions, water.positions)
    np.testing.assert_array_equal(back.numbers, water.numbers)


@pytest.mark.parametrize(
    ("numbers", "positions", "options", "reason"),
    [
        ([], np.zeros((0, 3)), {}, "n of at least 1"),
        ([1, 1], [[0, 0, 0]], {}, "one x, y, z row for each atom"),
        ([0, 1], [[0, 0, 0], [0, 0, 1]], {}, "atomic number 0"),
        ([1, 1], [[0, 0, 0], [0, 0, np.nan]], {}, "of atom 1"),
        ([1, 1], [[0, 0, 0], [0, 0, 0.1]], {}, "atoms 0 and 1 .* at 0.100"),
        ([1, 9, 1], [[0, 0, 0], [0, 0, 1], [0, 0, 2]], {}, "11 electrons"),
        ([1, 9], [[0, 0, 0], [0, 0, 1]], {"charge": 1}, "9 electrons"),
        ([1, 9], [[0, 0, 0], [0, 0, 1]], {"multiplicity": 2}, "multiplicity 2"),
    ],
)
def test_nonsense_is_refused_with_its_reason(numbers, positions, options, reason):
    with pytest.raises(InputError, match=reason):
        Structure(numbers, positions, **options)
