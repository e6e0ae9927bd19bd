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

from specml.elements import isotopic_symbols
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
_BENT_CHAIN = np.cos(np.radians(150.0))  # azides are bent to 172 degrees
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


@dataclass(frozen=True, eq=False)
class _Molecule:
    """What the names are made of; symbols know D and T."""

    numbers: np.ndarray
    positions: np.ndarray
    symbols: list[str]
    bonds: Bonding


def internal_coordinates(
    structure: Structure, masses: np.ndarray | None = None
) -> list[InternalCoordinate]:
    """All local motions of a structure; redundant where atoms have several neighbours.

    Parameters
    ----------
    masses : (n_atoms,) amu, by which deuterium and tritium are named.
    """
    symbols = structure.symbols
    if masses is not None:
        symbols = isotopic_symbols(symbols, masses)
    bonds = bonding(structure)
    molecule = _Molecule(structure.numbers, structure.positions, symbols, bonds)
    coordinates = _stretches(molecule)
    for centre in range(len(structure)):
        coordinates += _bends(molecule, centre)
        coordinates += _out_of_plane(molecule, centre)
    return coordinates + _torsions(molecule)


def bond_name(structure: Structure, bonds: Bonding, i: int, j: int) -> str:
    """For example ``C=O``: carbon first, then by atomic number with hydrogen last."""
    molecule = _Molecule(structure.numbers, structure.positions, structure.symbols, bonds)
    return _bond_name(molecule, i, j)


def _bond_name(molecule: _Molecule, i: int, j: int) -> str:
    i, j = sorted((i, j), key=lambda a: _place_in_name(int(molecule.numbers[a])))
    symbols = molecule.symbols
    return f"{symbols[i]}{_SIGN[molecule.bonds.order(i, j)]}{symbols[j]}"


def _place_in_name(number: int) -> int:
    """Where an element stands in the name of a bond: carbon first, oxygen and hydrogen last."""
    return {6: 0, 1: 1000}.get(number, number if number != 8 else 900)


def _stretches(molecule: _Molecule) -> list[InternalCoordinate]:
    """The stretch of every bond; those of one group are combined to motions by symmetry."""
    stretches: list[InternalCoordinate] = []
    done: set[frozenset[int]] = set()
    for centre in range(len(molecule.numbers)):
        name, ends = _group(molecule, centre)
        pairs = [frozenset((centre, end)) for end in ends]
        if not name or done & set(pairs):
            continue
        done |= set(pairs)
        rows = np.array([stretch_row(molecule.positions, centre, end) for end in ends])
        stiffness = _stiffness(molecule, centre, ends[0])
        symmetric = rows.sum(axis=0) / np.sqrt(len(rows))
        stretches.append(InternalCoordinate(f"{name} sym. stretch", symmetric, stiffness))
        against = rows - rows.mean(axis=0)
        stretches += [
            InternalCoordinate(f"{name} asym. stretch", row, stiffness) for row in against
        ]
    for i, j in molecule.bonds.pairs.tolist():
        if frozenset((i, j)) not in done:
            label = f"{_stretch_name(molecule, i, j)} stretch"
            row = stretch_row(molecule.positions, i, j)
            stretches.append(InternalCoordinate(label, row, _stiffness(molecule, i, j)))
    return stretches


def _stiffness(molecule: _Molecule, i: int, j: int) -> float:
    light = 1 in (molecule.numbers[i], molecule.numbers[j])
    return _STRETCH_H if light else _STRETCH[molecule.bonds.order(i, j)]


def _group(molecule: _Molecule, centre: int) -> tuple[str, list[int]]:
    """Name and outer atoms of CH2, CH3, NH2, NO2, SO2, COO, and of chains such as C=C=O."""
    bonds, numbers, symbols = molecule.bonds, molecule.numbers, molecule.symbols
    beside, symbol = bonds.neighbours[centre], symbols[centre]
    hydrogens = [a for a in beside if numbers[a] == 1]
    if symbol in ("C", "N") and len(hydrogens) in (2, 3) and len(hydrogens) < len(beside):
        if len({symbols[a] for a in hydrogens}) == 1:
            return _hydride(symbols, centre, hydrogens), hydrogens
        return "", []
    if _is_cumulated(molecule, centre):
        return _chain_name(molecule, *sorted(beside, key=lambda a: _chain_rank(symbols[a]))), beside
    oxygens = [a for a in beside if numbers[a] == 8 and len(bonds.neighbours[a]) == 1]
    multiple = [a for a in oxygens if bonds.order(centre, a) > 1.0]
    if len(multiple) == 2 and symbol in ("N", "S", "C"):
        return ("COO" if symbol == "C" else f"{symbol}O2"), multiple
    return "", []


