"""Bonds from SMILES, mol blocks and distances; what counts as the same molecule."""

from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem

from specml.data.sampling import conformer
from specml.data.topology import bonds, graph, same_molecule, skeleton
from specml.errors import InputError
from specml.io.structures import read
from specml.structure import Structure

MOLECULES = [
    "CCO", "C[N+](=O)[O-]", "CC(=O)[O-]", "C[NH3+]", "CS(N)(=O)=O", "c1ccsc1", "CN=C=S",
    "CN=[N+]=[N-]", "C[C@@H](N)C(=O)O", "F/C=C/F", "C[C@H]1CC[C@@H](C)CC1",
]  # fmt: skip


def smiles_of(structure: Structure) -> str:
    return Chem.MolToSmiles(Chem.RemoveHs(graph(structure)))


@pytest.mark.parametrize("smiles", MOLECULES)
def test_distances_and_smiles_give_the_same_graph(smiles):
    stated = conformer(smiles)
    expected = Chem.CanonSmiles(smiles)
    assert smiles_of(stated) == expected
    assert smiles_of(replace(stated, smiles=None)) == expected


def test_bonds_of_an_sdf_are_believed(tmp_path):
    """Distances would make DMSO a sulfonium ylide, S+ and O-."""
    structure = conformer("CS(C)=O")
    assert smiles_of(replace(structure, smiles=None)) == "C[S+](C)[O-]"
    path = tmp_path / "dmso.sdf"
    path.write_text(Chem.MolToMolBlock(graph(structure)) + "$$$$\n")
    (found,) = read(path)
    assert smiles_of(found.with_positions(found.positions + 1.0)) == "CS(C)=O"


def test_a_smiles_of_another_geometry_is_not_believed():
    """Dimethyl ether, its elements written in the order of ethanol's."""
    ethanol = conformer("CCO")
    assert smiles_of(replace(ethanol, smiles="C2.C1.O12")) == "CCO"
    assert smiles_of(replace(ethanol, smiles="COC")) == "CCO"


def test_isotopes_are_marked():
    structure = conformer("CO")
    masses = structure.masses.copy()
    masses[2] = 2.014101778
    assert Chem.MolToSmiles(Chem.RemoveHs(graph(structure, masses))) == "[2H]CO"


def test_two_molecules_are_refused(water):
    far = np.concatenate([water.positions, water.positions + 4.0])
    pair = Structure([8, 1, 1] * 2, far, name="dimer")
    with pytest.raises(InputError, match="dimer: bonds: got 2 separate molecules"):
        graph(pair)


def test_bonds_that_no_valence_explains_are_refused():
    ring = Structure([6, 1, 1], [[0, 0, 0], [0.86, 0.7, 0], [-0.86, 0.7, 0]], name="carbene")
    with pytest.raises(InputError, match="carbene: bonds: got no bonds that fit"):
        graph(ring)


def test_same_molecule():
    alanine = conformer("C[C@@H](N)C(=O)O")
    molecule = graph(alanine)
    assert same_molecule(molecule, alanine)
    assert not same_molecule(molecule, alanine.with_positions(-alanine.positions))
    torn = alanine.positions.copy()
    torn[-1] += 3.0
    assert not same_molecule(molecule, alanine.with_positions(torn))


def test_a_new_bond_makes_another_molecule():
    """Both ends of but-1,3-diene curled into cyclobutene keep all their bonds."""
    ring = conformer("C1=CCC1")
    open_chain = replace(ring, smiles=None)
    molecule = Chem.RWMol(graph(open_chain))
    molecule.RemoveBond(2, 3)
    assert not same_molecule(molecule.GetMol(), ring)


def test_e_and_z_differ():
    trans, cis = conformer("F/C=C/F"), conformer(r"F/C=C\F")
    assert not same_molecule(graph(trans), cis)


def test_a_skeleton_has_the_bonds_of_a_molecule_whose_orders_rdkit_cannot_find():
    structure = conformer("O=C(O)c1ccc([N+](=O)[O-])cc1S(=O)(=O)O")
    bare = Structure(structure.numbers, structure.positions, name="bare")
    with pytest.raises(InputError, match="no bonds that fit"):
        graph(bare)
    assert {tuple(sorted(b)) for b in bonds(skeleton(bare)).tolist()} == {
        tuple(sorted(b)) for b in bonds(graph(structure)).tolist()
    }
