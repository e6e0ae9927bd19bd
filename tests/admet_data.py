"""Molecules with made-up values, on which a scorer is trained in a second or two."""

from itertools import product

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from specml.admet.endpoints import Endpoint
from specml.admet.training import Measurements

RINGS = ("c1ccccc1", "c1ccncc1", "C1CCCCC1", "c1ccsc1", "C1CCOCC1", "c1ccc2ccccc2c1")
CHAINS = ("", "C", "CC", "OCC", "NC", "OC(=O)", "NC(=O)", "ClC", "CO", "CC(C)C", "N#C", "CS(=O)")
REGRESSION = Endpoint("logp", "log P", "own", "regression", "", "mae", "", "identity", "made up")
CLASSIFICATION = Endpoint(
    "greasy", "Greasy", "own", "classification", "probability", "auroc", "greasy", "", "made up"
)


def smiles() -> list[str]:
    """72 rings with chains."""
    return [chain + ring for ring, chain in product(RINGS, CHAINS)]


def tables() -> dict[Endpoint, Measurements]:
    """Crippen's log P with noise, and whether that is high."""
    texts = smiles()
    mols = [Chem.MolFromSmiles(text) for text in texts]
    logp = np.array([rdMolDescriptors.CalcCrippenDescriptors(mol)[0] for mol in mols])
    logp += np.random.default_rng(0).normal(scale=0.2, size=len(texts))
    high = (logp > np.median(logp)).astype(float)
    return {REGRESSION: Measurements(texts, logp), CLASSIFICATION: Measurements(texts, high)}
