"""Local vibrations of a molecule: stretches, bends, out-of-plane motions and torsions.

``spectra.assignment`` names modes by them.

Each coordinate is a named row ``b`` of Wilson's B matrix, its change being ``b . dr``, with a
stiffness typical of its kind. Angles at XH2 and XH3 groups are combined to the motions that
spectroscopists name (scissor, wag, twist, rock, umbrella).

Source: E. B. Wilson, J. C. Decius, P. C. Cross, "Molecular Vibrations" (1955), chapter 4.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from specml.spectra.bonding import Bonding, bonding
from specml.spectra.wilson_rows import (
    bend_row,
    out_of_plane_row,
    straight_rows,
    stretch_row,
    torsion_row,
    unit,
)
from specml.structure import Structure

_SIGN = {1.0: "-", 1.5: "-", 2.0: "=", 3.0: "#"}
# Stiffness: mdyn/angstrom for stretches, mdyn angstrom/rad^2 for the rest. Only their ratios
# matter, and only to a factor of two or so.
_STRETCH = {1.0: 4.5, 1.5: 6.5, 2.0: 10.5, 3.0: 16.0}
_STRETCH_H, _BEND, _BEND_H, _TORSION, _TORSION_STIFF = 5.5, 1.0, 0.6, 0.1, 0.4
_OUT = 3.0  # of height over distance, a third of Wilson's angle, whose stiffness is 0.35
_STRAIGHT = np.cos(np.radians(170.0))
_FLAT = 0.15  # angstrom; the height of an atom above the plane of its three neighbours


@dataclass(frozen=True, eq=False)
class InternalCoordinate:
    """A local motion of a molecule.

    Parameters
    ----------
    label : its name, such as ``CH3 rock``.
    row : (3n,) its row of Wilson's B matrix.
    stiffness : its typical force constant, which only sets shares of the strain energy.
    """

    label: str
    row: np.ndarray
    stiffness: float


@dataclass(frozen=True, eq=False)
class _Angle:
    """An angle i-centre-k with its row of Wilson's B matrix, (3n,)."""

    i: int
    centre: int
    k: int
    row: np.ndarray


def internal_coordinates(structure: Structure) -> list[InternalCoordinate]:
    """List all local motions of a structure; redundant where atoms have several neighbours."""
    bonds = bonding(structure)
    coordinates = _stretches(structure, bonds)
    for centre in range(len(structure)):
        coordinates += _bends(structure, bonds, centre)
        coordinates += _out_of_plane(structure, bonds, centre)
    return coordinates + _torsions(structure, bonds)


def bond_name(structure: Structure, bonds: Bonding, i: int, j: int) -> str:
    """Name a bond, for example ``C=O``: carbon first, then by atomic number with hydrogen last."""
    i, j = sorted((i, j), key=lambda a: _place_in_name(int(structure.numbers[a])))
    symbols = structure.symbols
    return f"{symbols[i]}{_SIGN[bonds.order(i, j)]}{symbols[j]}"


def _place_in_name(number: int) -> int:
    """Where an element stands in the name of a bond: carbon first, oxygen and hydrogen last."""
    return {6: 0, 1: 1000}.get(number, number if number != 8 else 900)


def _stretches(structure: Structure, bonds: Bonding) -> list[InternalCoordinate]:
    """One stretch a bond."""
    stretches = []
    numbers = structure.numbers
    for i, j in bonds.pairs.tolist():
        order = bonds.order(i, j)
        light = 1 in (numbers[i], numbers[j])
        ring = bonds.ring(i, j) and order < 2.0
        label = "ring stretch" if ring else f"{bond_name(structure, bonds, i, j)} stretch"
        stiffness = _STRETCH_H if light else _STRETCH[order]
        stretches.append(
            InternalCoordinate(label, stretch_row(structure.positions, i, j), stiffness)
        )
    return stretches


