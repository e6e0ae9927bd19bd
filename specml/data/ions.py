"""Ions: those by name, and others made by moving a proton of a small molecule.

``data.wide_molecules`` adds them to the second list of training molecules.

A site gives a proton away where a chemist finds an acid (O-H, S-H, carboxylic and sulfonic acids,
N-H beside a carbonyl or in an azole, C-H beside a carbonyl, nitro or cyano group), and takes one
where there is a lone pair that is not drawn into a pi system: amines, imines, pyridines, nitriles,
carbonyls, alcohols, ethers, phosphines.
"""

from collections.abc import Iterable

from rdkit import Chem

NAMED = """
[OH-] [SH-] [F-] [Cl-] [Br-] [I-] [C-]#N N#C[S-] N#C[O-] [N-]=[N+]=[N-] [N-]=[N+]=NC
O=[N+]([O-])[O-] O=N[O-] [O-]O [NH2-] [O-]Cl [O-]Br [O-]I [O-]Cl=O [O-]Cl(=O)=O [O-]Cl(=O)(=O)=O
[O-]Br(=O)=O [PH2-] [O-]I(=O)=O O=C([O-])O O=S([O-])O O=S(=O)([O-])O O=P([O-])(O)O O=P(=O)[O-]
O=[PH]([O-])O O=[PH2][O-] F[B-](F)(F)F [BH4-] Cl[B-](Cl)(Cl)Cl [CH3-] [SiH3-] F[P-](F)(F)(F)(F)F
F[Si-](F)(F)(F)F N#C[N-]C#N N#C[C-](C#N)C#N [O-]C#C [C-]#C N#C[BH3-] O[B-](O)(O)O O=S(=O)([O-])F
O=S(=O)([O-])Cl NS(=O)(=O)[O-] [S-]S O=[N+]([O-])[N-][N+](=O)[O-] [N-]=[N+]=NN I[I-]I
O=P([O-])(F)F O=P([O-])(O)F O=P([O-])(Cl)Cl O=[Si](O)[O-] OB(O)[O-] O=B[O-] FB(F)[O-] F[B-](F)(F)O
F[B-](F)(F)C C[B-](F)(F)F C[B-](O)(O)O C[BH3-] C=C[B-](F)(F)F O=[N+]([O-])[CH2-] [NH4+] [OH3+]
[PH4+] [SH3+] O=[N+]=O N#[O+] [CH3+] [SiH3+] N#[NH+] NN[NH3+] N[NH3+] O[NH3+] Cl[NH3+] F[NH3+]
C[N+](C)(C)C C[P+](C)(C)C C[O+](C)C C[S+](C)C F[N+](F)(F)F C#[O+] [N-]=[N+]=[NH2+] N#[N+]C C[N+]#N
C=[NH2+] C=[N+](C)C CC=[NH2+] CC(C)=[NH2+] NC(N)=[NH2+] CC(N)=[NH2+] NC=[NH2+] CN(C)C=[NH2+]
CNC(N)=[NH2+] c1cc[nH+]cc1 C[n+]1ccccc1 c1c[nH+]c[nH]1 C[n+]1cc[nH]c1 Cn1cc[n+](C)c1 CC#[O+]
C=[OH+] C[OH+]C CC=[OH+] C[OH2+] CC#[NH+] C#[NH+] C[N+]#C C[NH3+] C[NH2+]C C[NH+](C)C CC[NH3+]
C[N+](C)(C)O C[N+](C)(C)C=C C=CC[NH3+] [NH3+]CCO C[N+](C)(C)CCO [NH3+]CC#N [NH3+]CC(N)=O
[NH3+]CC(=O)O C[CH+]C C[C+](C)C C=C[CH2+] C1=C[CH+]1 c1ccc[cH+]cc1 C[SiH2+] C[Si+](C)C C[PH3+]
C[PH2+]C C[PH+](C)C C[P+](C)(C)O C[SH2+] C[SH+]C C[SH+](C)=O C[Br+]C C[I+]C C[Cl+]C C[ClH+]
C[BrH+] C=[N+]=O CN=[NH2+] O=[NH+]O C=[SH+] C[SH+]S [O-]c1ccccc1 [S-]c1ccccc1 C[S-] C[O-] C[N-]C
c1cc[n-]c1 c1cn[n-]c1 c1c[n-]cn1 c1nc[n-]n1 c1nn[n-]n1 C1=C[CH-]C=C1 O=c1cc[n-]cc1
CC(=O)[CH-]C(C)=O O=C[CH-]C=O [O-]C=C CC([O-])=C [O-]C=CC=O [CH2-]C#N N#C[CH-]C#N
O=C1C=CC([O-])=C1 [S-]C=C CP(=O)([O-])O COP(=O)([O-])OC COP(=O)([O-])O CS(=O)[O-] CS(=O)(=O)[O-]
CSC(=S)[S-] COS(=O)(=O)[O-] FC(F)(F)S(=O)(=O)[O-] O=C([O-])C(F)(F)F O=C([O-])c1ccccc1
CN(C)C(=S)[S-] COC(=O)[O-] NC(=O)[O-] O=C([O-])C(=O)O CC(=O)[S-] CC(=S)[S-] CC(=O)[N-]C(C)=O
C[SiH2][O-] C[Si](C)(C)[O-] CB(O)[O-] C[PH-] CP([O-])C CP(C)(=O)[O-] CP(C)[S-] CP(=S)([O-])O
BrCC(=O)[O-] ICC(=O)[O-] BrC=C[O-] O=S(=O)([O-])CBr O=C([O-])C#C [O-][N+](=O)C=C[O-]
[NH3+]CC(=O)[O-] C[N+](C)(C)CC(=O)[O-] C[N+](C)(C)[O-] [NH3+]CS(=O)(=O)[O-] [NH3+][O-]
"""

