"""Structural alerts: PAINS (Baell and Holloway 2010) and Brenk et al. (2008), as RDKit has them.

Names are RDKit's. Hits are the same as those of ``FilterCatalog``, but fast: it takes 3 ms a
molecule, of which a screen saves most.
"""

from dataclasses import dataclass

from rdkit import Chem

from specml.admet.patterns import Possible, families, possible


@dataclass(frozen=True)
class Alerts:
    """Names of the alerts found, in the order of the lists."""

    pains: tuple[str, ...] = ()
    brenk: tuple[str, ...] = ()


def alerts(mol: Chem.Mol, may_have: Possible | None = None) -> Alerts:
    """Alerts of a molecule.

    Parameters
    ----------
    may_have : what it may have, if that is known already.

    >>> alerts(Chem.MolFromSmiles("O=C1C=CC(=O)C=C1")).pains
    ('quinone_A(370)',)
    """
    may_have = may_have or possible(mol)
    return Alerts(*(_names(mol, name, may_have[name]) for name in ("pains", "brenk")))


def _names(mol: Chem.Mol, name: str, candidates: list[int]) -> tuple[str, ...]:
    family = families()[name]
    return tuple(family.names[k] for k in family.matching(mol, candidates))
