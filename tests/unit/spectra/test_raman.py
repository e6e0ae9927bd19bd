import numpy as np
import pytest

from specml.errors import InputError
from specml.spectra.normal_modes import normal_modes
from specml.spectra.raman import (
    depolarization_ratios,
    raman_activities,
    raman_cross_sections,
)
from specml.structure import Structure


def test_invariants_of_one_mode_by_hand():
    """dalpha/dQ = diag(1, 2, 6) + xy 3: a = 3, g2 = (1 + 16 + 25)/2 + 27 = 48."""
    structure = Structure([1, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.74]])
    modes = normal_modes(structure, np.diag([0.0, 0, 1, 0, 0, 1]), np.ones(2))
    tensor = np.array([[1.0, 3.0, 0.0], [3.0, 2.0, 0.0], [0.0, 0.0, 6.0]])
    derivatives = np.zeros((3, 3, 6))
    derivatives[:, :, 5] = tensor * np.sqrt(2.0)  # the mode moves atom 2 by sqrt(1/2)
    assert raman_activities(modes, derivatives) == pytest.approx([45 * 9 + 7 * 48])
    polarised = depolarization_ratios(modes, derivatives)
    natural = depolarization_ratios(modes, derivatives, polarised=False)
    assert polarised == pytest.approx([3 * 48 / (45 * 9 + 4 * 48)])
    assert natural == pytest.approx([6 * 48 / (45 * 9 + 7 * 48)])


def test_cross_section_of_the_notes():
    """S = 60 angstrom^4/amu at 992 1/cm, 532 nm: about 3.6e-30 cm^2/sr."""
    section = raman_cross_sections(np.array([992.0]), np.array([60.0]), 532.0, 298.15)
    assert section == pytest.approx([3.6e-30], rel=0.02)


def test_cross_section_against_cgs_constants():
    """The formula of the notes, word for word."""
    h, c, k, amu = 6.62607015e-27, 2.99792458e10, 1.380649e-16, 1.66053906660e-24
    nu, activity, temperature = 500.0, 10.0, 400.0
    expected = (
        (2 * np.pi) ** 4
        / 45
        * (1e7 / 785.0 - nu) ** 4
        * h
        / (8 * np.pi**2 * c * nu)
        * activity
        * 1e-32
        / amu
        / (1 - np.exp(-h * c * nu / (k * temperature)))
    )
    ours = raman_cross_sections(np.array([nu]), np.array([activity]), 785.0, temperature)
    assert ours == pytest.approx([expected], rel=1e-7)


def test_imaginary_modes_get_no_cross_section_and_zero_kelvin_works():
    sections = raman_cross_sections(np.array([-300.0, 900.0]), np.array([5.0, 5.0]), 532.0, 0.0)
    assert sections[0] == 0.0
    assert sections[1] > 0.0


@pytest.mark.parametrize(
    ("laser", "temperature", "thing"),
    [(0.0, 298.0, "laser"), (5000.0, 298.0, "laser"), (532.0, -1.0, "temperature")],
)
def test_bad_input_is_named(laser, temperature, thing):
    with pytest.raises(InputError, match=thing):
        raman_cross_sections(np.array([3000.0]), np.array([1.0]), laser, temperature)
