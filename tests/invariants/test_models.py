"""The contract every network passes, as theorems on random parameters in double precision."""

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from specml.data.batch import collate
from specml.inference.derivatives import Differentiator
from specml.models.ladder import NETWORKS, LadderModel, NetworkConfig
from specml.structure import Structure
from tests.tolerances import FINITE_DIFFERENCE

TIGHT = 1e-9  # round-off of a few layers in double precision, outputs of order one
CUTOFF = 5.0


@pytest.fixture(params=NETWORKS)
def model(request: pytest.FixtureRequest) -> LadderModel:
    torch.manual_seed(0)
    config = NetworkConfig(request.param, n_channels=8, n_layers=2, n_radial=6, cutoff=CUTOFF)
    return LadderModel(config).double().requires_grad_(False)


@pytest.fixture
def methanol() -> Structure:
    """A chiral displaced methanol: nothing vanishes by symmetry."""
    positions = [
        [-0.05, 0.66, 0.02],
        [0.03, -0.76, -0.06],
        [-1.08, 0.99, 0.11],
        [0.45, 1.06, 0.93],
        [0.48, 0.98, -0.91],
        [-0.9, -1.05, 0.31],
    ]
    return Structure([6, 8, 1, 1, 1, 1], positions, name="methanol")


def outputs(model: LadderModel, structures: list[Structure]) -> dict[str, np.ndarray]:
    response = model(collate(structures, CUTOFF))
    found = {"energy": response.energy, "dipole": response.dipole, "charges": response.charges}
    if response.polarizability is not None:
        found["polarizability"] = response.polarizability
    return {name: value.numpy() for name, value in found.items()}


def transformed(values: dict[str, np.ndarray], matrix: np.ndarray) -> dict[str, np.ndarray]:
    """What the outputs must become when every position is multiplied by ``matrix``."""
    turned = dict(values)
    turned["dipole"] = np.einsum("ij,njr->nir", matrix, values["dipole"])
    if "polarizability" in values:
        turned["polarizability"] = np.einsum(
            "ij,njkr,lk->nilr", matrix, values["polarizability"], matrix
        )
    return turned


def assert_equal(left: dict, right: dict, tolerance: float = TIGHT) -> None:
    assert left.keys() == right.keys()
    for name, value in left.items():
        np.testing.assert_allclose(value, right[name], atol=tolerance, rtol=0, err_msg=name)


def test_outputs_are_not_trivial(model, methanol):
    values = outputs(model, [methanol])
    assert all(np.abs(value).max() > 1e-3 for value in values.values())


@pytest.mark.parametrize("parity", [1.0, -1.0], ids=["rotation", "reflection"])
def test_rotation_and_reflection(model, methanol, parity):
    matrix = parity * Rotation.random(random_state=1).as_matrix()
    moved = methanol.with_positions(methanol.positions @ matrix.T)
    assert_equal(outputs(model, [moved]), transformed(outputs(model, [methanol]), matrix))


def test_translation(model, methanol):
    moved = methanol.with_positions(methanol.positions + np.array([3.0, -7.0, 11.0]))
    assert_equal(outputs(model, [moved]), outputs(model, [methanol]))


def test_permutation(model, methanol):
    order = np.array([4, 1, 0, 5, 2, 3])
    shuffled = Structure(methanol.numbers[order], methanol.positions[order])
    expected = outputs(model, [methanol])
    expected["charges"] = expected["charges"][order]
    assert_equal(outputs(model, [shuffled]), expected)


def test_batch_equals_single(model, methanol, water, formaldehyde):
    structures = [methanol, water, formaldehyde]
    single = [outputs(model, [s]) for s in structures]
    joined = {name: np.concatenate([s[name] for s in single]) for name in single[0]}
    assert_equal(outputs(model, structures), joined)


def test_far_apart_is_the_sum_of_parts(model, methanol, water):
    """Charges are conserved in each molecule, so even dipoles add up."""
    far = water.positions + np.array([40.0, 0.0, 0.0])
    both = Structure(
        np.concatenate([methanol.numbers, water.numbers]),
        np.concatenate([methanol.positions, far]),
    )
    parts = outputs(model, [methanol, water])
    whole = outputs(model, [both])
    for name in parts.keys() - {"charges"}:
        np.testing.assert_allclose(
            whole[name][0], parts[name].sum(0), atol=TIGHT, rtol=0, err_msg=name
        )


