"""Radicals, triplets, ions and core potentials against plain PySCF on the same grid."""

import numpy as np
import pytest
from pyscf import dft

from specml.reference import dft as ours
from specml.structure import Structure

HARTREE_PER_BOHR = ours.HARTREE / ours.BOHR
METHYL = [[0.0, 0.0, 0.0], [1.05, 0.1, 0.05], [-0.55, 0.93, 0.0], [-0.5, -0.95, 0.1]]
AMMONIUM = [[0.0, 0.0, 0.0], *(0.6 * np.array(v) for v in ((1, 1, 1.1), (1, -1, -1), (-1, 1, -1)))]
CASES = {
    "oxygen, a triplet": Structure([8, 8], [[0.0, 0.0, 0.0], [0.3, 0.0, 1.2]], multiplicity=3),
    "methyl, a doublet": Structure([6, 1, 1, 1], METHYL, multiplicity=2),
    "superoxide": Structure([8, 8], [[0.0, 0.0, 0.0], [0.0, 0.2, 1.32]], charge=-1, multiplicity=2),
    "ammonium": Structure([7, 1, 1, 1, 1], [*AMMONIUM, [-0.6, -0.6, 0.55]], charge=1),
    "hydroxide": Structure([8, 1], [[0.0, 0.0, 0.0], [0.0, 0.3, 0.95]], charge=-1),
    "hydrogen iodide, a core potential": Structure([53, 1], [[0.0, 0.0, 0.0], [0.0, 0.4, 1.6]]),
}


@pytest.mark.parametrize("name", CASES)
def test_energy_and_gradient_are_those_of_pyscf(name: str) -> None:
    structure = CASES[name]
    run = ours.kohn_sham(structure)
    plain = (dft.UKS if run.field.mol.spin else dft.RKS)(run.field.mol, xc=ours.XC).density_fit()
    plain.chkfile = None
    plain.grids, plain.conv_tol, plain.conv_tol_grad = run.field.grids, 1e-11, 1e-7
    assert run.field.e_tot == pytest.approx(plain.kernel(), abs=1e-8)
    gradient = plain.nuc_grad_method().kernel()
    np.testing.assert_allclose(ours.forces(run) / -HARTREE_PER_BOHR, gradient, rtol=0, atol=1e-5)


def test_the_force_on_iodine_is_the_slope_of_the_energy() -> None:
    structure = CASES["hydrogen iodide, a core potential"]
    along = np.array([[0.0, 0.6, 0.8], [0.0, 0.0, 0.0]])
    ends = [
        ours.energy(ours.kohn_sham(structure.with_positions(structure.positions + h * along)))
        for h in (-2e-3, 2e-3)
    ]
    force = (ours.forces(ours.kohn_sham(structure)) * along).sum()
    assert force == pytest.approx((ends[0] - ends[1]) / 4e-3, abs=5e-3)
