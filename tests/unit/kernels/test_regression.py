"""Kernels against automatic differentiation of their definition, and fits of a known surface."""

import numpy as np
import pytest
import torch

from specml.kernels.component import Component, Scales, molecule, scaled, sum_covariance
from specml.kernels.conjugate import TOLERANCE, solve_iteratively
from specml.kernels.fit import GLOBAL, LOCAL, families, learn
from specml.kernels.isomorphism import automorphisms, bond_matrix, fragment_classes
from specml.kernels.potential import Potential
from specml.kernels.regression import (
    Regression,
    internal_motions,
    left_out,
    project,
    solve_directly,
)
from tests.tolerances import FINITE_DIFFERENCE, IDENTITY
from tests.unit.kernels.conftest import EQUAL, METHANOL, POSITIONS, forces_of, spring_energy


def components(power: float) -> dict[str, Component]:
    bonds = bond_matrix(METHANOL, POSITIONS[None])
    whole = molecule(automorphisms(METHANOL, bonds))
    pieces = max(fragment_classes(METHANOL, bonds, 1), key=lambda each: len(each.once))
    return {
        "molecule": Component.of(whole, 1.3, power),
        "fragments": Component.of(pieces, 1.3, power),
    }


@pytest.fixture(params=["molecule", "fragments"])
def component(request) -> Component:
    return components(1.5)[request.param]


@pytest.fixture
def fit(geometries) -> Regression:
    forces = forces_of(spring_energy, geometries[:20])
    return learn(METHANOL, geometries[:20], forces, LOCAL)


