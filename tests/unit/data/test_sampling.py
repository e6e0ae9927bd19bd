"""Sampled geometries have the spread that statistical mechanics asks for."""

import numpy as np
import pytest

from specml.data import sampling
from specml.errors import InputError
from specml.structure import Structure
from specml.units import BOLTZMANN


def test_equipartition():
    """A diatomic with force constant k has <(r - r0)^2> = kT / k."""
    k, temperature = 30.0, 300.0
    bond = Structure([8, 8], [[0.0, 0.0, 0.0], [0.0, 0.0, 1.2]])
    hessian = np.zeros((6, 6))
    hessian[2, 2] = hessian[5, 5] = k
    hessian[2, 5] = hessian[5, 2] = -k
    samples = sampling.normal_mode_samples(
        bond, hessian, np.full(4000, temperature), np.random.default_rng(0)
    )
    lengths = [np.linalg.norm(s.positions[1] - s.positions[0]) for s in samples]
    assert np.var(lengths) == pytest.approx(BOLTZMANN * temperature / k, rel=0.1)


def test_conformer_has_hydrogens_and_charge():
    structure = sampling.conformer("C[NH3+]")
    assert structure.formula == "CH6N"
    assert structure.charge == 1


@pytest.mark.parametrize("smiles", ["C(", "xyz"])
def test_rejected_smiles_say_so(smiles, capfd):
    with pytest.raises(InputError, match="expected a valid SMILES"):
        sampling.conformer(smiles)
    assert capfd.readouterr().err == ""  # RDKit says it no second time


def test_a_broken_bond_is_noticed():
    water = sampling.conformer("O")
    bonds = sampling.bonds_of("O")
    assert sampling.topology_survived(water, bonds)
    stretched = water.with_positions(water.positions * 2.0)
    assert not sampling.topology_survived(stretched, bonds)


@pytest.mark.parametrize(("smiles", "n_modes"), [("O=C=O", 4), ("O", 3)])
def test_every_vibration_is_sampled(smiles, n_modes):
    """Linear carbon dioxide has four; its shifts neither move nor turn the molecule."""
    molecule = sampling.conformer(smiles)
    samples = sampling.normal_mode_samples(
        molecule, 30.0 * np.eye(9), np.full(50, 300.0), np.random.default_rng(0)
    )
    shifts = np.array([s.positions - molecule.positions for s in samples])
    assert np.linalg.matrix_rank(shifts.reshape(50, 9), tol=1e-6) == n_modes
    np.testing.assert_allclose(molecule.masses @ shifts, 0.0, atol=1e-9)
    spin = np.einsum("a,saz->sz", molecule.masses, np.cross(molecule.positions, shifts))
    np.testing.assert_allclose(spin, 0.0, atol=1e-3)


def test_ions_and_radicals_keep_their_state():
    (ammonium,) = sampling.sample_molecule("[NH4+]", 1, 0, hottest=100.0)
    assert (ammonium.charge, ammonium.multiplicity) == (1, 1)
    (methyl,) = sampling.sample_molecule("[CH3]", 1, 0, hottest=100.0, multiplicity=2)
    assert (methyl.charge, methyl.multiplicity) == (0, 2)


def test_radicals_are_refused_unless_asked_for():
    with pytest.raises(InputError, match="a closed-shell molecule"):
        sampling.sample_molecule("[CH3]", 1, 0)


def test_samples_lie_about_the_minimum_of_the_surface():
    """A stiff surface with its minimum at larger bonds: the samples are that minimum."""
    swollen = sampling.SamplingSurface(
        relax=lambda s: s.with_positions(1.05 * s.positions),
        hessian=lambda s: 1e8 * np.eye(3 * len(s)),
    )
    (sample,) = sampling.sample_molecule("O", 1, 0, swollen, hottest=100.0)
    np.testing.assert_allclose(
        sample.positions, 1.05 * sampling.conformer("O").positions, atol=1e-3
    )
