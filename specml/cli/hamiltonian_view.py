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