def _hydride(symbols: list[str], centre: int, hydrogens: list[int]) -> str:
    """``CH3``, ``CD3``, ``CHD2``."""
    own = [symbols[a] for a in hydrogens]
    counts = [(symbol, own.count(symbol)) for symbol in ("H", "D", "T") if symbol in own]
    return symbols[centre] + "".join(f"{s}{n if n > 1 else ''}" for s, n in counts)


def _is_cumulated(molecule: _Molecule, centre: int) -> bool:
    """Whether both bonds of a straight centre are multiple: allene, CO2, azide, diazo, ketene."""
    beside = molecule.bonds.neighbours[centre]
    if len(beside) != 2 or 1 in molecule.numbers[beside]:
        return False
    u, v = (unit(molecule.positions[a] - molecule.positions[centre]) for a in beside)
    orders = [molecule.bonds.order(centre, a) for a in beside]
    multiple = min(orders) >= 2.0 or (molecule.numbers[centre] == 7 and max(orders) >= 2.0)
    return bool(u @ v < _BENT_CHAIN) and multiple and not _is_nitrile(molecule, centre)


def _is_nitrile(molecule: _Molecule, centre: int) -> bool:
    """An isonitrile, C-N#C, is straight at nitrogen and no cumulene."""
    orders = [molecule.bonds.order(centre, a) for a in molecule.bonds.neighbours[centre]]
    return min(orders) == 1.0 and all(
        molecule.numbers[a] == 6 for a in molecule.bonds.neighbours[centre]
    )


def _chain_rank(symbol: str) -> int:
    return {"C": 0, "N": 1, "O": 2, "S": 3}.get(symbol, 4)


def _chain_name(molecule: _Molecule, first: int, last: int) -> str:
    """``C=C=O``: double bonds all along, whichever resonance structure the lengths suggest."""
    (centre,) = set(molecule.bonds.neighbours[first]) & set(molecule.bonds.neighbours[last])
    symbols = molecule.symbols
    return f"{symbols[first]}={symbols[centre]}={symbols[last]}"


def _stretch_name(molecule: _Molecule, i: int, j: int) -> str:
    bonds, numbers = molecule.bonds, molecule.numbers
    if bonds.ring(i, j) and bonds.order(i, j) < 2.0:
        return "ring"
    name = _bond_name(molecule, i, j)
    if 1 not in (numbers[i], numbers[j]):
        return name
    carbon = i if numbers[j] == 1 else j
    heavy = [a for a in bonds.neighbours[carbon] if numbers[a] != 1]
    if numbers[carbon] != 6 or len(heavy) == 0:
        return name
    if sum(bonds.ring(carbon, a) and bonds.order(carbon, a) == 1.5 for a in heavy) == 2:
        return f"arom. {name}"
    if any(numbers[a] == 8 and bonds.order(carbon, a) == 2.0 for a in heavy):
        others = [a for a in heavy if numbers[a] in (7, 8) and bonds.order(carbon, a) < 2.0]
        return name if others else f"aldehyde {name}"
    return name


def _bends(molecule: _Molecule, centre: int) -> list[InternalCoordinate]:
    numbers, positions = molecule.numbers, molecule.positions
    angles: list[_Angle] = []
    bends: list[InternalCoordinate] = []
    for i, k in combinations(molecule.bonds.neighbours[centre], 2):
        u, v = (unit(positions[a] - positions[centre]) for a in (i, k))
        if u @ v < _STRAIGHT:
            label = _bend_name(molecule, i, centre, k)
            rows = straight_rows(positions, i, centre, k)
            bends += [InternalCoordinate(label, row, _BEND_H) for row in rows]
        else:
            angles.append(_Angle(i, centre, k, bend_row(positions, i, centre, k)))
    hydrogens = [a for a in molecule.bonds.neighbours[centre] if numbers[a] == 1]
    if len(hydrogens) in (2, 3) and len(hydrogens) < len(molecule.bonds.neighbours[centre]):
        ours = [a for a in angles if a.i in hydrogens or a.k in hydrogens]
        bends += _group_bends(_hydride(molecule.symbols, centre, hydrogens), ours, hydrogens)
        angles = [a for a in angles if a not in ours]
    for angle in angles:
        label = _bend_name(molecule, angle.i, centre, angle.k)
        stiffness = _BEND_H if hydrogens else _BEND
        bends.append(InternalCoordinate(label, angle.row, stiffness))
    return bends


def _bend_name(molecule: _Molecule, i: int, centre: int, k: int) -> str:
    symbols, numbers = molecule.symbols, molecule.numbers
    if _is_cumulated(molecule, centre):
        return (
            f"{_chain_name(molecule, *sorted((i, k), key=lambda a: _chain_rank(symbols[a])))} bend"
        )
    hydrogens = int(numbers[i] == 1) + int(numbers[k] == 1)
    if hydrogens == 1:
        return f"{symbols[centre]}-{symbols[i if numbers[i] == 1 else k]} bend"
    if molecule.bonds.ring(i, centre) and molecule.bonds.ring(centre, k):
        return "ring deformation"
    # "O=C-N", not "N-C=O": the higher order first.
    ends = sorted((i, k), key=lambda a: (-molecule.bonds.order(a, centre), numbers[a]))
    left, right = (_SIGN[molecule.bonds.order(a, centre)] for a in ends)
    return f"{symbols[ends[0]]}{left}{symbols[centre]}{right}{symbols[ends[1]]} bend"


