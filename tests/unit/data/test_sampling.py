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
def test_rejected_smiles_say_so(smiles):
    with pytest.raises(InputError, match="expected a valid SMILES"):
        sampling.conformer(smiles)


def test_a_broken_bond_is_noticed():
    water = sampling.conformer("O")
    bonds = sampling.bonds_of("O")
    assert sampling.topology_survived(water, bonds)
    stretched = water.with_positions(water.positions * 2.0)
    assert not sampling.topology_survived(stretched, bonds)
