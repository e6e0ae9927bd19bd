"""Properties that follow from the structure alone, and Lipinski's rule of five.

Computed for every molecule that is scored.
"""

from dataclasses import dataclass, fields

from rdkit import Chem
from rdkit.Chem import QED, rdMolDescriptors

from specml.admet.cached_counts import acceptors, rotatable_bonds
from specml.admet.crippen import log_p_and_refractivity
from specml.admet.patterns import PatternSearch


@dataclass(frozen=True)
class Physchem:
    """The properties of a molecule.

    Parameters
    ----------
    mw : molecular weight, g/mol.
    logp : Crippen's log P (octanol and water).
    hba, hbd : hydrogen-bond acceptors and donors.
    tpsa : topological polar surface area, square angstrom (N and O).
    rotatable_bonds : as RDKit counts, amides left out.
    rings : smallest rings.
    fsp3 : share of the carbons that are sp3.
    qed : drug-likeness of Bickerton et al. (2012), 0 to 1.
    lipinski_violations : of MW <= 500, log P <= 5, N + O <= 10, N-H + O-H <= 5.
    """

    mw: float
    logp: float
    hba: int
    hbd: int
    tpsa: float
    rotatable_bonds: int
    rings: int
    fsp3: float
    qed: float
    lipinski_violations: int


NAMES = tuple(field.name for field in fields(Physchem))
WHOLE = tuple(field.name for field in fields(Physchem) if field.type is int)


def physchem(mol: Chem.Mol, search: PatternSearch | None = None) -> Physchem:
    """Compute all properties of a molecule.

    Parameters
    ----------
    search : the search for patterns in the molecule, if there is one already.

    >>> physchem(Chem.MolFromSmiles("CCO")).hbd
    1
    """
    mw = rdMolDescriptors._CalcMolWt(mol)
    logp, _ = log_p_and_refractivity(mol)
    tpsa = rdMolDescriptors.CalcTPSA(mol)
    hbd = rdMolDescriptors.CalcNumHBD(mol)
    rotatable = rotatable_bonds(mol)
    broken = (
        mw > 500.0,
        logp > 5.0,
        rdMolDescriptors.CalcNumLipinskiHBA(mol) > 10,
        rdMolDescriptors.CalcNumLipinskiHBD(mol) > 5,
    )
    return Physchem(
        mw=mw,
        logp=logp,
        hba=acceptors(mol),
        hbd=hbd,
        tpsa=tpsa,
        rotatable_bonds=rotatable,
        rings=rdMolDescriptors.CalcNumRings(mol),
        fsp3=rdMolDescriptors.CalcFractionCSP3(mol),
        qed=_qed(mol, search or PatternSearch(mol), mw, logp, hbd, tpsa, rotatable),
        lipinski_violations=sum(broken),
    )


def _qed(
    mol: Chem.Mol,
    search: PatternSearch,
    mw: float,
    logp: float,
    hbd: int,
    tpsa: float,
    rotatable: int,
) -> float:
    """Compute RDKit's QED from what is known already, and its 116 alerts after a screen."""
    accepting = (len(mol.GetSubstructMatches(pattern)) for pattern in QED.Acceptors)
    aromatic = Chem.DeleteSubstructs(Chem.Mol(mol), QED.AliphaticRings)
    return QED.qed(
        mol,
        qedProperties=QED.QEDproperties(
            MW=mw,
            ALOGP=logp,
            HBA=sum(accepting),
            HBD=hbd,
            PSA=tpsa,
            ROTB=rotatable,
            AROM=len(Chem.GetSSSR(aromatic)),
            ALERTS=len(search.matching("qed")),
        ),
    )