def _bends(structure: Structure, bonds: Bonding, centre: int) -> list[InternalCoordinate]:
    """The bends at one atom, those of an XH2 or XH3 group combined to named motions."""
    numbers, positions = structure.numbers, structure.positions
    angles, bends = [], []
    for i, k in combinations(bonds.neighbours[centre], 2):
        u, v = (unit(positions[a] - positions[centre]) for a in (i, k))
        if u @ v < _STRAIGHT:
            label = _bend_name(structure, bonds, i, centre, k)
            rows = straight_rows(positions, i, centre, k)
            bends += [InternalCoordinate(label, row, _BEND_H) for row in rows]
        else:
            angles.append(_Angle(i, centre, k, bend_row(positions, i, centre, k)))
    hydrogens = [a for a in bonds.neighbours[centre] if numbers[a] == 1]
    if len(hydrogens) in (2, 3) and len(hydrogens) < len(bonds.neighbours[centre]):
        ours = [a for a in angles if a.i in hydrogens or a.k in hydrogens]
        bends += _group_bends(structure.symbols[centre], ours, hydrogens)
        angles = [a for a in angles if a not in ours]
    for angle in angles:
        label = _bend_name(structure, bonds, angle.i, centre, angle.k)
        stiffness = _BEND_H if hydrogens else _BEND
        bends.append(InternalCoordinate(label, angle.row, stiffness))
    return bends


def _bend_name(structure: Structure, bonds: Bonding, i: int, centre: int, k: int) -> str:
    """Name a single angle, such as ``O=C-N bend`` or ``ring deformation``."""
    symbols, numbers = structure.symbols, structure.numbers
    hydrogens = int(numbers[i] == 1) + int(numbers[k] == 1)
    if hydrogens == 1:
        return f"{symbols[centre]}-H bend"
    if bonds.ring(i, centre) and bonds.ring(centre, k):
        return "ring deformation"
    # "O=C-N", not "N-C=O": the higher order first.
    ends = sorted((i, k), key=lambda a: (-bonds.order(a, centre), numbers[a]))
    left, right = (_SIGN[bonds.order(a, centre)] for a in ends)
    return f"{symbols[ends[0]]}{left}{symbols[centre]}{right}{symbols[ends[1]]} bend"


def _group_bends(
    symbol: str, angles: list[_Angle], hydrogens: list[int]
) -> list[InternalCoordinate]:
    """Combine the angles that hold the hydrogens of an XH2 or XH3 group to its motions."""
    inner = [a.row for a in angles if a.i in hydrogens and a.k in hydrogens]
    outer = {(a.i, a.k) if a.i in hydrogens else (a.k, a.i): a.row for a in angles}
    outer = {key: row for key, row in outer.items() if key[1] not in hydrogens}
    if len(hydrogens) == 3:
        return _methyl_bends(f"{symbol}H3", inner, list(outer.values()))
    heavy = sorted({key[1] for key in outer})
    if len(heavy) == 1:
        return _terminal_bends(f"{symbol}H2", inner[0], list(outer.values()))
    if len(heavy) == 2 and len(outer) == 4:
        rows = np.array([[outer[h, x] for x in heavy] for h in hydrogens])
        return _methylene_bends(f"{symbol}H2", inner[0], rows)
    return [
        InternalCoordinate(f"{symbol}H2 bend", row, _BEND_H) for row in [*inner, *outer.values()]
    ]


def _methyl_bends(
    group: str, inner: list[np.ndarray], outer: list[np.ndarray]
) -> list[InternalCoordinate]:
    """Make the umbrella (inner against outer angles), two deformations and two rocks of XH3."""
    inner_mean, outer_mean = np.mean(inner, axis=0), np.mean(outer, axis=0)
    umbrella = (np.sum(inner, axis=0) - np.sum(outer, axis=0)) / np.sqrt(6.0)
    bends = [InternalCoordinate(f"{group} umbrella", umbrella, _BEND_H)]
    bends += [
        InternalCoordinate(f"{group} deformation", row - inner_mean, _BEND_H) for row in inner
    ]
    return bends + [InternalCoordinate(f"{group} rock", row - outer_mean, _BEND_H) for row in outer]


