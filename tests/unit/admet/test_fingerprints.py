"""Similarities against RDKit's own."""

import numpy as np
import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator

from specml.admet.fingerprints import SIZE, Nearest, ReferenceMolecules, on_bits

SMILES = ["CCO", "c1ccccc1O", "CC(=O)Oc1ccccc1C(=O)O", "CN1C=NC2=C1C(=O)N(C)C(=O)N2C", "[Na+]"]


def test_similarity_is_tanimoto():
    mols = [Chem.MolFromSmiles(text) for text in SMILES]
    generator = rdFingerprintGenerator.GetMorganGenerator(
        radius=2, fpSize=SIZE, countSimulation=True
    )
    prints = [generator.GetFingerprint(mol) for mol in mols]
    expected = [DataStructs.BulkTanimotoSimilarity(one, prints) for one in prints]
    bits = on_bits(mols)
    found = ReferenceMolecules.of_bits(bits).similarity(bits)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.diag(found) == pytest.approx(1.0)


def test_more_common_bits_than_a_byte_counts():
    wide = np.arange(600, dtype=np.uint16)
    half = np.arange(300, dtype=np.uint16)
    found = ReferenceMolecules.of_bits([wide, half]).similarity([wide])
    np.testing.assert_allclose(found, [[1.0, 0.5]])


def test_no_bits_resemble_nothing():
    nothing = np.zeros(0, dtype=np.uint16)
    found = ReferenceMolecules.of_bits([nothing, np.array([1], dtype=np.uint16)]).similarity(
        [nothing]
    )
    np.testing.assert_allclose(found, 0.0)


def test_nearest_of_sets_that_overlap():
    generator = np.random.default_rng(0)
    bits = [np.flatnonzero(generator.random(SIZE) < 0.02).astype(np.uint16) for _ in range(60)]
    reference, asked = ReferenceMolecules.of_bits(bits[:50]), bits[45:]
    rows = [np.arange(50), np.arange(20, 30), np.array([3, 25])]
    alike = reference.similarity(asked)
    found = Nearest(reference, rows)(asked)
    for each, positions in zip(found, rows, strict=True):
        np.testing.assert_array_equal(each, alike[:, positions].max(1))
