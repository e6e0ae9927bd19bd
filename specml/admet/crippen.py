"""Crippen's log P and molar refractivity, without drawing hydrogens.

Sums of contributions of atoms by type (Wildman and Crippen, J. Chem. Inf. Comput. Sci. 39, 868
(1999)). RDKit types the heavy atoms the same with and without hydrogens, and keeps that for its
other descriptors; what a hydrogen counts follows from its neighbour. RDKit's own sum draws all
hydrogens and types every atom again.
"""

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from specml.admet.screen import atoms

# (log P, refractivity), the paper's types H1 to H4 and HS as RDKit reads them.
ON_CARBON = (0.123, 1.057)
ALCOHOL = (-0.2677, 1.395)  # also on every other element
ON_NITROGEN = (0.2142, 0.9627)  # also of N-OH
ACID = (0.298, 1.805)
OTHER = (0.1125, 1.112)
TOLD_APART = frozenset((6, 7, 8, 16))  # elements that the types of H-O-X tell apart


def log_p_and_refractivity(mol: Chem.Mol) -> tuple[float, float]:
    """Log P and molar refractivity (cm^3/mol) of a sanitized molecule.

    >>> round(log_p_and_refractivity(Chem.MolFromSmiles("CCO"))[0], 4)
    -0.0014
    """
    contributions = rdMolDescriptors._CalcCrippenContribs(mol)
    log_p, refractivity = (sum(column) for column in zip(*contributions, strict=True))
    for atom in atoms(mol):
        hydrogens = atom.GetTotalNumHs()
        if hydrogens:
            of_one = _hydrogen(atom)
            log_p += hydrogens * of_one[0]
            refractivity += hydrogens * of_one[1]
    return log_p, refractivity


def _hydrogen(atom: Chem.Atom) -> tuple[float, float]:
    """What a hydrogen on this atom contributes to log P and to the refractivity."""
    match atom.GetAtomicNum():
        case 6:
            return ON_CARBON
        case 7:
            return ON_NITROGEN
        case 8:
            return _on_oxygen(atom)
    return ALCOHOL


def _on_oxygen(oxygen: Chem.Atom) -> tuple[float, float]:
    """What a hydrogen on oxygen contributes: the first type that a neighbour gives.

    A second hydrogen is a neighbour too.
    """
    if oxygen.GetTotalNumHs() > 1:
        return ALCOHOL
    bonds = [bond for bond in oxygen.GetBonds() if bond.GetBondType() == Chem.BondType.SINGLE]
    types = [_beyond(bond.GetOtherAtom(oxygen)) for bond in bonds]
    return next((each for each in (ALCOHOL, ON_NITROGEN, ACID) if each in types), OTHER)


def _beyond(other: Chem.Atom) -> tuple[float, float]:
    """The contributions of the hydrogen in H-O-other."""
    number = other.GetAtomicNum()
    if number == 7:
        return ON_NITROGEN
    if other.GetIsAromatic() or number not in TOLD_APART:
        return ALCOHOL
    if number != 6:
        return ACID
    if other.GetTotalDegree() == 4:
        return ALCOHOL
    ends = (
        bond.GetOtherAtom(other).GetAtomicNum()
        for bond in other.GetBonds()
        if bond.GetBondType() == Chem.BondType.DOUBLE
    )
    return ACID if TOLD_APART.intersection(ends) else OTHER
