"""A molecule in a basis: from a structure, and from the ``Mole`` of a user of PySCF."""

import numpy as np
import pytest
from pyscf import gto

from specml.errors import InputError
from specml.hamiltonian.molecule import Molecule
from specml.structure import Structure

WATER = Structure([8, 1, 1], [[0.0, 0.0, 0.12], [0.0, 0.76, -0.48], [0.0, -0.76, -0.48]], name="w")


def test_a_structure_and_its_mole_are_one_value():
    molecule = Molecule.in_basis(WATER, "6-31g")
    assert molecule.structure is WATER
    assert molecule.name == "w"
    assert (molecule.n_functions, molecule.n_occupied) == (13, 5)
    np.testing.assert_array_equal(molecule.numbers, WATER.numbers)
    np.testing.assert_allclose(molecule.positions, WATER.positions, atol=1e-9)
    np.testing.assert_allclose(molecule.overlap(), molecule.mol.intor("int1e_ovlp"))


def test_the_structure_of_a_mole_has_its_nuclei_charge_and_spin():
    mol = gto.M(
        atom="I 0 0 0; ghost-H 0 0 1.6", basis="def2-svp", ecp="def2-svp", spin=1, verbose=0
    )
    structure = Molecule.of(mol).structure
    assert structure.numbers.tolist() == [53]
    assert (structure.charge, structure.multiplicity) == (0, 2)
    ion = gto.M(atom="O 0 0 0; H 0 0 0.97", unit="Angstrom", charge=-1, verbose=0)
    molecule = Molecule.of(ion)
    assert molecule.structure.charge == -1
    assert molecule.structure.positions[1, 2] == pytest.approx(0.97)
    assert Molecule.of(molecule) is molecule


def test_in_another_basis_there_are_no_ghosts():
    mol = gto.M(atom="ghost-O 0 0 3; H 0 0 0; F 0 0 0.92", basis="sto-3g", cart=True, verbose=0)
    other = Molecule.of(mol).nuclei_in("def2-svp")
    assert other.numbers.tolist() == [1, 9]
    assert not other.mol.cart
    np.testing.assert_allclose(other.positions, Molecule.of(mol).positions[1:])


@pytest.mark.parametrize("basis", ["nope", "", " "])
def test_a_basis_that_is_not_there(basis):
    with pytest.raises(InputError, match="w: got the basis"):
        Molecule.in_basis(WATER, basis)