def test_charges_sum_to_the_total_charge(model, methanol):
    cation = Structure(methanol.numbers[:-1], methanol.positions[:-1], charge=1)
    charges = outputs(model, [cation])["charges"].sum(0)
    np.testing.assert_allclose(charges, [1.0, 0.0, 0.0], atol=TIGHT)


def test_smooth_at_the_cutoff(model, methanol, water):
    """Energy, force and curvature all go to zero when a neighbour leaves."""

    def pair(separation: float) -> torch.Tensor:
        positions = torch.tensor([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]], dtype=torch.float64)
        structure = Structure([8, 6], positions.numpy() * (CUTOFF - 0.5))
        x = torch.tensor(separation, dtype=torch.float64, requires_grad=True)
        energy = model.energy_rungs(collate([structure], CUTOFF).with_positions(positions * x))
        total = energy.sum()
        (slope,) = torch.autograd.grad(total, x, create_graph=True)
        (curvature,) = torch.autograd.grad(slope, x)
        return torch.stack([slope, curvature]).detach()

    near, middle = pair(CUTOFF - 1e-4), pair(CUTOFF - 0.5)
    assert middle.abs().max() > 1e-6
    assert near.abs().max() < 1e-3 * middle.abs().max()


def test_forces_against_finite_differences(model, methanol):
    calculate = Differentiator(model, slice(0, None), slice(0, None)).energies_forces
    _, (forces,) = calculate([methanol])
    h = 1e-4
    steps = h * np.eye(methanol.positions.size).reshape(-1, *methanol.positions.shape)
    moved = [
        methanol.with_positions(methanol.positions + sign * step)
        for step in steps
        for sign in (1, -1)
    ]
    energies = calculate(moved)[0].reshape(-1, 2)
    numerical = -(energies[:, 0] - energies[:, 1]).reshape(forces.shape) / (2 * h)
    assert np.abs(forces - numerical).max() < FINITE_DIFFERENCE * np.abs(forces).max()


def test_hessian_and_slopes_against_finite_differences(model, methanol):
    calculate = Differentiator(model, slice(0, None), slice(0, None))
    hessian = calculate.hessian(methanol)
    (response,) = calculate.response([methanol], polarizability=True)
    h = 1e-4
    shape = methanol.positions.shape
    moved = [
        methanol.with_positions(methanol.positions + sign * step)
        for step in h * np.eye(methanol.positions.size).reshape(-1, *shape)
        for sign in (1, -1)
    ]
    _, forces = calculate.energies_forces(moved)
    rows = np.array(forces).reshape(-1, 2, methanol.positions.size)
    numerical = -(rows[:, 0] - rows[:, 1]) / (2 * h)
    assert np.abs(hessian - numerical).max() < FINITE_DIFFERENCE * np.abs(hessian).max()
    values = calculate.response(moved, polarizability=True)
    for name in [n for n in response if not n.endswith("derivatives")]:
        pairs = np.array([v[name] for v in values]).reshape(-1, 2, *response[name].shape)
        slopes = np.moveaxis((pairs[:, 0] - pairs[:, 1]) / (2 * h), 0, -1)
        error = np.abs(response[f"{name}_derivatives"] - slopes).max()
        assert error < FINITE_DIFFERENCE * np.abs(slopes).max(), name


def test_hessian_is_smooth_where_symmetry_makes_features_vanish(model):
    """At the carbon of methane vectors are zero; their norm must not have a kink there."""
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) * 1.09 / 3**0.5
    methane = Structure([6, 1, 1, 1, 1], np.vstack([np.zeros(3), corners]))
    shift = 0.003 * np.random.default_rng(0).normal(size=methane.positions.shape)
    calculate = Differentiator(model, slice(0, None), slice(0, None))
    exact = calculate.hessian(methane)
    nearby = calculate.hessian(methane.with_positions(methane.positions + shift))
    assert np.abs(nearby - exact).max() < 0.1 * np.abs(exact).max()