def _methylene_bends(group: str, inner: np.ndarray, outer: np.ndarray) -> list[InternalCoordinate]:
    """Make the scissor of XH2 and the three sign patterns of its outer angles.

    Parameters
    ----------
    inner : (3n,) row of the angle H-X-H.
    outer : (hydrogen, heavy atom, 3n) rows of the other angles.
    """
    (hx, hy), (kx, ky) = outer
    return [
        InternalCoordinate(
            f"{group} scissor", (4.0 * inner - hx - hy - kx - ky) / np.sqrt(20.0), _BEND_H
        ),
        InternalCoordinate(f"{group} wag", (hx - hy + kx - ky) / 2.0, _BEND_H),
        InternalCoordinate(f"{group} rock", (hx + hy - kx - ky) / 2.0, _BEND_H),
        InternalCoordinate(f"{group} twist", (hx - hy - kx + ky) / 2.0, _BEND_H),
    ]


def _terminal_bends(
    group: str, inner: np.ndarray, outer: list[np.ndarray]
) -> list[InternalCoordinate]:
    """Make the scissor and rock of =CH2 or -NH2, and the wag that the pyramidal ones have."""
    first, second = outer
    return [
        InternalCoordinate(
            f"{group} scissor", (2.0 * inner - first - second) / np.sqrt(6.0), _BEND_H
        ),
        InternalCoordinate(f"{group} rock", (first - second) / np.sqrt(2.0), _BEND_H),
        InternalCoordinate(f"{group} wag", (inner + first + second) / np.sqrt(3.0), _BEND_H),
    ]


def _out_of_plane(structure: Structure, bonds: Bonding, centre: int) -> list[InternalCoordinate]:
    """The out-of-plane motion at an atom with three neighbours in its plane, if it has one."""
    others = bonds.neighbours[centre]
    positions, symbols = structure.positions, structure.symbols
    if len(others) != 3 or abs(_height(positions, centre, others)) > _FLAT:
        return []
    hydrogens = [a for a in others if structure.numbers[a] == 1]
    ring = sum(bonds.ring(centre, a) for a in others) >= 2
    if len(hydrogens) == 2:
        label = f"{symbols[centre]}H2 wag"
    elif len(hydrogens) == 1:
        label = f"{symbols[centre]}-H out-of-plane bend"
    elif ring:
        label = "ring out-of-plane"
    else:
        strongest = max(others, key=lambda a: bonds.order(a, centre))
        label = f"{bond_name(structure, bonds, centre, strongest)} out-of-plane bend"
    return [InternalCoordinate(label, out_of_plane_row(positions, centre, others), _OUT)]


def _height(positions: np.ndarray, centre: int, others: list[int]) -> float:
    """Height of an atom above the plane of its three neighbours, angstrom."""
    a, b, c = positions[others]
    return float(unit(np.cross(b - a, c - a)) @ (positions[centre] - a))


def _torsions(structure: Structure, bonds: Bonding) -> list[InternalCoordinate]:
    """Make one coordinate a bond: the mean of its dihedral angles, in a ring of those along the
    ring.

    What hangs on a ring moves by its own out-of-plane coordinate.
    """
    positions, torsions = structure.positions, []
    for j, k in bonds.pairs.tolist():
        ring = bonds.ring(j, k)
        ends = [
            [
                a
                for a in bonds.neighbours[p]
                if a != q and _bent(positions, a, p, q) and (bonds.ring(a, p) or not ring)
            ]
            for p, q in ((j, k), (k, j))
        ]
        rows = [torsion_row(positions, i, j, k, m) for i in ends[0] for m in ends[1] if i != m]
        if rows:
            stiff = bonds.order(j, k) > 1.0
            label = _torsion_name(structure, bonds, j, k)
            row = np.mean(rows, axis=0)
            torsions.append(InternalCoordinate(label, row, _TORSION_STIFF if stiff else _TORSION))
    return torsions


def _torsion_name(structure: Structure, bonds: Bonding, j: int, k: int) -> str:
    """Name a torsion by its ring, its methyl group or its bond."""
    if bonds.ring(j, k):
        return "ring torsion"
    for end in (j, k):
        hydrogens = sum(structure.numbers[a] == 1 for a in bonds.neighbours[end])
        if hydrogens == 3 and structure.numbers[end] == 6:
            return "CH3 torsion"
    return f"{bond_name(structure, bonds, j, k)} torsion"


def _bent(positions: np.ndarray, i: int, j: int, k: int) -> bool:
    """Tell whether the angle i-j-k is not straight."""
    cosine = unit(positions[i] - positions[j]) @ unit(positions[k] - positions[j])
    return bool(abs(cosine) < -_STRAIGHT)
