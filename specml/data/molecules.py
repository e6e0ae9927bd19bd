"""Which molecules SpecML learns from, and how they are split.

``recipes/specml/more_molecules.py`` writes the list with it.

Four sources: the QM9 list (every small closed-shell organic molecule, few functional groups of
sulphur and chlorine), fragments of drug-like molecules cut at their BRICS bonds (the functional
groups chemists use), small molecules of both with an oxygen replaced by sulphur or an end atom
by fluorine or chlorine (the elements both have least of, at the price of a cheap label), and small
carriers of every functional group (:mod:`specml.data.functional_groups`). Evaluation
molecules are left out by the first block of their InChIKey. The split is a hash of that block, so a
molecule keeps its place whatever is added.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable

import numpy as np
from rdkit import Chem, RDLogger
from rdkit.Chem import BRICS

ELEMENTS = frozenset((1, 6, 7, 8, 9, 16, 17))
MAX_HEAVY_ATOMS = 10
# Hash classes out of 100: [0, 90) train, [90, 95) validation, [95, 100) test.
SPLIT = (("train", 90), ("validation", 95), ("test", 100))

RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]


def connectivity_key(molecule: Chem.Mol) -> str:
    """Compute the first block of the InChIKey, which leaves out stereo, isotopes and protons."""
    return Chem.MolToInchiKey(molecule)[:14]


def split_of(key: str) -> str:
    """Say train, validation or test of a key; the molecule alone decides.

    >>> split_of("VNWKTOKETHGBQD")
    'train'
    """
    bucket = int(hashlib.sha256(key.encode()).hexdigest(), 16) % 100
    return next(name for name, bound in SPLIT if bucket < bound)


def is_suitable(molecule: Chem.Mol) -> bool:
    """Tell whether a molecule fits the list.

    It is neutral or a neutral zwitterion, one fragment, closed-shell, and of the elements and size
    of the list.
    """
    return (
        1 <= molecule.GetNumHeavyAtoms() <= MAX_HEAVY_ATOMS
        and len(Chem.GetMolFrags(molecule)) == 1
        and Chem.GetFormalCharge(molecule) == 0
        and all(
            atom.GetAtomicNum() in ELEMENTS
            and atom.GetNumRadicalElectrons() == 0
            and not atom.GetIsotope()
            for atom in molecule.GetAtoms()
        )
    )


def fragments(molecule: Chem.Mol) -> list[str]:
    """List canonical SMILES of the BRICS fragments, with hydrogen on every cut bond."""
    cut = BRICS.BreakBRICSBonds(molecule)
    dummy = Chem.MolFromSmarts("[#0]")
    capped = Chem.ReplaceSubstructs(cut, dummy, Chem.MolFromSmiles("[H]"), replaceAll=True)[0]
    pieces = []
    for piece in Chem.GetMolFrags(capped, asMols=True, sanitizeFrags=False):
        try:
            for atom in piece.GetAtoms():
                atom.SetIsotope(0)
            Chem.SanitizeMol(piece)
            pieces.append(Chem.MolToSmiles(Chem.RemoveHs(piece), isomericSmiles=False))
        except Chem.MolSanitizeException:
            continue
    return pieces


def common_fragments(smiles: Iterable[str], at_least: int = 2) -> list[str]:
    """List suitable fragments that are seen at least so often, most frequent first."""
    counts: Counter[str] = Counter()
    for line in smiles:
        molecule = Chem.MolFromSmiles(line)
        if molecule is not None:
            counts.update(set(fragments(molecule)))
    frequent = (s for s, n in counts.most_common() if n >= at_least)
    return [s for s in frequent if is_suitable(Chem.MolFromSmiles(s))]


def substitutions(molecule: Chem.Mol) -> set[str]:
    """List SMILES with one O replaced by S, or one CH3 or OH on a carbon by F or Cl.

    >>> sorted(substitutions(Chem.MolFromSmiles("CC=O")))
    ['CC=S', 'O=CCl', 'O=CF']
    """
    products = set()
    for atom in molecule.GetAtoms():
        for number in _replacements(atom):
            changed = Chem.RWMol(molecule)
            changed.GetAtomWithIdx(atom.GetIdx()).SetAtomicNum(number)
            if Chem.SanitizeMol(changed, catchErrors=True) == Chem.SANITIZE_NONE:
                products.add(Chem.MolToSmiles(changed, isomericSmiles=False))
    return products


def _replacements(atom: Chem.Atom) -> tuple[int, ...]:
    """Atomic numbers of the elements that an atom may be replaced by."""
    if atom.GetFormalCharge() or atom.GetAtomicNum() not in (6, 8):
        return ()
    sulphur = (16,) if atom.GetAtomicNum() == 8 else ()
    if atom.GetDegree() != 1:
        return sulphur
    bond = atom.GetBonds()[0]
    on_carbon = bond.GetOtherAtom(atom).GetAtomicNum() == 6
    single = bond.GetBondType() == Chem.BondType.SINGLE
    return (*sulphur, 9, 17) if single and on_carbon else sulphur


# What replacing an atom can make and nobody has in a flask.
UNLIKELY = tuple(
    Chem.MolFromSmarts(pattern)
    for pattern in (
        "[F,Cl;!$(*-[#6])]",  # halogen on a heteroatom
        "[O,S]~[O,S]~[O,S]",  # chains of three chalcogens
        "[#8]-[#8]",
        "[F,Cl]-C=[O,S,N]~[O,S]",
        "[#6]1-[#6]-[#16]-[#16]1",
        "[SH1,OH1]-[CX3]=[CX3]",  # the less stable tautomer
        "[S]#*",
        "C=S=*",
        "[S+,s+,O+,C-,N-]",  # ylides and isonitriles
    )
)


def substituted(smiles: Iterable[str]) -> list[str]:
    """List the molecules with S, F or Cl that one or two :func:`substitutions` make, sorted."""
    first = {new for line in smiles for new in substitutions(Chem.MolFromSmiles(line))}
    second = {new for line in first for new in substitutions(Chem.MolFromSmiles(line))}
    halogen_or_sulphur = Chem.MolFromSmarts("[#9,#16,#17]")
    return [
        line
        for line in sorted(first | second)
        if (molecule := Chem.MolFromSmiles(line)).HasSubstructMatch(halogen_or_sulphur)
        and not any(molecule.HasSubstructMatch(pattern) for pattern in UNLIKELY)
    ]


def unique(smiles: Iterable[str], excluded: frozenset[str]) -> dict[str, str]:
    """Map connectivity keys to SMILES for the suitable molecules whose keys are not excluded."""
    by_key: dict[str, str] = {}
    for line in smiles:
        molecule = Chem.MolFromSmiles(line)
        if molecule is None or not is_suitable(molecule):
            continue
        key = connectivity_key(molecule)
        if key not in excluded:
            by_key.setdefault(key, Chem.MolToSmiles(molecule))
    return by_key


# Relative weight of a molecule in the labelling order, by heavy atoms: labels cost about the
# third power of the size, and small molecules hold every functional group.
SIZE_WEIGHT = (0.0, 50.0, 50.0, 50.0, 10.0, 3.0, 2.0, 1.5, 1.0, 0.4, 0.3)


def labelling_order(n_heavy: np.ndarray, favoured: np.ndarray, seed: int) -> np.ndarray:
    """Draw a random order any prefix of which is a balanced sample (Efraimidis & Spirakis 2006).

    Parameters
    ----------
    n_heavy : (n,) number of heavy atoms of each molecule.
    favoured : (n,) bool, molecules to draw three times as often.
    seed : seed of the random numbers.
    """
    weight = np.asarray(SIZE_WEIGHT)[n_heavy] * np.where(favoured, 3.0, 1.0)
    u = np.random.default_rng(seed).random(len(n_heavy))
    return np.argsort(-np.log(u) / weight)
