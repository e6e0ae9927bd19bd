"""Quasi-harmonic entropies against the published formulas in SI units, and soft modes."""

import numpy as np
import pytest
from scipy import constants as si

from specml.errors import InputError
from specml.spectra.normal_modes import NormalModes
from specml.spectra.thermochemistry import NOISE, thermochemistry, vibrational_entropies
from specml.structure import Structure
from specml.units import KJ_PER_MOL

T = 298.15
WATER = Structure([8, 1, 1], [[0, 0, 0.1174], [0, 0.7572, -0.4696], [0, -0.7572, -0.4696]])
J_MOL_K = 1000.0 / KJ_PER_MOL


def goodvibes_rrho(wavenumber: float) -> float:
    """``calc_rrho_entropy`` of GoodVibes, J/(mol K), from 1/cm."""
    x = si.h * wavenumber * 100.0 * si.c / (si.k * T)
    return si.R * (x / np.expm1(x) - np.log(1.0 - np.exp(-x)))


def goodvibes_free_rotor(wavenumber: float) -> float:
    """``calc_freerot_entropy`` of GoodVibes: mu' = mu Bav / (mu + Bav), Bav = 1e-44 kg m^2."""
    mu = si.h / (8.0 * np.pi**2 * wavenumber * 100.0 * si.c)
    mu = mu * 1e-44 / (mu + 1e-44)
    return si.R * (0.5 + np.log((8.0 * np.pi**3 * mu * si.k * T / si.h**2) ** 0.5))


def modes(*wavenumbers: float) -> NormalModes:
    n = len(wavenumbers)
    vectors = np.zeros((n, 3, 3))
    return NormalModes(WATER, WATER.masses, np.array(wavenumbers), vectors, 6)


@pytest.mark.parametrize("wavenumber", [20.0, 50.0, 100.0, 250.0, 1600.0])
def test_grimme_interpolates_between_rotor_and_oscillator(wavenumber):
    weight = 1.0 / (1.0 + (100.0 / wavenumber) ** 4)
    rotor = goodvibes_free_rotor(wavenumber)
    expected = weight * goodvibes_rrho(wavenumber) + (1.0 - weight) * rotor
    found = vibrational_entropies(np.array([wavenumber]), T, "grimme")[0] * J_MOL_K
    assert found == pytest.approx(expected, rel=1e-8)


def test_grimme_at_the_cutoff_is_the_mean_of_both():
    found = vibrational_entropies(np.array([100.0]), T, "grimme")[0] * J_MOL_K
    both = goodvibes_rrho(100.0) + goodvibes_free_rotor(100.0)
    assert found == pytest.approx(both / 2.0, rel=1e-8)


@pytest.mark.parametrize(
    ("wavenumber", "counts_as"), [(20.0, 100.0), (99.0, 100.0), (300.0, 300.0)]
)
def test_truhlar_raises_to_100(wavenumber, counts_as):
    found = vibrational_entropies(np.array([wavenumber]), T, "truhlar")[0] * J_MOL_K
    assert found == pytest.approx(goodvibes_rrho(counts_as), rel=1e-8)


def test_only_the_entropy_is_quasi_harmonic():
    plain, grimme, truhlar = (
        thermochemistry(modes(40.0, 500.0), T, entropy=entropy)
        for entropy in ("harmonic", "grimme", "truhlar")
    )
    for other in (grimme, truhlar):
        assert other.enthalpy == plain.enthalpy
        assert other.heat_capacity == plain.heat_capacity
        assert other.entropy < plain.entropy
        assert other.vibrations != plain.vibrations


@pytest.mark.parametrize("entropy", ["harmonic", "grimme", "truhlar"])
def test_nothing_jumps_where_a_soft_mode_changes_sign(entropy):
    values = [
        thermochemistry(modes(soft, 500.0), T, entropy=entropy)
        for soft in (-NOISE, -10.2, -0.1, 0.0, 0.1, 10.6, NOISE)
    ]
    energies = [value.gibbs_energy for value in values]
    assert np.ptp(energies) == 0.0
    assert {value.n_soft for value in values[:-1]} == {1}
    assert {value.n_imaginary for value in values} == {0}
    above = thermochemistry(modes(NOISE + 1e-6, 500.0), T, entropy=entropy)
    assert above.gibbs_energy == pytest.approx(energies[0], abs=1e-7)


def test_imaginary_modes_beyond_the_noise_are_left_out():
    left_out = thermochemistry(modes(-NOISE - 0.1, 500.0), T)
    assert (left_out.n_imaginary, left_out.n_soft) == (1, 0)
    assert left_out.enthalpy == thermochemistry(modes(500.0), T).enthalpy


def test_another_name_is_refused():
    with pytest.raises(InputError, match="harmonic, grimme, truhlar"):
        thermochemistry(modes(500.0), T, entropy="rotor")
