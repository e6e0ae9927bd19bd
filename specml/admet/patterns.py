"""Every pattern that is looked for in a molecule, behind one screen.

    pains      480 motifs that interfere with many assays (Baell and Holloway 2010)
    brenk      105 reactive, unstable or toxic groups (Brenk et al. 2008)
    qed        116 alerts that QED counts (Bickerton et al. 2012)
    fragments   85 functional groups (rdkit.Chem.Fragments)

All are RDKit's; 82 of QED's alerts are Brenk's. A :class:`PatternSearch` looks for each pattern
once, and only for those that the atoms and bonds of the molecule leave possible. Called for
alerts, for fragment counts and for QED.
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
class PatternFamily:
    """Patterns that belong together, and their names where anybody asks.

    Parameters
    ----------
    patterns : SMARTS patterns as molecules.
    names : their names, where anybody asks for these; else empty.
    """

    patterns: tuple[Chem.Mol, ...]
    names: tuple[str, ...] = ()


class PatternSearch:
    """Which patterns match one molecule.

    >>> search = PatternSearch(Chem.MolFromSmiles("O=C1C=CC(=O)C=C1"))
    >>> [families()["pains"].names[k] for k in search.matching("pains")]
    ['quinone_A(370)']
    """

    def __init__(self, mol: Chem.Mol) -> None:
        screen, starts = _screen()
        candidates = screen.candidates(census(mol))
        parts = np.split(candidates, np.searchsorted(candidates, starts[1:]))
        self._mol = mol
        self._candidates = {
            name: (part - start).tolist()
            for name, part, start in zip(families(), parts, starts, strict=True)
        }
        self._known: dict[int, bool] = {}  # by the identity of a pattern, which two may share

    def matching(self, name: str) -> list[int]:
        """Positions of the patterns of a family that match, ascending."""
        patterns = families()[name].patterns
        return [k for k in self._candidates[name] if self._has(patterns[k])]

    def counts(self, name: str) -> np.ndarray:
        """(n_patterns,) how often each pattern of a family matches."""
        patterns = families()[name].patterns
        numbers = np.zeros(len(patterns))
        for k in self._candidates[name]:
            numbers[k] = len(self._mol.GetSubstructMatches(patterns[k]))
        return numbers

    def _has(self, pattern: Chem.Mol) -> bool:
        key = id(pattern)
        if key not in self._known:
            self._known[key] = self._mol.HasSubstructMatch(pattern)
        return self._known[key]


@cache
def families() -> dict[str, PatternFamily]:
    """All families, in the order of the module; patterns that QED shares are Brenk's objects."""
    brenk = _brenk()
    shared = {Chem.MolToSmarts(pattern): pattern for pattern in brenk.patterns}
    alerts = (shared.get(Chem.MolToSmarts(alert), alert) for alert in QED.StructuralAlerts)
    # RDKit's counting functions hold their patterns as the default of an argument.
    groups = (count.__defaults__[1] for _, count in sorted(Fragments.fns))
    return {
        "pains": _pains(),
        "brenk": brenk,
        "qed": PatternFamily(tuple(alerts)),
        "fragments": PatternFamily(tuple(groups)),
    }


@cache
def _screen() -> tuple[Screen, np.ndarray]:
    """The screen of all patterns, family behind family; and where each family begins."""
    patterns = [family.patterns for family in families().values()]
    starts = np.cumsum([0, *(len(part) for part in patterns[:-1])])
    return Screen([pattern for part in patterns for pattern in part]), starts


def _pains() -> PatternFamily:
    text = (Path(RDConfig.RDDataDir) / "Pains" / "wehi_pains.csv").read_text()
    rows = list(csv.reader(text.splitlines()))
    names = (name.removeprefix("<regId=").rstrip(">").strip('"') for _, name in rows)
    # The hydrogens of these patterns are counts, as molecules without hydrogens have them.
    patterns = (Chem.MolFromSmarts(smarts, mergeHs=True) for smarts, _ in rows)
    return PatternFamily(tuple(patterns), tuple(names))


def _brenk() -> PatternFamily:
    chosen = FilterCatalogParams()
    chosen.AddCatalog(FilterCatalogParams.FilterCatalogs.BRENK)
    catalogue = FilterCatalog(chosen)
    entries = [catalogue.GetEntryWithIdx(k) for k in range(catalogue.GetNumEntries())]
    # RDKit tells the pattern of an entry only to molecules that match; written out, it is there.
    written = [entry.Serialize() for entry in entries]
    patterns = (Chem.Mol(text[text.index(PICKLED) :]) for text in written)
    return PatternFamily(tuple(patterns), tuple(entry.GetDescription() for entry in entries))
