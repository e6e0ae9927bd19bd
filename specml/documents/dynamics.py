"""The file of a trajectory, ``<molecule>.md.h5``, written and read, and its spectra.

Called by ``specml md`` and the API (``specml.dynamics``), and for spectra from dynamics.
"""

from pathlib import Path
from typing import Any

import numpy as np

from specml.documents import files, trajectory_spectra
from specml.documents.format import Format
from specml.io import trajectory
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.workflows.dynamics import MolecularDynamics
from specml.workflows.trajectory_spectra import TrajectorySettings, TrajectorySpectra, spectra_of

KIND = "md"
SUFFIX = "h5"
ENERGIES = ("potential_energy", "kinetic_energy")


def paths(folder: Path, structure: Structure) -> dict[str, Path]:
    """Suffix -> where the trajectory of a molecule is written."""
    return files.paths(folder, structure.name, KIND, (SUFFIX,))


def write(result: MolecularDynamics, folder: Path) -> None:
    """Write the trajectory of a molecule into a folder."""
    trajectory.write(paths(folder, result.structure)[SUFFIX], result.trajectory)


read = trajectory.read


def analysed(result: MolecularDynamics) -> TrajectorySpectra:
    """The spectra of a trajectory with the default settings of ``specml spectrum``."""
    path = paths(Path(), result.structure)[SUFFIX]
    return spectra_of(result.trajectory, path, TrajectorySettings())


def to_dict(result: MolecularDynamics) -> dict[str, Any]:
    """The document of ``specml spectrum``: how the run was made, and its spectra."""
    return trajectory_spectra.to_dict(analysed(result))


def table(result: MolecularDynamics) -> dict[str, list]:
    """Time (ps) and the recorded energies (eV, mean over the replicas), one row a frame."""
    run = result.trajectory
    columns = {"time_ps": (run.interval / 1000.0 * np.arange(run.n_frames)).tolist()}
    for name in ENERGIES:
        if name in run.quantities:
            columns[f"{name}_ev"] = np.asarray(run[name]).mean(axis=0).tolist()
    return columns


def curves(result: MolecularDynamics) -> dict[str, Spectrum]:
    """Key -> spectrum, the infrared one first."""
    return analysed(result).curves


FORMAT = Format(
    paths=lambda result, folder, _html: paths(folder, result.structure),
    contents=lambda *_: {},
    to_dict=to_dict,
    table=table,
    figure=lambda result: trajectory_spectra.figure(analysed(result)),
    curves=curves,
    large=write,
)
