"""Names of bands: from the sticks, not from the grid."""

import numpy as np

from specml.spectra.bands import band_positions


def test_the_stick_names_the_maximum():
    found = band_positions(np.array([1745.0]), np.array([1744.6, 1790.0]), np.array([9.0, 90.0]), 5)
    assert found.tolist() == [1744.6]


def test_merged_bands_are_named_by_the_stronger_and_none_by_themselves():
    sticks, heights = np.array([1000.2, 1003.1]), np.array([1.0, 5.0])
    assert band_positions(np.array([1002.0, 2000.0]), sticks, heights, 5.0).tolist() == [
        1003.1,
        2000.0,
    ]


def test_inactive_sticks_name_nothing():
    assert band_positions(np.array([500.0]), np.array([500.3]), np.array([0.0]), 5.0)[0] == 500.0
    assert band_positions(np.array([500.0]), np.empty(0), np.empty(0), 5.0)[0] == 500.0
