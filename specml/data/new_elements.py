"""Small carriers of boron, silicon, phosphorus, bromine and iodine.

``data.wide_molecules`` adds them to the second list of training molecules.

Two ways: groups that a chemist would name, each beside every substituent, as in
:mod:`specml.data.functional_groups`; and molecules of the older list with chlorine replaced by
bromine or iodine, a saturated carbon by silicon, an amine's nitrogen by phosphorus.
"""

from collections.abc import Iterable
from itertools import product

from rdkit import Chem

# SMILES from the atom that the substituent binds, separated by blanks.
SILICON = """
[SiH3] [SiH2]C [SiH](C)C [Si](C)(C)C [SiH2]CC [SiH2]C=C [SiH2]C#C [SiH2]O [SiH2]OC [SiH](O)O
[SiH](C)O [SiH](C)OC [Si](C)(C)O [Si](O)(O)O [SiH2]O[SiH3] O[SiH3] O[SiH2]C O[SiH](C)C
O[Si](C)(C)C OC[SiH3] [SiH2]CO [SiH2]F [SiH](F)F [Si](F)(F)F [SiH2]Cl [SiH](Cl)Cl [Si](Cl)(Cl)Cl
[SiH2]Br [SiH](C)Cl [Si](C)(C)Cl [SiH](C)F [SiH2]I [SiH2]N [SiH2]NC [SiH2]N(C)C N[SiH3] N(C)[SiH3]
N[SiH2]C N([SiH3])[SiH3] S[SiH3] S[SiH2]C [SiH2]S [SiH2][SiH3] [SiH2]C#N [SiH2]N=C=O
[SiH2]N=[N+]=[N-] [SiH2]C[SiH3] [SiH2]P C(=O)[SiH3] C(=O)O[SiH3] OO[SiH3] [SiH2]CCl C[SiH2]F
C[SiH2]Cl [SiH2]SC [SiH2]OO [SiH]1CC1 [SiH]1CCC1 C#C[SiH3] C=C[SiH3] [SiH2]C(C)=O [SiH2]NN
"""
PHOSPHORUS = """
P PC P(C)C PCC PC=C PC#C PC#N PP CP CPC PO POC P(O)O P(OC)OC OP OPC OP(O)O OP(C)C P(C)O P(F)F
P(Cl)Cl PCl PF PBr P(C)Cl P(C)F PN PNC NP N(C)P NP(C)C PS SP PSC P[SiH3] PB [PH2]=O [PH](C)=O
P(C)(C)=O [PH](=O)O [PH](=O)OC P(C)(=O)O P(C)(=O)OC P(=O)(O)O P(=O)(O)OC P(=O)(OC)OC OP(=O)(O)O
OP(C)(=O)O OP(=O)(O)OC O[PH](=O)O O[PH](=O)OC O[PH2]=O OP(=O)(OC)OC P(F)(F)=O P(Cl)(Cl)=O
P(C)(=O)F P(C)(=O)Cl OP(F)(F)=O OP(=O)(Cl)Cl P(N)(N)=O NP(=O)(O)O [PH](N)=O NP(C)(=O)O OP(N)(=O)O
[PH2]=S [PH](C)=S P(C)(C)=S P(=S)(O)O P(O)(=O)S P(Cl)(Cl)=S OP(=S)(O)O SP(=O)(O)O [PH](=O)S P=C
C=P N=P N=[PH3] [PH2]=C [PH2]=N P1CC1 P1CCC1 P1CCCC1 C1CP1 C(=O)P C(=O)PC COP CP(=O)(O)O CP(C)C
C(P)=O P(=O)=O P=O OP=O C#P C(=O)P(=O)(O)O CCP(=O)(O)O OOP PI
"""
BORON = """
B BC B(C)C BCC BC=C B(O)O B(O)OC B(OC)OC BO BOC B(C)O B(C)OC OB OBC OB(C)C OB(O)O OBO B(F)F
B(Cl)Cl B(Br)Br BF BCl B(C)F B(C)Cl B(F)O B(Cl)O OB(F)F OB(Cl)Cl BN BNC B(N)N B(C)N NB NBC NB(C)C
NB(O)O N(C)B(C)C BS SB SB(C)C SB(O)O B(S)S BP B1OCCO1 B1OCO1 B1CC1 B1CCC1 B1CCCC1 OB1OCCO1 B1NCCN1
B1SCCS1 C#CB NB(F)F CB(O)O CB(C)C C=CB(O)O BC#N BC#C B(C#C)C BN=[N+]=[N-] B(O)S [NH2+][BH3-]
[NH+](C)[BH3-] [N+](C)(C)[BH3-] [PH2+][BH3-] [PH+](C)[BH3-] [OH+][BH3-] [SH+][BH3-] [S+](C)[BH3-]
[O+](C)[BH3-] [NH2+][B-](F)(F)F [NH+](C)[B-](F)(F)F [OH+][B-](F)(F)F C#[N+][B-](F)(F)F
C#[N+][BH3-] OB1CC1 C(C)=[O+][B-](F)(F)F C=[O+][B-](F)(F)F C=[NH+][BH3-] [PH2+][B-](F)(F)F
"""
SUBSTITUENTS = ("[H]", "C", "CC", "C=C", "FC(F)(F)", "C1CC1", "CO", "F", "Cl", "N#C")
# What the product makes and nobody has in a flask.
UNLIKELY = tuple(
    Chem.MolFromSmarts(pattern)
    for pattern in (
        "[F,Cl,Br,I]-[O,S,N;!$(S(=O)=O)]",
        "[#8]-[#8]-[!#1;!#6]",
        "[F,Cl,Br,I][PX3H]",
        "[BH]([F,Cl,Br,I])[F,Cl,Br,I]",
    )
)


