"""DFT shifts of CASCADE's DFT8K as labels of heavy atoms.

``shift_carbon``    ppm of a carbon
``shift_hydrogen``  ppm, mean over the hydrogens of an atom
"""

from collections.abc import Iterable

import numpy as np
from rdkit import Chem

from specml.data.cascade import AssignedMolecule
from specml.io.atom_labels import AtomLabels


def shift_labels(molecules: Iterable[AssignedMolecule]) -> AtomLabels:
    """Label molecules from :func:`specml.data.cascade.read_cascade`, test molecules left out.

    A molecule whose SMILES reads back as another number of atoms is left out too.
    """
    smiles, counts, carbon, hydrogen = [], [], [], []
    for each in molecules:
        if each.split == "test":
            continue
        plain = Chem.RemoveHs(each.molecule)
        text = Chem.MolToSmiles(plain)
        order = list(plain.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"])
        heavy = np.flatnonzero(each.numbers > 1)
        again = Chem.MolFromSmiles(text)
        if again is None or not len(order) == len(heavy) == again.GetNumAtoms():
            continue
        smiles.append(text)
        counts.append(len(order))
        carbon.append(np.where(each.numbers == 6, each.dft, np.nan)[heavy][order])
        hydrogen.append(_of_hydrogens(each)[heavy][order])
    return AtomLabels(
        smiles,
        np.array(counts, dtype=np.uint8),
        {"shift_carbon": np.concatenate(carbon), "shift_hydrogen": np.concatenate(hydrogen)},
        {},
    )


def _of_hydrogens(each: AssignedMolecule) -> np.ndarray:
    """The (n_atoms,) mean shifts of the hydrogens bonded to each atom; NaN where none has one."""
    shifts = np.full(len(each.numbers), np.nan)
    for atom in each.molecule.GetAtoms():
        values = [each.dft[n.GetIdx()] for n in atom.GetNeighbors() if n.GetAtomicNum() == 1]
        known = [value for value in values if np.isfinite(value)]
        if known:
            shifts[atom.GetIdx()] = np.mean(known)
    return shifts
