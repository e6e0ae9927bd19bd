"""Structural alerts: PAINS (Baell and Holloway 2010) and Brenk et al. (2008), as RDKit has them.

Names are RDKit's. Hits are the same as those of ``FilterCatalog``, but fast: it takes 3 ms a
molecule, of which a screen saves most. Called for every molecule that is scored.
"""

from dataclasses import dataclass

from rdkit import Chem

from specml.admet.patterns import PatternSearch, families


@dataclass(frozen=True)
class Alerts:
    """The names of the alerts that a molecule matches, in the order of the lists.

    Parameters
    ----------
    pains, brenk : names of the alerts of either list.
    """

    pains: tuple[str, ...] = ()
    brenk: tuple[str, ...] = ()


def alerts(mol: Chem.Mol, search: PatternSearch | None = None) -> Alerts:
    """Match a molecule with both lists.

    Parameters
    ----------
    search : the search for patterns in the molecule, if there is one already.

    >>> alerts(Chem.MolFromSmiles("O=C1C=CC(=O)C=C1")).pains
    ('quinone_A(370)',)
    """
    search = search or PatternSearch(mol)
    return Alerts(*(_names(search, family) for family in ("pains", "brenk")))


def _names(search: PatternSearch, family: str) -> tuple[str, ...]:
    names = families()[family].names
    return tuple(names[k] for k in search.matching(family))
