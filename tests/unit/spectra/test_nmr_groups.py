"""Groups of equivalent nuclei: what every chemist counts, in every order of the atoms."""

from collections import Counter

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from specml.data.sampling import conformer
from specml.data.topology import graph
from specml.spectra.equivalence import classes
from specml.spectra.nmr_groups import groups, matching
from specml.structure import Structure

# SMILES -> signals of 13C and of 1H, (name, nuclei).
SIGNALS = {
    "Cc1ccccc1": (
        [("CH3", 1), ("arom. C", 1), ("arom. CH", 2), ("arom. CH", 2), ("arom. CH", 1)],
        [("CH3", 3), ("arom. CH", 2), ("arom. CH", 2), ("arom. CH", 1)],
    ),
    # Carbonyls of rings that RDKit calls aromatic: 4-pyridone, uracil.
    "O=c1cc[nH]cc1": (
        [("C=O", 1), ("arom. CH", 2), ("arom. CH", 2)],
        [("arom. CH", 2), ("arom. CH", 2), ("NH", 1)],
    ),
    "CN(C)C=O": ([("NCH3", 2), ("HCON", 1)], [("NCH3", 6), ("HCON", 1)]),
    "CC(C)(C)O": ([("CH3", 3), ("OC", 1)], [("CH3", 9), ("OH", 1)]),
    "Cc1ccc(C)cc1": (
        [("CH3", 2), ("arom. C", 2), ("arom. CH", 4)],
        [("CH3", 6), ("arom. CH", 4)],
    ),
    "CC(=O)OCC": (
        [("CH3", 1), ("CH3", 1), ("COO", 1), ("OCH2", 1)],
        [("CH3", 3), ("CH3", 3), ("OCH2", 2)],
    ),
    "CC(C)=O": ([("CH3", 2), ("C=O", 1)], [("CH3", 6)]),
    "CC=O": ([("CH3", 1), ("CHO", 1)], [("CH3", 3), ("CHO", 1)]),
    "C#CCN": (
        [("≡CH", 1), ("≡C", 1), ("NCH2", 1)],
        [("≡CH", 1), ("NCH2", 2), ("NH2", 2)],
    ),
    "FC(F)(F)C#N": ([("CF3", 1), ("C≡N", 1)], []),
    "C1CCCCC1": ([("CH2", 6)], [("CH2", 12)]),
    # Double bonds do not turn: cis and trans differ where the other end differs.
    "C=CCl": ([("CH2=", 1), ("CHCl=", 1)], [("CH2=", 1), ("CH2=", 1), ("CHCl=", 1)]),
    "C=C(C)C": ([("CH2=", 1), ("C=", 1), ("CH3", 2)], [("CH2=", 2), ("CH3", 6)]),
    "CC(C)=CBr": (
        [("CH3", 1), ("CH3", 1), ("C=", 1), ("CH=", 1)],
        [("CH3", 3), ("CH3", 3), ("CH=", 1)],
    ),
    "CC(C)=NO": ([("CH3", 1), ("CH3", 1), ("C=N", 1)], [("CH3", 3), ("CH3", 3), ("OH", 1)]),
    "C=C=CF": ([("CH2=", 1), ("C=C=C", 1), ("CHF=", 1)], [("CH2=", 2), ("CHF=", 1)]),
    # Resonance: both halves of each pair are one.
    "CC(=N)N": ([("CH3", 1), ("NC=N", 1)], [("CH3", 3), ("NH", 1), ("NH2", 2)]),
    "C[N+](=O)[O-]": ([("NCH3", 1)], [("NCH3", 3)]),
    # Cages whose corners have neighbourhoods alike.
    "C12C3C4C1C5C2C3C45": ([("CH", 8)], [("CH", 8)]),
    "C12C3C4C1C4C5C2C35": ([("CH", 2), ("CH", 2), ("CH", 4)], [("CH", 2), ("CH", 2), ("CH", 4)]),
}


def found(structure: Structure) -> list:
    return groups(graph(structure), structure.positions, (1, 6))


@pytest.mark.parametrize("smiles", SIGNALS)
def test_signals(smiles):
    both = found(conformer(smiles))
    for number, expected in zip((6, 1), SIGNALS[smiles], strict=True):
        counted = Counter((g.label, len(g.atoms)) for g in both if g.number == number)
        assert counted == Counter(expected)


@pytest.mark.parametrize("smiles", ["Cc1ccccc1", "CC(C)=CC(C)=O", "CN(C)C=O", "C[N+](=O)[O-]"])
def test_bonds_from_distances_give_the_same_groups(smiles):
    stated = conformer(smiles)
    assert found(Structure(stated.numbers, stated.positions)) == found(stated)


@pytest.mark.parametrize("smiles", ["CC(C)=CC(C)=O", "OCC(O)CO", "C12C3C4C1C4C5C2C35"])
def test_order_of_atoms_does_not_matter(smiles, rng):
    structure = conformer(smiles)
    order = rng.permutation(len(structure))
    mixed = Structure(structure.numbers[order], structure.positions[order])
    plain = Structure(structure.numbers, structure.positions)
    place = np.argsort(order)
    moved = {(g.label, frozenset(place[list(g.atoms)].tolist())) for g in found(plain)}
    assert moved == {(g.label, frozenset(g.atoms)) for g in found(mixed)}
    here, there = (classes(graph(s), s.positions) for s in (plain, mixed))
    np.testing.assert_array_equal(here[order], there)


def test_labile_hydrogens():
    labile = {g.label for g in found(conformer("OCC(S)CN")) if g.labile}
    assert labile == {"OH", "SH", "NH2"}
    assert all(g.number == 1 for g in found(conformer("OCC(S)CN")) if g.labile)


def test_exchanged_hydrogens_of_a_double_bond_are_exchanged_back():
    """Embedding twice may call either hydrogen of CH2= the cis one."""
    structure = conformer("C=CCl")
    molecule = graph(structure)
    pair = [a.GetIdx() for a in molecule.GetAtomWithIdx(0).GetNeighbors() if a.GetAtomicNum() == 1]
    swapped = structure.positions.copy()
    swapped[pair] = swapped[pair[::-1]]
    places = matching(molecule, structure.positions, swapped)
    np.testing.assert_array_equal(swapped[places], structure.positions)
    np.testing.assert_array_equal(
        matching(molecule, structure.positions, structure.positions), np.arange(len(structure))
    )


def test_hydrogens_are_named_for_what_they_sit_on():
    names = {(g.number, g.label) for g in found(conformer("ClC(Cl)C(=O)OC=O"))}
    assert names == {(6, "CHCl2"), (1, "CHCl2"), (6, "COO"), (6, "HCOO"), (1, "HCOO")}


def test_embedding_seed_moves_no_group():
    molecule = Chem.AddHs(Chem.MolFromSmiles("CC(C)=CC=C"))
    seen = set()
    for seed in range(4):
        rdDistGeom.EmbedMolecule(molecule, randomSeed=seed)
        positions = molecule.GetConformer().GetPositions()
        labels = tuple(sorted((g.label, len(g.atoms)) for g in groups(molecule, positions, (1, 6))))
        seen.add(labels)
    assert len(seen) == 1
