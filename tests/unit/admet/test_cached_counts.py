"""Counts kept with a molecule are RDKit's, and go when RDKit's own go."""

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from specml.admet.cached_counts import acceptors, rotatable_bonds


def test_counts_are_kept_until_the_molecule_changes():
    mol = Chem.MolFromSmiles("CCOC(=O)CCN")
    for _ in range(2):
        assert rotatable_bonds(mol) == rdMolDescriptors.CalcNumRotatableBonds(mol)
        assert acceptors(mol) == rdMolDescriptors.CalcNumHBA(mol)
    changed = Chem.DeleteSubstructs(mol, Chem.MolFromSmiles("N"))
    Chem.SanitizeMol(changed)
    assert rotatable_bonds(changed) == rotatable_bonds(mol) - 1
    assert acceptors(changed) == acceptors(mol) - 1
