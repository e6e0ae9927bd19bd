"""What ``specml hamiltonian`` says of one molecule, on the terminal and in JSON (docs/scf.md)."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

import specml
from specml.cli import terminal
from specml.documents.structure import described
from specml.units import BOHR, DEBYE, HARTREE

if TYPE_CHECKING:
    from specml.cli.hamiltonian_run import Request, Result
    from specml.hamiltonian.predictor import HamiltonianPredictor

SCHEMA = "specml/hamiltonian/1"
BONDED = 0.2  # Mayer bond order; hydrogen bonds have less
FRONTIER = 3  # orbitals shown on either side of the gap
QUANTITIES = {  # key in the document and in the card -> name, unit
    "homo_ev": ("HOMO", "eV"),
    "lumo_ev": ("LUMO", "eV"),
    "gap_ev": ("gap", "eV"),
    "dipole_debye": ("dipole", "debye"),
}


def document(
    card: Mapping[str, Any], model: "HamiltonianPredictor", result: "Result"
) -> dict[str, Any]:
    """The JSON document of one molecule."""
    structure, found = result.structure, result.orbitals
    return {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": described(structure),
        "method": {
            "geometry": result.geometry,
            "xc": model.method,
            "basis": model.basis,
            "basis_functions": len(found.energies),
            "electrons": found.mol.nelectron,
        },
        **quantities(result),
        "dipole_vector_debye": result.dipole * BOHR / DEBYE,
        "orbital_energies_ev": found.energies * HARTREE,
        "occupations": found.occupations,
        "mulliken_charges_e": result.mulliken,
        "loewdin_charges_e": result.loewdin,
        "bonds": bonds(result),
        "expected_error": dict(card.get("expected_error", {})),
        "model": {key: card[key] for key in ("name", "version") if key in card},
    }


def quantities(result: "Result") -> dict[str, float]:
    """The values of :data:`QUANTITIES`."""
    found = result.orbitals
    return {
        "homo_ev": found.homo * HARTREE,
        "lumo_ev": found.lumo * HARTREE,
        "gap_ev": found.gap * HARTREE,
        "dipole_debye": float(np.linalg.norm(result.dipole * BOHR / DEBYE)),
    }


def bonds(result: "Result") -> list[dict[str, Any]]:
    """Pairs of atoms, from 0, that are bonded."""
    pairs = np.argwhere(np.triu(result.mayer > BONDED)).tolist()
    return [
        {"indices": [i, j], "mayer": result.mayer[i, j], "wiberg": result.wiberg[i, j]}
        for i, j in pairs
    ]


def show(
    console: Console,
    request: "Request",
    card: Mapping[str, Any],
    model: "HamiltonianPredictor",
    result: "Result",
    written: dict[str, Path],
) -> None:
    """Tables of the molecule, its atoms and bonds; with ``--quiet`` nothing."""
    if request.quiet:
        return
    terminal.heading(console, result.structure)
    errors = dict(card.get("expected_error", {}))
    for table in (_quantities(errors, quantities(result)), _frontier(result)):
        console.print(Padding(table, (0, 0, 1, 1)))
    console.print(Padding(_atoms(errors, result), (0, 0, 1, 1)))
    console.print(Padding(_bonds(errors, result), (0, 0, 0, 1)))
    version = str(card.get("version", ""))
    facts = {
        "matrix": f"{model.method}/{model.basis}, {len(result.orbitals.energies)} functions",
        "geometry": result.geometry,
        "model": f"{model.name} {version}".strip(),
        "files": terminal.files(written),
    }
    terminal.facts(console, facts)


def _table(*headers: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for number, header in enumerate(headers):
        table.add_column(header, justify="left" if number == 0 else "right", no_wrap=True)
    return table


def _quantities(errors: Mapping[str, float], values: Mapping[str, Any]) -> Table:
    """Values, and the mean absolute error each had on held-out molecules."""
    table = _table("", "value", "error", "unit")
    for key, (name, unit) in QUANTITIES.items():
        table.add_row(name, f"{values[key]:.3f}", _error(errors, key), unit)
    return table


def _error(errors: Mapping[str, float], key: str) -> str:
    return f"± {errors[key]:.3f}" if key in errors else "unknown"


def _frontier(result: "Result") -> Table:
    table = _table("orbital", "energy\neV", "electrons")
    found = result.orbitals
    last = found.n_occupied
    rows = range(max(0, last - FRONTIER), min(len(found.energies), last + FRONTIER))
    for row in reversed(rows):
        name = "HOMO" if row == last - 1 else "LUMO" if row == last else ""
        energy = f"{found.energies[row] * HARTREE:.3f}"
        table.add_row(f"{row + 1} {name}".strip(), energy, f"{found.occupations[row]:.0f}")
    return table


def _atoms(errors: Mapping[str, float], result: "Result") -> Table:
    table = _table("atom", "Mulliken\ne", "Löwdin\ne")
    for number, symbol in enumerate(result.structure.symbols):
        table.add_row(
            f"{symbol}{number + 1}",
            f"{result.mulliken[number]:+.3f}",
            f"{result.loewdin[number]:+.3f}",
        )
    table.add_row("error", *(_error(errors, f"{name}_charge") for name in ("mulliken", "loewdin")))
    return table


def _bonds(errors: Mapping[str, float], result: "Result") -> Table:
    table = _table("bond", "Mayer", "Wiberg")
    symbols = result.structure.symbols
    for bond in bonds(result):
        i, j = bond["indices"]
        name = f"{symbols[i]}{i + 1}-{symbols[j]}{j + 1}"
        table.add_row(name, f"{bond['mayer']:.3f}", f"{bond['wiberg']:.3f}")
    table.add_row("error", *(_error(errors, f"{name}_bond_order") for name in ("mayer", "wiberg")))
    return table
