"""Structural alerts: PAINS (Baell and Holloway 2010) and Brenk et al. (2008), as RDKit has them.

PAINS are motifs that interfere with many assays; Brenk's are reactive, unstable or toxic groups.
Names are RDKit's. Hits are the same as those of ``FilterCatalog``, but fast: it takes 3 ms a
molecule for PAINS, of which a screen saves most.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdkit import Chem, RDConfig
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from specml.admet.screen import Census, Screen, census


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
    names, patterns, screen = _pains()
    found = [
        k for k in screen.candidates(counted or census(mol)) if mol.HasSubstructMatch(patterns[k])
    ]
    brenk = (match.GetDescription() for match in _brenk().GetMatches(mol))
    return Alerts(tuple(names[k] for k in found), tuple(brenk))


@cache
def _pains() -> tuple[list[str], list[Chem.Mol], Screen]:
    text = (Path(RDConfig.RDDataDir) / "Pains" / "wehi_pains.csv").read_text()
    rows = list(csv.reader(text.splitlines()))
    names = [name.removeprefix("<regId=").rstrip(">").strip('"') for _, name in rows]
    # The hydrogens of these patterns are counts, as molecules without hydrogens have them.
    patterns = [Chem.MolFromSmarts(smarts, mergeHs=True) for smarts, _ in rows]
    return names, patterns, Screen(patterns)


@cache
def _brenk() -> FilterCatalog:
    chosen = FilterCatalogParams()
    chosen.AddCatalog(FilterCatalogParams.FilterCatalogs.BRENK)
    return FilterCatalog(chosen)
