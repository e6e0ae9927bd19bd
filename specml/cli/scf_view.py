"""What the terminal shows of the fields of one molecule; ``specml scf`` calls it."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from specml.cli import terminal
from specml.documents.scf import table
from specml.workflows.scf import SCFRuns


def show(
    console: Console, runs: SCFRuns, written: Mapping[str, Path], quiet: bool, _detailed: bool
) -> None:
    """Print a table of the runs and how they were made, however many molecules there are.

    The arguments are those of a :data:`specml.cli.delivery.View`.
    """
    if not quiet:
        terminal.heading(console, runs.structure)
        console.print(Padding(_runs(runs), (0, 0, 0, 1)))
        terminal.facts(console, _facts(runs, written))
    terminal.warnings(console, runs.structure, runs.warnings)


def _runs(runs: SCFRuns) -> Table:
    """One row a run."""
    shown = terminal.table("guess", "cycles", "Fock\nbuilds", "wall\ns", "energy\nhartree")
    columns = table(runs)
    keys = ("guess_used", "cycles", "fock_builds", "wall_s", "energy_ha")
    for guess, cycles, builds, wall, energy in zip(*(columns[key] for key in keys), strict=True):
        shown.add_row(guess, str(cycles), str(builds), f"{wall:.2f}", f"{energy:.9f}")
    return shown


def _facts(runs: SCFRuns, written: Mapping[str, Path]) -> dict[str, str]:
    """How the runs were made."""
    settings, seconds = runs.settings, runs.outcome.network_s
    level = f"{settings.xc}/{settings.basis}{', density fitting' if settings.density_fit else ''}"
    return {
        "method": f"{level}, converged to {settings.conv_tol:g} hartree",
        "geometry": runs.geometry,
        "model": f"{runs.card['name']}, {seconds:.2f} s of the {runs.predicted.wall_s:.2f} s",
        "files": terminal.files(written),
    }
