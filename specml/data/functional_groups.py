"""Small molecules that carry each functional group a spectroscopist would name.

``recipes/specml/more_molecules.py`` adds them to the list of training molecules.

The lists SpecML learns from otherwise follow what QM9 and drugs have much of: they hold not one
isothiocyanate and a single small azide. Here every group stands beside every substituent once,
because a band such as that of N=N=N moves with both.
"""

from itertools import product

# SMILES from the atom that the substituent binds.
GROUPS = (
    # cumulated and triple bonds
    *("C#N", "[N+]#[C-]", "N=[N+]=[N-]", "N=C=O", "N=C=S", "SC#N", "OC#N", "NC#N", "N=C=NC"),
    *("C=C=C", "C=C=O", "C=[N+]=[N-]", "C#C", "C#CC", "C#CC#N", "C(=O)C#N", "C#CCl"),
    # nitrogen with nitrogen or oxygen
    *("[N+](=O)[O-]", "ON=O", "O[N+](=O)[O-]", "N=O", "N(C)N=O", "N=NC", "NN", "NNC", "NO", "NOC"),
    *("C=NO", "C=NOC", "C=NN", "C=NN=C", "C(=O)NN", "C(=O)NO", "C(=O)NOC", "C(N)=NO", "NC(=O)NN"),
    # sulphur
    *("S(=O)C", "S(=O)(=O)C", "S(=O)(=O)N", "S(=O)(=O)NC", "NS(C)(=O)=O", "S(=O)(=O)Cl"),
    *("S(=O)(=O)F", "S(=O)(=O)O", "S(=O)(=O)OC", "OS(C)(=O)=O", "SSC", "S", "SC", "SC=C"),
    *("C(=O)S", "C(=O)SC", "SC(N)=O", "C(=S)N", "C(=S)NC", "NC(=S)N", "C(=S)OC", "C(=S)SC"),
    # carbonyl compounds
    *("C=O", "C(C)=O", "C(=O)C=O", "C(=O)C(C)=O", "C(=O)Cl", "C(=O)F", "C(=O)O", "C(=O)OC"),
    *("OC=O", "C(=O)OC=O", "C(=O)OC(C)=O", "C(=O)OO", "OC(=O)OC", "OC(=O)Cl", "OC(N)=O"),
    *("NC(=O)OC", "NC(N)=O", "C(=O)N", "C(=O)NC", "NC=O", "C(=O)NC=O", "C(=O)C=C", "C(=O)N(C)C"),
    # carbon with nitrogen, oxygen or halogen
    *("C(N)=N", "C(N)=NC", "NC(N)=N", "C(=N)OC", "N=CN(C)C", "C=NC", "NC", "N(C)C", "OC", "OOC"),
    *("OC=C", "OCOC", "COC", "OCN", "NCN", "OCS", "C(O)O", "C(F)F", "C(F)(F)F", "C(Cl)Cl"),
    *("C(F)Cl", "C=CF", "C=CCl", "C(F)=C(F)F", "N=C(C)C"),
    # small rings and azoles
    *("C1CO1", "C1CN1", "C1CS1", "N1CC1", "C1CC1", "C1=CC1", "C1COC1", "C1CSC1", "C1OCCO1"),
    *("C1CCO1", "C1OCO1", "c1ccco1", "c1ccc[nH]1", "c1cccs1", "n1cccc1", "c1cnc[nH]1"),
    *("c1ccn[nH]1", "c1cnco1", "c1ccno1", "c1nccs1", "c1cnsc1", "c1nnco1", "c1nncs1"),
    *("c1nc[nH]n1", "c1nn[nH]n1", "n1cccn1", "n1ccnc1", "c1ccnnc1", "c1cnccn1", "c1ncccn1"),
)
SUBSTITUENTS = ("", "C", "CC", "C=C", "FC(F)(F)", "C1CC1")  # hydrogen first
NO_HYDROGEN = ("S(=O)", "[", "n1")  # how groups begin that do not exist with hydrogen alone


def grouped() -> list[str]:
    """List the SMILES of every group with every substituent, hydrogen only where that is a
    molecule.

    >>> grouped()[:2]
    ['C#N', 'CC#N']
    """
    pairs = product(GROUPS, SUBSTITUENTS)
    return [rest + group for group, rest in pairs if rest or not group.startswith(NO_HYDROGEN)]
