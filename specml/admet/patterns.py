"""Every pattern that is looked for in a molecule, behind one screen.

    pains      480 motifs that interfere with many assays (Baell and Holloway 2010)
    brenk      105 reactive, unstable or toxic groups (Brenk et al. 2008)
    qed        116 alerts that QED counts (Bickerton et al. 2012)
    fragments   85 functional groups (rdkit.Chem.Fragments)

All are RDKit's. 82 of QED's alerts are Brenk's: a :class:`Search` looks for each pattern once, and
only for those that the atoms and bonds of the molecule leave possible.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from rdkit import Chem, RDConfig
from rdkit.Chem import QED, Fragments
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from specml.admet.screen import Screen, census

PICKLED = b"\xef\xbe\xad\xde"  # what a molecule that RDKit has written begins with


@dataclass(frozen=True)
class Family:
    """Patterns and what they are called."""

    names: tuple[str, ...]
    patterns: tuple[Chem.Mol, ...]


class Search:
    """What is found in one molecule.

    >>> search = Search(Chem.MolFromSmiles("O=C1C=CC(=O)C=C1"))
    >>> [families()["pains"].names[k] for k in search.found("pains")]
    ['quinone_A(370)']
    """

    def __init__(self, mol: Chem.Mol) -> None:
        catalogue = _catalogue()
        candidates = catalogue.screen.candidates(census(mol))
        parts = np.split(candidates, np.searchsorted(candidates, catalogue.starts[1:]))
        self._mol = mol
        self._candidates = dict(zip(families(), parts, strict=True))
        self._known: dict[int, bool] = {}  # by the first of equal patterns

    def found(self, name: str) -> list[int]:
        """Positions of the patterns of a family that match, ascending."""
        catalogue = _catalogue()
        candidates = self._candidates[name].tolist()
        first = catalogue.start_of[name]
        return [k - first for k in candidates if self._has(catalogue.first_equal[k])]

    def counts(self, name: str) -> np.ndarray:
        """(n_patterns,) how often each pattern of a family matches."""
        patterns = families()[name].patterns
        numbers = np.zeros(len(patterns))
        for k in (self._candidates[name] - _catalogue().start_of[name]).tolist():
            numbers[k] = len(self._mol.GetSubstructMatches(patterns[k]))
        return numbers

    def _has(self, k: int) -> bool:
        if k not in self._known:
            self._known[k] = self._mol.HasSubstructMatch(_catalogue().patterns[k])
        return self._known[k]


@cache
def families() -> dict[str, Family]:
    """All of them, in the order of the module."""
    # RDKit's counting functions hold their patterns as the default of an argument.
    groups = [(name, count.__defaults__[1]) for name, count in sorted(Fragments.fns)]
    names, patterns = zip(*groups, strict=True)
    alerts = tuple(QED.StructuralAlerts)
    return {
        "pains": _pains(),
        "brenk": _brenk(),
        "qed": Family(tuple(Chem.MolToSmarts(alert) for alert in alerts), alerts),
        "fragments": Family(names, patterns),
    }


class _Catalogue:
    """The patterns of all families behind one another, and where each family begins."""

    def __init__(self) -> None:
        self.patterns = [pattern for each in families().values() for pattern in each.patterns]
        self.screen = Screen(self.patterns)
        sizes = [len(each.patterns) for each in families().values()]
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.start_of = dict(zip(families(), self.starts.tolist(), strict=True))
        seen: dict[str, int] = {}
        self.first_equal = [
            seen.setdefault(Chem.MolToSmarts(pattern), k) for k, pattern in enumerate(self.patterns)
        ]


@cache
def _catalogue() -> _Catalogue:
    return _Catalogue()


def _pains() -> Family:
    text = (Path(RDConfig.RDDataDir) / "Pains" / "wehi_pains.csv").read_text()
    rows = list(csv.reader(text.splitlines()))
    names = (name.removeprefix("<regId=").rstrip(">").strip('"') for _, name in rows)
    # The hydrogens of these patterns are counts, as molecules without hydrogens have them.
    patterns = (Chem.MolFromSmarts(smarts, mergeHs=True) for smarts, _ in rows)
    return Family(tuple(names), tuple(patterns))


def _brenk() -> Family:
    chosen = FilterCatalogParams()
    chosen.AddCatalog(FilterCatalogParams.FilterCatalogs.BRENK)
    catalogue = FilterCatalog(chosen)
    entries = [catalogue.GetEntryWithIdx(k) for k in range(catalogue.GetNumEntries())]
    # RDKit tells the pattern of an entry only to molecules that match; written out, it is there.
    written = [entry.Serialize() for entry in entries]
    patterns = (Chem.Mol(text[text.index(PICKLED) :]) for text in written)
    return Family(tuple(entry.GetDescription() for entry in entries), tuple(patterns))
