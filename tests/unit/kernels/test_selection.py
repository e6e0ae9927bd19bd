"""Wavenumbers of a known surface from a few of its gradients, where they tell most."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from specml.kernels.refined import Prior, Refined, refine
from specml.kernels.regression import solve_directly
from specml.kernels.selection import Modes, _patterns, next_geometry, wavenumber_errors
from specml.relax import relax
from specml.spectra.normal_modes import NormalModes, normal_modes
from specml.structure import Structure
from specml.units import HBAR, WAVENUMBER
from tests.unit.kernels.conftest import METHANOL, POSITIONS, forces_of, spring_energy
from tests.unit.kernels.test_refined import Cheap

LOWEST = 300.0  # 1/cm
START = Structure(METHANOL, POSITIONS)


def true_level(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
    x = np.array([s.positions for s in structures])
    return spring_energy(torch.as_tensor(x)).numpy(), list(forces_of(spring_energy, x))


def true_modes() -> NormalModes:
    minimum = relax([START], true_level, 1e-6, 300)[0].structure
    hessian = torch.autograd.functional.hessian(
        lambda x: spring_energy(x[None]).sum(), torch.tensor(minimum.positions)
    )
    return normal_modes(minimum, hessian.reshape(18, 18).numpy())


def modes_of(model: Prior | Refined, start: Structure) -> NormalModes:
    minimum = relax([start], model.energies_forces, 1e-4, 300)[0].structure
    return normal_modes(minimum, model.expand([minimum])[0].hessian)


def asked(modes: NormalModes) -> Modes:
    omega = np.maximum(np.abs(modes.wavenumbers), 200.0) / WAVENUMBER
    reach = 0.5 * np.sqrt(HBAR / (2.0 * omega))
    return Modes(modes.structure.positions, modes.cartesian, modes.wavenumbers, reach)


@pytest.fixture(scope="module")
def told() -> list[tuple[Refined, NormalModes]]:
    """What is known after 1, 2, ... 8 gradients."""
    modes = modes_of(Cheap(), START)
    frames, known = [modes.structure], []
    for count in range(1, 9):
        forces = np.array(true_level(frames)[1])
        model = refine(Cheap(), frames, forces)
        modes = modes_of(model, frames[0])
        known.append((model, modes))
        frames.append(
            modes.structure.with_positions(next_geometry(model.correction, asked(modes), count))
        )
    return known


def test_eight_gradients_make_wavenumbers_right(told):
    reference = true_modes().wavenumbers
    kept = reference > LOWEST
    off = [np.abs(modes.wavenumbers - reference)[kept].mean() for _, modes in told]
    before = np.abs(modes_of(Cheap(), START).wavenumbers - reference)[kept].mean()
    assert off[-1] < 2.0
    assert off[-1] < 0.1 * before


def test_expected_errors_fall_and_cover_the_true_ones(told):
    reference = true_modes().wavenumbers
    kept = reference > LOWEST
    expected = []
    for model, modes in (told[4], told[7]):
        constants = (modes.wavenumbers / WAVENUMBER) ** 2
        expected.append(wavenumber_errors(model.correction, asked(modes), constants)[kept])
    assert expected[1].mean() < expected[0].mean()
    off = np.abs(told[7][1].wavenumbers - reference)[kept]
    assert (off < 1.645 * expected[1]).mean() >= 0.7  # 90 % of many; these are eleven


def test_the_chosen_geometry_leaves_less_than_the_others(told):
    """Posterior variances do not depend on what the gradient turns out to be."""
    model, modes = told[4]
    question, fit = asked(modes), model.correction
    constants = (modes.wavenumbers / WAVENUMBER) ** 2

    def left(geometry: np.ndarray) -> float:
        x = torch.cat([fit.positions, torch.as_tensor(geometry)[None]])
        y = torch.cat([fit.forces, torch.zeros(1, 6, 3, dtype=x.dtype)])
        more = solve_directly(fit.components, fit.scales, METHANOL, x, y)
        errors = wavenumber_errors(more, question, constants) / more.variance**0.5
        soft = np.maximum(np.abs(question.wavenumbers), 100.0) / np.abs(constants)
        return float(((errors / soft) ** 2 / question.wavenumbers**2).sum())

    others = _patterns(question, np.random.default_rng(99))[:8]
    assert left(next_geometry(fit, question, 5)) <= min(left(one) for one in others) * 1.05


def test_a_displacement_keeps_its_reach(told):
    """No mode moves an atom further than it may."""
    _, modes = told[0]
    wide = replace(asked(modes), amplitudes=np.full(len(modes.wavenumbers), 100.0))
    moved = _patterns(wide, np.random.default_rng(0)) - wide.minimum
    assert np.linalg.norm(moved, axis=2).max() < 0.005 * len(modes.wavenumbers) + 1e-9
