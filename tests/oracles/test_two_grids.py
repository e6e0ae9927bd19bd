"""Cycles on a coarse grid with corrections against plain PySCF on the fine one."""

import numpy as np
import pytest
from pyscf import dft

from specml.reference.dft import CONV_TOL, CONV_TOL_GRADIENT, XC, kohn_sham, molecule
from specml.reference.two_grids import converge
from specml.structure import Structure
from tests.tolerances import CONVERGED_MATRIX, PYSCF_ENERGY

THIOFORMALDEHYDE = Structure(
    [6, 16, 1, 1],
    [[0.0, 0.0, -1.03], [0.05, 0.0, 0.60], [0.0, 0.92, -1.62], [0.0, -0.90, -1.65]],
    name="thioformaldehyde",
)


def _field() -> dft.rks.RKS:
    field = dft.RKS(molecule(THIOFORMALDEHYDE), xc=XC).density_fit()
    field.conv_tol, field.conv_tol_grad = CONV_TOL, CONV_TOL_GRADIENT
    return field


def _grids(level: int) -> dft.Grids:
    grids = dft.Grids(molecule(THIOFORMALDEHYDE))
    grids.level = level
    return grids.build()


@pytest.fixture(scope="module")
def plain() -> dft.rks.RKS:
    field = _field()
    field.grids, field.conv_tol_grad = _grids(1), 1e-7
    field.kernel()
    return field


@pytest.mark.parametrize("started", [False, True], ids=["from nothing", "from a neighbour"])
def test_the_minimum_is_that_of_the_fine_grid(plain, started):
    moved = THIOFORMALDEHYDE.with_positions(THIOFORMALDEHYDE.positions * 1.01)
    start = kohn_sham(moved).field.make_rdm1() if started else None
    field = _field()
    assert converge(field, _grids(0), _grids(1), start)
    assert field.e_tot == pytest.approx(plain.e_tot, abs=PYSCF_ENERGY)
    np.testing.assert_allclose(field.make_rdm1(), plain.make_rdm1(), rtol=0, atol=CONVERGED_MATRIX)
    # The coarse grid alone is somewhere else.
    alone = _field()
    alone.grids = _grids(0)
    assert abs(alone.kernel() - plain.e_tot) > 1e-5


def test_the_field_is_left_on_the_fine_grid(plain):
    field, fine = _field(), _grids(1)
    converge(field, _grids(0), fine)
    assert field.grids is fine
    matrix = field.get_fock()
    np.testing.assert_allclose(matrix, plain.get_fock(), rtol=0, atol=CONVERGED_MATRIX)


def test_what_does_not_converge_is_said():
    field = _field()
    field.max_cycle = 2
    assert not converge(field, _grids(0), _grids(1))
    assert (field.conv_tol, field.conv_tol_grad) == (CONV_TOL, CONV_TOL_GRADIENT)
