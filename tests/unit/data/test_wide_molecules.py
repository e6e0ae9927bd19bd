"""The list of new elements, ions and open shells."""

from collections import Counter

import pytest
from rdkit import Chem

from specml.data import ions, new_elements, radicals
from specml.data.shelf import shelf
from specml.data.wide_molecules import ELEMENTS, ListedMolecule, wide_molecules

PARENTS = ["CO", "CC(=O)O", "CN", "ClCCl", "CCCCCC"]


@pytest.fixture(scope="module")
def rows() -> list[ListedMolecule]:
    methylamine = "BAVYZALUXZFZLV"
    return wide_molecules(PARENTS, {"QTBSBXVTEAMEQO": "test"}, frozenset({methylamine}))


def test_every_row_is_a_molecule_of_our_elements_with_electrons_that_fit(rows):
    for row in rows:
        atoms = Chem.AddHs(Chem.MolFromSmiles(row.smiles)).GetAtoms()
        numbers = [atom.GetAtomicNum() for atom in atoms]
        assert set(numbers) <= ELEMENTS
        assert (sum(numbers) - row.charge - row.multiplicity + 1) % 2 == 0


def test_no_molecule_comes_twice(rows):
    assert max(Counter((row.smiles, row.multiplicity) for row in rows).values()) == 1


def test_ions_follow_the_molecule_they_are_made_from(rows):
    """Acetate is in test with acetic acid, and methylammonium is left out with methylamine."""
    found = {row.smiles: row for row in rows}
    assert found["CC(=O)[O-]"].split == "test"
    assert "C[NH3+]" not in found


def test_the_smallest_on_a_shelf_come_first(rows):
    assert rows[0].smiles == "[H][H]"
    assert {row.source for row in rows[:50]} == {"shelf"}


def test_what_is_named_is_a_closed_shell():
    for smiles in (*shelf(), *ions.NAMED.split()):
        molecule = Chem.MolFromSmiles(smiles)
        assert not any(atom.GetNumRadicalElectrons() for atom in molecule.GetAtoms()), smiles


def test_radicals_have_the_electrons_of_their_multiplicity():
    for smiles, multiplicity in radicals.open_shells():
        molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
        electrons = sum(atom.GetAtomicNum() for atom in molecule.GetAtoms())
        electrons -= Chem.GetFormalCharge(molecule)
        assert (electrons - multiplicity + 1) % 2 == 0, smiles


def test_protons_move_where_a_chemist_expects_it():
    assert ions.deprotonated(["CC(N)=O"]) == ["CC([NH-])=O"]
    assert ions.protonated(["CC(N)=O"]) == ["CC(N)=[OH+]"]


def test_elements_take_the_places_of_others():
    assert new_elements.carbon_to_silicon(["CC(N)=O"]) == ["NC(=O)[SiH3]"]
    assert new_elements.nitrogen_to_phosphorus(["CN"]) == ["CP"]
    assert new_elements.halogen_exchanged(["C=CCl"]) == ["C=CBr", "C=CI"]