def carriers() -> list[str]:
    """List the SMILES of every group of Si, P and B with every substituent.

    >>> carriers()[:2]
    ['[H][SiH3]', 'C[SiH3]']
    """
    groups = (*SILICON.split(), *PHOSPHORUS.split(), *BORON.split())
    pairs = product(groups, SUBSTITUENTS)
    return [rest + group for group, rest in pairs]


def halogen_exchanged(smiles: Iterable[str]) -> list[str]:
    """List molecules with every chlorine, or one of them, replaced by bromine or iodine; sorted.

    >>> halogen_exchanged(["ClCCl"])
    ['BrCBr', 'ClCBr', 'ClCI', 'ICI']
    """
    exchanged = set()
    for line in smiles:
        molecule = Chem.MolFromSmiles(line)
        sites = [a.GetIdx() for a in molecule.GetAtoms() if a.GetAtomicNum() == 17]
        for number in (35, 53):
            for chosen in [sites] * bool(sites) + [[site] for site in sites]:
                exchanged |= _replaced(molecule, chosen, number)
    return sorted(exchanged)


def carbon_to_silicon(smiles: Iterable[str]) -> list[str]:
    """List molecules with one saturated, unstrained carbon replaced by silicon; sorted.

    >>> carbon_to_silicon(["CO"])
    ['O[SiH3]']
    """
    return _exchanged(smiles, "[CX4;!r3]", 14)


def nitrogen_to_phosphorus(smiles: Iterable[str]) -> list[str]:
    """List molecules with one saturated nitrogen replaced by phosphorus; sorted.

    >>> nitrogen_to_phosphorus(["CNC"])
    ['CPC']
    """
    return _exchanged(smiles, "[NX3;+0;!$(N-[O,N])]", 15)


def _exchanged(smiles: Iterable[str], pattern: str, number: int) -> list[str]:
    """Replace an atom that a pattern matches by another element, in every way; sorted."""
    query = Chem.MolFromSmarts(pattern)
    exchanged = set()
    for line in smiles:
        molecule = Chem.MolFromSmiles(line)
        for (site,) in molecule.GetSubstructMatches(query):
            exchanged |= _replaced(molecule, [site], number)
    return sorted(exchanged)


def _replaced(molecule: Chem.Mol, sites: list[int], number: int) -> set[str]:
    """Make the SMILES with these atoms of another element; empty where none exist."""
    changed = Chem.RWMol(molecule)
    for site in sites:
        atom = changed.GetAtomWithIdx(site)
        hydrogens = atom.GetTotalNumHs()
        atom.SetAtomicNum(number)
        atom.SetNumExplicitHs(hydrogens)
        atom.SetNoImplicit(True)
    if Chem.SanitizeMol(changed, catchErrors=True) != Chem.SANITIZE_NONE:
        return set()
    return {Chem.MolToSmiles(changed, isomericSmiles=False)}


def plausible(smiles: str) -> bool:
    """Tell whether RDKit reads a SMILES as a closed shell that would not fall apart at once."""
    molecule = Chem.MolFromSmiles(smiles)
    return (
        molecule is not None
        and not any(atom.GetNumRadicalElectrons() for atom in molecule.GetAtoms())
        and not any(molecule.HasSubstructMatch(pattern) for pattern in UNLIKELY)
    )
