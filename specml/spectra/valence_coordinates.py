"""Primitive valence coordinates, each of a few physical kinds, for scaled force fields.

Stretches are told apart by what they stretch, bends by the hydrogens they move and by whether they
are straight, and torsions and out-of-plane motions are one kind each. The coordinates are
redundant where an atom has several neighbours or closes a ring. They span every vibration of a
molecule whose atoms hang together, torsions about straight chains (allene) among them.

Every row is the gradient of its coordinate, free of translation and rotation, times the root of a
typical stiffness; that makes lengths and angles comparable, so that a generalised inverse does not
depend on the unit of either.

Source: E. B. Wilson, J. C. Decius, P. C. Cross, "Molecular Vibrations" (1955), chapter 4.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from specml.spectra.bonding import Bonding, bonding
from specml.spectra.internal_coordinates import bond_name
from specml.spectra.wilson_rows import (
    bend_row,
    out_of_plane_row,
    straight_rows,
    stretch_row,
    torsion_row,
    unit,
)
from specml.structure import Structure

# Kinds, each with the general kind that stands in where there are no data.
PARENTS = {
    "O-H stretch": "stretch",
    "N-H stretch": "stretch",
    "C-H stretch": "stretch",
    "S-H stretch": "stretch",  # and of all heavier or rarer elements
    "C=O stretch": "stretch",
    "=C=O stretch": "stretch",  # of a carbon with two neighbours: CO2, isocyanate, ketene
    "C#N stretch": "stretch",
    "C#C stretch": "stretch",
    "C=C stretch": "stretch",
    "C=N stretch": "stretch",
    "C-C stretch": "stretch",
    "C-N stretch": "stretch",
    "C-O stretch": "stretch",
    "C-F stretch": "stretch",
    "C-Cl stretch": "stretch",  # and C-Br, C-I
    "N-N stretch": "stretch",  # and N-O, N=N, N=O: azide, nitro, oxime
    "N-F stretch": "stretch",  # nitrogen, oxygen and halogen among each other otherwise
    "S=O stretch": "stretch",  # and P=O
    "S-C stretch": "stretch",  # and all others of the third row and below
    "HXH bend": "bend",
    "H bend": "bend",
    "heavy bend": "bend",
    "third-row bend": "bend",  # with sulfur, phosphorus, silicon or aluminium in it
    "straight H bend": "bend",
    "straight bend": "bend",
    "out of plane": "bend",
    "torsion": "bend",
}
# mdyn/angstrom, and mdyn angstrom/rad^2 for angles; only ratios matter, to a factor of two or so.
_STRETCH = {1.0: 4.5, 1.5: 6.5, 2.0: 10.5, 3.0: 16.0}
_STRETCH_H, _BEND, _BEND_H, _TORSION, _TORSION_STIFF, _OUT = 5.5, 1.0, 0.6, 0.1, 0.4, 3.0
_STRAIGHT = float(np.cos(np.radians(165.0)))  # HNCO and HN3 are bent to 172 degrees
_FLAT = 0.15  # angstrom, height of an atom above the plane of its three neighbours
_HALOGENS = (17, 35, 53)
_THIRD_ROW = (13, 14, 15, 16)


@dataclass(frozen=True, eq=False)
class Primitive:
    """A valence coordinate: its kind, and its row (3n,) in mdyn^1/2 angstrom^-1/2."""

    kind: str
    row: np.ndarray


def valence_coordinates(structure: Structure) -> list[Primitive]:
    """All primitive valence coordinates of a structure."""
    bonds = bonding(structure)
    coordinates = _stretches(structure, bonds)
    for centre in range(len(structure)):
        coordinates += _bends(structure, bonds, centre) + _out_of_plane(structure, bonds, centre)
    coordinates += _torsions(structure, bonds)
    internal = np.eye(3 * len(structure)) - _external(structure.positions)
    return [Primitive(one.kind, internal @ one.row) for one in coordinates]


def stretch_kind(structure: Structure, bonds: Bonding, i: int, j: int) -> str:
    """The kind of a bond's stretch, ``stretch`` where it has no kind of its own."""
    low, high = sorted((int(structure.numbers[i]), int(structure.numbers[j])))
    if low == 1:
        name = {6: "C-H", 7: "N-H", 8: "O-H"}.get(high, "S-H")
    elif low == 6 and high in _HALOGENS:
        name = "C-Cl"
    elif low == 7 and high in (7, 8):
        name = "N-N"
    elif low == 8 and high in (15, 16) and bonds.order(i, j) > 1.0:
        name = "S=O"
    elif low >= 7 and (high == 9 or high in _HALOGENS) and low not in _THIRD_ROW:
        name = "N-F"
    elif high > 10:
        name = "S-C"
    else:
        name = bond_name(structure, bonds, i, j).replace("C#O", "C=O")
        if name == "C=O":
            carbon = i if structure.numbers[i] == 6 else j
            name = "=C=O" if len(bonds.neighbours[carbon]) == 2 else name
    kind = f"{name} stretch"
    return kind if kind in PARENTS else "stretch"


