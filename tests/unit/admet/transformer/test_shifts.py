import numpy as np
import pytest
from rdkit import Chem

from specml.admet.transformer.shifts import shift_labels
from specml.data.cascade import AssignedMolecule


def assigned(smiles, shifts, split="train"):
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    dft = np.full(molecule.GetNumAtoms(), np.nan)
    for atom, value in shifts.items():
        dft[atom] = value
    return AssignedMolecule("1", molecule, dft, dft, split)


def test_shifts_follow_the_atoms_into_the_smiles():
    # OCC becomes CCO; hydrogens: 3 on O, 4 and 5 on the first carbon, 6 to 8 on the last.
    shifts = {1: 58.0, 2: 18.0, 4: 3.5, 5: 3.7, 6: 1.2}
    labels = shift_labels([assigned("OCC", shifts)])
    assert labels.smiles == ["CCO"]
    assert labels.n_atoms.tolist() == [3]
    carbon, hydrogen = labels.atomic["shift_carbon"], labels.atomic["shift_hydrogen"]
    assert carbon == pytest.approx([18.0, 58.0, np.nan], nan_ok=True)
    assert hydrogen == pytest.approx([1.2, 3.6, np.nan], nan_ok=True)


def test_test_molecules_are_left_out():
    rows = [assigned("C", {0: -2.0}, "test"), assigned("CC", {0: 6.0}, "validation")]
    assert shift_labels(rows).smiles == ["CC"]
