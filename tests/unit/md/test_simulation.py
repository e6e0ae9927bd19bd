"""Whole runs on spring molecules: intensities, interruptions, explosions, files."""

import os
import random
import signal
import time

import numpy as np
import pytest
import torch

from specml.errors import DynamicsError, InputError
from specml.io import trajectory as files
from specml.md.checkpoint import RunParts
from specml.md.evaluation import SystemLayout
from specml.md.protocol import DynamicsProtocol, record_every
from specml.md.results import trajectory
from specml.md.simulation import Simulation
from specml.spectra.harmonic import harmonic_analysis
from specml.spectra.md_infrared import infrared_spectrum
from specml.spectra.power import SpectralSampling
from tests.invariants.spring_molecules import named, spring_expansion
from tests.unit.md.springs import Springs

SHORT = DynamicsProtocol(equilibration=0.05, length=0.2, replicas=3)


@pytest.fixture(scope="module")
def expansion():
    return spring_expansion(named("H2O"))


def simulation(expansion, protocol, folder, field=None):
    layout = SystemLayout((expansion.structure,), protocol.replicas)
    parts = RunParts(folder, {"seed": protocol.seed})
    return Simulation(layout, protocol, field or Springs(expansion, layout), parts)


def finish(run, seconds=20.0):
    for _ in run.run(seconds):
        pass
    return trajectory(run.parts, run.layout, run.protocol, 0, {"model": "springs"})


@pytest.mark.parametrize(
    "temperature",
    [
        pytest.param(150.0, marks=pytest.mark.validation),
        300.0,
        pytest.param(600.0, marks=pytest.mark.validation),
    ],
)
def test_dynamics_reproduces_harmonic_intensities(expansion, tmp_path, temperature):
    """Langevin, then Verlet at 1 fs, then the corrected spectrum: within 4 standard errors."""
    protocol = DynamicsProtocol(
        temperature, 1.0, 0.4, 3.5, replicas=128, every=2, friction_time=20.0, seed=1
    )
    made = finish(simulation(expansion, protocol, tmp_path / "p"))
    vibrations = harmonic_analysis(expansion)
    sampling = SpectralSampling(made.interval, made.timestep, resolution=20.0)
    spectrum = infrared_spectrum(made["dipole"], sampling, temperature)
    found = [
        np.trapezoid(spectrum.y[part], spectrum.x[part])
        for part in (np.abs(spectrum.x - vibrations.wavenumbers[0]) < 100.0, spectrum.x > 2500.0)
    ]
    expected = vibrations.ir_intensities[0], vibrations.ir_intensities[1:].sum()
    np.testing.assert_allclose(found, expected, rtol=4.0 / np.sqrt(128))
    assert made.attributes["energy_drift_mev_atom_ps"] < 0.1
    high = np.where(spectrum.x > 2500.0, spectrum.y, 0.0)
    stretches = vibrations.wavenumbers[1:]
    assert np.abs(spectrum.x[high.argmax()] - stretches).min() < 3.0


def test_frames_units_and_file(expansion, tmp_path):
    run = simulation(expansion, SHORT, tmp_path / "p")
    made = finish(run)
    assert (made.n_replicas, made.n_frames, made.interval) == (3, 100, 2.0)
    assert made["positions"].shape == (3, 100, 3, 3)
    files.write(tmp_path / "w.h5", made)
    again = files.read(tmp_path / "w.h5")
    for name, values in made.quantities.items():
        np.testing.assert_array_equal(again[name], values)
    assert again.timestep == 0.5
    assert again.temperature == 300.0
    assert again.attributes["model"] == "springs"
    run.parts.drop()
    assert not (tmp_path / "p").exists()


def test_velocities_are_those_of_the_positions(expansion, tmp_path):
    protocol = DynamicsProtocol(equilibration=0.05, length=0.05, replicas=2, every=1)
    made = finish(simulation(expansion, protocol, tmp_path / "p"))
    x, v = made["positions"].astype(float), made["velocities"]
    np.testing.assert_allclose((x[:, 2:] - x[:, :-2]) / 1.0, v[:, 1:-1], atol=2e-6)


def test_a_killed_run_goes_on_bit_by_bit(expansion, tmp_path):
    """Ten kill -9 at random moments, against a run that was left alone."""
    whole = finish(simulation(expansion, SHORT, tmp_path / "whole"))
    chance = random.Random(5)
    run = simulation(expansion, SHORT, tmp_path / "killed")
    for _ in range(10):
        before = len(run.parts.paths())
        child = os.fork()
        if child == 0:
            for _ in run.run(seconds=0.0):
                pass
            os._exit(0)
        while len(run.parts.paths()) == before:
            time.sleep(0.001)
        time.sleep(chance.uniform(0.0, 0.01))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert len(run.parts.paths()) < SHORT.n_frames
    run = simulation(expansion, SHORT, tmp_path / "killed")
    killed = finish(run)
    for name, values in whole.quantities.items():
        np.testing.assert_array_equal(killed[name], values)


def test_parts_of_another_run_are_refused(expansion, tmp_path):
    finish(simulation(expansion, SHORT, tmp_path / "p"))
    RunParts(tmp_path / "p", {"seed": 0}).check()
    with pytest.raises(InputError, match="parts of another run"):
        RunParts(tmp_path / "p", {"seed": 1}).check()


class Faulty(Springs):
    """Goes wrong in the second replica at the 60th call."""

    def __init__(self, expansion, layout, fault):
        super().__init__(expansion, layout)
        self.calls, self.fault = 0, fault

    def __call__(self, positions, observe=False):
        found = super().__call__(positions, observe)
        self.calls += 1
        if self.calls >= 60:
            self.fault(found, positions)
        return found


def not_a_number(found, positions):
    found.energy[0, 1] = torch.nan


def push(found, positions):
    found.forces[0, 4] += 500.0


def stretch(found, positions):
    positions[0, 4] += 1.5
    found.forces[:] = 0.0


def leak(found, positions):
    found.energy[0, 1] += 1.0


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        (not_a_number, "not numbers"),
        (push, "kinetic energy ten times"),
        (stretch, "bond of twice its length"),
        (leak, "total energy that moved"),
    ],
)
def test_an_explosion_names_replica_and_step(expansion, tmp_path, fault, what):
    protocol = DynamicsProtocol(
        equilibration=0.0 if fault is not leak else 0.01, length=0.2, replicas=3
    )
    layout = SystemLayout((expansion.structure,), 3)
    run = simulation(expansion, protocol, tmp_path / "p", Faulty(expansion, layout, fault))
    with pytest.raises(DynamicsError, match=rf"^replica 2 of H2O, production, step \d+ .*{what}"):
        finish(run)


def test_recording_keeps_twice_the_band_limit():
    assert record_every(0.5) == 4
    assert record_every(0.5, 2000.0) == 8
    assert record_every(5.0) == 1


def test_a_run_of_nothing_is_refused():
    with pytest.raises(InputError, match="at least two frames"):
        DynamicsProtocol(length=0.001)
