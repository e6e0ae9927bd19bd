"""Which of many SMARTS patterns can match a molecule at all, from counts of atoms and bonds.

A pattern matches only where the molecule has at least as many atoms of each element, aromatic and
aliphatic ones apart where the pattern says so, and as many bonds between each pair of elements.
Of the 480 PAINS patterns about 16 pass for a drug-like molecule, and counting costs a twentieth of
matching all of them.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

AROMATIC = 1000  # added to the atomic number of an aromatic atom in RDKit's "AtomType"


class Screen:
    """Lower bounds of counts, one row a pattern.

    Parameters
    ----------
    patterns : queries made by ``Chem.MolFromSmarts``.
    """

    def __init__(self, patterns: Sequence[Chem.Mol]) -> None:
        needs = [_needs(pattern) for pattern in patterns]
        self._column = {key: k for k, key in enumerate(dict.fromkeys(k for n in needs for k in n))}
        self._bounds = np.zeros((len(needs), len(self._column)), np.int32)
        for row, need in enumerate(needs):
            for key, count in need.items():
                self._bounds[row, self._column[key]] = count

    def candidates(self, mol: Chem.Mol) -> list[int]:
        """Indices of the patterns that the counts do not rule out."""
        counts = np.zeros(len(self._column), np.int32)
        for key, count in _counts(mol).items():
            if key in self._column:
                counts[self._column[key]] = count
        return np.flatnonzero((counts >= self._bounds).all(axis=1)).tolist()


def _counts(mol: Chem.Mol) -> Counter[tuple]:
    numbers = [atom.GetAtomicNum() for atom in mol.GetAtoms()]
    types = [atom.GetIsAromatic() for atom in mol.GetAtoms()]
    counts: Counter[tuple] = Counter()
    for number, n in Counter(numbers).items():
        counts["atoms", number] = n
    for (number, aromatic), n in Counter(zip(numbers, types, strict=True)).items():
        counts["typed", number, aromatic] = n
    ends = [
        (numbers[bond.GetBeginAtomIdx()], numbers[bond.GetEndAtomIdx()], int(bond.GetBondType()))
        for bond in mol.GetBonds()
    ]
    for (one, two, order), n in Counter(ends).items():
        pair = (one, two) if one < two else (two, one)
        counts["bonds", *pair] += n
        counts["orders", order, *pair] += n
    return counts


def _needs(pattern: Chem.Mol) -> Counter[tuple]:
    """Counts without which the pattern cannot match; an atom that may be several is left out."""
    needs: Counter[tuple] = Counter()
    kinds = [_kind(atom) for atom in pattern.GetAtoms()]
    for kind in kinds:
        if kind is not None:
            needs["atoms", kind[0]] += 1
            if kind[1] is not None:
                needs["typed", *kind] += 1
    for bond in pattern.GetBonds():
        one, two = kinds[bond.GetBeginAtomIdx()], kinds[bond.GetEndAtomIdx()]
        if one is None or two is None:
            continue
        pair = sorted((one[0], two[0]))
        needs["bonds", *pair] += 1
        order = re.fullmatch(r"BondOrder (\d+) = val", bond.DescribeQuery().strip())
        if order:
            needs["orders", int(order[1]), *pair] += 1
    return needs


def _kind(atom: Chem.Atom) -> tuple[int, bool | None] | None:
    """Element and aromaticity that an atom of a pattern demands; None for either if it does not.

    RDKit prints a query as an indented tree. What stands below an "and" is demanded; what stands
    below an "or" or a negation is not.
    """
    first, *rest = atom.DescribeQuery().splitlines()
    demanded = [first]
    if first.startswith("AtomAnd"):
        demanded = [line[2:] for line in rest if line.startswith("  ") and line[2] != " "]
    kind: tuple[int, bool | None] | None = None
    for line in demanded:
        match = re.fullmatch(r"Atom(AtomicNum|Type) (\d+) = val\s*", line)
        if match and match[1] == "Type":
            aromatic, number = divmod(int(match[2]), AROMATIC)
            return number, bool(aromatic)
        if match:
            kind = int(match[2]), None
    return kind
