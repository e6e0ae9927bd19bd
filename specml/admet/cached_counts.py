"""Counts of a molecule, computed once and kept with it, as RDKit keeps its surface area.

Features, physical properties and QED ask for the same two counts of every molecule.
"""

from collections.abc import Callable

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors


def _cached(count: Callable[[Chem.Mol], int]) -> Callable[[Chem.Mol], int]:
    name = f"_specml_{count.__name__}"

    def ask(mol: Chem.Mol) -> int:
        if not mol.HasProp(name):
            # True: a property that is computed, so RDKit drops it when the molecule changes.
            mol.SetIntProp(name, count(mol), True)
        return mol.GetIntProp(name)

    return ask


rotatable_bonds = _cached(rdMolDescriptors.CalcNumRotatableBonds)
acceptors = _cached(rdMolDescriptors.CalcNumHBA)
