"""Open shells: radicals by name, those left when a molecule loses a hydrogen atom, triplets.

``data.wide_molecules`` adds them to the second list of training molecules.

Each comes with its multiplicity 2 S + 1: doublets have one unpaired electron, triplets two.
"""

from collections.abc import Iterable

from rdkit import Chem

DOUBLETS = """
[OH] [SH] [NH2] [PH2] [CH3] [SiH3] [BH2] [C]#N [O]Cl [O]Br [O]I [N]=O O=[N][O] [O-][N+]=O [O]O
[O]OC [O]F FO[O] [O]Cl=O O=Cl[O] [CH]=O [N]=[N+]=[N-] C[O] C[S] C[NH] C[N]C CC[O] [CH2]O [CH2]C
C[CH]C F[B]F C[C](C)C [CH]=C [CH2]C=C [C]#C [CH2]C#C [CH2]C#N [CH2]C=O C[C]=O [CH2]F O=C[O] O[C]=O
CC(=O)[O] CC(=O)O[O] [N]=C=O [S]C#N [N]=C=S [CH2]Cl [CH2]Br [CH2]I F[C](F)F Cl[C](Cl)Cl F[CH]F
Cl[CH]Cl FC(F)(F)[O] F[N]F [O]S(=O)=O CN(C)[O] CN([O])C C1CCN([O])C1 CN([O])C(C)(C)C CCN([O])CC
[O]N1CCOCC1 C[Si](C)C CC(C)(C)N([O])C(C)(C)C C=N[O] CC(C)=N[O] CC=N[O] O=[N+]([O-])[O] CN[O] [O]N
F[Si](F)F Cl[Si](Cl)Cl C[Si](C)[CH3] [CH2][SiH3] C[SiH2] C[PH] C[P]C O=[P]=O [P]=O F[P]F O=[S]O
C[S]=O C[S](=O)=O CS(=O)[CH2] [CH2]SC [CH2]S [S]S CS[S] [CH2]N [CH2]NC [CH2]OC [CH2]C(C)=O
[CH2]C(=O)O [CH2][N+](=O)[O-] C[CH]O C[C](C)O [O]c1ccccc1 [CH2]c1ccccc1 [c]1ccccc1 C1=C[CH]C=C1
[O]C=C [CH2]C=CC=C C[B]C O=[Si]O [NH]N N[N]C O=[N] [SiH2]Cl [B]=O [O]B=O C[CH]Cl [CH]1CC1
[CH]1CCC1 [CH]1CCCC1
"""
# Radical ions, also doublets; O2- and the others as they are met in solutions and flames.
IONS = """
[O][O-] [O-][O] [NH3+] [OH2+] [CH2-][O] [O]C(=O)[O-] [O]S(=O)(=O)[O-] [O-][S]=O O=[C][O-]
C[N+](C)C [NH2+]C [CH2][NH3+] [CH2]C(=O)[O-] [CH2+][CH2] [S][S-] [O]N=O C[S+]C [CH2][OH2+]
"""
TRIPLETS = """
O=O [CH2] [NH] [PH] [SiH2] S=O S=S F[CH] C[CH] C[N] [N]F C=O C=C CC=O CC(C)=O C=CC=O C=CC=C O=CC=O
N#C[N] [CH]C#N [CH]C=C c1ccccc1 C=S CN=O N=N CN=NC O=C1C=CC(=O)C=C1 c1ccc([N])cc1 c1ccc([CH])cc1
C=N O=S=O [CH]C=O [SiH]C C[P] FC=O ClC=O C#C NC=O OC=O C1CC1=O [BH]
"""


def open_shells() -> list[tuple[str, int]]:
    """List SMILES and multiplicity of the radicals and triplets that are given by name.

    >>> open_shells()[0]
    ('[OH]', 2)
    """
    doublets = [*DOUBLETS.split(), *IONS.split()]
    return [(line, 2) for line in doublets] + [(line, 3) for line in TRIPLETS.split()]


def without_hydrogen(smiles: Iterable[str]) -> list[str]:
    """List every radical, a doublet, that the molecules become when they lose one H; sorted.

    >>> without_hydrogen(["CO"])
    ['C[O]', '[CH2]O']
    """
    radicals = set()
    for line in smiles:
        molecule = Chem.MolFromSmiles(line)
        for atom in molecule.GetAtoms():
            if not atom.GetTotalNumHs() or atom.GetIsAromatic():
                continue
            changed = Chem.RWMol(molecule)
            site = changed.GetAtomWithIdx(atom.GetIdx())
            site.SetNumExplicitHs(atom.GetTotalNumHs() - 1)
            site.SetNoImplicit(True)
            site.SetNumRadicalElectrons(1)
            if Chem.SanitizeMol(changed, catchErrors=True) == Chem.SANITIZE_NONE:
                radicals.add(Chem.MolToSmiles(changed, isomericSmiles=False))
    return sorted(radicals)
