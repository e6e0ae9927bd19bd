"""Molecules from ASE's atoms, with the charge and spin that these state; for API and calculator."""

from ase import Atoms

from specml.errors import InputError, message
from specml.io import charge_and_spin
from specml.structure import Structure


def structure(atoms: Atoms, charge: int | None = None) -> Structure:
    """The isolated molecule that ASE's atoms are.

    Parameters
    ----------
    atoms : state charge and spin in ``info``, as initial charges or as initial magnetic moments.
    charge : the caller's word, e; None if there is none.

    Raises
    ------
    InputError
        Statements that contradict each other, unpaired electrons, or a periodic cell.
    """
    name = str(atoms.info.get("name") or atoms.get_chemical_formula("hill"))
    if atoms.pbc.any():
        raise InputError(
            message(
                "atoms.pbc",
                atoms.pbc.tolist(),
                "an isolated molecule",
                "Set atoms.pbc = False if it is one.",
            )
        )
    where = f"atoms {name}"
    stated, multiplicity = charge_and_spin.agreed(
        where,
        (
            (charge, None),
            charge_and_spin.of_info(where, atoms.info),
            charge_and_spin.of_atoms(
                where, atoms.get_initial_charges(), atoms.get_initial_magnetic_moments()
            ),
        ),
    )
    electrons = int(atoms.numbers.sum()) - (stated or 0)
    if charge is not None and multiplicity is not None and (electrons - multiplicity + 1) % 2:
        multiplicity = None  # moments of a neutral radical, of which the caller wants the ion
    charge_and_spin.refuse_open_shell(where, f"multiplicity {multiplicity}", multiplicity)
    return Structure(atoms.numbers, atoms.positions, stated or 0, name=name)
