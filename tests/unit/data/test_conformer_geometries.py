"""Embedding, and the distance between geometries."""

from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem

from specml.data import embedding
from specml.data.conformer_distance import ConformerDistance
from specml.data.embedding import embed, keep_labels
from specml.data.sampling import conformer
from specml.data.topology import graph, same_molecule
from specml.errors import InputError
from specml.structure import Structure
from specml.units import KJ_PER_MOL


def turned(positions: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    return positions @ (rotation * np.sign(np.linalg.det(rotation))) + rng.normal(size=3)


def permuted(structure: Structure, order: np.ndarray) -> Structure:
    return replace(
        structure, numbers=structure.numbers[order], positions=structure.positions[order],
        smiles=None,
    )  # fmt: skip


def test_embedding_does_not_depend_on_the_order_of_atoms(rng):
    structure = conformer("CCCO")
    order = rng.permutation(len(structure))
    shuffled = permuted(structure, order)
    one, other = embed(graph(structure), 10, ""), embed(graph(shuffled), 10, "")
    np.testing.assert_allclose(one.energies, other.energies, atol=1e-9)
    alike = ConformerDistance(graph(structure))
    for first, second in zip(one.positions[:5], other.positions[:5], strict=True):
        assert alike.distance(first, second[np.argsort(order)]) < 1e-6


@pytest.mark.parametrize("smiles", ["C[C@@H](N)C(=O)O", "C[C@H]1CC[C@@H](C)CC1", "F/C=C/CF"])
def test_configuration_is_kept(smiles):
    structure = conformer(smiles)
    molecule = graph(replace(structure, smiles=None))
    for positions in embed(molecule, 5, "").positions:
        assert same_molecule(molecule, structure.with_positions(positions))


def test_rotamers_of_propanol():
    """Five of the nine combinations of two torsions differ by more than reflection."""
    molecule = graph(conformer("CCCO"))
    found = embed(molecule, 60, "")
    kept = ConformerDistance(molecule).distinct(
        found.positions, found.energies, 0.2 * KJ_PER_MOL, 0.2
    )
    assert len(kept) == 5
    assert (np.diff(found.energies[kept]) > 0.0).all()


def test_nothing_embedded(monkeypatch):
    monkeypatch.setattr(embedding, "_embed", lambda *args: 0)
    with pytest.raises(InputError, match="name: conformers: got no geometry from RDKit"):
        embed(graph(conformer("C")), 1, "name")


def test_hydrogens_keep_their_sides():
    """The CH2 of ethanol: exchanged hydrogens are exchanged back, others stay."""
    structure = conformer("CCO")
    molecule = graph(structure)
    swapped = structure.positions.copy()
    swapped[[6, 7]] = swapped[[7, 6]]
    for positions in (structure.positions, swapped):
        kept = keep_labels(molecule, structure.positions, positions)
        np.testing.assert_array_equal(kept, structure.positions)


def test_rotation_reflection_and_exchange_are_no_difference(rng):
    structure = conformer("C[N+](=O)[O-]")
    alike = ConformerDistance(graph(structure))
    assert alike.distance(structure.positions, turned(-structure.positions, rng)) < 1e-6
    oxygens = structure.positions.copy()
    oxygens[[2, 3]] = oxygens[[3, 2]]
    assert alike.distance(structure.positions, turned(oxygens, rng)) < 0.05


def test_distance_of_a_moved_atom():
    """Three atoms on a line, one moved along it by 0.3: sum of squares 0.06 about the mean."""
    line = Structure([8, 6, 8], [[0, 0, -1.16], [0, 0, 0], [0, 0, 1.16]])
    moved = line.positions.copy()
    moved[2, 2] += 0.3
    expected = np.sqrt(np.array([-0.1, -0.1, 0.2]) @ [-0.1, -0.1, 0.2] / 3)
    assert ConformerDistance(graph(line)).distance(line.positions, moved) == pytest.approx(expected)


def test_an_isotope_tells_rotamers_apart():
    """CH2D of ethanol: deuterium anti to O or beside it."""
    structure = conformer("CCO")
    masses = structure.masses.copy()
    masses[3] = 2.014101778
    swapped = structure.positions.copy()
    swapped[[3, 4, 5]] = swapped[[4, 5, 3]]
    assert ConformerDistance(graph(structure)).distance(structure.positions, swapped) < 1e-6
    marked = ConformerDistance(graph(structure, masses))
    thrice = swapped[[0, 1, 2, 4, 5, 3, 6, 7, 8]]
    distances = [marked.distance(structure.positions, p) for p in (swapped, thrice)]
    assert max(distances) > 0.3


def test_isotopic_rotamers_are_embedded():
    structure = conformer("CCO")
    masses = structure.masses.copy()
    masses[3] = 2.014101778
    molecule = graph(structure, masses)
    found = embed(molecule, 60, "")
    kept = ConformerDistance(molecule).distinct(
        found.positions, found.energies, 0.2 * KJ_PER_MOL, 0.2
    )
    assert len(kept) == 5  # anti: two places of D; gauche: three
    assert Chem.MolToSmiles(Chem.RemoveHs(molecule)) == "[2H]CCO"
