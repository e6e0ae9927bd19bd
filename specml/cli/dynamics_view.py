"""What the terminal shows of dynamics and of spectra from them: progress, totals, bands.

Called by ``specml md``, ``spectrum``, and ``ir`` and ``raman`` with ``--method md`` or ``trpmd``.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from specml.cli import console
from specml.cli.tasks import resumable
from specml.cli.terminal import files
from specml.documents.dynamic_spectra import bands
from specml.workflows.dynamics import MolecularDynamics, Watch, summary

if TYPE_CHECKING:
    from specml.workflows.dynamic_spectra import SpectraFromDynamics
    from specml.workflows.trajectory_spectra import TrajectorySpectra

TOTALS = {
    "ir_intensity_km_mol_cm": "infrared",
    "raman_activity_a4_amu_cm": "raman",
    "density_of_states_cm": "states",
}


def watch(quiet: bool) -> Watch:
    """A progress bar with the speed and the time left, and on Ctrl-C a word on what is kept."""

    def run(title: str, reports: Iterable, kept: Path) -> None:
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            disable=quiet,
        )
        with resumable(str(kept)), bar:
            task = bar.add_task(title, total=None, speed="")
            for report in reports:
                bar.update(
                    task,
                    description=f"{title}, {report.phase}",
                    completed=report.done,
                    total=report.total,
                    speed=f"{report.speed:.3g} ns/day a replica",
                )

    return run


def show_trajectory(
    terminal: Console,
    result: MolecularDynamics,
    written: dict[str, Path],
    quiet: bool,
    _detailed: bool,
) -> None:
    """Print one line for a molecule, and its warnings to the error stream."""
    if not quiet:
        text = f"{written['h5']}  {summary(result.trajectory)}"
        terminal.print(text, soft_wrap=True)
    _warn(result.structure.name, result.warnings)


def show_spectra(
    terminal: Console,
    result: "SpectraFromDynamics",
    written: dict[str, Path],
    quiet: bool,
    _detailed: bool,
) -> None:
    """Print total intensity of both pictures, how the run went, and where the files are."""
    structure = result.structure
    _warn(structure.name, result.warnings)
    if quiet:
        return
    curve, sticks = next(iter(result.curves.values())), result.sticks
    area = float(np.trapezoid(curve.y, curve.x))
    trajectory = written["json"].with_name(f"{structure.name}.md.h5")
    rows = {
        "dynamics": summary(result.run.trajectory),
        "total": f"{area:.1f} {sticks.y_unit} from dynamics, {sticks.y.sum():.1f} harmonic",
        "bands": ", ".join(f"{x:.0f}" for x in bands(result)) + " cm⁻¹",
        "domain": "inside" if result.verdict.inside else "outside",
        "files": f"{files(written)}, {trajectory}",
    }
    _print(terminal, f"{structure.name}  {structure.formula}", rows)


def show_analysis(
    terminal: Console,
    result: "TrajectorySpectra",
    written: dict[str, Path],
    quiet: bool,
    _detailed: bool,
) -> None:
    """Print the total of each spectrum of a trajectory, its axis, and where the files are."""
    for text in result.notes:
        console.note(text)
    if quiet:
        return
    sampling = result.spectra.sampling
    corrected = "Verlet shift corrected" if sampling.timestep else "no Verlet correction"
    rows = {
        "frames": summary(result.trajectory),
        "axis": f"{sampling.window} window, {sampling.resolution:g} cm⁻¹, "
        f"{result.spectra.reference_frame} frame, {corrected}",
    }
    for key, name in TOTALS.items():
        if key in result.curves:
            curve = result.curves[key]
            area = float(np.trapezoid(curve.y, curve.x))
            unit = curve.y_unit.removesuffix(" per 1/cm")
            rows[name] = f"{area:.4g} {unit} in all".replace(" 1 in", " in")
    rows["files"] = files(written)
    _print(terminal, result.trajectory.name, rows)


def _warn(name: str, texts: Iterable[str]) -> None:
    for text in texts:
        console.note(f"warning  {name}: {text}")


def _print(terminal: Console, heading: str, rows: dict[str, str]) -> None:
    terminal.print(f"\n{heading}", style="bold")
    for key, value in rows.items():
        terminal.print(f"  {key:9s} {value}", soft_wrap=True)
