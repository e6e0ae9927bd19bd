"""Rotations and reflections that map a molecule onto itself, counted.

``spectra.thermochemistry`` needs it for the entropy, ``spectra.ensemble`` for degeneracies.

A rotation is fixed by where it takes two atoms that do not lie on one line with the centre of
mass. Every pair of atoms that could be their image gives one candidate, which counts when it
carries all atoms onto atoms of the same element and mass. Cost: candidates times n^2. A reflection
is a rotation that carries the molecule onto its image through the centre of mass.
"""

import numpy as np
from scipy.spatial.distance import cdist

TOLERANCE = 0.05  # angstrom; relaxed geometries are symmetric to about 0.01


def symmetry_number(numbers: np.ndarray, positions: np.ndarray, masses: np.ndarray) -> int:
    """Count the proper rotations that map a molecule onto itself, the identity included.

    It is 1 for an atom.

    Parameters
    ----------
    numbers : (n,) atomic numbers.
    positions : (n, 3) angstrom.
    masses : (n,) amu; isotopes break symmetry.

    >>> import numpy as np
    >>> symmetry_number(np.array([8, 8]), np.array([[0, 0, 0.6], [0, 0, -0.6]]), np.ones(2))
    2
    """
    if len(numbers) == 1:
        return 1
    return max(_count(*_prepared(numbers, positions, masses), sign=1.0), 1)


def point_group_order(numbers: np.ndarray, positions: np.ndarray, masses: np.ndarray) -> int:
    """Count rotations, reflections and rotary reflections together.

    Parameters are those of :func:`symmetry_number`. For a linear molecule, whose group is infinite,
    the finite part is counted: 2 for C_infv, 4 for D_infh.

    >>> import numpy as np
    >>> bent = np.array([[0.0, 0, 0], [0, 0.76, 0.59], [0, -0.76, 0.59]])
    >>> point_group_order(np.array([8, 1, 1]), bent, np.array([16.0, 1, 1]))
    4
    """
    if len(numbers) == 1:
        return 1
    prepared = _prepared(numbers, positions, masses)
    return max(_count(*prepared, sign=1.0), 1) + _count(*prepared, sign=-1.0)


def _prepared(
    numbers: np.ndarray, positions: np.ndarray, masses: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Centre the positions on the centre of mass and give each kind of atom a number."""
    kinds = np.unique(np.stack([numbers, masses], axis=1), axis=0, return_inverse=True)[1].ravel()
    return positions - masses @ positions / masses.sum(), kinds


def _count(centred: np.ndarray, kinds: np.ndarray, sign: float) -> int:
    """Count the operations, ``sign`` times a rotation, that map the molecule onto itself."""
    if np.linalg.svd(centred, compute_uv=False)[1] < TOLERANCE:
        return 1 + _maps_onto(centred, -centred, kinds)
    first, second = _anchor(centred, kinds)
    axes = _axes(sign * centred[first], sign * centred[second])
    target = cdist(centred[[first]], centred[[second]])[0, 0]
    radii = np.linalg.norm(centred, axis=1)
    count = 0
    for i in _alike(first, kinds, radii):
        for j in _alike(second, kinds, radii):
            if i != j and abs(np.linalg.norm(centred[i] - centred[j]) - target) < TOLERANCE:
                rotation = _axes(centred[i], centred[j]) @ axes.T
                count += _maps_onto(centred, sign * centred @ rotation.T, kinds)
    return count


def _anchor(centred: np.ndarray, kinds: np.ndarray) -> tuple[int, int]:
    """Choose two atoms that fix a rotation well: of rare kinds and far from collinear."""
    spans = np.linalg.norm(np.cross(centred[:, None], centred[None]), axis=-1)
    rarity = np.bincount(kinds)[kinds]
    cost = np.where(spans > 0.5 * spans.max(), rarity[:, None] * rarity[None], np.inf)
    first, second = np.unravel_index(cost.argmin(), cost.shape)
    return int(first), int(second)


def _alike(atom: int, kinds: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Find the atoms of the same kind at the same distance from the centre."""
    return np.flatnonzero((kinds == kinds[atom]) & (np.abs(radii - radii[atom]) < TOLERANCE))


def _axes(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Make right-handed orthonormal axes, as columns, that two vectors span."""
    x = a / np.linalg.norm(a) + b / np.linalg.norm(b)
    z = np.cross(a, b)
    x, z = x / np.linalg.norm(x), z / np.linalg.norm(z)
    return np.stack([x, np.cross(z, x), z], axis=1)


def _maps_onto(centred: np.ndarray, image: np.ndarray, kinds: np.ndarray) -> bool:
    """Tell whether an image of the molecule has an atom of the right kind at each atom's place."""
    distances = cdist(image, centred)
    distances[kinds[:, None] != kinds[None]] = np.inf
    nearest = distances.argmin(axis=1)
    # Twice the tolerance: the candidate rotation carries the error of the two anchor atoms.
    close = distances[np.arange(len(nearest)), nearest].max() < 2.0 * TOLERANCE
    return bool(close and len(set(nearest)) == len(nearest))
