"""Features against RDKit's descriptors of the same names, and on odd molecules."""

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors, rdFingerprintGenerator

from specml.admet.features import (
    BITS,
    BLOCKS,
    WIDTH,
    descriptors,
    electrotopological_states,
    features,
)
from specml.admet.patterns import PatternSearch

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
NAMED = dict(Descriptors.descList)


def test_states_are_rdkits():
    from rdkit.Chem.EState.EState import EStateIndices

    for smiles in (ASPIRIN, "CCBr.[Na+].[Cl-]", "C[Si](C)(C)I"):
        mol = Chem.MolFromSmiles(smiles)
        np.testing.assert_allclose(electrotopological_states(mol), EStateIndices(mol), atol=1e-12)


def test_descriptors_are_rdkits():
    mol = Chem.MolFromSmiles(ASPIRIN)
    found = list(np.round(descriptors(mol), 6))
    for name in ("MolWt", "TPSA", "MolLogP", "MaxEStateIndex", "EState_VSA3", "VSA_EState8"):
        assert round(NAMED[name](mol), 6) in found, name
    assert len(found) == BLOCKS["descriptors"]


def test_blocks():
    mol = Chem.MolFromSmiles(ASPIRIN)
    (row,) = features([mol])
    counts = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=BITS)
    np.testing.assert_array_equal(row[:BITS], counts.GetCountFingerprintAsNumPy(mol))
    assert row.shape == (WIDTH,)
    assert row[-BLOCKS["fragments"] :].sum() > 0


@pytest.mark.parametrize(
    "smiles",
    [
        ASPIRIN,
        "COP(=O)(O)Oc1ccc(C)cc1[N+](=O)[O-]",
        "CN(C)CC(=O)N1CCCCC1",
        "O=C1CCC2C1(C)CCC1C2CCC2=CC(=O)CCC12C",
        "NNc1ccccc1C(=N)N",
        "CN=[N+]=[N-]",
        "C1=CNC=CC1",
        "OCc1ccccc1O",
        "CCNCCO",
    ],
)
def test_no_fragment_is_ruled_out_that_is_there(smiles):
    from rdkit.Chem import Fragments

    mol = Chem.MolFromSmiles(smiles)
    expected = [count(mol) for _, count in sorted(Fragments.fns)]
    np.testing.assert_array_equal(PatternSearch(mol).counts("fragments"), expected)


@pytest.mark.parametrize("smiles", ["[Na+]", "O", "[Se]", "CC.CC", "C[Hg]C", "[H][H]", "*C"])
def test_odd_molecules_are_finite(smiles):
    assert np.isfinite(features([Chem.MolFromSmiles(smiles)])).all()


def test_no_molecules():
    assert features([]).shape == (0, WIDTH)
