"""Graphs mapped onto graphs, fragments that learn together, permutations that the data show."""

import numpy as np
import pytest
import torch

from specml.kernels.component import Component
from specml.kernels.isomorphism import automorphisms, bond_matrix, fragment_classes
from specml.kernels.permutations import permutations
from tests.unit.kernels.conftest import METHANOL, POSITIONS


@pytest.fixture
def bonds() -> np.ndarray:
    return bond_matrix(METHANOL, POSITIONS[None])


def test_bonds_of_methanol(bonds):
    assert np.argwhere(np.triu(bonds)).tolist() == [[0, 1], [0, 2], [0, 3], [0, 4], [1, 5]]


def test_automorphisms_permute_the_methyl_group(bonds):
    found = automorphisms(METHANOL, bonds)
    assert found[0].tolist() == [0, 1, 2, 3, 4, 5]
    assert {tuple(row[2:5]) for row in found} == {
        (2, 3, 4),
        (2, 4, 3),
        (3, 2, 4),
        (3, 4, 2),
        (4, 2, 3),
        (4, 3, 2),
    }
    assert (found[:, [0, 1, 5]] == [0, 1, 5]).all()


def test_an_automorphism_keeps_every_bond(bonds):
    for order in automorphisms(METHANOL, bonds):
        assert (bonds[np.ix_(order, order)] == bonds).all()


def test_hydrogens_of_the_methyl_group_share_a_fragment(bonds):
    classes = fragment_classes(METHANOL, bonds, 1)
    shapes = {c.once.shape: c.orders.shape for c in classes}
    assert shapes == {(1, 5): (6, 5), (1, 3): (1, 3), (3, 2): (3, 2), (1, 2): (1, 2)}
    for each in classes:
        rows = {tuple(row) for row in each.orders.tolist()}
        assert {tuple(row) for row in each.once.tolist()} <= rows
        assert len(rows) == len(each.orders)


def test_orders_keep_elements_and_bonds(bonds):
    for each in fragment_classes(METHANOL, bonds, 2):
        first = each.once[0]
        for order in each.orders:
            assert (METHANOL[order] == METHANOL[first]).all()
            assert (bonds[np.ix_(order, order)] == bonds[np.ix_(first, first)]).all()


def test_too_many_orders_leave_one_and_a_symmetric_kernel(bonds):
    """Two of six orders of a methyl group would be no group."""
    classes = fragment_classes(METHANOL, bonds, 1, most=2)
    assert all(len(each.orders) == len(each.once) for each in classes)
    x = torch.as_tensor(POSITIONS + 0.1 * np.sin(np.arange(36)).reshape(2, 6, 3))
    for each in classes:
        matrix = Component.of(each, 1.0).force_covariance(x, x)
        torch.testing.assert_close(matrix, matrix.T)


def test_permutations_that_no_geometry_shows_are_left_out():
    """One rigid geometry, moved a little: no two atoms ever change places."""
    still = POSITIONS + 1e-3 * np.arange(5)[:, None, None] * np.ones((6, 3))
    assert permutations(METHANOL, still).tolist() == [[0, 1, 2, 3, 4, 5]]


def test_permutations_of_turning_methyl_groups_form_a_group():
    cycle = POSITIONS[[0, 1, 3, 4, 2, 5]]
    found = {tuple(row) for row in permutations(METHANOL, np.array([POSITIONS, cycle])).tolist()}
    assert found == {(0, 1, 2, 3, 4, 5), (0, 1, 3, 4, 2, 5), (0, 1, 4, 2, 3, 5)}
