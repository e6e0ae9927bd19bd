"""The optimiser finds minima, in few steps, for many molecules at once."""

import numpy as np
import pytest

from specml.reference.xtb import GFN2
from specml.relax import model_hessian, relax
from specml.structure import Structure


def evaluate(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
    labels = [GFN2(s)(s.positions) for s in structures]
    return np.array([x["energy"] for x in labels]), [x["forces"] for x in labels]


@pytest.fixture
def distorted(water, formaldehyde, rng) -> list[Structure]:
    return [
        s.with_positions(s.positions + rng.normal(scale=0.05, size=s.positions.shape))
        for s in (water, formaldehyde)
    ]


def test_minima_of_a_batch_are_the_minima_of_its_members(distorted):
    together = relax(distorted, evaluate, 1e-3, 60)
    alone = [relax([s], evaluate, 1e-3, 60)[0] for s in distorted]
    for one, other in zip(together, alone, strict=True):
        assert one.converged
        assert one.max_force < 1e-3
        assert one.steps == other.steps < 30
        np.testing.assert_allclose(one.structure.positions, other.structure.positions, atol=1e-8)


def test_running_out_of_steps_is_said(distorted):
    result = relax(distorted, evaluate, 1e-6, 2)
    assert [r.converged for r in result] == [False, False]
    assert [r.steps for r in result] == [2, 2]


def test_the_model_hessian_saves_steps_over_a_unit_matrix(distorted):
    formaldehyde = distorted[1:]
    modelled = relax(formaldehyde, evaluate, 1e-3, 60)[0]
    unit = relax(formaldehyde, evaluate, 1e-3, 60, [70.0 * np.eye(12)])[0]
    assert modelled.steps < unit.steps


def test_model_hessian_is_symmetric_positive_and_stiff_along_bonds(water):
    hessian = model_hessian(water)
    np.testing.assert_allclose(hessian, hessian.T)
    assert np.linalg.eigvalsh(hessian).min() > 1.0
    stretch = np.zeros((3, 3))
    stretch[1] = (water.positions[1] - water.positions[0]) / 0.9572
    assert 20.0 < stretch.ravel() @ hessian @ stretch.ravel() < 80.0
