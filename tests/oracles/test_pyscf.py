"""The package's own integration over the grid and its gradient against plain PySCF."""

import numpy as np
import pytest
from pyscf.dft.numint import NumInt

from specml.reference import exchange_correlation
from specml.reference.dft import RESPONSE_BASIS, XC, Converged, kohn_sham
from specml.reference.exchange_correlation import CachedIntegrator
from specml.reference.gradient import gradient
from specml.structure import Structure
from tests.tolerances import PYSCF_ENERGY, PYSCF_GRADIENT

METHANETHIOL = Structure(
    [6, 16, 1, 1, 1, 1],
    [
        [-0.048, 1.149, 0.0],
        [-0.048, -0.665, 0.02],
        [1.283, -0.825, 0.0],
        [-1.093, 1.462, 0.03],
        [0.431, 1.542, 0.897],
        [0.431, 1.542, -0.857],
    ],
    name="methanethiol",
)
FORMALDEHYDE = Structure(
    [6, 8, 1, 1],
    [[0.0, 0.0, -0.53], [0.05, 0.0, 0.67], [0.0, 0.94, -1.12], [0.0, -0.92, -1.15]],
    name="formaldehyde",
)
FIELD = np.array([0.004, -0.002, 0.003])  # atomic units


@pytest.fixture(
    scope="module",
    params=[(METHANETHIOL, "def2-svp", None), (FORMALDEHYDE, RESPONSE_BASIS, FIELD)],
    ids=["methanethiol", "formaldehyde in a field"],
)
def converged(request) -> Converged:
    return kohn_sham(*request.param)


def _same_integration(actual, expected):
    for ours, theirs in zip(actual, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=PYSCF_ENERGY)


@pytest.mark.parametrize("room", [1.5e9, 0], ids=["kept", "evaluated again"])
def test_energy_and_potential(converged, room, monkeypatch):
    monkeypatch.setattr(exchange_correlation, "LARGEST_CACHE", room)
    field = converged.field
    ours = CachedIntegrator()
    for dm in (field.make_rdm1(), np.asarray(field.init_guess_by_1e())):
        expected = NumInt().nr_rks(field.mol, field.grids, XC, dm)
        _same_integration(ours.nr_rks(field.mol, field.grids, XC, dm), expected)


def test_another_grid_is_noticed(converged):
    field, ours = converged.field, CachedIntegrator()
    dm = field.make_rdm1()
    ours.nr_rks(field.mol, field.grids, XC, dm)
    coarse = field.grids.copy()
    coarse.level = 0
    coarse.build(with_non0tab=True)
    expected = NumInt().nr_rks(field.mol, coarse, XC, dm)
    _same_integration(ours.nr_rks(field.mol, coarse, XC, dm), expected)


def test_what_it_cannot_do_is_left_to_pyscf(converged):
    field, ours = converged.field, CachedIntegrator()
    dm = field.make_rdm1()
    for functional, matrices in (("lda,vwn", dm), (XC, np.array([dm, 0.9 * dm]))):
        expected = NumInt().nr_rks(field.mol, field.grids, functional, matrices)
        _same_integration(ours.nr_rks(field.mol, field.grids, functional, matrices), expected)


def test_gradient(converged):
    expected = converged.field.nuc_grad_method().kernel()
    np.testing.assert_allclose(gradient(converged.field), expected, rtol=0, atol=PYSCF_GRADIENT)
