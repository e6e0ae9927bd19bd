"""What the terminal shows of one electronic structure; ``specml hamiltonian`` calls it."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from specml.cli import terminal
from specml.documents.electronic_structure import bonds, expected_error, quantities, table
from specml.workflows.electronic_structure import ElectronicStructure

FRONTIER = 3  # orbitals shown on either side of the gap
QUANTITIES = {  # key of the document and of the card's errors -> name, unit
    "homo_ev": ("HOMO", "eV"),
    "lumo_ev": ("LUMO", "eV"),
    "gap_ev": ("gap", "eV"),
    "dipole_debye": ("dipole", "debye"),
}


def show(
    console: Console,
    result: ElectronicStructure,
    written: Mapping[str, Path],
    quiet: bool,
    _detailed: bool,
) -> None:
    """Print tables of the molecule, its atoms and its bonds, however many molecules there are.

    The arguments are those of a :data:`specml.cli.delivery.View`.
    """
    if not quiet:
        _tables(console, result, written)
    terminal.warnings(console, result.structure, result.warnings)


def _tables(console: Console, result: ElectronicStructure, written: Mapping[str, Path]) -> None:
    """The molecule, its atoms, its bonds and how they were made."""
    card, errors = result.card, expected_error(result)
    terminal.heading(console, result.structure)
    for shown in (_quantities(result, errors), _frontier(result), _atoms(result, errors)):
        console.print(Padding(shown, (0, 0, 1, 1)))
    console.print(Padding(_bonds(result, errors), (0, 0, 0, 1)))
    functions = len(result.orbitals.energies)
    facts = {
        "matrix": f"{card['method']}/{card['basis']}, {functions} functions",
        "geometry": result.geometry,
        "model": f"{card['name']} {card.get('version', '')}".strip(),
        "files": terminal.files(written),
    }
    terminal.facts(console, facts)


def _quantities(result: ElectronicStructure, errors: Mapping[str, float]) -> Table:
    """The values, each with its mean absolute error on held-out molecules."""
    values = quantities(result)
    shown = terminal.table("", "value", "error", "unit")
    for key, (name, unit) in QUANTITIES.items():
        shown.add_row(name, f"{values[key]:.3f}", _error(errors, key), unit)
    return shown


def _error(errors: Mapping[str, float], key: str) -> str:
    return f"± {errors[key]:.3f}" if key in errors else "unknown"


def _frontier(result: ElectronicStructure) -> Table:
    """The orbitals around the gap, the highest first."""
    shown = terminal.table("orbital", "energy\neV", "electrons")
    rows = list(zip(*table(result).values(), strict=True))
    occupied = result.orbitals.n_occupied
    lowest = max(0, occupied - FRONTIER)
    for number, energy, electrons in reversed(rows[lowest : occupied + FRONTIER]):
        name = "HOMO" if number == occupied else "LUMO" if number == occupied + 1 else ""
        shown.add_row(f"{number} {name}".strip(), f"{energy:.3f}", f"{electrons:.0f}")
    return shown


def _atoms(result: ElectronicStructure, errors: Mapping[str, float]) -> Table:
    """The charges of the atoms, counted from 1."""
    shown = terminal.table("atom", "Mulliken\ne", "Löwdin\ne")
    rows = zip(result.structure.symbols, result.mulliken, result.loewdin, strict=True)
    for number, (symbol, mulliken, loewdin) in enumerate(rows, 1):
        shown.add_row(f"{symbol}{number}", f"{mulliken:+.3f}", f"{loewdin:+.3f}")
    shown.add_row("error", *(_error(errors, f"{name}_charge") for name in ("mulliken", "loewdin")))
    return shown


def _bonds(result: ElectronicStructure, errors: Mapping[str, float]) -> Table:
    """The bond orders of the bonded pairs, atoms counted from 1."""
    shown = terminal.table("bond", "Mayer", "Wiberg")
    symbols = result.structure.symbols
    for bond in bonds(result):
        i, j = bond["indices"]
        name = f"{symbols[i]}{i + 1}-{symbols[j]}{j + 1}"
        shown.add_row(name, f"{bond['mayer']:.3f}", f"{bond['wiberg']:.3f}")
    shown.add_row("error", *(_error(errors, f"{name}_bond_order") for name in ("mayer", "wiberg")))
    return shown
