"""The measure of the guard beside its closed forms, and the projection beside its definition."""

import numpy as np
import pytest
import scipy.linalg
from pyscf import gto, scf

from specml.hamiltonian.guard import excess
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.projection import occupied, project, same_functions
from specml.hamiltonian.scan import PreviousStep, corrected

WATER = "O 0 0 0.1174; H 0 0.7572 -0.4696; H 0 -0.7572 -0.4696"


@pytest.fixture(scope="module")
def field():
    return scf.RHF(gto.M(atom=WATER, basis="6-31g", verbose=0)).run()


def test_vanishes_for_the_orbitals_of_the_matrix(field):
    found = excess(field.get_fock(), field.get_ovlp(), field.mo_coeff[:, :5])
    assert found == pytest.approx(0.0, abs=1e-9)


def test_second_order_formula(field):
    """Orbitals turned by small angles t: x N = sum 2 t^2 (eps_a - eps_i), and F_ai = t (..)."""
    c, energies = field.mo_coeff, field.mo_energy
    fock = field.get_ovlp() @ c @ np.diag(energies) @ c.T @ field.get_ovlp()
    t = 1e-3
    turned = c[:, :5].copy()
    turned[:, 4] = np.cos(t) * c[:, 4] + np.sin(t) * c[:, 7]
    expected = 2.0 * np.sin(t) ** 2 * (energies[7] - energies[4]) / 10.0
    assert excess(fock, field.get_ovlp(), turned) == pytest.approx(expected, rel=1e-6)


def test_two_spins_are_averaged(field):
    fock, overlap, c = field.get_fock(), field.get_ovlp(), field.mo_coeff[:, 1:6]
    once = excess(fock, overlap, c)
    assert once > 1e-3
    assert excess(np.stack((fock, fock)), overlap, c) == pytest.approx(once)
    exact = field.get_fock(dm=field.make_rdm1())
    both = excess(np.stack((fock, exact)), overlap, c)
    assert both == pytest.approx((once + excess(exact, overlap, c)) / 2.0)


def test_into_its_own_basis_nothing_changes(field):
    target = Molecule(field.mol)
    source = target.nuclei_in("6-31g")
    assert same_functions(source, target)
    found = project(field.get_fock(), source, target)
    np.testing.assert_allclose(found, field.get_fock(), atol=1e-9)


@pytest.mark.parametrize("basis", ["6-31g*", "cc-pvdz", {"O": "6-31g", "H": "sto-3g"}])
def test_other_functions(field, basis):
    other = Molecule(gto.M(atom=WATER, basis=basis, verbose=0))
    assert not same_functions(other, Molecule(field.mol))


def test_other_order_of_atoms(field):
    turned = "; ".join(reversed(WATER.split("; ")))
    other = Molecule(gto.M(atom=turned, basis="6-31g", verbose=0))
    assert not same_functions(other, Molecule(field.mol))


def test_into_a_larger_basis(field):
    """A matrix of T + V_SAP alone is exact there; orbitals are orthonormal and all filled."""
    large = Molecule(gto.M(atom=WATER, basis="6-311g**", verbose=0))
    source = large.nuclei_in("6-31g")
    fock = project(field.get_fock(), source, large)
    np.testing.assert_allclose(fock, fock.T, atol=1e-10)
    c, gap = occupied(large, fock)
    np.testing.assert_allclose(c.T @ large.overlap() @ c, np.eye(5), atol=1e-10)
    energies = scipy.linalg.eigh(fock, large.overlap(), eigvals_only=True)
    assert gap == pytest.approx(energies[5] - energies[4])


def test_ghosts_have_functions_and_no_nucleus():
    molecule = Molecule(gto.M(atom=WATER + "; ghost-O 0 0 2.5", basis="6-31g", verbose=0))
    source = molecule.nuclei_in("6-31g")
    assert source.numbers.tolist() == [8, 1, 1]
    np.testing.assert_allclose(source.positions, molecule.positions[:3])
    fock = project(source.mol.intor("int1e_kin"), source, molecule)
    assert fock.shape == (molecule.n_functions, molecule.n_functions)


def test_correction_takes_off_the_error_of_the_step_before(field):
    """At the same geometry the corrected orbitals are the converged ones."""
    rng = np.random.default_rng(0)
    overlap, c = field.get_ovlp(), field.mo_coeff
    noise = rng.normal(scale=0.02, size=(len(c), len(c)))
    spoilt = scipy.linalg.eigh(field.get_fock() + overlap @ (noise + noise.T) @ overlap, overlap)
    predicted = spoilt[1][:, :5]
    molecule = Molecule(field.mol)
    found = corrected(predicted, molecule, PreviousStep(molecule, c[:, :5], predicted))
    np.testing.assert_allclose(found @ found.T, c[:, :5] @ c[:, :5].T, atol=1e-10)


def test_correction_is_left_out_where_it_does_not_fit(field):
    """Six orbitals want to be filled by five pairs."""
    here, converged, predicted = (field.mo_coeff[:, [0, 1, 2, 3, k]] for k in (4, 5, 6))
    molecule = Molecule(field.mol)
    assert corrected(here, molecule, PreviousStep(molecule, converged, predicted)) is here
