"""One way of writing a molecule: which form is scored where several are in use.

Called by :mod:`specml.admet.molecules` for everything that is trained on, evaluated and predicted.

Charges that a double bond replaces are replaced: S(=O) for [S+][O-], P(=O), S(=O)(=O), C=P and C=S
of ylides, C=[N+]=[N-] of diazo compounds, N=[N+]=[N-] of azides, N-C=O for [N+]=C-[O-]. Nitro
groups and N-oxides keep their charges, as RDKit writes them. Of a delocalised cation (amidinium,
imidazolium) that form is taken whose SMILES comes first.

Of tautomers only those are made one that registers draw both ways for the same substance, each by
a rule (:data:`SHIFTS`): imidic acids become amides; hydroxy- and mercapto-azines with the nitrogen
next to or across from the group become oxo and thioxo; C=N of guanidines and amidines goes to the
nitrogen at C=O, S=O, C#N or a heteroaromatic ring, else to NH; enols outside of rings become
ketones; 4-hydroxycoumarins are enols. Hydrogens of azoles (1H- and 2H-tetrazole), other enols and
rings that open stay as drawn.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from rdkit import Chem

from specml.admet.screen import atoms

MOST_STEPS = 24  # rules applied to one molecule
POOR = (
    "$([NX2,NX3]-[#6]=[O,S]),$([NX2,NX3]-[#16]=O),$([NX2,NX3]-C#N),$([NX2,NX3]-[N+](=O)[O-])"
    ",$([NX2,NX3]-c:n)"
)
RICH = "!" + POOR.replace(",$", ";!$")


@dataclass(frozen=True)
class Rule:
    """A change of bonds, charges and hydrogens of the atoms that a pattern matches.

    Parameters
    ----------
    smarts : the pattern.
    bonds : (i, j, order of the bond afterwards) by positions in the pattern.
    charges, hydrogens : position -> how much is added.
    """

    smarts: str
    bonds: tuple[tuple[int, int, int], ...]
    charges: tuple[tuple[int, int], ...] = ()
    hydrogens: tuple[tuple[int, int], ...] = ()


RECOMBINED = ((0, 1), (1, -1))  # charges of a pair - and +
CHARGES = (
    # A bond between + and - becomes one order higher; not that of N-oxides and chlorates.
    Rule("[#8,#16,#34,#7,#6;-1]-[#15,#16,#34,#53,#6,#14;+1,+2,+3]", ((0, 1, 2),), RECOMBINED),
    Rule("[#8;-1]-[#7;+2]", ((0, 1, 2),), RECOMBINED),
    Rule("[#7,#6;-1]-[#7;+1]#[#7;+0]", ((0, 1, 2), (1, 2, 2)), ((0, 1), (2, -1))),
    Rule("[#8;-1]-[#6]=[#6]-[#7;+1]#[#7;+0]",
         ((0, 1, 2), (1, 2, 1), (2, 3, 2), (3, 4, 2)), ((0, 1), (4, -1))),
    Rule("[#6;-1]=[#7;+1]=[#8;+0]", ((0, 1, 3), (1, 2, 1)), ((0, 1), (2, -1))),
    Rule("[#6;-1]-[#7;+1;!$(*[O-])]=[#8;+0]", ((0, 1, 2), (1, 2, 1)), ((0, 1), (2, -1))),
    Rule("[#8,#16,#7;-1]-[#6]=[#7,#8,#16;+1;!$(*-[O-]);!$(*=[N-])]",
         ((0, 1, 2), (1, 2, 1)), ((0, 1), (2, -1))),
    Rule("[#8,#16,#7,#6;-1]-[#6]=[#6]-[#15,#16;+1]",
         ((0, 1, 2), (1, 2, 1), (2, 3, 2)), ((0, 1), (3, -1))),
    Rule("[#8,#16,#7,#6;-1]-[#6]=[#6]-[#6]=[#7,#8,#16;+1;!$(*-[O-])]",
         ((0, 1, 2), (1, 2, 1), (2, 3, 2), (3, 4, 1)), ((0, 1), (4, -1))),
    # In aromatic rings the bonds of the ring are found anew.
    Rule("[#8,#16;-1]-[c]:[n;+1;!$(*-[O-])]", ((0, 1, 2),), ((0, 1), (2, -1))),
    Rule("[#8,#16;-1]-[c]:[c]:[c]:[n;+1;!$(*-[O-])]", ((0, 1, 2),), ((0, 1), (4, -1))),
    Rule("[#6;+1;X3]-[#7;+0;X3]", ((0, 1, 2),), ((0, -1), (1, 1))),
    Rule("[#6;+1;X3;!a]-c1ccc(-[#7;+0;X3])cc1",
         ((0, 1, 2), (1, 2, 1), (2, 3, 2), (3, 4, 1), (4, 5, 2), (4, 6, 1), (6, 7, 2), (7, 1, 1)),
         ((0, -1), (5, 1))),
)  # fmt: skip
SHIFTS = (
    Rule("[O,S;X2H1]-[CX3;!a]=[NX2]", ((0, 1, 2), (1, 2, 1)), (), ((0, -1), (2, 1))),
    Rule("[O,S;X2H1]-[c;r6]:[n;X2;r6;+0]", ((0, 1, 2),), (), ((0, -1), (2, 1))),
    Rule("[O,S;X2H1]-[c;r6]1:c:c:[n;X2;+0]:c:c:1", ((0, 1, 2),), (), ((0, -1), (4, 1))),
    Rule(f"[NX3;!H0;!R;{POOR}]-[CX3;!a]=[NX2;!R;!$(N-[O,N]);{RICH}]",
         ((0, 1, 2), (1, 2, 1)), (), ((0, -1), (2, 1))),
    Rule(f"[NX3;H2]-[CX3;!a;!R]=[NX2;H0;!$(N-[O,N]);{RICH}]",
         ((0, 1, 2), (1, 2, 1)), (), ((0, -1), (2, 1))),
    Rule(f"[NX3;H1;R]-[CX3;!a;R]=[NX2;H0;!R;!$(N-[O,N]);{RICH}]",
         ((0, 1, 2), (1, 2, 1)), (), ((0, -1), (2, 1))),
    Rule("[OX2H1]-[CX3;!R]=[CX3;!R;!$(C-C#N)]", ((0, 1, 2), (1, 2, 1)), (), ((0, -1), (2, 1))),
    Rule("O=[C;R]1[CX4;!H0]C(=O)Oc2ccccc12", ((0, 1, 1), (1, 2, 2)), (), ((2, -1), (0, 1))),
    Rule("[OX2H1]-c1cc(=O)c2ccccc2o1", ((0, 1, 2), (3, 4, 1)), (), ((0, -1), (4, 1))),
)  # fmt: skip

MOBILE = ("[O,S;X2H1]-[#6]=,:[#6,#7]", "[NX3;!H0]-[CX3;!a]=[NX2]", "O=[C;R]1[CX4;!H0]C(=O)Occ1")


def without_separated_charges(mol: Chem.Mol) -> Chem.Mol:
    """Write bonds for pairs of charges; the same object where there are none.

    >>> Chem.MolToSmiles(without_separated_charges(Chem.MolFromSmiles("C[S+]([O-])C")))
    'CS(C)=O'
    """
    if not any(_is_odd(atom) for atom in atoms(mol)):
        return mol
    return _first_of_resonance(_applied(mol, CHARGES))


def usual_tautomer(mol: Chem.Mol) -> Chem.Mol:
    """Move hydrogens by the rules of the module; the same object where none applies.

    >>> Chem.MolToSmiles(usual_tautomer(Chem.MolFromSmiles("CC(O)=NC")))
    'CNC(C)=O'
    """
    if not any(mol.HasSubstructMatch(pattern) for pattern in _mobile()):
        return mol
    return _applied(mol, SHIFTS)


def carbocation(mol: Chem.Mol) -> int | None:
    """The number, from 1, of a carbon or silicon with six electrons; None without one."""
    for atom in atoms(mol):
        if atom.GetFormalCharge() > 0 and atom.GetAtomicNum() in (6, 14):
            return atom.GetIdx() + 1
    return None


def _is_odd(atom: Chem.Atom) -> bool:
    """Whether a positive atom may have another notation: no nitro, N-oxide or ammonium."""
    if atom.GetFormalCharge() < 1:
        return False
    if atom.GetAtomicNum() != 7 or atom.GetFormalCharge() > 1:
        return True
    if atom.GetDegree() == 4:
        return False
    return not any(
        other.GetAtomicNum() == 8 and other.GetFormalCharge() < 0 for other in atom.GetNeighbors()
    )


@cache
def _mobile() -> list[Chem.Mol]:
    """What each of :data:`SHIFTS` starts from: few molecules have any, and patterns cost time."""
    return [Chem.MolFromSmarts(smarts) for smarts in MOBILE]


@cache
def _patterns(rules: tuple[Rule, ...]) -> list[tuple[Rule, Chem.Mol]]:
    return [(rule, Chem.MolFromSmarts(rule.smarts)) for rule in rules]


def _applied(mol: Chem.Mol, rules: tuple[Rule, ...]) -> Chem.Mol:
    """Apply rules until none matches, or the next change would be no molecule."""
    changed = mol
    for _ in range(MOST_STEPS):
        following = _once(changed, rules)
        if following is None:
            break
        changed = following
    if changed is mol:
        return mol
    # As if it had been written so: a changed atom remembers that its hydrogens were counted.
    again: Chem.Mol | None = Chem.MolFromSmiles(Chem.MolToSmiles(changed))
    return mol if again is None else again


def _once(mol: Chem.Mol, rules: tuple[Rule, ...]) -> Chem.Mol | None:
    """The first rule that matches; where it does so in several places, the first SMILES."""
    for rule, pattern in _patterns(rules):
        if not mol.HasSubstructMatch(pattern):
            continue
        made = list(_changes(mol, rule, mol.GetSubstructMatches(pattern, uniquify=False)))
        if made:
            return made[0] if len(made) == 1 else min(made, key=Chem.MolToSmiles)
    return None


def _changes(mol: Chem.Mol, rule: Rule, matches: Iterable[tuple[int, ...]]) -> Iterator[Chem.Mol]:
    for match in matches:
        changed = Chem.RWMol(mol)
        bonds = [mol.GetBondBetweenAtoms(match[i], match[j]) for i, j, _ in rule.bonds]
        if any(bond.GetIsAromatic() for bond in bonds):  # then all of the ring need an order
            Chem.Kekulize(changed, clearAromaticFlags=True)
        for i, j, order in rule.bonds:
            bond = changed.GetBondBetweenAtoms(match[i], match[j])
            bond.SetBondType(Chem.BondType.values[order])
            bond.SetIsAromatic(False)
            bond.SetStereo(Chem.BondStereo.STEREONONE)
        for i, more in rule.charges:
            atom = changed.GetAtomWithIdx(match[i])
            atom.SetFormalCharge(atom.GetFormalCharge() + more)
        for i, more in rule.hydrogens:
            atom = changed.GetAtomWithIdx(match[i])
            before = mol.GetAtomWithIdx(match[i]).GetTotalNumHs()
            atom.SetNoImplicit(True)
            atom.SetNumExplicitHs(before + more)
        plain = changed.GetMol()
        if Chem.SanitizeMol(plain, catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE:
            Chem.AssignStereochemistry(
                plain, cleanIt=True, force=True, flagPossibleStereoCenters=True
            )
            yield plain


@cache
def _resonance() -> list[tuple[Rule, Chem.Mol]]:
    swapped = ((0, -1), (2, 1))
    return _patterns(
        (
            Rule("[N;+1;X3;!$(*-[O-])]=[#6]-[N;+0;X3]", ((0, 1, 1), (1, 2, 2)), swapped),
            Rule("[n;+1;X3;!$(*-[O-])]:c:[n;+0;X3]", (), swapped),
        )
    )


def _first_of_resonance(mol: Chem.Mol) -> Chem.Mol:
    """Take one of the places that the charge of a delocalised cation can be drawn at."""
    best, name = mol, None
    for rule, pattern in _resonance():
        for other in _changes(best, rule, best.GetSubstructMatches(pattern)):
            name = name or Chem.MolToSmiles(best)
            text = Chem.MolToSmiles(other)
            if text < name:
                best, name = other, text
    return best
