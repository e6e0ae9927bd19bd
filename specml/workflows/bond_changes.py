"""Tell whether a molecule is still the one that was given, after it relaxed.

Called by the results of harmonic and NMR spectra, for their warnings.
"""

from specml.spectra.bonding import bonding
from specml.structure import Structure


def changes(start: Structure, end: Structure) -> str:
    """What happened to the bonds: ``broken C1-N2, formed O3-H4``; empty if nothing did.

    Atoms are counted from 1; both structures list them in the same order.
    """
    before, after = ({(i, j) for i, j in bonding(s).pairs.tolist()} for s in (start, end))
    parts = {"broken": before - after, "formed": after - before}
    return ", ".join(
        f"{what} {' '.join(_bond(start, *pair) for pair in sorted(pairs))}"
        for what, pairs in parts.items()
        if pairs
    )


def _bond(structure: Structure, i: int, j: int) -> str:
    return f"{structure.symbols[i]}{i + 1}-{structure.symbols[j]}{j + 1}"