def written_out(component: Component, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """k(x, y) as its definition says, of geometries (n, 3)."""

    def describe(atoms: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        first, second = torch.triu_indices(len(atoms), len(atoms), 1)
        return (z[atoms][first] - z[atoms][second]).norm(dim=1) ** -component.power

    total = torch.zeros((), dtype=x.dtype)
    for once in component.once:
        for order in component.orders:
            d = (describe(once, x) - describe(order, y)).norm() * 5.0**0.5 / component.length
            total = total + (1.0 + d + d * d / 3.0) * torch.exp(-d)
    return component.variance * total / len(component.orders)


def test_covariance_of_forces_is_the_mixed_derivative_of_the_kernel(component, geometries):
    x, y = torch.as_tensor(geometries[0]), torch.as_tensor(geometries[1])

    def slope(z: torch.Tensor) -> torch.Tensor:
        grad = torch.autograd.functional.jacobian
        return grad(lambda a: written_out(component, a, z), x, create_graph=True)

    expected = torch.autograd.functional.jacobian(slope, y).reshape(18, 18)
    found = component.force_covariance(x[None], y[None])
    torch.testing.assert_close(found, expected, atol=IDENTITY, rtol=IDENTITY)


def test_forces_are_slopes_and_hessians_are_slopes_of_forces(component, geometries, rng):
    weights = torch.as_tensor(rng.normal(size=(3, 6, 3)))
    potential = Potential.of(component, torch.as_tensor(geometries[:3]), weights)
    x, h = torch.as_tensor(geometries[3]), 1e-4
    moved = torch.stack([x + s * h * e for e in torch.eye(18).view(18, 6, 3) for s in (1, -1)])
    energies, forces = potential.energies_forces(moved)
    slopes = (energies[::2] - energies[1::2]) / (2 * h)
    bends = (forces[::2] - forces[1::2]).reshape(18, 18) / (2 * h)
    _, force = potential.energies_forces(x[None])
    hessian = potential.hessian(x)
    scale = hessian.abs().max().item()
    torch.testing.assert_close(-slopes, force.flatten(), atol=FINITE_DIFFERENCE * scale, rtol=0)
    torch.testing.assert_close(-bends, hessian, atol=FINITE_DIFFERENCE * scale, rtol=0)


def test_forces_of_weights_are_covariances_times_weights(component, geometries, rng):
    x, weights = torch.as_tensor(geometries[:5]), torch.as_tensor(rng.normal(size=(3, 6, 3)))
    _, forces = Potential.of(component, x[:3], weights).energies_forces(x[3:])
    expected = component.force_covariance(x[3:], x[:3]) @ weights.flatten()
    torch.testing.assert_close(forces.flatten(), expected, atol=IDENTITY, rtol=IDENTITY)


def test_the_covariance_is_symmetric_and_positive(component, geometries):
    x = torch.as_tensor(geometries[:6])
    matrix = component.force_covariance(x, x)
    torch.testing.assert_close(matrix, matrix.T, atol=IDENTITY, rtol=0)
    assert torch.linalg.eigvalsh(matrix).min() > -IDENTITY


def test_equal_atoms_may_change_places(fit, geometries):
    x = torch.as_tensor(geometries[30:31])
    order = torch.arange(6)
    order[EQUAL] = order[[3, 4, 2]]
    energy, force = fit.energies_forces(x)
    swapped, pulled = fit.energies_forces(x[:, order])
    torch.testing.assert_close(swapped, energy, atol=IDENTITY, rtol=IDENTITY)
    torch.testing.assert_close(pulled, force[:, order], atol=1e-8, rtol=1e-8)


def test_forces_turn_with_the_molecule(fit, geometries):
    x = torch.as_tensor(geometries[30:31])
    turn, _ = torch.linalg.qr(torch.randn(3, 3, dtype=x.dtype))  # a reflection half of the time
    energy, force = fit.energies_forces(x)
    turned, pulled = fit.energies_forces(x @ turn + 1.0)
    torch.testing.assert_close(turned, energy, atol=1e-8, rtol=1e-8)
    torch.testing.assert_close(pulled, force @ turn, atol=1e-8, rtol=1e-8)


def test_symmetry_and_fragments_make_the_error_smaller(geometries):
    forces = forces_of(spring_energy, geometries)
    off = {}
    for name, radii in (("whole", GLOBAL), ("with fragments", LOCAL)):
        fit = learn(METHANOL, geometries[:12], forces[:12], radii)
        said = fit.energies_forces(torch.as_tensor(geometries[30:]))[1].numpy()
        off[name] = np.abs(said - forces[30:]).mean()
    x, y = torch.as_tensor(geometries[:12]), torch.as_tensor(forces[:12])
    plain = Component.of(molecule(np.arange(6)[None]), 4.0)
    scales = Scales((4.0,), (1.0,), 1e-6)
    bare = solve_directly(scaled([[plain]], scales, x[0]), scales, METHANOL, x, y)
    said = bare.energies_forces(torch.as_tensor(geometries[30:]))[1].numpy()
    off["no symmetry"] = np.abs(said - forces[30:]).mean()
    assert off["with fragments"] < off["whole"] < 0.7 * off["no symmetry"]
    assert off["with fragments"] < 0.05 * np.abs(forces).mean()


def test_energies_follow_up_to_a_constant(fit, geometries):
    x = torch.as_tensor(geometries[30:])
    off = fit.energies_forces(x)[0] - spring_energy(x)
    assert off.std() < 0.05 * spring_energy(x).std()


def test_the_posterior_knows_what_it_was_told(fit, geometries):
    """Nothing is left at training geometries beyond the noise; more the farther away."""
    inside = fit.force_covariance(fit.positions[:1]).diagonal().mean()
    beside = fit.force_covariance(torch.as_tensor(geometries[30:31])).diagonal().mean()
    far = fit.force_covariance(torch.as_tensor(POSITIONS[None] * 1.3)).diagonal().mean()
    assert inside < 2.0 * fit.noise.square().max()
    assert inside < beside < far < fit.variance * 10


def test_the_expected_error_is_the_error(geometries):
    forces = forces_of(spring_energy, geometries)
    fit = learn(METHANOL, geometries[:12], forces[:12], LOCAL)
    x = torch.as_tensor(geometries[30:])
    off = (fit.energies_forces(x)[1] - torch.as_tensor(forces[30:])).square().mean().sqrt()
    expected = [fit.force_covariance(one[None]).diagonal().mean() for one in x]
    assert 0.3 < float(torch.stack(expected).mean().sqrt()) / float(off) < 3.0


def test_nothing_is_left_of_rigid_motions(geometries):
    """On them B K B^T has no row, and every other eigenvalue stays."""
    x = torch.as_tensor(geometries[:4])
    kernel = components(1.0)["molecule"].force_covariance(x, x)
    projected = project(kernel, internal_motions(x))
    assert projected.shape == (4 * 12, 4 * 12)
    kept = torch.linalg.eigvalsh(kernel)[-48:]
    torch.testing.assert_close(torch.linalg.eigvalsh(projected), kept, atol=1e-9, rtol=1e-6)


def test_errors_of_what_was_left_out_are_those_of_fits_without_it(geometries):
    x = torch.as_tensor(geometries[:5])
    y = torch.as_tensor(forces_of(spring_energy, geometries[:5]))
    component = components(1.0)["molecule"]
    kernel = component.force_covariance(x, x) + 1e-3 * torch.eye(90, dtype=x.dtype)
    off, expected = left_out(torch.linalg.cholesky(kernel), y.flatten(), 18)
    scales = Scales((1.3,), (1.0,), 1e-3)
    fit = solve_directly((component,), scales, METHANOL, x[1:], y[1:])
    error = y[:1] - fit.energies_forces(x[:1])[1]
    torch.testing.assert_close(off[0], error.flatten(), atol=1e-8, rtol=1e-6)
    variance = fit.force_covariance(x[:1]) / fit.variance + 1e-3 * torch.eye(18, dtype=x.dtype)
    torch.testing.assert_close(expected[0], variance, atol=1e-8, rtol=1e-6)


def test_a_ridge_below_round_off_is_raised(geometries):
    """One geometry twice is a singular matrix."""
    x = torch.as_tensor(geometries[:4]).repeat(2, 1, 1)
    y = torch.as_tensor(forces_of(spring_energy, geometries[:4])).repeat(2, 1, 1)
    scales = Scales((32.0,), (1.0,), 1e-18)
    parts = scaled(families(METHANOL, geometries, GLOBAL), scales, x[0])
    fit = solve_directly(parts, scales, METHANOL, x, y)
    assert fit.scales.ridge > scales.ridge
    torch.testing.assert_close(fit.energies_forces(x)[1], y, atol=1e-3, rtol=1e-3)


def test_conjugate_gradients_reach_what_cholesky_does(geometries):
    forces = torch.as_tensor(forces_of(spring_energy, geometries))
    x = torch.as_tensor(geometries)
    scales = Scales((4.0, 4.0), (1.0, 1.0), 1e-6, 0.3)
    parts = scaled(families(METHANOL, geometries), scales, x[0])
    direct = solve_directly(parts, scales, METHANOL, x[:30], forces[:30])
    iterated, progress = solve_iteratively(
        parts, scales, METHANOL, x[:30], forces[:30], columns=0.3
    )
    assert progress.residual < TOLERANCE
    assert progress.iterations < 200
    one, other = (fit.energies_forces(x[30:])[1] for fit in (direct, iterated))
    off = (one - forces[30:]).abs().mean()
    assert (one - other).abs().mean() < 0.02 * off


def test_a_validation_error_that_stands_still_ends_it(geometries):
    forces = torch.as_tensor(forces_of(spring_energy, geometries))
    x = torch.as_tensor(geometries)
    scales = Scales((4.0,), (1.0,), 1e-9)
    parts = scaled(families(METHANOL, geometries, GLOBAL), scales, x[0])
    arguments = (parts, scales, METHANOL, x[:30], forces[:30])
    _, whole = solve_iteratively(*arguments, columns=0.3)
    fit, progress = solve_iteratively(*arguments, columns=0.3, validation=(x[30:], forces[30:]))
    assert progress.iterations < whole.iterations
    off = (fit.energies_forces(x[30:])[1] - forces[30:]).abs().mean()
    assert off < 0.1 * forces.abs().mean()


def test_a_sum_of_components_is_the_sum_of_their_covariances(geometries):
    x = torch.as_tensor(geometries[:3])
    both = tuple(components(1.0).values())
    expected = both[0].force_covariance(x, x) + both[1].force_covariance(x, x)
    torch.testing.assert_close(sum_covariance(both, x, x), expected)
