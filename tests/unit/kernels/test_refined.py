"""Prior and correction are one field; far from the data it is the prior again."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from specml.errors import InputError
from specml.expansion import Expansion
from specml.kernels.box import Box
from specml.kernels.permutations import permutations
from specml.kernels.refined import Refined, refine
from specml.kernels.response import learn_response
from specml.structure import Structure
from tests.tolerances import FINITE_DIFFERENCE, IDENTITY
from tests.unit.kernels.conftest import EQUAL, METHANOL, POSITIONS, forces_of, spring_energy

CHARGES = torch.tensor([0.2, -0.6, 0.05, 0.05, 0.05, 0.25], dtype=torch.float64)


def cheap_energy(x: torch.Tensor) -> torch.Tensor:
    """Another constant for the bonds, and a zero 3 eV higher."""
    bond = (x[:, 0] - x[:, 1]).norm(dim=-1)
    return 0.9 * spring_energy(x) + 0.1 * (bond - 1.5) ** 2 + 3.0


def moments(x: torch.Tensor) -> torch.Tensor:
    """A dipole whose charges change with the C-O distance, (m, 3)."""
    bond = (x[:, 0] - x[:, 1]).norm(dim=-1)
    charges = CHARGES * (1.0 + 0.3 * (bond - 1.42))[:, None]
    return torch.einsum("mn,mnc->mc", charges, x - x.mean(1, keepdim=True))


class Cheap:
    """The prior, by automatic differentiation."""

    name = "cheap"

    def energies_forces(
        self, structures: Sequence[Structure]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        x = np.array([s.positions for s in structures])
        return cheap_energy(torch.as_tensor(x)).numpy(), list(forces_of(cheap_energy, x))

    def expand(
        self, structures: Sequence[Structure], polarizability: bool = True
    ) -> list[Expansion]:
        energies, forces = self.energies_forces(structures)
        return [
            Expansion(
                s,
                e,
                -f.ravel(),
                torch.autograd.functional.hessian(
                    lambda x: cheap_energy(x[None]).sum(), torch.tensor(s.positions)
                )
                .reshape(18, 18)
                .numpy(),
                np.zeros(3),
                np.zeros((3, 18)),
                np.zeros((3, 3)),
                np.zeros((3, 3, 18)),
            )
            for s, e, f in zip(structures, energies, forces, strict=True)
        ]


def structures(positions: np.ndarray) -> list[Structure]:
    return [Structure(METHANOL, x, name="methanol") for x in positions]


@pytest.fixture
def refined(geometries) -> Refined:
    x = geometries[:15]
    energies = spring_energy(torch.as_tensor(x)).numpy()
    return refine(Cheap(), structures(x), forces_of(spring_energy, x), energies)


def test_the_correction_makes_the_prior_better(refined, geometries):
    rest = structures(geometries[30:])
    true = forces_of(spring_energy, geometries[30:])
    off = [np.abs(np.array(m.energies_forces(rest)[1]) - true).mean() for m in (Cheap(), refined)]
    assert off[1] < 0.1 * off[0]


def test_energies_are_those_of_the_other_level(refined, geometries):
    energies, _ = refined.energies_forces(structures(geometries[30:]))
    np.testing.assert_allclose(
        energies, spring_energy(torch.as_tensor(geometries[30:])).numpy(), atol=0.03
    )


@pytest.mark.parametrize("stretch", [1.0, 2.2], ids=["inside", "outside"])
def test_one_field(refined, stretch):
    """Forces are slopes of the energy, the Hessian that of the forces; where w < 1 as well."""
    x = POSITIONS.copy()
    x[5] += (stretch - 1.0) * (x[5] - x[1])
    h = 1e-4
    moved = [x + s * h * e.reshape(6, 3) for e in np.eye(18) for s in (1, -1)]
    energies, forces = refined.energies_forces(structures(np.array(moved)))
    slopes = (energies[::2] - energies[1::2]) / (2 * h)
    bends = np.array(forces)[::2] - np.array(forces)[1::2]
    (expansion,) = refined.expand(structures(x[None]))
    assert (refined.inside(structures(x[None]))[0] < 0.95) == (stretch > 1.0)
    scale = np.abs(expansion.hessian).max()
    np.testing.assert_allclose(slopes, expansion.gradient, atol=10 * FINITE_DIFFERENCE * scale)
    np.testing.assert_allclose(
        -bends.reshape(18, 18) / (2 * h), expansion.hessian, atol=10 * FINITE_DIFFERENCE * scale
    )


def test_far_from_the_data_it_is_the_prior_and_says_so(refined):
    torn = POSITIONS.copy()
    torn[5] += [20.0, 0.0, 0.0]
    near, far = structures(np.array([POSITIONS, torn]))
    weights = refined.inside([near, far])
    assert weights[0] == 1.0
    assert weights[1] < 1e-3
    prior, own = Cheap().energies_forces([far])[1][0], refined.energies_forces([far])[1][0]
    np.testing.assert_allclose(own, prior, atol=0.02)
    errors = refined.force_errors([near, far])
    assert errors[1] > 3.0 * errors[0]


def test_the_box_is_the_same_for_equal_atoms(geometries):
    x = torch.as_tensor(geometries[:5])
    box = Box.around(x, torch.as_tensor(permutations(METHANOL, geometries)))
    order = torch.arange(6)
    order[EQUAL] = order[[3, 4, 2]]
    torch.testing.assert_close(box.top[order][:, order], box.top)
    assert (box.weights(x)[0] == 1.0).all()


def test_minima_of_the_other_level(refined):
    relaxed = refined.relax(structures(POSITIONS[None]))[0]
    assert relaxed.converged
    left = forces_of(spring_energy, relaxed.structure.positions[None])
    assert np.abs(left).max() < 0.05


def test_another_order_of_atoms_is_refused(refined):
    order = [1, 0, 2, 3, 4, 5]
    with pytest.raises(InputError, match="in its order"):
        refined.energies_forces([Structure(METHANOL[order], POSITIONS[order])])


@pytest.fixture
def dipoles(geometries):
    x = geometries[:20]
    true = moments(torch.as_tensor(x)).numpy()
    return learn_response("dipole", x, true, permutations(METHANOL, geometries))


def test_dipoles_are_learned(dipoles, geometries):
    x = torch.as_tensor(geometries[30:])
    off = (dipoles(x) - moments(x)).abs().mean()
    assert off < 0.03 * moments(x).abs().mean()


def test_dipoles_turn_and_do_not_depend_on_the_origin(dipoles, geometries):
    x = torch.as_tensor(geometries[30:33])
    turn, _ = torch.linalg.qr(torch.randn(3, 3, dtype=x.dtype))
    torch.testing.assert_close(dipoles(x @ turn + 5.0), dipoles(x) @ turn, atol=1e-8, rtol=0)


def test_equal_atoms_give_equal_dipoles(dipoles, geometries):
    x = torch.as_tensor(geometries[30:33])
    order = torch.arange(6)
    order[EQUAL] = order[[3, 4, 2]]
    torch.testing.assert_close(dipoles(x[:, order]), dipoles(x), atol=1e-8, rtol=0)


def test_slopes_of_a_corrected_dipole(dipoles, geometries):
    (expansion,) = Cheap().expand(structures(geometries[30:31]))
    corrected = dipoles.corrected(expansion)
    x, h = torch.as_tensor(geometries[30]), 1e-4
    moved = torch.stack([x + s * h * e for e in torch.eye(18).view(18, 6, 3) for s in (1, -1)])
    slopes = ((dipoles(moved)[::2] - dipoles(moved)[1::2]) / (2 * h)).T.numpy()
    np.testing.assert_allclose(corrected.dipole_derivatives, slopes, atol=FINITE_DIFFERENCE)
    sums = corrected.dipole_derivatives.reshape(3, 6, 3).sum(1)
    np.testing.assert_allclose(sums, 0.0, atol=IDENTITY)


def test_polarizabilities_turn_and_are_learned(geometries):
    def alpha(x: torch.Tensor) -> torch.Tensor:
        bond = x[:, 0] - x[:, 1]
        eye = torch.eye(3, dtype=x.dtype)
        isotropic = bond.norm(dim=-1)[:, None, None] * eye
        return isotropic + bond[:, :, None] * bond[:, None] / bond.norm(dim=-1)[:, None, None]

    x = torch.as_tensor(geometries)
    orders = permutations(METHANOL, geometries)
    learned = learn_response("polarizability", geometries[:20], alpha(x[:20]).numpy(), orders)
    said = learned(x[30:]).view(-1, 3, 3)
    assert (said - alpha(x[30:])).abs().mean() < 0.01
    turn, _ = torch.linalg.qr(torch.randn(3, 3, dtype=x.dtype))
    turned = learned(x[30:] @ turn).view(-1, 3, 3)
    torch.testing.assert_close(turned, turn.T @ said @ turn, atol=1e-7, rtol=0)
    (expansion,) = Cheap().expand(structures(geometries[30:31]))
    corrected = learned.corrected(expansion)
    np.testing.assert_allclose(corrected.polarizability, said[0].numpy())
    assert corrected.polarizability_derivatives.shape == (3, 3, 18)
