"""Counts that several parts ask for, kept with the molecule as RDKit keeps its TPSA."""

from collections.abc import Callable

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors


def _remembered(count: Callable[[Chem.Mol], int]) -> Callable[[Chem.Mol], int]:
    name = f"_specml_{count.__name__}"

    def ask(mol: Chem.Mol) -> int:
        if not mol.HasProp(name):
            # True: a property that is computed, so RDKit drops it when the molecule changes.
            mol.SetIntProp(name, count(mol), True)
        return mol.GetIntProp(name)

    return ask


rotatable_bonds = _remembered(rdMolDescriptors.CalcNumRotatableBonds)
acceptors = _remembered(rdMolDescriptors.CalcNumHBA)
