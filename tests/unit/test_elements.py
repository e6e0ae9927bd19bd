"""The tables of the elements are those of ASE."""

import ase.data
import numpy as np

from specml.elements import COVALENT_RADII, MASSES, NUMBERS, SYMBOLS


def test_the_tables_are_those_of_ase():
    assert ase.data.chemical_symbols == SYMBOLS
    assert ase.data.atomic_numbers == NUMBERS
    np.testing.assert_array_equal(MASSES, ase.data.atomic_masses)
    np.testing.assert_array_equal(COVALENT_RADII, ase.data.covalent_radii)
