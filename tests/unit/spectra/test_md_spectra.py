"""Spectra from time series: harmonic baths whose areas, ratios and places are known."""

import numpy as np
import pytest

from specml import units
from specml.errors import InputError
from specml.spectra import verlet
from specml.spectra.correlation import autocorrelation
from specml.spectra.density_of_states import density_of_states
from specml.spectra.eckart import eckart_rotations, turn_vectors
from specml.spectra.harmonic import harmonic_analysis
from specml.spectra.md_infrared import infrared_spectrum
from specml.spectra.md_raman import raman_densities
from specml.spectra.power import SpectralSampling, flux_density, power_density
from specml.spectra.windows import WINDOWS
from tests.invariants.spring_molecules import named, rotation, spring_expansion

INTERVAL = 2.0  # fs
FRAMES = 4000  # 8 ps: the shortest that 10 1/cm allow is 6.7 to 7.7


def bath(wavenumbers, replicas, temperature, rng, fixed_energy=False):
    """Normal coordinates Q(t), (replicas, frames, modes), of classical oscillators at kT."""
    omega = units.ANGULAR * np.asarray(wavenumbers)
    shape = (replicas, 1, len(omega))
    phase = rng.uniform(0.0, 2.0 * np.pi, shape)
    energy = np.ones(shape) if fixed_energy else rng.exponential(size=shape)
    # <Q^2> = kT / omega^2
    kt = units.BOLTZMANN * temperature / units.TIME_UNIT**2
    amplitude = np.sqrt(2.0 * energy * kt) / omega
    times = INTERVAL * np.arange(FRAMES)[:, None]
    return amplitude * np.cos(omega * times + phase)


def area(spectrum, centre, half_width=60.0):
    near = np.abs(spectrum.x - centre) < half_width
    return np.trapezoid(spectrum.y[near], spectrum.x[near])


@pytest.fixture(scope="module")
def water():
    return harmonic_analysis(spring_expansion(named("H2O")))


def motion(vibrations, coordinates):
    """Positions (replicas, frames, n, 3) and dipoles of normal coordinates, both linear."""
    modes = vibrations.modes
    steps = modes.along(np.eye(3 * len(modes.masses)))
    moves = coordinates @ steps.T
    structure = vibrations.expansion.structure
    positions = structure.positions + moves.reshape(*moves.shape[:2], -1, 3)
    return positions, moves @ vibrations.expansion.dipole_derivatives.T


@pytest.mark.parametrize("temperature", [150.0, 300.0, 600.0])
def test_a_harmonic_bath_has_the_harmonic_intensities(water, rng, temperature):
    """Band by band within the sampling error, which is 7 % (200 replicas of one mode each)."""
    coordinates = bath(water.wavenumbers, 200, temperature, rng)
    _, dipoles = motion(water, coordinates)
    spectrum = infrared_spectrum(dipoles, SpectralSampling(INTERVAL), temperature)
    expected = water.ir_intensities
    # The two stretches may overlap: they are taken together.
    found = np.array([area(spectrum, water.wavenumbers[0]), _stretches(spectrum)])
    expected = np.array([expected[0], expected[1:].sum()])
    np.testing.assert_allclose(found, expected, rtol=4.0 / np.sqrt(200))


def _stretches(spectrum):
    high = spectrum.x > 2500.0
    return np.trapezoid(spectrum.y[high], spectrum.x[high])


def test_intensities_are_exact_without_sampling_error(water, rng):
    """Every oscillator with exactly kT, random phases: 0.3 % is left by the finite record."""
    coordinates = bath(water.wavenumbers, 32, 300.0, rng, fixed_energy=True)
    _, dipoles = motion(water, coordinates)
    spectrum = infrared_spectrum(dipoles, SpectralSampling(INTERVAL), 300.0)
    assert area(spectrum, water.wavenumbers[0]) == pytest.approx(water.ir_intensities[0], rel=5e-3)
    assert _stretches(spectrum) == pytest.approx(water.ir_intensities[1:].sum(), rel=5e-3)


@pytest.mark.parametrize("name", WINDOWS)
def test_no_window_changes_an_area(rng, name):
    signal = bath([1000.0], 16, 300.0, rng, fixed_energy=True)
    density = flux_density(signal, SpectralSampling(INTERVAL, window=name))
    variance = units.BOLTZMANN * 300.0 / units.TIME_UNIT**2
    total = np.trapezoid(density.mean, density.wavenumbers)
    assert total == pytest.approx(variance, rel=5e-3)


@pytest.mark.parametrize("name", WINDOWS)
def test_a_sharp_line_is_as_wide_as_the_resolution(rng, name):
    density = power_density(
        bath([1500.0], 16, 300.0, rng, fixed_energy=True),
        SpectralSampling(INTERVAL, None, 20.0, name),
    )
    above = density.wavenumbers[density.mean > density.mean.max() / 2.0]
    assert above.max() - above.min() == pytest.approx(20.0, abs=2.5)


