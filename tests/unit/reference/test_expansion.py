"""B3LYP expansions against finite differences of B3LYP's own forces."""

import numpy as np
import pytest

from specml.reference.dft import forces, kohn_sham
from specml.reference.expansion import hessian_b3lyp
from specml.structure import Structure


@pytest.fixture(scope="module")
def hydrogen_chloride() -> Structure:
    return Structure([17, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 1.29]], name="HCl")


def test_hessian_is_minus_the_slope_of_the_forces(hydrogen_chloride):
    """Chlorine's own block too, where a grid at rest is wrong by 42 eV/angstrom^2."""
    hessian = hessian_b3lyp(kohn_sham(hydrogen_chloride)).reshape(2, 3, 2, 3)
    h = 5e-3
    shift = np.zeros((2, 3))
    shift[0, 2] = h
    plus, minus = (
        forces(kohn_sham(hydrogen_chloride.with_positions(p)))
        for p in (hydrogen_chloride.positions + shift, hydrogen_chloride.positions - shift)
    )
    slope = -(plus - minus)[:, 2] / (2.0 * h)
    np.testing.assert_allclose(hessian[0, 2, :, 2], slope, atol=0.05)
    np.testing.assert_allclose(hessian.sum(2), 0.0, atol=1e-9)
