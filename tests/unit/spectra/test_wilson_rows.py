"""Wilson's rows against central differences of the coordinates themselves."""

import numpy as np
import pytest

from specml.spectra.wilson_rows import (
    bend_row,
    out_of_plane_row,
    straight_rows,
    stretch_row,
    torsion_row,
)

POSITIONS = np.random.default_rng(5).normal(size=(4, 3)) * 1.5


def numeric(function, positions: np.ndarray) -> np.ndarray:
    step, row = 1e-5, np.zeros(positions.size)
    for k in range(positions.size):
        plus, minus = positions.copy(), positions.copy()
        plus.flat[k] += step
        minus.flat[k] -= step
        row[k] = (function(plus) - function(minus)) / (2.0 * step)
    return row


def angle(p, i, j, k):
    u, v = p[i] - p[j], p[k] - p[j]
    return np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v))


def dihedral(p, i, j, k, m):
    b1, b2, b3 = p[j] - p[i], p[k] - p[j], p[m] - p[k]
    x = np.cross(b1, b2) @ np.cross(b2, b3)
    y = np.linalg.norm(b2) * (b1 @ np.cross(b2, b3))
    return np.arctan2(y, x)


def test_stretch():
    expected = numeric(lambda p: np.linalg.norm(p[2] - p[0]), POSITIONS)
    np.testing.assert_allclose(stretch_row(POSITIONS, 0, 2), expected, atol=1e-8)


def test_bend():
    expected = numeric(lambda p: angle(p, 0, 1, 2), POSITIONS)
    np.testing.assert_allclose(bend_row(POSITIONS, 0, 1, 2), expected, atol=1e-8)


def test_torsion():
    expected = numeric(lambda p: dihedral(p, 0, 1, 2, 3), POSITIONS)
    found = torsion_row(POSITIONS, 0, 1, 2, 3)
    # The sign of a dihedral is a convention.
    found = found * np.sign(found @ expected)
    np.testing.assert_allclose(found, expected, atol=1e-8)


def test_out_of_plane_of_a_flat_centre():
    flat = np.array([[0.1, -0.05, 0.0], [1.2, 0.1, 0.0], [-0.5, 1.0, 0.0], [-0.6, -1.1, 0.0]])

    def height(p):
        normal = np.cross(p[2] - p[1], p[3] - p[1])
        return normal @ (p[0] - p[1]) / np.linalg.norm(normal)

    arms = np.linalg.norm(flat[1:] - flat[0], axis=1).mean()
    expected = numeric(height, flat) / arms
    np.testing.assert_allclose(out_of_plane_row(flat, 0, [1, 2, 3]), expected, atol=1e-7)


def test_straight_bends_cost_nothing_when_the_molecule_turns():
    chain = np.array([[0.0, 0.0, -1.1], [0.0, 0.0, 0.0], [0.0, 0.0, 1.4]])
    rows = straight_rows(chain, 0, 1, 2)
    for axis in np.eye(3):
        turn = np.cross(axis, chain).ravel()
        shift = np.tile(axis, 3)
        assert [row @ turn for row in rows] == pytest.approx([0.0, 0.0])
        assert [row @ shift for row in rows] == pytest.approx([0.0, 0.0])
    assert np.linalg.matrix_rank(np.array(rows)) == 2
