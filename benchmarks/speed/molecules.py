"""Structures for the benchmarks, from closed formulas: no file, no force field."""

import numpy as np

from specml import Structure

BOND, CH, HALF = 1.53, 1.09, np.radians(111.0 / 2)  # angstrom, angstrom, half a C-C-C angle


def alkane(n_carbon: int) -> Structure:
    """An all-anti n-alkane along x, carbon atoms alternating in y."""
    step, height = BOND * np.sin(HALF), BOND * np.cos(HALF)
    side = (-1.0) ** np.arange(n_carbon)
    carbons = np.stack(
        [step * np.arange(n_carbon), height * (side > 0), np.zeros(n_carbon)], axis=1
    )
    # Two hydrogens on every carbon in the plane perpendicular to the chain, on its outer side.
    out = np.stack([np.zeros(n_carbon), side, np.zeros(n_carbon)], axis=1) * CH * np.cos(HALF)
    across = np.array([0.0, 0.0, CH * np.sin(HALF)])
    start, end = carbons[0] + _cap(-1.0, side[0]), carbons[-1] + _cap(1.0, side[-1])
    positions = np.vstack([carbons, carbons + out + across, carbons + out - across, start, end])
    numbers = [6] * n_carbon + [1] * (2 * n_carbon + 2)
    return Structure(numbers, positions, name=f"C{n_carbon}")


def _cap(direction: float, side: float) -> np.ndarray:
    """From an end carbon to the hydrogen that continues the zigzag."""
    return CH * np.array([direction * np.sin(HALF), -side * np.cos(HALF), 0.0])


def ethanol() -> Structure:
    """Ethane with one hydrogen of the chain replaced by OH (C-O 1.43, O-H 0.96 angstrom)."""
    ethane = alkane(2)
    positions = ethane.positions.copy()
    axis = positions[-1] - positions[1]
    positions[-1] = positions[1] + axis * (1.43 / CH)
    # Anti to the carbon chain: the O-H bond is parallel to the bond between the carbons.
    along = (positions[1] - positions[0]) / BOND
    hydrogen = positions[-1] + 0.96 * along
    numbers = [*ethane.numbers[:-1], 8, 1]
    return Structure(numbers, np.vstack([positions, hydrogen]), name="ethanol")