# Where a proton can leave, by the atom that holds it, and come, by the atom that takes it.
ACIDIC = (
    "[OX2H;!$(O-[O,N,F,Cl,Br])]",
    "[SX2H]",
    "[NX3;!H0;$(N-[C,S,P]=[O,S,N])]",
    "[nX3;H1]",
    "[CX4;!H0;$(C-[C;!$(C-[O,N])]=O),$(C-C#N),$(C-[N+](=O)[O-]),$(C-S(=O)=O)]",
    "[CX2;H1]#[C]",
    "[NX3;!H0;$(N-c)]",
    "[PX3;!H0]",
)
BASIC = (
    "[NX3;+0;!$(N-[C,S,P]=[O,S,N]);!$(N-a);!$(N-C=C);!$(N-C#N);!$(N-[N+]);!$(N-N=*)]",
    "[NX2;+0;$(N=C);!$(N=C=*);!$(N(=C)-[O,N])]",
    "[nX2]",
    "[NX1;+0;$(N#C)]",
    "[OX1;+0;$(O=C);!$(O=C=*)]",
    "[OX2;+0;!$(O-[C,S,P,N]=[O,S,N]);!$(O-a);!$(O-C=C);!$(O-[O,N,B])]",
    "[PX3;+0;!$(P~[O,N,S,F,Cl,Br,I])]",
    "[SX2;+0;!$(S-C=*);!$(S-a);!$(S-[S,O,N])]",
    "[OX1;+0;$(O=[P,S])]",
    "[SX1;+0;$(S=C)]",
)


def deprotonated(smiles: Iterable[str]) -> list[str]:
    """List the anions that molecules become when one acidic site gives its proton away, sorted.

    >>> deprotonated(["CC(=O)O"])
    ['CC(=O)[O-]']
    """
    return _shifted(smiles, ACIDIC, -1)


def protonated(smiles: Iterable[str]) -> list[str]:
    """List the cations that molecules become when one basic site takes a proton, sorted.

    >>> protonated(["CN", "CC#N"])
    ['CC#[NH+]', 'C[NH3+]']
    """
    return _shifted(smiles, BASIC, 1)


def _shifted(smiles: Iterable[str], patterns: tuple[str, ...], protons: int) -> list[str]:
    """Add so many protons to the atom that each match of the patterns begins with."""
    queries = [Chem.MolFromSmarts(pattern) for pattern in patterns]
    ions = set()
    for line in smiles:
        molecule = Chem.MolFromSmiles(line)
        sites = {match[0] for q in queries for match in molecule.GetSubstructMatches(q)}
        for site in sites:
            changed = Chem.RWMol(molecule)
            atom = changed.GetAtomWithIdx(site)
            atom.SetNumExplicitHs(atom.GetTotalNumHs() + protons)
            atom.SetNoImplicit(True)
            atom.SetFormalCharge(atom.GetFormalCharge() + protons)
            if Chem.SanitizeMol(changed, catchErrors=True) == Chem.SANITIZE_NONE:
                ions.add(Chem.MolToSmiles(changed, isomericSmiles=False))
    return sorted(ions)
