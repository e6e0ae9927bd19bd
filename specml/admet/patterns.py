"""Every pattern that is looked for in a molecule, behind one screen.

    pains      480 motifs that interfere with many assays (Baell and Holloway 2010)
    brenk      105 reactive, unstable or toxic groups (Brenk et al. 2008)
    qed        116 alerts that QED counts (Bickerton et al. 2012)
    fragments   85 functional groups (rdkit.Chem.Fragments)

All are RDKit's. :func:`possible` looks at a molecule once for all of them.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from rdkit import Chem, RDConfig
from rdkit.Chem import QED, Fragments
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from specml.admet.screen import Screen, census

PICKLED = b"\xef\xbe\xad\xde"  # what a molecule that RDKit has written begins with

Possible = Mapping[str, list[int]]  # by family, the positions of the patterns that may match


@dataclass(frozen=True)
class Family:
    """Patterns and what they are called."""

    names: tuple[str, ...]
    patterns: tuple[Chem.Mol, ...]

    def matching(self, mol: Chem.Mol, candidates: list[int]) -> list[int]:
        """Those of the candidates that the molecule has."""
        return [k for k in candidates if mol.HasSubstructMatch(self.patterns[k])]


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


def possible(mol: Chem.Mol) -> Possible:
    """What a molecule may have, from its atoms and bonds alone.

    >>> [families()["pains"].names[k] for k in possible(Chem.MolFromSmiles("CCO"))["pains"]]
    []
    """
    screen, starts = _screen()
    candidates = screen.candidates(census(mol))
    parts = np.split(candidates, np.searchsorted(candidates, starts[1:]))
    return {
        name: (part - start).tolist()
        for name, part, start in zip(families(), parts, starts, strict=True)
    }


@cache
def _screen() -> tuple[Screen, np.ndarray]:
    """The screen, and where each family begins in it."""
    patterns = [family.patterns for family in families().values()]
    starts = np.cumsum([0, *(len(part) for part in patterns[:-1])])
    return Screen([pattern for part in patterns for pattern in part]), starts


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
