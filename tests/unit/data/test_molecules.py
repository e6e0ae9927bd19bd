"""Replacing atoms makes molecules that exist, and every one of them once."""

import pytest
from rdkit import Chem

from specml.data.molecules import UNLIKELY, connectivity_key, substituted, substitutions, unique


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("CO", {"CS", "CF", "CCl"}),
        ("C1CO1", {"C1CS1"}),
        ("C#N", set()),  # the carbon has a hydrogen, but no single bond
        ("C[N+](=O)[O-]", {"C[N+]([O-])=S"}),
    ],
)
def test_one_atom_at_a_time(smiles, expected):
    assert substitutions(Chem.MolFromSmiles(smiles)) == expected


def test_two_atoms_at_most_and_no_unlikely_group():
    found = substituted(["CCO", "OCC=O"])
    assert {"FCCl", "CCS", "O=CCS"} <= set(found)
    assert found == sorted(set(found))
    for smiles in found:
        molecule = Chem.MolFromSmiles(smiles)
        assert not any(molecule.HasSubstructMatch(pattern) for pattern in UNLIKELY), smiles
        assert any(atom.GetAtomicNum() in (9, 16, 17) for atom in molecule.GetAtoms()), smiles


def test_excluded_molecules_stay_out():
    thiol = connectivity_key(Chem.MolFromSmiles("CCS"))
    assert thiol not in unique(substituted(["CCO"]), frozenset({thiol}))
