"""Every molecule of up to three heavy atoms that exists on a shelf, and a few common larger ones.

``data.wide_molecules`` adds them to the second list of training molecules.

Networks that learn from organic molecules are worst at these: nothing beside them resembles carbon
monoxide. The list holds what can be bought, or seen in a flame or an atmosphere, of H, B, C, N, O,
F, Si, P, S, Cl, Br and I; organic molecules without a new element are in the first list.
"""

DIATOMIC = """
[H][H] N#N [C-]#[O+] F Cl Br I FF ClCl BrBr II ClF BrF FI ClBr ClI BrI P#P
"""
TRIATOMIC = """
O S N P C [SiH4] B OF OCl OBr OI FN(F)F NF NCl O=C=O S=C=S O=C=S [N-]=[N+]=O O=S=O [O-][O+]=O FOF
ClOCl ClSCl FSF C#N [C-]#[NH+] N=C=O N=C=S OC#N [N-]=[N+]=N O=NO O=NF O=NCl O=NBr FC#N ClC#N BrC#N
IC#N C#P CC#P N=N NN OO SS NO PP NP OP OS NS [SiH3][SiH3] C=O C=S O=CF O=CCl N=O P=O FN=NF
C=[SiH2] O=[SiH2] O=C=C=C=O N#CC#N [S-][S+]=O S=S FSSF ClSSCl C=P C=B C#C SC#N O=[N+]([O-])O
O=[N+]([O-])F O=[N+]([O-])Cl O=NN=O NNN OOO SSS N=NN O=S S=C C#CF C#CCl C#CBr C#CI ONO OSO NC#N
[C-]#[N+]O C=[N+]=[N-] FC(F)=O ClC(Cl)=O O=C(F)Cl FC(F)=S ClC(Cl)=S O=C(Br)Br O=CBr O=CI O=C(F)Br
"""
HYDRIDES_AND_HALIDES = """
FB(F)F ClB(Cl)Cl BrB(Br)Br IB(I)I FBF ClBCl FB FB(F)Cl OB(O)O OBO OB CB CBC CB(C)C COB(OC)OC NB
NB(N)N CB(F)F CB(Cl)Cl OB(F)F FB(F)B(F)F ClB(Cl)B(Cl)Cl [BH3-][NH3+] [BH3-][PH3+]
F[B-](F)(F)[NH3+] [BH3-][C+]=O [BH3-][S+](C)C [BH3-][O+](C)C [BH3-][N+](C)(C)C F[B-](F)(F)[O+](C)C
F[B-](F)(F)[NH2+]C B1NBNBN1 O=BO FB=O N#B CSB SB [BH3-][NH2+]C [BH3-][PH2+]C [BH3-][OH2+]
F[B-](F)(F)[N+]#CC F[B-](F)(F)[OH2+] Cl[B-](Cl)(Cl)[NH3+] O=[O+][BH3-] B1OBOBO1 OB1OB(O)OB(O)O1
F[SiH3] F[SiH2]F F[SiH](F)F F[Si](F)(F)F Cl[SiH3] Cl[SiH2]Cl Br[SiH3] Cl[SiH](Cl)Cl
Cl[Si](Cl)(Cl)Cl I[SiH3] Br[SiH2]Br Br[Si](Br)(Br)Br O[SiH3] O[SiH2]O O[SiH](O)O O[Si](O)(O)O
N[SiH3] S[SiH3] P[SiH3] [SiH3]O[SiH3] [SiH3]S[SiH3] [SiH3]N[SiH3] [SiH3]P[SiH3]
[SiH3]N([SiH3])[SiH3] N#C[SiH3] [SiH3][SiH2][SiH3] [SiH3]N=C=O [SiH3]N=C=S [SiH3]N=[N+]=[N-]
[SiH3]C#C F[Si](F)(F)Cl F[Si](F)(F)[SiH3] Cl[SiH2][SiH3] F[Si](Cl)(Cl)Cl [SiH3]N(C)C FP(F)F
ClP(Cl)Cl BrP(Br)Br FP FPF ClP ClPCl OP(O)O PO OPO O=P(F)(F)F O=P(Cl)(Cl)Cl O=P(Br)(Br)Br
S=P(F)(F)F S=P(Cl)(Cl)Cl O=[PH3] S=[PH3] O=[PH2]O O=[PH](O)O O=P(O)(O)O O=PO O=P(=O)O FP(F)(F)(F)F
P=P ClP(Cl)(Cl)(Cl)Cl O=PCl O=PF N#P FP(F)Cl FP(Cl)Cl PS PPP O=P(=O)Cl P12P3P1P23 O=P(F)(F)Cl
O=P(F)(Cl)Cl FP(F)(F)F O=P(O)(O)F FP(F)C#N PC#N FS(F)(F)(F)(F)F FS(F)(F)F O=S(F)F O=S(Cl)Cl
O=S(Br)Br O=S(=O)(F)F O=S(=O)=O O=S(=O)(Cl)Cl O=S(=O)(F)Cl O=S(=O)(O)O O=S(O)O O=S(=O)(O)F
O=S(=O)(O)Cl NS(=O)(=O)O NS(N)(=O)=O N#S N#SF N#S(F)(F)F O=S=N S1SSSSSSS1 FN(F)N(F)F ClN(Cl)Cl NCl
ClNCl NBr NI FNF FN=C=O ClN=C=O O=Cl(=O)(=O)O O=ClO O=Cl(=O)O O=NO[N+](=O)[O-]
O=[N+]([O-])[N+](=O)[O-] O=[N+]([O-])O[N+](=O)[O-] O=N[N+](=O)[O-] FON=O ClON=O O=[N+]([O-])OCl
O=[N+]([O-])Br O=NON=O NN=O N[N+](=O)[O-] FOO OCl FI(F)(F)(F)F N#CC#CC#N N#CSC#N N#CSSC#N O=C=C=O
S=C=C=S N#CN=[N+]=[N-] N=NO O=NS
"""
CARBON_HALIDES = """
CF CCl CBr CI FCF ClCCl BrCBr ICI FC(F)F ClC(Cl)Cl BrC(Br)Br IC(I)I FC(F)(F)F ClC(Cl)(Cl)Cl
BrC(Br)(Br)Br FCBr FCI FCCl ClCBr ClCI BrCI FC(F)Br FC(F)I FC(F)Cl FC(Cl)Cl FC(Br)Br ClC(Cl)Br
ClC(Br)Br FC(F)(F)Br FC(F)(F)I FC(F)(F)Cl FC(F)(Cl)Cl FC(Cl)(Cl)Cl FC(F)(Br)Br CCBr ClC(Cl)(Cl)Br
FC(Cl)(Cl)Br FC(Cl)Br CCI CC(Br)Br BrCCBr ICCI ClCCBr FCCBr FCCI C=CBr C=CI C=C(Br)Br BrC=CBr
ClC=CBr FC=CBr BrC#CBr IC#CI ClC#CCl FC(F)=C(F)F ClC(Cl)=C(Cl)Cl BrC(Br)=C(Br)Br FC(F)=C(F)Br
CCCBr FC(F)=CBr ClC(Cl)=CBr CC(C)Br CC(C)I CCCI CC(C)(C)Br CC(C)(C)I C=CCBr C=CCI CC#CBr C#CCBr
C#CCI CC=CBr CC(Br)=C CC(I)=C C=CC=CBr BrC1CC1 IC1CC1 OCBr OCI OCCBr OCCI NCCBr COCBr COCI CSCBr
N#CCBr N#CCI O=CCBr O=CCI O=C(O)CBr O=C(O)CI CC(=O)Br CC(=O)I CC(=O)CBr NC(=O)CBr BrCC1CO1
O=C(Br)C(=O)Br FC(F)(F)CBr FC(F)(F)CI FC(F)(F)C(F)(F)I CC(Cl)Br OC(=O)C(Br)Br O=[N+]([O-])CBr
O=[N+]([O-])C(Br)(Br)Br CN(C)Br COBr COI CSBr CS(=O)(=O)Br CNBr CSI CN(Br)Br CC(=O)NBr
O=C1CCC(=O)N1Br CC(=O)OI COCl
"""
ARENES = """
Brc1ccccc1 Ic1ccccc1 Brc1ccco1 Ic1ccco1 Brc1cccs1 Ic1cccs1 Brc1ccc[nH]1 Brc1cn[nH]c1 Ic1cn[nH]c1
Brc1nc[nH]n1 Brc1ccccn1 Brc1cccnc1 Ic1ccncc1 Brc1ccsc1 Brc1cnco1 Brc1nccs1 Ic1nccs1 Brc1c[nH]cn1
Brc1cncnc1 Ic1ccccn1 OB(O)c1ccccc1 OB(O)c1ccco1 OB(O)c1cccs1 [SiH3]c1ccccc1 Pc1ccccc1 Pc1ccco1
Oc1ccc(Br)cc1 Nc1ccc(Br)cc1 Cc1ccc(Br)cc1 Brc1ccc(Br)cc1 p1ccccc1 [nH]1cccc1Br [SiH3]c1ccco1
c1cc[pH]c1 C1=C[SiH2]C=C1 b1ccccc1 Clc1ccc(Br)cc1 Fc1ccc(I)cc1
"""


def shelf() -> list[str]:
    """List the SMILES of all of them, smallest lists first.

    >>> shelf()[:3]
    ['[H][H]', 'N#N', '[C-]#[O+]']
    """
    parts = (DIATOMIC, TRIATOMIC, HYDRIDES_AND_HALIDES, CARBON_HALIDES, ARENES)
    return [smiles for part in parts for smiles in part.split()]
