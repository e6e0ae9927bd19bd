"""Read what other programs printed, in SpecML's units.

``data/vibrations_<program>.json.gz`` holds the numbers with their source and version. Keys name
the unit; arrays follow the formatted checkpoint file: lower triangles, coordinate by coordinate,
polarizability as xx xy yy xz yz zz.
"""

import gzip
import json
from functools import cache
from pathlib import Path

import numpy as np

from specml import units
from specml.expansion import Expansion
from specml.structure import Structure

DATA = Path(__file__).parent / "data"
_XX_XY_YY_XZ_YZ_ZZ = np.array([[0, 1, 3], [1, 2, 4], [3, 4, 5]])


@cache
def entries(program: str) -> dict[str, dict]:
    with gzip.open(DATA / f"vibrations_{program}.json.gz", "rt") as file:
        return json.load(file)


def structure(entry: dict, name: str = "molecule") -> Structure:
    if "positions_bohr" in entry:
        positions = np.array(entry["positions_bohr"]) * units.BOHR
    else:
        positions = np.array(entry["positions_angstrom"])
    return Structure(entry["numbers"], positions.reshape(-1, 3), name=name)


def hessian(entry: dict) -> np.ndarray:
    """(3n, 3n) eV/angstrom^2."""
    size = 3 * len(entry["numbers"])
    full = np.zeros((size, size))
    full[np.tril_indices(size)] = entry["hessian_lower_au"]
    full = full + np.tril(full, -1).T
    return full * units.HARTREE / units.BOHR**2


def masses(entry: dict) -> np.ndarray:
    return np.array(entry["masses_amu"])


def expansion(entry: dict, name: str = "molecule") -> Expansion:
    molecule = structure(entry, name)
    size = 3 * len(molecule)
    gradient = entry.get("gradient_au") or np.zeros(size)
    derivatives = entry.get("polarizability_derivatives_au")
    alpha = np.array(entry["polarizability_au"])[_XX_XY_YY_XZ_YZ_ZZ] * units.POLARIZABILITY_AU
    if derivatives is not None:
        derivatives = np.array(derivatives).reshape(size, 6)[:, _XX_XY_YY_XZ_YZ_ZZ]
        derivatives = derivatives.transpose(1, 2, 0) * units.BOHR**2
    return Expansion(
        molecule,
        0.0,
        np.array(gradient) * units.HARTREE / units.BOHR,
        hessian(entry),
        np.array(entry["dipole_au"]) * units.BOHR,
        np.array(entry["dipole_derivatives_au"]).reshape(size, 3).T,
        alpha if derivatives is not None else None,
        derivatives,
        source=entry["version"],
    )
