"""The numbers a molecule is described by, in blocks that cost little:

    ecfp         1024  counts of circular environments of radius 2 (Rogers and Hahn 2010)
    erg           315  extended reduced graph (Stiefl et al. 2006)
    mqn            42  molecular quantum numbers (Nguyen et al. 2009)
    descriptors    99  weights, surface, log P, topology, charges, electrotopological states
    fragments      85  counts of RDKit's functional groups (rdkit.Chem.Fragments)

These are the features of MapLight (arXiv 2310.00174) less its dearest (Avalon's fingerprint, higher
connectivity indices, QED, information content), which take longer than all the others together;
without them the scorer was about as good on held-out scaffolds of four of the smallest tables.
"""

from collections.abc import Callable, Sequence

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import (
    rdFingerprintGenerator,
    rdMolDescriptors,
    rdPartialCharges,
    rdReducedGraphs,
)

from specml.admet.cached_counts import acceptors, rotatable_bonds
from specml.admet.crippen import log_p_and_refractivity
from specml.admet.patterns import PatternSearch
from specml.admet.screen import atoms

BITS = 1024
BLOCKS = {"ecfp": BITS, "erg": 315, "mqn": 42, "descriptors": 99, "fragments": 85}
WIDTH = sum(BLOCKS.values())
# Upper edges of the bins of RDKit's EState_VSA and VSA_EState (rdkit.Chem.EState.EState_VSA).
STATE_BINS = np.array([-0.390, 0.290, 0.717, 1.165, 1.540, 1.807, 2.05, 4.69, 9.17, 15.0])
AREA_BINS = np.array([4.78, 5.00, 5.410, 5.740, 6.00, 6.07, 6.45, 7.00, 11.0])
NOBLE = np.array([2, 10, 18, 36, 54, 86])  # atomic numbers at which a shell is full
APART = 1e6  # GetDistanceMatrix gives 1e8 between fragments

_morgan = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=BITS)
_d = rdMolDescriptors
SCALARS: tuple[Callable[[Chem.Mol], float], ...] = (
    _d._CalcMolWt,
    lambda mol: _d._CalcMolWt(mol, True),
    _d.CalcExactMolWt,
    Chem.Mol.GetNumHeavyAtoms,
    _d.CalcFractionCSP3,
    _d.CalcHallKierAlpha,
    _d.CalcKappa1,
    _d.CalcLabuteASA,
    _d.CalcTPSA,
    _d.CalcChi0n,
    _d.CalcChi0v,
    _d.CalcChi1n,
    _d.CalcChi1v,
    _d.CalcNumLipinskiHBD,
    _d.CalcNumLipinskiHBA,
    acceptors,
    _d.CalcNumHBD,
    _d.CalcNumHeteroatoms,
    rotatable_bonds,
    _d.CalcNumRings,
    _d.CalcNumAromaticRings,
    _d.CalcNumAromaticCarbocycles,
    _d.CalcNumAromaticHeterocycles,
    _d.CalcNumAliphaticRings,
    _d.CalcNumAliphaticCarbocycles,
    _d.CalcNumAliphaticHeterocycles,
    _d.CalcNumSaturatedRings,
    _d.CalcNumSaturatedCarbocycles,
    _d.CalcNumSaturatedHeterocycles,
    _d.CalcNumSpiroAtoms,
    _d.CalcNumBridgeheadAtoms,
    _d.CalcNumAtomStereoCenters,
)


def features(
    molecules: Sequence[Chem.Mol], searches: Sequence[PatternSearch] | None = None
) -> np.ndarray:
    """Describe molecules: (n, :data:`WIDTH`) float32 in the order of :data:`BLOCKS`, always finite.

    Parameters
    ----------
    searches : the search for patterns in each molecule, if they are there already.
    """
    table = np.empty((len(molecules), WIDTH), dtype=np.float32)
    searches = searches or [PatternSearch(mol) for mol in molecules]
    with rdBase.BlockLogs(), np.errstate(over="ignore"):  # what overflows is replaced below
        for row, mol, search in zip(table, molecules, searches, strict=True):
            row[:] = np.concatenate(
                (
                    _morgan.GetCountFingerprintAsNumPy(mol),
                    rdReducedGraphs.GetErGFingerprint(mol),
                    _d.MQNs_(mol),
                    descriptors(mol),
                    search.counts("fragments"),
                )
            )
    return np.nan_to_num(table, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def descriptors(mol: Chem.Mol) -> np.ndarray:
    """The (99,) values that ``rdkit.Chem.Descriptors`` gives names, computed once each."""
    areas = np.array(_d._CalcLabuteASAContribs(mol)[0])
    states = electrotopological_states(mol)
    magnitude = np.abs(states)
    return np.concatenate(
        (
            [scalar(mol) for scalar in SCALARS],
            log_p_and_refractivity(mol),
            charges(mol),
            [states.max(), states.min(), magnitude.max(), magnitude.min()],
            np.bincount(np.digitize(states, STATE_BINS), areas, 11),
            np.bincount(np.digitize(areas, AREA_BINS), states, 10),
            _d.SMR_VSA_(mol),
            _d.SlogP_VSA_(mol),
            peoe_areas(mol),
        )
    )


def electrotopological_states(mol: Chem.Mol) -> np.ndarray:
    """(n_atoms,) E-state indices, S_i = I_i + sum_j (I_i - I_j) / (d_ij + 1)^2.

    I = ((2/N)^2 (valence electrons - hydrogens) + 1) / degree, N the principal quantum number
    (Hall, Mohney and Kier, J. Chem. Inf. Comput. Sci. 31, 76 (1991)).
    """
    table = Chem.GetPeriodicTable()
    rows = [(a.GetDegree(), a.GetAtomicNum(), a.GetTotalNumHs()) for a in atoms(mol)]
    degree, number, hydrogens = np.array(rows).T
    electrons = np.array([table.GetNOuterElecs(int(z)) for z in number]) - hydrogens
    shell = np.searchsorted(NOBLE, number) + 1.0
    intrinsic = np.where(degree > 0, (4.0 / shell**2 * electrons + 1.0) / np.maximum(degree, 1), 0)
    # Under a name of its own: RDKit keeps the matrix, and its ErG would be another one with it.
    distance = Chem.GetDistanceMatrix(mol, prefix="electrotopological") + 1.0
    weight = np.where(distance < APART, distance**-2.0, 0.0)
    return intrinsic + intrinsic * weight.sum(1) - weight @ intrinsic


def charges(mol: Chem.Mol) -> list[float]:
    """The largest and the smallest Gasteiger charge, e, and the same of their magnitudes."""
    rdPartialCharges.ComputeGasteigerCharges(mol)
    values = np.nan_to_num([a.GetDoubleProp("_GasteigerCharge") for a in atoms(mol)])
    magnitude = np.abs(values)
    return [values.max(), values.min(), magnitude.max(), magnitude.min()]


def peoe_areas(mol: Chem.Mol) -> Sequence[float]:
    """The surface by Gasteiger charge; zeros where an element has no parameters for it."""
    try:
        return _d.PEOE_VSA_(mol)
    except ValueError:
        return [0.0] * 14
