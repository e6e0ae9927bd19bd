"""What ``specml md`` does: molecules in, one trajectory file each."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import specml
from specml.cli import console, dynamics
from specml.io import outputs
from specml.workflows.inputs import gather
from specml.workflows.threads import tame

if TYPE_CHECKING:
    from specml.io.trajectory import Trajectory
    from specml.md.protocol import Protocol

DRIFT = 0.1  # meV/(atom ps): more is worth a word


def run(
    files: Sequence[Path],
    smiles: Sequence[str],
    charges: Sequence[int],
    protocol: "Protocol",
    optimize: bool,
    model: str | None,
    device: str,
    folder: Path,
    force: bool,
    quiet: bool,
    compiled: bool,
) -> None:
    """The whole command; errors are those of its parts."""
    tame()
    from specml.io import trajectory

    structures = gather(files, smiles, charges)
    outputs.check([file_of(folder, s.name) for s in structures], force)
    predictor = specml.load(model or dynamics.MODEL, device=device)
    predictor.check_elements(structures)
    predictor.check_dynamics(protocol.polarizability)
    starts = dynamics.relaxed(predictor, structures) if optimize else structures
    runs = dynamics.run(predictor, starts, protocol, folder, force, quiet, compiled)
    for structure, made in runs:
        path = file_of(folder, structure.name)
        trajectory.write(path, made)
        if not quiet:
            console.output().print(f"{path}  {summary(made)}", soft_wrap=True)
        for warning in warnings(made):
            console.note(f"warning  {structure.name}: {warning}")


def file_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.md.h5"


def summary(made: "Trajectory") -> str:
    """``16 replicas x 10 ps, a frame every 2 fs, drift 0.012 meV/(atom ps)``."""
    text = f"{made.n_replicas} replicas x {made.length:g} ps, a frame every {made.interval:g} fs"
    drift = made.attributes.get("energy_drift_mev_atom_ps")
    return text if drift is None else f"{text}, drift {drift:.3f} meV/(atom ps)"


def warnings(made: "Trajectory") -> list[str]:
    """Sentences about what a reader of the trajectory should know."""
    drift = made.attributes.get("energy_drift_mev_atom_ps")
    if isinstance(drift, float) and drift > DRIFT:
        return [
            f"the total energy drifts by {drift:.2f} meV/(atom ps); take a shorter --timestep-fs"
        ]
    return []
