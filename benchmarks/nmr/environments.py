"""The chemical environment of a nucleus, which errors are broken down by."""

from rdkit import Chem

ENVIRONMENTS = {  # SMARTS of the nucleus; the first that fits names it
    "13C": {
        "CH3": "[CX4H3]",
        "CH2": "[CX4H2]",
        "CH": "[CX4H1]",
        "C quaternary": "[CX4H0]",
        "aromatic": "c",
        "C=O, C=N": "[$([CX3]=[O,N,S])]",
        "C=C": "[$([CX3]=[CX3])]",
        "C#C, C#N": "[CX2]",
    },
    "1H": {
        "on sp3 C": "[CX4]",
        "aromatic": "c",
        "on sp2 C": "[CX3]",
        "on sp C": "[CX2]",
        "OH": "[O]",
        "NH": "[#7]",
        "SH": "[S]",
    },
}
HYDROGEN_QUERY = "1H"
LABILE = ("OH", "NH", "SH")  # their shifts depend on solvent and concentration


def environments(molecule: Chem.Mol) -> list[str]:
    """The environment of every atom; a hydrogen is named by what it sits on."""
    names = [""] * molecule.GetNumAtoms()
    for nucleus, table in ENVIRONMENTS.items():
        for name, smarts in reversed(table.items()):
            for (atom,) in molecule.GetSubstructMatches(
                Chem.MolFromSmarts(smarts), maxMatches=10_000
            ):
                owner = molecule.GetAtomWithIdx(atom)
                if nucleus == "13C" and owner.GetAtomicNum() == 6:
                    names[atom] = name
                if nucleus == HYDROGEN_QUERY:
                    for neighbor in owner.GetNeighbors():
                        if neighbor.GetAtomicNum() == 1:
                            names[neighbor.GetIdx()] = name
    return names
