"""A short name for every mode, such as ``C=O stretch``, from what its atoms do.

``spectra.harmonic`` names the modes of every molecule with it.

The displacement of a mode is projected on the local motions of the molecule, and each motion gets
its share ``k s^2 / 2`` of the strain energy in a generic valence force field, ``s`` being the
change of the coordinate and ``k`` its typical stiffness. Motions of one name are added up; the
name with the largest share wins, and a second is given where no name holds half of the energy.

Source: potential energy distribution, Y. Morino, K. Kuchitsu, J. Chem. Phys. 20, 1809 (1952).
"""

import numpy as np

from specml.spectra.bonding import molecules
from specml.spectra.internal_coordinates import internal_coordinates
from specml.spectra.normal_modes import NormalModes

_CLEAR = 0.5  # share above which one name is enough
_SECOND = 0.2  # share below which a second name says nothing


def assignments(modes: NormalModes) -> list[str]:
    """Give every mode a label, such as ``C=O stretch``, in the order of the modes."""
    labels, shares = energy_shares(modes)
    between = rigid_shares(modes) >= _CLEAR
    return [
        "intermolecular" if rigid else _name(labels, column)
        for column, rigid in zip(shares.T, between, strict=True)
    ]


def rigid_shares(modes: NormalModes) -> np.ndarray:
    """How much of each mode is molecules that move as a whole, (m,); 0 of a single molecule."""
    parts = molecules(modes.structure)
    shares = np.zeros(len(modes.wavenumbers))
    if parts.max(initial=0) == 0:
        return shares
    for part in range(parts.max() + 1):
        own = parts == part
        roots = np.sqrt(modes.masses[own])
        positions = modes.structure.positions[own]
        centred = positions - modes.masses[own] @ positions / modes.masses[own].sum()
        turns = np.cross(np.eye(3)[:, None], centred[None])
        moves = np.concatenate([np.broadcast_to(np.eye(3)[:, None], turns.shape), turns])
        _, sizes, rows = np.linalg.svd((moves * roots[:, None]).reshape(6, -1), full_matrices=False)
        rows = rows[sizes > 1e-3 * sizes.max()]
        shares += ((modes.vectors[:, own].reshape(len(shares), -1) @ rows.T) ** 2).sum(axis=1)
    return shares


def energy_shares(modes: NormalModes) -> tuple[list[str], np.ndarray]:
    """Names of the local motions and their shares, (names, m), each column adding up to one."""
    coordinates = internal_coordinates(modes.structure, modes.masses)
    labels = sorted({c.label for c in coordinates})
    if not coordinates or not len(modes.wavenumbers):
        return labels, np.zeros((len(labels), len(modes.wavenumbers)))
    rows = np.array([c.row for c in coordinates])
    stiffness = np.array([c.stiffness for c in coordinates])
    energies = stiffness[:, None] * (rows @ _flat(modes).T) ** 2
    belongs = np.array([[c.label == label for c in coordinates] for label in labels], dtype=float)
    summed = belongs @ energies
    total = summed.sum(axis=0)
    return labels, np.divide(summed, total, out=np.zeros_like(summed), where=total > 0.0)


def _flat(modes: NormalModes) -> np.ndarray:
    """Displacements of the modes as rows, (m, 3n)."""
    return modes.displacements.reshape(len(modes.wavenumbers), 3 * len(modes.masses))


def _name(labels: list[str], shares: np.ndarray) -> str:
    """The label of one mode from the shares (names,) of its motions."""
    if not len(shares) or shares.max() == 0.0:
        return "intermolecular"
    order = np.argsort(-shares)
    first = labels[order[0]]
    if shares[order[0]] >= _CLEAR or len(order) == 1 or shares[order[1]] < _SECOND:
        return first
    return f"{first} + {labels[order[1]]}"
