"""Structural alerts: PAINS (Baell and Holloway 2010) and Brenk et al. (2008), as RDKit has them.

PAINS are motifs that interfere with many assays; Brenk's are reactive, unstable or toxic groups.
Names are RDKit's. Hits are the same as those of ``FilterCatalog``, but fast: it takes 3 ms a
molecule, of which a screen saves most.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdkit import Chem, RDConfig
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from specml.admet.screen import Census, Screen, census

PICKLED = b"\xef\xbe\xad\xde"  # what a molecule that RDKit has written begins with


@dataclass(frozen=True)
class Alerts:
    """Names of the alerts found, in the order of the lists."""

    pains: tuple[str, ...] = ()
    brenk: tuple[str, ...] = ()


def alerts(mol: Chem.Mol, counted: Census | None = None) -> Alerts:
    """Alerts of a molecule.

    Parameters
    ----------
    counted : its census, if there is one already.

    >>> alerts(Chem.MolFromSmiles("O=C1C=CC(=O)C=C1")).pains
    ('quinone_A(370)',)
    """
    counted = counted or census(mol)
    return Alerts(_pains().found(mol, counted), _brenk().found(mol, counted))


class _Patterns:
    """Patterns with names, behind a screen."""

    def __init__(self, names: Sequence[str], patterns: Sequence[Chem.Mol]) -> None:
        self._names, self._patterns, self._screen = names, patterns, Screen(patterns)

    def found(self, mol: Chem.Mol, counted: Census) -> tuple[str, ...]:
        """Names of those that match."""
        candidates = self._screen.candidates(counted)
        return tuple(self._names[k] for k in candidates if mol.HasSubstructMatch(self._patterns[k]))


@cache
def _pains() -> _Patterns:
    text = (Path(RDConfig.RDDataDir) / "Pains" / "wehi_pains.csv").read_text()
    rows = list(csv.reader(text.splitlines()))
    names = [name.removeprefix("<regId=").rstrip(">").strip('"') for _, name in rows]
    # The hydrogens of these patterns are counts, as molecules without hydrogens have them.
    patterns = [Chem.MolFromSmarts(smarts, mergeHs=True) for smarts, _ in rows]
    return _Patterns(names, patterns)


@cache
def _brenk() -> _Patterns:
    chosen = FilterCatalogParams()
    chosen.AddCatalog(FilterCatalogParams.FilterCatalogs.BRENK)
    catalogue = FilterCatalog(chosen)
    entries = [catalogue.GetEntryWithIdx(k) for k in range(catalogue.GetNumEntries())]
    # RDKit tells the pattern of an entry only to molecules that match; written out, it is there.
    written = [entry.Serialize() for entry in entries]
    patterns = [Chem.Mol(text[text.index(PICKLED) :]) for text in written]
    return _Patterns([entry.GetDescription() for entry in entries], patterns)
