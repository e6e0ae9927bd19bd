"""Rows of Wilson's B matrix: how a stretch, bend, torsion or height changes with the positions.

``spectra.internal_coordinates`` and ``valence_coordinates`` are made of these rows.

Every function takes positions (n, 3) in angstrom and returns the gradient of its coordinate, (3n,):
dimensionless for a stretch, rad/angstrom otherwise.

Source: E. B. Wilson, J. C. Decius, P. C. Cross, "Molecular Vibrations" (1955), chapter 4;
torsions: A. Blondel, M. Karplus, J. Comput. Chem. 17, 1132 (1996).
"""

import numpy as np


def stretch_row(positions: np.ndarray, i: int, j: int) -> np.ndarray:
    """Gradient of the distance between atoms i and j, (3n,)."""
    row = np.zeros_like(positions)
    direction = unit(positions[j] - positions[i])
    row[i], row[j] = -direction, direction
    return row.ravel()


def bend_row(positions: np.ndarray, i: int, centre: int, k: int) -> np.ndarray:
    """Gradient of the angle i-centre-k, which must not be straight, (3n,)."""
    to_i, to_k = positions[i] - positions[centre], positions[k] - positions[centre]
    u, v = unit(to_i), unit(to_k)
    cosine = float(u @ v)
    sine = np.sqrt(1.0 - cosine**2)
    row = np.zeros_like(positions)
    row[i] = (cosine * u - v) / (np.linalg.norm(to_i) * sine)
    row[k] = (cosine * v - u) / (np.linalg.norm(to_k) * sine)
    row[centre] = -row[i] - row[k]
    return row.ravel()


def straight_rows(positions: np.ndarray, i: int, centre: int, k: int) -> list[np.ndarray]:
    """Gradients of the two perpendicular bends of a straight angle, each (3n,)."""
    to_i, to_k = positions[i] - positions[centre], positions[k] - positions[centre]
    rows = []
    for normal in np.linalg.svd(unit(to_i - to_k)[None])[2][1:]:
        row = np.zeros_like(positions)
        row[i], row[k] = normal / np.linalg.norm(to_i), normal / np.linalg.norm(to_k)
        row[centre] = -row[i] - row[k]
        rows.append(row.ravel())
    return rows


def torsion_row(positions: np.ndarray, i: int, j: int, k: int, m: int) -> np.ndarray:
    """Gradient of the dihedral angle i-j-k-m, (3n,)."""
    f, g, h = positions[i] - positions[j], positions[j] - positions[k], positions[m] - positions[k]
    a, b = np.cross(f, g), np.cross(h, g)
    length = np.linalg.norm(g)
    end_i, end_m = -length * a / (a @ a), length * b / (b @ b)
    shared = (f @ g) / (a @ a * length) * a - (h @ g) / (b @ b * length) * b
    row = np.zeros_like(positions)
    row[i], row[m] = end_i, end_m
    row[j], row[k] = -end_i + shared, -end_m - shared
    return row.ravel()


def out_of_plane_row(positions: np.ndarray, centre: int, others: list[int]) -> np.ndarray:
    """Gradient of an atom's height above the plane of its three neighbours over their mean
    distance.
    """
    a, b, c = positions[others]
    normal = unit(np.cross(b - a, c - a))
    corners = np.stack([a, b, c])
    # Barycentric weights of the foot point: moving a corner moves the plane below it.
    system = np.vstack([corners.T, np.ones(3)])
    foot = positions[centre] - normal * (normal @ (positions[centre] - a))
    weights = np.linalg.lstsq(system, np.append(foot, 1.0), rcond=None)[0]
    row = np.zeros_like(positions)
    row[centre] = normal
    row[others] = -weights[:, None] * normal
    return row.ravel() / np.linalg.norm(corners - positions[centre], axis=1).mean()


def unit(vector: np.ndarray) -> np.ndarray:
    """Divide a vector by its length."""
    return vector / np.linalg.norm(vector)
