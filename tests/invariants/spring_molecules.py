"""Molecules with an analytic expansion that obeys every symmetry exactly.

Energy: springs along stretches, bends, torsions, so that the Hessian is ``sum k b b^T`` and whole
moves cost nothing. Dipole: charge flows along every pair of atoms, ``mu = sum c (r_j - r_i)
exp(d - d0)`` with ``c`` proportional to the difference of atomic numbers. Polarizability:
``alpha = sum a (d^2 I + 2 r r^T)`` over pairs.
"""

from itertools import combinations

import numpy as np
from ase.build import molecule

from specml.expansion import Expansion
from specml.spectra.internal_coordinates import internal_coordinates
from specml.spectra.wilson_rows import stretch_row
from specml.structure import Structure

MDYN = 6.2415  # eV/angstrom^2 in 1 mdyn/angstrom; any number would do here


def named(name: str, turned: bool = True) -> Structure:
    """A molecule of ASE's g2 collection, turned out of its axes."""
    atoms = molecule(name)
    positions = atoms.positions @ (rotation(3).T if turned else np.eye(3))
    return Structure(atoms.numbers, positions, name=name)


def rotation(seed: int) -> np.ndarray:
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q * np.linalg.det(q)


def spring_expansion(structure: Structure) -> Expansion:
    size = 3 * len(structure)
    hessian = np.zeros((size, size))
    for coordinate in internal_coordinates(structure):
        row = coordinate.row[:, None]
        hessian += MDYN * coordinate.stiffness * row @ row.T
    dipole, polarizability = np.zeros(3), np.zeros((3, 3))
    dipole_derivatives, alpha_derivatives = np.zeros((3, size)), np.zeros((3, 3, size))
    for i, j in combinations(range(len(structure)), 2):
        arm = structure.positions[j] - structure.positions[i]
        length = np.linalg.norm(arm)
        row = stretch_row(structure.positions, i, j)
        moves = np.zeros((3, size))
        moves[:, 3 * j : 3 * j + 3] = np.eye(3)
        moves[:, 3 * i : 3 * i + 3] = -np.eye(3)
        flow = 0.02 * float(structure.numbers[j] - structure.numbers[i])
        dipole += flow * arm
        dipole_derivatives += flow * (moves + arm[:, None] * row)
        size_of_pair = 0.1 * np.sqrt(float(structure.numbers[i] * structure.numbers[j]))
        polarizability += size_of_pair * (length**2 * np.eye(3) + 2.0 * np.outer(arm, arm))
        outer = arm[:, None, None] * moves[None]
        alpha_derivatives += size_of_pair * (
            2.0 * length * np.eye(3)[:, :, None] * row + 2.0 * (outer + outer.transpose(1, 0, 2))
        )
    return Expansion(
        structure,
        0.0,
        np.zeros(size),
        hessian,
        dipole,
        dipole_derivatives,
        polarizability,
        alpha_derivatives,
        source="springs",
    )
