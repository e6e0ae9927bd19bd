"""Where the coefficients of an atom stand: shells of auxiliary functions as irreps.

Network, assembly and training read and write rows by it.

Every atom has a row of the same length: all s coefficients, then p, d, f and g, as many shells of
each as the element with most of them has; the rest of a row is never read. Inside a shell the
order is PySCF's: p as x, y, z, others m = -l ... l.
"""

from functools import cache

import numpy as np

from specml.reference.auxiliary import shells

ELEMENTS = (1, 6, 7, 8, 9, 16, 17)
LARGEST_L = 4


@cache
def counts() -> tuple[int, ...]:
    """The number of shells of each l = 0 ... 4 in a row."""
    return tuple(
        max(sum(l == own for own, _ in shells(z)) for z in ELEMENTS) for l in range(LARGEST_L + 1)
    )


@cache
def offsets() -> tuple[int, ...]:
    """Where each l begins in a row, and the length of a row."""
    sizes = [n * (2 * l + 1) for l, n in enumerate(counts())]
    return (0, *np.cumsum(sizes).tolist())


@cache
def columns(number: int) -> tuple[int, ...]:
    """Columns of a row that hold the functions of an element, in PySCF's order."""
    seen = [0] * (LARGEST_L + 1)
    places: list[int] = []
    for l, _ in shells(number):
        start = offsets()[l] + seen[l] * (2 * l + 1)
        places += range(start, start + 2 * l + 1)
        seen[l] += 1
    return tuple(places)


def flat_index(numbers: np.ndarray) -> np.ndarray:
    """(naux,) positions of all auxiliary functions of a molecule in its flattened rows."""
    width = offsets()[-1]
    return np.concatenate(
        [row * width + np.array(columns(int(z))) for row, z in enumerate(numbers)]
    )