def test_error_bars_are_those_of_the_mean(rng):
    """The mean of 10 replicas scatters by what the error bar says, within its own error (11 %)."""
    signal = bath([1500.0], 400, 300.0, rng)
    sampling = SpectralSampling(INTERVAL, resolution=20.0, top=1600.0)
    peak = 1500
    densities = [flux_density(part, sampling) for part in np.split(signal, 40)]
    scatter = np.std([d.mean[peak] for d in densities], ddof=1)
    stated = np.mean([d.standard_error[peak] for d in densities])
    assert stated == pytest.approx(scatter, rel=0.4)


def test_one_replica_is_cut_into_blocks(rng):
    signal = bath([1500.0], 1, 300.0, rng)
    assert power_density(signal, SpectralSampling(INTERVAL, resolution=10.0)).standard_error is None
    assert (
        power_density(signal, SpectralSampling(INTERVAL, resolution=40.0)).standard_error
        is not None
    )


def test_autocorrelation_is_the_plain_sum(rng):
    series = rng.normal(size=(2, 50, 3))
    centred = series - series.mean(1, keepdims=True)
    direct = [
        np.mean([(centred[1, n] * centred[1, n + lag]).sum() for n in range(50 - lag)])
        for lag in range(11)
    ]
    np.testing.assert_allclose(autocorrelation(series, 10)[1], direct, atol=1e-12)


def test_rotating_the_molecule_changes_nothing(water, rng):
    _, dipoles = motion(water, bath(water.wavenumbers, 2, 300.0, rng))
    sampling = SpectralSampling(INTERVAL)
    still = infrared_spectrum(dipoles, sampling, 300.0).y
    turned = infrared_spectrum(dipoles @ rotation(5).T, sampling, 300.0).y
    np.testing.assert_allclose(turned, still, atol=1e-9 * still.max())


def test_the_eckart_frame_undoes_a_rotation(water, rng):
    """A molecule tumbling at 30 1/cm shows wings; in its own frame it shows none."""
    positions, dipoles = motion(water, bath(water.wavenumbers, 2, 300.0, rng))
    # The vibrations of normal coordinates fulfil Eckart's condition by themselves.
    angle = units.ANGULAR * 30.0 * INTERVAL * np.arange(FRAMES)
    c, s, zero, one = np.cos(angle), np.sin(angle), np.zeros(FRAMES), np.ones(FRAMES)
    tumbling = np.array([[c, -s, zero], [s, c, zero], [zero, zero, one]]).transpose(2, 0, 1)
    equilibrium = water.expansion.structure.positions
    turned = np.einsum("fxy,rfny->rfnx", tumbling, positions) + 3.0
    dipoles = dipoles + water.expansion.dipole
    seen = np.einsum("fxy,rfy->rfx", tumbling, dipoles)
    back = eckart_rotations(turned, equilibrium, water.modes.masses)
    np.testing.assert_allclose(turn_vectors(back, seen), dipoles, atol=1e-9)
    sampling = SpectralSampling(INTERVAL)
    in_the_lab, in_its_own = (infrared_spectrum(x, sampling, 300.0) for x in (seen, dipoles))
    assert area(in_the_lab, 30.0, 20.0) > 1.0
    assert abs(area(in_its_own, 30.0, 20.0)) < 1e-3


def test_eckart_refuses_a_line():
    line = np.outer([0.0, 1.0, 2.5], [1.0, 2.0, 2.0])
    with pytest.raises(InputError, match="linear molecule"):
        eckart_rotations(line, line, np.ones(3))


def test_two_modes_keep_their_ratio(rng):
    """One along x, one five times weaker along y: 0.040. SchNetPack 2 finds 1.037."""
    coordinates = bath([1200.0, 1800.0], 8, 300.0, rng, fixed_energy=True)
    dipoles = coordinates @ np.array([[1.0, 0.0, 0.0], [0.0, 0.2, 0.0]])
    spectrum = infrared_spectrum(dipoles, SpectralSampling(INTERVAL), 300.0)
    ratio = area(spectrum, 1800.0) / area(spectrum, 1200.0)
    assert ratio == pytest.approx(0.040, rel=0.02)
    assert area(spectrum, 1200.0) == pytest.approx(units.INFRARED, rel=5e-3)


@pytest.mark.parametrize(
    ("mean", "anisotropy", "ratio"), [(1.0, 9.0, 1 / 3), (1.0, 225.0, 5 / 7), (0.0, 1.0, 0.75)]
)
def test_depolarization_and_activity(rng, mean, anisotropy, ratio):
    """Whichever way the molecule lies; SchNetPack 2 finds 0.06 for the first two."""
    deviator = np.diag([1.0, -1.0, 0.0]) * np.sqrt(anisotropy / 3.0)
    slope = mean * np.eye(3) + deviator
    for turn in (np.eye(3), rotation(7)):
        q = bath([1000.0], 4, 300.0, rng, fixed_energy=True)
        alpha = q[..., None] * (turn @ slope @ turn.T)
        densities = raman_densities(alpha, SpectralSampling(INTERVAL), 300.0)
        depolarization = densities.depolarization()
        assert depolarization.y[1000] == pytest.approx(ratio, rel=0.02)
        assert depolarization.y[2000] == 0.0
        expected = 45.0 * mean**2 + 7.0 * anisotropy
        assert area(densities.activity(), 1000.0) == pytest.approx(expected, rel=5e-3)


