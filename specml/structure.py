"""The molecule, with its nuclei, charge and spin, that every other part of SpecML speaks of."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from specml.elements import MASSES, SYMBOLS
from specml.errors import InputError, message

if TYPE_CHECKING:
    from ase import Atoms

OVERLAP = 0.4  # angstrom; the shortest bond in chemistry, H-H, is 0.74


@dataclass(frozen=True, eq=False)
class Structure:
    """An isolated molecule: nuclei, charge, spin.

    Parameters
    ----------
    numbers : (n_atoms,) int, atomic numbers.
    positions : (n_atoms, 3) float, angstrom.
    charge : total charge in e.
    multiplicity : 2S + 1.
    name : label in names of files and in messages.
    smiles : the molecular graph where the source knew it, else None.
    mol_block : the MDL record it was read from, which states the bonds, else None.
    isotopes : (n_atoms,) mass numbers, 0 for natural abundance; empty where all are natural. What
        moves nuclei reads them through :mod:`specml.workflows.isotopes`; ``masses`` does not.

    Raises
    ------
    InputError
        Shapes that do not match, unknown elements, NaN, overlapping atoms, or an electron count
        that contradicts the multiplicity.
    """

    numbers: np.ndarray
    positions: np.ndarray
    charge: int = 0
    multiplicity: int = 1
    name: str = "molecule"
    smiles: str | None = field(default=None, repr=False)
    mol_block: str | None = field(default=None, repr=False)
    isotopes: tuple[int, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        numbers = np.array(self.numbers, dtype=np.int64)
        positions = np.array(self.positions, dtype=np.float64)
        _check(self.name, numbers, positions, self.charge, self.multiplicity)
        if self.isotopes and len(self.isotopes) != len(numbers):
            got = f"{len(self.isotopes)} isotopes"
            raise InputError(
                message(self.name, got, f"{len(numbers)}", "Give one an atom, or none.")
            )
        for array in (numbers, positions):
            array.setflags(write=False)
        object.__setattr__(self, "numbers", numbers)
        object.__setattr__(self, "positions", positions)

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def masses(self) -> np.ndarray:
        """Standard atomic weights, (n_atoms,) amu."""
        return MASSES[self.numbers]

    @property
    def symbols(self) -> list[str]:
        """Symbols of the elements, one for each atom."""
        return [SYMBOLS[z] for z in self.numbers]

    @property
    def formula(self) -> str:
        """Formula in Hill's order, such as ``C2H6O``."""
        from ase import Atoms

        return Atoms(self.symbols).get_chemical_formula("hill")

    def with_positions(self, positions: np.ndarray) -> "Structure":
        """Return the same molecule at another geometry, (n_atoms, 3) angstrom."""
        return replace(self, positions=positions)

    def to_ase(self) -> "Atoms":
        """Return ASE Atoms with the numbers and positions; charge and spin are lost."""
        from ase import Atoms

        return Atoms(numbers=self.numbers, positions=self.positions)

    @classmethod
    def from_ase(cls, atoms: "Atoms", charge: int = 0, name: str = "molecule") -> "Structure":
        """The geometry of ASE's atoms; :mod:`specml.io.ase_atoms` reads what they say of charge."""
        return cls(atoms.numbers, atoms.positions, charge=charge, name=name)


def _check(
    name: str, numbers: np.ndarray, positions: np.ndarray, charge: int, multiplicity: int
) -> None:
    """Refuse what is no molecule, with an InputError that says why."""
    if numbers.ndim != 1 or len(numbers) == 0 or positions.shape != (len(numbers), 3):
        raise InputError(
            message(
                name,
                f"{numbers.shape} atomic numbers and {positions.shape} positions",
                "(n,) and (n, 3) with n of at least 1",
                "Give one x, y, z row for each atom.",
            )
        )
    if numbers.min() < 1 or numbers.max() >= len(MASSES):
        bad = [int(z) for z in numbers if not 1 <= z < len(MASSES)]
        raise InputError(
            message(name, f"atomic number {bad[0]}", "1 to 118", "Correct the element.")
        )
    if not np.isfinite(positions).all():
        atom = int(np.argwhere(~np.isfinite(positions))[0, 0])
        raise InputError(
            message(
                name,
                f"the position {positions[atom].tolist()} of atom {atom} (counting from 0)",
                "finite coordinates in angstrom",
                "Correct that line of the input.",
            )
        )
    if len(numbers) > 1:
        i, j = np.triu_indices(len(numbers), 1)
        distances = np.linalg.norm(positions[i] - positions[j], axis=1)
        closest = int(distances.argmin())
        if distances[closest] < OVERLAP:
            raise InputError(
                message(
                    name,
                    f"atoms {i[closest]} and {j[closest]} (counting from 0) at "
                    f"{distances[closest]:.3f} angstrom",
                    f"all atoms at least {OVERLAP} angstrom apart",
                    "Check for duplicated atoms and that coordinates are in angstrom.",
                )
            )
    electrons = int(numbers.sum()) - charge
    if multiplicity < 1 or electrons < 0 or (electrons - (multiplicity - 1)) % 2:
        raise InputError(
            message(
                name,
                f"{electrons} electrons (charge {charge}) with multiplicity {multiplicity}",
                "an electron count that fits the multiplicity",
                "SpecML treats closed-shell molecules: check missing hydrogens or give the charge.",
            )
        )