def _stretches(structure: Structure, bonds: Bonding) -> list[Primitive]:
    stretches = []
    for i, j in bonds.pairs.tolist():
        light = 1 in (structure.numbers[i], structure.numbers[j])
        stiffness = _STRETCH_H if light else _STRETCH[bonds.order(i, j)]
        row = np.sqrt(stiffness) * stretch_row(structure.positions, i, j)
        stretches.append(Primitive(stretch_kind(structure, bonds, i, j), row))
    return stretches


def _bends(structure: Structure, bonds: Bonding, centre: int) -> list[Primitive]:
    positions, bends = structure.positions, []
    for i, k in combinations(bonds.neighbours[centre], 2):
        hydrogens = int(structure.numbers[i] == 1) + int(structure.numbers[k] == 1)
        root = np.sqrt(_BEND_H if hydrogens else _BEND)
        if _bent(positions, i, centre, k):
            third = np.isin(structure.numbers[[i, centre, k]], _THIRD_ROW).any()
            kind = ("third-row bend" if third else "heavy bend", "H bend", "HXH bend")[hydrogens]
            rows = [bend_row(positions, i, centre, k)]
        else:
            kind = "straight H bend" if hydrogens else "straight bend"
            rows = straight_rows(positions, i, centre, k)
        bends += [Primitive(kind, root * row) for row in rows]
    return bends


def _out_of_plane(structure: Structure, bonds: Bonding, centre: int) -> list[Primitive]:
    others, positions = bonds.neighbours[centre], structure.positions
    if len(others) != 3:
        return []
    a, b, c = positions[others]
    normal = np.cross(b - a, c - a)
    size = float(np.linalg.norm(normal))
    if size < 1e-3 or abs(normal @ (positions[centre] - a)) > _FLAT * size:
        return []
    row = np.sqrt(_OUT) * out_of_plane_row(positions, centre, others)
    return [Primitive("out of plane", row)]


def _torsions(structure: Structure, bonds: Bonding) -> list[Primitive]:
    """One coordinate an axis: the mean of its dihedral angles, in a ring of those along the ring.

    An axis is a bond, or a straight chain of bonds whose ends have bent neighbours.
    """
    positions, torsions = structure.positions, []
    for j, before, k, after in _axes(positions, bonds):
        ring = before == k and bonds.ring(j, k)
        ends = [
            [
                a
                for a in bonds.neighbours[end]
                if a != inner
                and _bent(positions, a, end, other)
                and (bonds.ring(a, end) or not ring)
            ]
            for end, inner, other in ((j, before, k), (k, after, j))
        ]
        rows = [torsion_row(positions, i, j, k, m) for i in ends[0] for m in ends[1] if i != m]
        if rows:
            stiff = bonds.order(j, before) > 1.0
            root = np.sqrt(_TORSION_STIFF if stiff else _TORSION)
            torsions.append(Primitive("torsion", root * np.mean(rows, axis=0)))
    return torsions


def _axes(positions: np.ndarray, bonds: Bonding) -> list[tuple[int, int, int, int]]:
    """Ends j and k of every axis, each with the atom next to it along the axis."""
    axes = {}
    for first, second in bonds.pairs.tolist():
        forward = _follow(positions, bonds, first, second)
        backward = _follow(positions, bonds, second, first)
        j, before, k, after = backward[-1], backward[-2], forward[-1], forward[-2]
        axes[frozenset((j, k))] = (j, before, k, after)  # every bond of a chain finds its axis
    return list(axes.values())


def _follow(positions: np.ndarray, bonds: Bonding, first: int, second: int) -> list[int]:
    """The atoms met from one atom through the next, as long as they are straight centres."""
    chain = [first, second]
    while len(bonds.neighbours[chain[-1]]) == 2 and len(chain) <= len(positions):
        (following,) = (a for a in bonds.neighbours[chain[-1]] if a != chain[-2])
        if _bent(positions, chain[-2], chain[-1], following):
            break
        chain.append(following)
    return chain


def _bent(positions: np.ndarray, i: int, centre: int, k: int) -> bool:
    cosine = unit(positions[i] - positions[centre]) @ unit(positions[k] - positions[centre])
    return bool(cosine > _STRAIGHT)


def _external(positions: np.ndarray) -> np.ndarray:
    """Projector on translations and rotations, (3n, 3n)."""
    centred = positions - positions.mean(axis=0)
    axes = np.eye(3)[:, None, :]
    translations = np.broadcast_to(axes, (3, *positions.shape)).reshape(3, -1)
    rotations = np.cross(axes, centred[None]).reshape(3, -1)
    _, sizes, vectors = np.linalg.svd(np.concatenate([translations, rotations]), False)
    kept = vectors[sizes > 1e-3 * sizes.max()]
    return kept.T @ kept
