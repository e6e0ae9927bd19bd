"""What ``specml scf`` says of one molecule, on the terminal and in JSON (keys: docs/scf.md)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

import specml
from specml.cli import terminal
from specml.documents.structure import described

if TYPE_CHECKING:
    from specml.cli.scf_run import Request, Result
    from specml.hamiltonian.calculation import Run

SCHEMA = "specml/scf/1"


def document(request: "Request", model: str, result: "Result") -> dict[str, Any]:
    """The JSON document of one molecule."""
    structure, level = result.structure, request.level
    arms = {} if result.default is None else {"default": _arm(result.default)}
    return {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": described(structure),
        "method": {
            "geometry": result.geometry,
            "xc": level.xc,
            "basis": level.basis,
            "density_fit": level.density_fit,
            "conv_tol_ha": level.conv_tol,
        },
        "energy_ha": result.seeded.energy,
        "converged": result.seeded.converged,
        **arms,
        "specml": {
            **_arm(result.seeded),
            "network_s": result.outcome.network_s,
            "excess_ha": result.outcome.excess,
        },
        "model": {"name": model},
        "warnings": result.warnings,
    }


def _arm(run: "Run") -> dict[str, Any]:
    return {
        "cycles": run.cycles,
        "fock_builds": run.fock_builds,
        "wall_s": run.wall_s,
        "energy_ha": run.energy,
        "guess_used": run.guess_used,
    }


def show(
    console: Console, request: "Request", model: str, result: "Result", written: dict[str, Path]
) -> None:
    """A table of the runs and what belongs to it; with ``--quiet`` the warnings only."""
    structure = result.structure
    if not request.quiet:
        terminal.heading(console, structure)
        console.print(Padding(_table(result), (0, 0, 0, 1)))
        terminal.facts(console, _facts(request, model, result, written))
    terminal.warnings(console, structure, result.warnings)


def _table(result: "Result") -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("guess")
    for header in ("cycles", "Fock\nbuilds", "wall\ns", "energy\nhartree"):
        table.add_column(header, justify="right", no_wrap=True)
    for run in (result.default, result.seeded):
        if run is not None:
            table.add_row(
                run.guess_used,
                str(run.cycles),
                str(run.fock_builds),
                f"{run.wall_s:.2f}",
                f"{run.energy:.9f}",
            )
    return table


def _facts(
    request: "Request", model: str, result: "Result", written: dict[str, Path]
) -> dict[str, str | Text]:
    level = request.level
    fitted = ", density fitting" if level.density_fit else ""
    seconds = result.outcome.network_s
    return {
        "method": f"{level.xc}/{level.basis}{fitted}, converged to {level.conv_tol:g} hartree",
        "geometry": result.geometry,
        "model": f"{model}, {seconds:.2f} s of the {result.seeded.wall_s:.2f} s",
        "files": terminal.files(written),
    }
