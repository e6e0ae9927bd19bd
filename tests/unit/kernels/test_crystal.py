"""Copper: the space group of the cell, and what it is worth."""

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT

from specml.kernels.crystal import learn_crystal, space_group


@pytest.fixture(scope="module")
def copper() -> Atoms:
    return bulk("Cu", cubic=True) * (2, 2, 2)


@pytest.fixture(scope="module")
def group(copper) -> np.ndarray:
    return space_group(copper.numbers, copper.positions, copper.cell.array)


def displaced(copper: Atoms, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions, energies and forces; 0.08 angstrom is what 300 K makes of them."""
    generator = np.random.default_rng(0)
    rows = []
    for _ in range(count):
        atoms = copper.copy()
        atoms.positions += generator.normal(scale=0.08, size=atoms.positions.shape)
        atoms.calc = EMT()
        rows.append((atoms.positions, atoms.get_potential_energy(), atoms.get_forces()))
    x, e, f = zip(*rows, strict=True)
    return np.array(x), np.array(e), np.array(f)


def test_every_translation_and_every_turn(group):
    assert len(group) == 32 * 48
    assert (np.sort(group, 1) == np.arange(32)).all()
    assert group[0].tolist() == list(range(32))


def test_operations_keep_distances(copper, group):
    distances = copper.get_all_distances(mic=True)
    for order in group[::97]:
        np.testing.assert_allclose(distances[np.ix_(order, order)], distances, atol=1e-6)


def test_symmetry_makes_four_geometries_enough(copper, group):
    """Below 1 meV an atom, and three times worse without (seeds of the project, 3.14)."""
    x, e, f = displaced(copper, 20)
    off = {}
    for name, orders in (("space group", group), ("none", group[:1])):
        fit = learn_crystal(copper.numbers, x[:4], f[:4], copper.cell.array, orders)
        differences = fit.energies_forces(torch.as_tensor(x[4:]))[0].numpy() - e[4:]
        off[name] = 1e3 * np.abs(differences - differences.mean()).mean() / len(copper)
    assert off["space group"] < 1.0
    assert off["none"] > 3.0 * off["space group"]


def test_the_hessian_at_the_lattice_has_its_symmetry(copper, group):
    """One copper atom feels the same curvature along x, y and z."""
    x, _, f = displaced(copper, 1)
    fit = learn_crystal(copper.numbers, x, f, copper.cell.array, group)
    hessian = fit.hessian(torch.as_tensor(copper.positions)).view(32, 3, 32, 3)
    own = hessian[0, :, 0].numpy()
    np.testing.assert_allclose(own, own[0, 0] * np.eye(3), atol=1e-3 * abs(own[0, 0]))
