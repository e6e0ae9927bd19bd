"""The second list that SpecML learns from: new elements, ions, open shells, everything small.

``datasets/make/wide_molecules.py`` writes the list with it.

The first, :mod:`specml.data.molecules`, is neutral, closed-shell and of H, C, N, O, F, S, Cl. A row
here names charge and multiplicity too. Keys are first blocks of InChIKeys, which ignore protons: an
ion stays out of training, or goes to test, with the molecule it is made from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np
from rdkit import Chem

from specml.data.ions import NAMED, deprotonated, protonated
from specml.data.molecules import connectivity_key, split_of
from specml.data.new_elements import (
    carbon_to_silicon,
    carriers,
    halogen_exchanged,
    nitrogen_to_phosphorus,
    plausible,
)
from specml.data.radicals import open_shells, without_hydrogen
from specml.data.shelf import shelf

ELEMENTS = frozenset((1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53))
LARGEST_NAMED = 9  # heavy atoms of what is named by hand
LARGEST_CARRIER = 6
LARGEST_PARENT = 4  # of molecules that are turned into others
FIRST = 3  # heavy atoms of what comes first, if it is on a shelf
# How often a source is drawn: what chemists meet before what is made by rule.
SHARES: Mapping[str, float] = {
    "shelf": 6.0,
    "radical": 4.0,
    "carrier": 3.0,
    "exchange": 1.5,
    "ion": 6.0,
    "proton": 1.5,
    "abstraction": 0.7,
}
# A label costs about the third power of the size, and small molecules hold every group.
SIZE_POWER = -2.0


@dataclass(frozen=True)
class ListedMolecule:
    """A molecule of the list; fields are the columns of the file."""

    key: str
    smiles: str
    source: str
    n_heavy: int
    split: str
    charge: int
    multiplicity: int

    @classmethod
    def columns(cls) -> list[str]:
        """Names of the columns of the file."""
        return [field.name for field in fields(cls)]

    def values(self) -> tuple[Any, ...]:
        """Values of the columns, in their order."""
        return astuple(self)


def wide_molecules(
    parents: Iterable[str], splits: Mapping[str, str], excluded: frozenset[str], seed: int = 0
) -> list[ListedMolecule]:
    """Make all rows in labelling order: the smallest on a shelf by size, then a weighted random
    order.

    Parameters
    ----------
    parents : SMILES of small molecules to be turned into others.
    splits : key -> split of the molecules of the first list, which hold here too.
    excluded : keys that must not appear.
    seed : seed of the random order.
    """
    small = [s for s in parents if Chem.MolFromSmiles(s).GetNumHeavyAtoms() <= LARGEST_PARENT]
    unique: dict[tuple[str, int], ListedMolecule] = {}
    for source, smiles, multiplicity, largest in _candidates(small):
        row = _row(smiles, source, multiplicity, splits)
        if row is None or row.n_heavy > largest or row.key in excluded:
            continue
        if source in ("shelf", "carrier", "exchange") and row.key in splits:
            continue  # the first list has it
        unique.setdefault((row.smiles, multiplicity), row)
    rows = list(unique.values())
    first = [row for row in rows if row.source == "shelf" and row.n_heavy <= FIRST]
    others = [row for row in rows if row not in first]
    return sorted(first, key=lambda row: row.n_heavy) + _drawn(others, seed)


def _candidates(small: list[str]) -> Iterable[tuple[str, str, int, int]]:
    """Yield source, SMILES, multiplicity and most heavy atoms, those named by hand first."""
    yield from (("shelf", s, 1, LARGEST_NAMED) for s in shelf())
    yield from (("ion", s, 1, LARGEST_NAMED) for s in NAMED.split())
    made = [s for s in carriers() if plausible(s)]
    yield from (("carrier", s, 1, LARGEST_CARRIER) for s in made)
    exchanged = [
        *halogen_exchanged(small),
        *carbon_to_silicon(small),
        *nitrogen_to_phosphorus(small),
    ]
    yield from (("exchange", s, 1, LARGEST_CARRIER) for s in exchanged if plausible(s))
    new = [s for s in (*shelf(), *made) if Chem.MolFromSmiles(s).GetNumHeavyAtoms() <= 4]
    bases = [s for s in (*small, *new) if Chem.GetFormalCharge(Chem.MolFromSmiles(s)) == 0]
    yield from (
        ("proton", s, 1, LARGEST_CARRIER) for s in (*deprotonated(bases), *protonated(bases))
    )
    yield from (("radical", s, m, LARGEST_NAMED) for s, m in open_shells())
    yield from (("abstraction", s, 2, LARGEST_PARENT) for s in without_hydrogen(bases))


def _row(
    smiles: str, source: str, multiplicity: int, splits: Mapping[str, str]
) -> ListedMolecule | None:
    """Make the row of a SMILES; None where it is no molecule of our elements and spin."""
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None or len(Chem.GetMolFrags(molecule)) > 1:
        return None
    numbers = [atom.GetAtomicNum() for atom in Chem.AddHs(molecule).GetAtoms()]
    charge = Chem.GetFormalCharge(molecule)
    electrons = sum(numbers) - charge
    if not set(numbers) <= ELEMENTS or len(numbers) < 2 or (electrons - multiplicity + 1) % 2:
        return None
    key, heavy = connectivity_key(molecule), molecule.GetNumHeavyAtoms()
    line = Chem.MolToSmiles(molecule)
    split = splits.get(key) or split_of(key)
    return ListedMolecule(key, line, source, heavy, split, charge, multiplicity)


def _drawn(rows: list[ListedMolecule], seed: int) -> list[ListedMolecule]:
    """Draw a random order any prefix of which is a balanced sample (Efraimidis & Spirakis 2006)."""
    sizes = np.array([max(row.n_heavy, 2) for row in rows], dtype=float)
    weight = np.array([SHARES[row.source] for row in rows]) * sizes**SIZE_POWER
    u = np.random.default_rng(seed).random(len(rows))
    return [rows[i] for i in np.argsort(-np.log(u) / weight)]
