"""Log P and refractivity against RDKit's, which draws the hydrogens."""

import pytest
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from specml.admet.crippen import log_p_and_refractivity

# Every type of hydrogen: on C, N, S, B, Si; alcohols, acids, N-oxides, enols, peroxides, water;
# charged oxygens, drawn hydrogens, and oxygens bound twice.
SMILES = [
    "CCO",
    "Oc1ccccc1",
    "CC(=O)O",
    "OC(=S)C",
    "OC(=N)C",
    "OC=C",
    "OC#C",
    "OO",
    "O",
    "[OH3+]",
    "[OH-]",
    "ON=C",
    "On1cccc1",
    "O[n+]1ccccc1",
    "OS(=O)(=O)C",
    "OB(O)c1ccccc1",
    "OP(=O)(O)O",
    "OCl",
    "C=[OH+]",
    "CC(=O)[OH2+]",
    "C[OH+]C",
    "NCS",
    "[SiH4]",
    "[2H]C([2H])([2H])O",
    "[H][H]",
    "CC(C)(O)c1cc[nH]c1.Cl",
]


@pytest.mark.parametrize("smiles", SMILES)
def test_sums_are_rdkits(smiles):
    mol = Chem.MolFromSmiles(smiles)
    expected = rdMolDescriptors.CalcCrippenDescriptors(Chem.Mol(mol))
    assert log_p_and_refractivity(mol) == pytest.approx(expected, abs=1e-9)