def test_cross_section_follows_laser_and_temperature(rng):
    q = bath([1000.0], 4, 300.0, rng, fixed_energy=True)
    densities = raman_densities(q[..., None] * np.eye(3), SpectralSampling(INTERVAL), 300.0)
    green, red = densities.cross_section(532.0), densities.cross_section(1064.0)
    light = [((1e7 / nm - 1000.0) ** 4) for nm in (532.0, 1064.0)]
    assert green.y[1000] / red.y[1000] == pytest.approx(light[0] / light[1], rel=1e-6)
    assert green.y[0] == 0.0


def verlet_oscillator(wavenumber, timestep, n_frames, phase):
    """Positions and velocities of velocity Verlet, unit mass, <x^2> of the harmonic 300 K."""
    omega = units.ANGULAR * wavenumber
    observed = 2.0 / timestep * np.arcsin(omega * timestep / 2.0)
    kt = units.BOLTZMANN * 300.0 / units.TIME_UNIT**2
    x = np.sqrt(2.0 * kt) / omega * np.cos(phase)
    v = -np.sqrt(2.0 * kt) / omega * np.sin(phase) * np.sin(observed * timestep) / timestep
    xs, vs = np.empty(n_frames), np.empty(n_frames)
    for n in range(n_frames):
        xs[n], vs[n] = x, v
        v -= 0.5 * timestep * omega**2 * x
        x += timestep * v
        v -= 0.5 * timestep * omega**2 * x
    return xs, vs


@pytest.mark.parametrize("every", [1, 3])
def test_verlet_shift_and_area_are_corrected(every):
    """3700 1/cm at 0.5 fs: seen at 3719, put back within 0.5; area and velocities exact."""
    runs = [verlet_oscillator(3700.0, 0.5, 14_000, phase) for phase in (0.3, 1.9)]
    x, v = (np.array(column)[:, ::every, None] for column in zip(*runs, strict=True))
    raw = flux_density(x, SpectralSampling(0.5 * every))
    fixed = flux_density(x, SpectralSampling(0.5 * every, timestep=0.5))
    assert raw.wavenumbers[raw.mean.argmax()] == pytest.approx(3719.0, abs=1.0)
    near = fixed.mean > 0.1 * fixed.mean.max()
    centre = np.average(fixed.wavenumbers[near], weights=fixed.mean[near])
    assert centre == pytest.approx(3700.0, abs=0.5)
    variance = units.BOLTZMANN * 300.0 / units.TIME_UNIT**2
    total = np.trapezoid(fixed.mean, fixed.wavenumbers)
    assert total == pytest.approx(variance, rel=0.01)
    counted = density_of_states(
        np.ones(1), SpectralSampling(0.5 * every, timestep=0.5), 300.0, velocities=v[..., None]
    )
    assert np.trapezoid(counted.y, counted.x) == pytest.approx(1.0, rel=0.01)


def test_verlet_maps_are_inverse_and_as_published():
    """The table of section 3.5 of the notes: +10.07 at 3000, +79.30 at 3700 and 1 fs."""
    true = np.linspace(0.0, 4000.0, 9)
    there = verlet.observed_wavenumbers(true, 0.5)
    np.testing.assert_allclose(verlet.true_wavenumbers(there, 0.5), true, atol=1e-9)
    shift = verlet.observed_wavenumbers(np.array([3000.0, 3700.0]), np.array([0.5, 1.0]))
    np.testing.assert_allclose(shift - [3000.0, 3700.0], [10.07, 79.30], atol=0.01)
    slope = np.gradient(there, true)
    np.testing.assert_allclose(verlet.stretch(there, 0.5)[1:-1], slope[1:-1], rtol=2e-3)


def test_density_of_states_counts_modes(water, rng):
    positions, _ = motion(water, bath(water.wavenumbers, 16, 300.0, rng, fixed_energy=True))
    counted = density_of_states(
        water.modes.masses, SpectralSampling(INTERVAL), 300.0, positions=positions
    )
    assert np.trapezoid(counted.y, counted.x) == pytest.approx(3.0, rel=5e-3)


def test_too_short_says_how_long(rng):
    signal = bath([1000.0], 2, 300.0, rng)[:, :1000]
    with pytest.raises(InputError, match=r"got 2 ps; expected at least 6.67 ps a replica .*33.4"):
        power_density(signal, SpectralSampling(INTERVAL))


def test_too_sparse_is_refused():
    with pytest.raises(InputError, match="nothing above 2641 1/cm"):
        SpectralSampling(6.0)