def _group_bends(
    group: str, angles: list[_Angle], hydrogens: list[int]
) -> list[InternalCoordinate]:
    """Motions of an XH2 or XH3 group from the angles that hold its hydrogens."""
    inner = [a.row for a in angles if a.i in hydrogens and a.k in hydrogens]
    outer = {(a.i, a.k) if a.i in hydrogens else (a.k, a.i): a.row for a in angles}
    outer = {key: row for key, row in outer.items() if key[1] not in hydrogens}
    if len(hydrogens) == 3:
        return _methyl_bends(group, inner, list(outer.values()))
    heavy = sorted({key[1] for key in outer})
    if len(heavy) == 1:
        return _terminal_bends(group, inner[0], list(outer.values()))
    if len(heavy) == 2 and len(outer) == 4:
        rows = np.array([[outer[h, x] for x in heavy] for h in hydrogens])
        return _methylene_bends(group, inner[0], rows)
    return [InternalCoordinate(f"{group} bend", row, _BEND_H) for row in [*inner, *outer.values()]]


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


def _out_of_plane(molecule: _Molecule, centre: int) -> list[InternalCoordinate]:
    others = molecule.bonds.neighbours[centre]
    positions, symbols = molecule.positions, molecule.symbols
    if len(others) != 3 or abs(_height(positions, centre, others)) > _FLAT:
        return []
    hydrogens = [a for a in others if molecule.numbers[a] == 1]
    ring = sum(molecule.bonds.ring(centre, a) for a in others) >= 2
    if len(hydrogens) == 2:
        label = f"{_hydride(symbols, centre, hydrogens)} wag"
    elif len(hydrogens) == 1:
        label = f"{symbols[centre]}-{symbols[hydrogens[0]]} out-of-plane bend"
    elif ring:
        label = "ring out-of-plane"
    else:
        strongest = max(others, key=lambda a: molecule.bonds.order(a, centre))
        label = f"{_bond_name(molecule, centre, strongest)} out-of-plane bend"
    return [InternalCoordinate(label, out_of_plane_row(positions, centre, others), _OUT)]


def _height(positions: np.ndarray, centre: int, others: list[int]) -> float:
    """Height of an atom above the plane of its three neighbours, angstrom."""
    a, b, c = positions[others]
    return float(unit(np.cross(b - a, c - a)) @ (positions[centre] - a))


def _torsions(molecule: _Molecule) -> list[InternalCoordinate]:
    """One coordinate a bond: the mean of its dihedral angles, in a ring of those along the ring.

    What hangs on a ring moves by its own out-of-plane coordinate.
    """
    positions = molecule.positions
    torsions: list[InternalCoordinate] = []
    for j, k in molecule.bonds.pairs.tolist():
        ring = molecule.bonds.ring(j, k)
        ends = [
            [
                a
                for a in molecule.bonds.neighbours[p]
                if a != q and _bent(positions, a, p, q) and (molecule.bonds.ring(a, p) or not ring)
            ]
            for p, q in ((j, k), (k, j))
        ]
        rows = [torsion_row(positions, i, j, k, m) for i in ends[0] for m in ends[1] if i != m]
        if rows:
            stiff = molecule.bonds.order(j, k) > 1.0
            label = _torsion_name(molecule, j, k)
            row = np.mean(rows, axis=0)
            torsions.append(InternalCoordinate(label, row, _TORSION_STIFF if stiff else _TORSION))
    return torsions


def _torsion_name(molecule: _Molecule, j: int, k: int) -> str:
    if molecule.bonds.ring(j, k):
        return "ring torsion"
    for end in (j, k):
        beside = molecule.bonds.neighbours[end]
        hydrogens = [a for a in beside if molecule.numbers[a] == 1]
        if hydrogens and len(hydrogens) == len(beside) - 1:
            if len(hydrogens) > 1:
                return f"{_hydride(molecule.symbols, end, hydrogens)} torsion"
            if molecule.numbers[end] != 6:
                return f"{molecule.symbols[end]}-{molecule.symbols[hydrogens[0]]} torsion"
    return f"{_bond_name(molecule, j, k)} torsion"


def _bent(positions: np.ndarray, i: int, j: int, k: int) -> bool:
    """Tell whether the angle i-j-k is not straight."""
    cosine = unit(positions[i] - positions[j]) @ unit(positions[k] - positions[j])
    return bool(abs(cosine) < -_STRAIGHT)
