"""Experimental fundamentals of small molecules, to which scripts fit the scalings of models.

T. Shimanouchi, "Tables of Molecular Vibrational Frequencies, Consolidated Volume I", NSRDS-NBS 39
(1972), as collected from the NIST WebBook by bartolsthoorn/MVF.json.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specml.errors import InputError, message


@dataclass(frozen=True, eq=False)
class Fundamentals:
    """What was observed for one molecule, degenerate modes repeated, in ascending order.

    Parameters
    ----------
    name : name of the molecule in the table.
    inchi : InChI without the ``InChI=`` prefix.
    wavenumbers : (m,) 1/cm.
    symmetries, descriptions : irreducible representation and assignment of every mode.
    classes : uncertainty of every mode, A (best) to E.
    complete : whether every mode of the molecule is listed.
    linear : whether the source says that the molecule is linear.
    """

    name: str
    inchi: str
    wavenumbers: np.ndarray
    symmetries: tuple[str, ...]
    descriptions: tuple[str, ...]
    classes: tuple[str, ...]
    complete: bool
    linear: bool

    @property
    def torsions(self) -> np.ndarray:
        """Which modes are internal rotations, (m,) bool; those are not harmonic at all.

        Ring modes that the table calls mixtures with torsion are not counted.
        """
        return np.array([d.lower().endswith("torsion") and "+" not in d for d in self.descriptions])

    @property
    def isotopic(self) -> bool:
        """Whether the molecule holds a rare isotope."""
        return "/i" in self.inchi


def fundamentals(path: str | Path) -> list[Fundamentals]:
    """Read the table from its json file.

    Raises
    ------
    InputError
        The file is missing or not the expected json.
    """
    try:
        rows = json.loads(Path(path).read_text())
        return [_molecule(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            message(
                str(path),
                f"{type(error).__name__}: {error}",
                "the json list of molecules with modes of MVF.json",
                "Give the path of shimanouchi.json.",
            )
        ) from error


def _molecule(row: dict) -> Fundamentals:
    """Make the fundamentals of one row of the table."""
    modes = [mode for mode in row["modes"] for _ in range(mode["degeneracy"])]
    modes.sort(key=lambda mode: mode["cm1"])
    return Fundamentals(
        row["name"],
        row["inchi"],
        np.array([mode["cm1"] for mode in modes], dtype=np.float64),
        tuple(mode["sym"] for mode in modes),
        tuple(mode["mode"] for mode in modes),
        tuple(mode["uncertainty"] for mode in modes),
        bool(row["complete"]),
        bool(row["linear"]),
    )
