"""The file of a trajectory, ``<molecule>.md.h5``, written and read."""

from pathlib import Path

from specml.io import trajectory
from specml.workflows.dynamics import MolecularDynamics


def path(folder: Path, molecule: str) -> Path:
    """Where the trajectory of a molecule is written."""
    return folder / f"{molecule}.md.h5"


def write(result: MolecularDynamics, folder: Path) -> dict[str, Path]:
    """Write the trajectory; returns suffix -> path."""
    where = path(folder, result.structure.name)
    trajectory.write(where, result.trajectory)
    return {"h5": where}


read = trajectory.read
