"""One step at a time: exact free motion, the right ensembles, the right lines."""

import numpy as np
import pytest
import torch
from scipy import stats

from specml import units
from specml.md.evaluation import SystemLayout
from specml.md.integrator import DynamicsState, Integrator, kinetic_energy, thermal_speed
from specml.md.rigid_motion import without_rigid_motion
from specml.md.ring_polymer import RingPolymer, mode_frequencies, normal_mode_matrix
from specml.spectra.power import SpectralSampling, flux_density
from specml.structure import Structure
from tests.unit.md.springs import ION, Wells


def simulate(wavenumber, temperature, n_beads, friction, steps, n=300, timestep=0.5, state=None):
    """States of n independent ions in wells; friction(frequencies) -> (P,)."""
    layout = SystemLayout((ION,), n)
    ring = RingPolymer(n_beads, temperature)
    field = Wells(layout, wavenumber)
    generator = torch.Generator().manual_seed(3)
    masses = layout.masses()
    if state is None:
        x = torch.zeros(n_beads, n, 3, dtype=torch.float64)
        speed = thermal_speed(masses, n_beads * temperature)
        v = speed * torch.randn(x.shape, generator=generator, dtype=torch.float64)
        state = DynamicsState(0, x, v, field(x))
    integrator = Integrator(
        field, masses, timestep, temperature, ring, friction(ring.frequencies), generator
    )
    for _ in range(steps):
        state = integrator.step(state)
        yield state


def bath(time):
    def friction(frequencies):
        found = frequencies.copy()
        found[0] = 1.0 / time
        return found

    return friction


@pytest.mark.parametrize("n_beads", [1, 2, 5, 8])
def test_normal_modes_are_those_of_the_ring(n_beads):
    matrix = normal_mode_matrix(n_beads)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(n_beads), atol=1e-12)
    springs = (
        2.0 * np.eye(n_beads) - np.roll(np.eye(n_beads), 1, 0) - np.roll(np.eye(n_beads), -1, 0)
    )
    chain = n_beads * units.BOLTZMANN * 300.0 / units.HBAR / units.TIME_UNIT
    squares = np.diag(mode_frequencies(n_beads, 300.0) ** 2) / chain**2
    np.testing.assert_allclose(matrix @ springs @ matrix.T, squares, atol=1e-12)


def test_free_motion_is_exact(rng):
    """Two halves make a whole, backwards undoes it, the energy stays."""
    ring = RingPolymer(6, 300.0)
    x, v = (torch.as_tensor(rng.normal(size=(6, 4, 3))) for _ in range(2))
    whole = ring.move(x, v, 3.0)
    halves = ring.move(*ring.move(x, v, 1.5), 1.5)
    torch.testing.assert_close(halves, whole)
    torch.testing.assert_close(ring.move(*whole, -3.0), (x, v))
    omega = torch.as_tensor(ring.frequencies)[:, None, None]
    energies = [(b**2 + (omega * a) ** 2).sum() for a, b in ((x, v), whole)]
    assert energies[0] == pytest.approx(float(energies[1]))
    torch.testing.assert_close(ring.to_beads(ring.to_modes(x)), x)


def test_without_friction_it_is_velocity_verlet():
    start, *_, end = simulate(3000.0, 300.0, 1, np.zeros_like, 50, n=4)
    k = Wells(SystemLayout((ION,), 4), 3000.0).stiffness
    x, v = start.positions, start.velocities
    m = float(ION.masses[0]) * units.TIME_UNIT**2
    for _ in range(49):
        v = v - 0.25 * k * x / m
        x = x + 0.5 * v
        v = v - 0.25 * k * x / m
    torch.testing.assert_close(end.positions, x)
    torch.testing.assert_close(end.velocities, v)


def test_langevin_kinetic_energies_are_maxwell_boltzmanns():
    """Kolmogorov-Smirnov against chi squared of three degrees of freedom, and the mean of x^2."""
    states = list(simulate(1000.0, 300.0, 1, bath(50.0), 2000, n=500))[400::400]
    velocities = torch.cat([s.velocities[0] for s in states])
    masses = torch.full((len(velocities),), float(ION.masses[0]), dtype=torch.float64)
    kinetic = kinetic_energy(velocities, masses, torch.arange(len(masses)), len(masses))
    reduced = 2.0 * kinetic.numpy() / (units.BOLTZMANN * 300.0)
    assert stats.kstest(reduced, "chi2", args=(3,)).pvalue > 0.01
    assert stats.kstest(1.05 * reduced, "chi2", args=(3,)).pvalue < 0.05


