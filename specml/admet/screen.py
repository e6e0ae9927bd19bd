"""Which of many SMARTS patterns can match a molecule at all, from counts of atoms and bonds.

The atoms of a match are different atoms. So where a pattern has n atoms of one description ("C, N
or O, with a hydrogen") the molecule must have n atoms that fit it, and likewise n bonds.
Descriptions are read twice: as they are, and by elements alone, where more atoms of a pattern are
alike. Of the 480 PAINS patterns 14 are left for a drug-like molecule.

A pattern of one atom that says in what it has to lie, ``[$(A),$(B);!$(C)]``, can match where A or B
can.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from rdkit import Chem

AROMATIC = 1000  # added to the atomic number of an aromatic atom in RDKit's "AtomType"
ELEMENTS = frozenset(("AtomAtomicNum", "AtomType"))  # properties that say the element
ANY, SPLIT = "AtomNull", "\n"
MOST_KINDS = 10_000  # kept; 10,000 drug-like molecules have a few hundred
AROMATIC_ORDER, AROMATIC_BOND = 1.5, 12  # in RDKit's adjacency matrix, and as a type of bond

Atom = tuple[int, bool, int, int, bool]  # number, aromatic, charge, hydrogens, in a ring
Bond = tuple[Atom, Atom, int]
Key = tuple  # (description,) of an atom, (description, description, order) of a bond


@dataclass(frozen=True)
class PatternCensus:
    """The atoms and bonds of a molecule, alike ones counted together.

    Parameters
    ----------
    kinds : the different atoms and bonds.
    counts : how often each kind occurs, (n_kinds,).
    """

    kinds: list[Atom | Bond]
    counts: np.ndarray


def atoms(mol: Chem.Mol) -> Iterator[Chem.Atom]:
    """The atoms of a molecule, as from GetAtoms(), whose iterator takes five times as long."""
    return (mol.GetAtomWithIdx(i) for i in range(mol.GetNumAtoms()))


def census(mol: Chem.Mol) -> PatternCensus:
    """Count the atoms and bonds of a molecule by kind."""
    kind_of: list[Atom] = [
        (
            a.GetAtomicNum(),
            a.GetIsAromatic(),
            a.GetFormalCharge(),
            a.GetTotalNumHs(True),
            a.IsInRing(),
        )
        for a in atoms(mol)
    ]
    orders = np.triu(Chem.GetAdjacencyMatrix(mol, useBO=True))
    first, second = np.nonzero(orders)
    kinds: Counter[Atom | Bond] = Counter(kind_of)
    for i, j, order in zip(
        first.tolist(), second.tolist(), orders[first, second].tolist(), strict=True
    ):
        kind = AROMATIC_BOND if order == AROMATIC_ORDER else int(order)
        one, two = kind_of[i], kind_of[j]
        kinds[(one, two, kind) if one < two else (two, one, kind)] += 1
    return PatternCensus(list(kinds), np.fromiter(kinds.values(), np.float32, len(kinds)))


class Screen:
    """Conditions that the molecules of each pattern meet.

    Parameters
    ----------
    patterns : queries made by ``Chem.MolFromSmarts``.
    """

    def __init__(self, patterns: Sequence[Chem.Mol]) -> None:
        ways = [_ways(pattern) for pattern in patterns]
        needs = [list(_needs(way).items()) for one in ways for way in one]
        self._first_way = np.cumsum([0, *(len(one) for one in ways[:-1])])
        conditions = {
            need: k for k, need in enumerate(dict.fromkeys(n for one in needs for n in one))
        }
        self._keys = list(dict.fromkeys(key for key, _ in conditions))
        column = {key: k for k, key in enumerate(self._keys)}
        self._condition_key = np.array([column[key] for key, _ in conditions])
        self._least = np.array([least for _, least in conditions], np.float32)
        self._of_way = np.array([conditions[need] for one in needs for need in one])
        self._starts = np.cumsum([0, *(len(one) for one in needs[:-1])])
        self._row: dict[Atom | Bond, int] = {}
        # Whole numbers in single precision, whose product BLAS does.
        self._fits = np.zeros((0, len(self._keys)), np.float32)

    def candidates(self, counted: PatternCensus) -> np.ndarray:
        """(k,) indices of the patterns that the counts do not rule out, ascending."""
        new = [kind for kind in counted.kinds if kind not in self._row]
        if len(self._row) + len(new) > MOST_KINDS:
            self._row.clear()
            self._fits, new = self._fits[:0], counted.kinds
        if new:
            self._learn(new)
        rows = [self._row[kind] for kind in counted.kinds]
        met = (counted.counts @ self._fits[rows])[self._condition_key] >= self._least
        possible = np.logical_and.reduceat(met[self._of_way], self._starts)
        return np.flatnonzero(np.logical_or.reduceat(possible, self._first_way))

    def _learn(self, kinds: Sequence[Atom | Bond]) -> None:
        """What new kinds of atoms and bonds fit; after some thousand molecules there are few."""
        self._row.update({kind: len(self._row) + k for k, kind in enumerate(kinds)})
        made = [[_fits(key, kind) for key in self._keys] for kind in kinds]
        self._fits = np.concatenate([self._fits, np.array(made, np.float32)])


def _ways(pattern: Chem.Mol) -> list[Chem.Mol]:
    """Patterns of which one has to match where this one does."""
    if pattern.GetNumAtoms() > 1:
        return [pattern]
    query = Chem.MolToSmarts(pattern).removeprefix("[").removesuffix("]")
    for part in _split(query, ";"):
        inside = [_inside(choice) for choice in _split(part, ",")]
        if all(inside):
            return [Chem.MolFromSmarts(text) for text in inside]
    return [pattern]


def _inside(choice: str) -> str:
    """The first A of ``$(A)&...`` that is not negated; empty if there is none."""
    inner = (term[2:-1] for term in _split(choice, "&") if term.startswith("$("))
    return next(inner, "")


def _split(text: str, mark: str) -> list[str]:
    """Split a text at the marks that stand outside of brackets."""
    depth, parts = 0, [""]
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == mark and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _needs(pattern: Chem.Mol) -> Counter[Key]:
    """How many atoms and bonds of each description a pattern has."""
    full = [atom.DescribeQuery() for atom in pattern.GetAtoms()]
    bonds = [
        (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), _order(bond)) for bond in pattern.GetBonds()
    ]
    needs: Counter[Key] = Counter()
    for atoms in (full, [_elements(text) for text in full]):
        here: Counter[Key] = Counter((text,) for text in atoms)
        here.update((*sorted((atoms[i], atoms[j])), order) for i, j, order in bonds)
        needs |= here
    return needs


def _order(bond: Chem.Bond) -> int:
    """Type of the bond, or 0 for one that may be of several or that says more than its type."""
    words = bond.DescribeQuery().split()
    return int(words[1]) if len(words) == 4 and words[0] == "BondOrder" and words[2] == "=" else 0


def _fits(key: Key, kind: Atom | Bond) -> bool:
    """Whether an atom or bond of a molecule may be one of a pattern."""
    if len(key) == 1:
        return len(kind) == 5 and _admits(key[0], kind)
    if len(kind) != 3 or (key[2] and key[2] != kind[2]):
        return False
    straight = _admits(key[0], kind[0]) and _admits(key[1], kind[1])
    return straight or (_admits(key[0], kind[1]) and _admits(key[1], kind[0]))


@lru_cache(maxsize=100_000)
def _admits(text: str, atom: Atom) -> bool:
    """Whether an atom may fit a description; properties that are not known here do not decide.

    RDKit prints a query as a tree, two spaces a level, with its "and" and "or" above their parts.
    """
    name, parts = _parts(text)
    if parts:
        return (all if name == "AtomAnd" else any)(_admits(part, atom) for part in parts)
    number, aromatic, charge, hydrogens, ring = atom
    known = {
        "AtomAtomicNum": number,
        "AtomType": number + AROMATIC * aromatic,
        "AtomFormalCharge": charge,
        "AtomHCount": hydrogens,
        "AtomIsAromatic": aromatic,
        "AtomIsAliphatic": not aromatic,
        "AtomInNRings": -1 if ring else 0,  # RDKit's -1 is any number of them
    }
    words = text.split()
    if (
        name not in known
        or len(words) != 4
        or (name == "AtomInNRings" and words[1] not in {"-1", "0"})
    ):
        return True
    return (known[name] == int(words[1])) == (words[2] == "=")


@cache
def _elements(text: str) -> str:
    """What is left of a description if only elements and aromaticity count."""
    name, parts = _parts(text)
    if not parts:
        return text if name in ELEMENTS else ANY
    below = (line for part in parts for line in _elements(part).split(SPLIT))
    return SPLIT.join([name, *(f"  {line}" for line in below)])


def _parts(text: str) -> tuple[str, Sequence[str]]:
    """Name of a description and the texts of its parts."""
    head, *lines = [line for line in text.split(SPLIT) if line.strip()]
    below = [line[2:] for line in lines]
    starts = [k for k, line in enumerate(below) if not line.startswith(" ")]
    ends = [*starts[1:], len(below)][: len(starts)]
    return head.split()[0], [SPLIT.join(below[a:b]) for a, b in zip(starts, ends, strict=True)]