def test_langevin_positions_are_exact_at_a_long_step():
    """<x^2> = kT / m omega^2 at omega dt = 0.9, where velocity Verlet's own is 25 % off."""
    states = list(simulate(1600.0, 300.0, 1, bath(20.0), 3000, n=300, timestep=3.0))[100::10]
    found = float(torch.stack([s.positions for s in states]).square().mean())
    speed = float(thermal_speed(torch.tensor([float(ION.masses[0])]), 300.0)[0])
    assert found == pytest.approx((speed / (units.ANGULAR * 1600.0)) ** 2, rel=0.02)


def quantum_square(wavenumber, temperature):
    """<x^2> of the quantum oscillator, hbar / (2 m omega) coth(beta hbar omega / 2)."""
    energy = units.PLANCK_C * wavenumber
    omega = units.ANGULAR * wavenumber * units.TIME_UNIT
    coth = 1.0 / np.tanh(energy / (2.0 * units.BOLTZMANN * temperature))
    return energy / (2.0 * ION.masses[0] * omega**2) * coth


def test_trpmd_has_the_quantum_square_and_its_line():
    """At 1500 1/cm and 300 K the classical <x^2> would be 3.6 times too small."""
    *_, state = simulate(1500.0, 300.0, 16, bath(20.0), 250, 150, timestep=1.0)
    states = list(simulate(1500.0, 300.0, 16, np.copy, 900, 150, timestep=1.0, state=state))
    squares = torch.stack([s.positions for s in states[::10]]).square().mean()
    beads = mode_frequencies(16, 300.0) ** 2 + (units.ANGULAR * 1500.0) ** 2
    kt = units.BOLTZMANN * 300.0 / units.TIME_UNIT**2 / ION.masses[0]
    sixteen = kt * (1.0 / beads).sum()  # what 16 beads can give
    assert sixteen == pytest.approx(quantum_square(1500.0, 300.0), rel=0.025)
    assert float(squares) == pytest.approx(sixteen, rel=0.04)
    centroid = torch.stack([s.positions.mean(0) for s in states[::2]]).transpose(0, 1)
    sampling = SpectralSampling(2.0, timestep=1.0, resolution=100.0, top=3000.0)
    density = flux_density(centroid.numpy(), sampling)
    near = density.mean > 0.2 * density.mean.max()
    centre = np.average(density.wavenumbers[near], weights=density.mean[near])
    assert centre == pytest.approx(1500.0, abs=1.5)
    # The centroid is a classical particle at kT: the area is 3 kT/m.
    area = np.trapezoid(density.mean, density.wavenumbers)
    assert area == pytest.approx(3.0 * kt, rel=0.15)


def test_rigid_motion_goes_and_vibration_stays(rng, water):
    """A linear and a bent molecule side by side, two beads."""
    line = Structure([6, 8, 8], [[0, 0, 0], [0.7, 0.7, 0.6], [-0.7, -0.7, -0.6]], name="line")
    layout = SystemLayout((water, line), 2)
    x = layout.positions().expand(2, -1, -1) + 5.0
    v = torch.as_tensor(rng.normal(size=x.shape))
    masses, system = layout.masses(), layout.system_of_atom()
    at, rest = without_rigid_motion(x, v, masses, system, 4)
    weights = masses[:, None]
    for one in range(4):
        own = system == one
        torch.testing.assert_close(at[:, own], x[:, own] - 5.0, atol=1e-9, rtol=0.0)
        momentum = (weights * rest.mean(0))[own].sum(0)
        spin = torch.linalg.cross(at.mean(0), weights * rest.mean(0))[own].sum(0)
        assert momentum.abs().max() < 1e-9
        assert spin.abs().max() < 1e-6
    # Internal beads keep their relative motion, and a second call changes nothing.
    torch.testing.assert_close(rest[0] - rest[1], v[0] - v[1])
    torch.testing.assert_close(without_rigid_motion(at, rest, masses, system, 4)[1], rest)
