"""Trajectories that ASE wrote (``.traj``), with the dipoles of their calculator."""

from pathlib import Path

import ase.io
import numpy as np
from ase import Atoms

from specml.errors import InputError, first_line, message
from specml.io import ase_atoms
from specml.io.trajectory import Trajectory, check_finite


def read(path: Path, interval: float | None) -> Trajectory:
    """The frames of a file as one replica; positions in angstrom, dipoles in e*angstrom.

    Parameters
    ----------
    interval : fs between frames, which the file does not say.

    Raises
    ------
    InputError
        A file that ASE cannot read, one frame, frames of different molecules, or no interval.
    """
    try:
        frames: list[Atoms] = list(ase.io.read(path, ":", format="traj"))
    except Exception as error:  # ASE raises a dozen types
        got, expected = first_line(error), "a trajectory of ASE"
        raise InputError(message(str(path), got, expected, "Check the file.")) from error
    numbers = frames[0].numbers
    if len(frames) < 2 or any(not np.array_equal(frame.numbers, numbers) for frame in frames):
        got = f"{len(frames)} frames" if len(frames) < 2 else "frames of different molecules"
        fix = "For the spectrum of one geometry use `specml ir`."
        raise InputError(message(str(path), got, "several frames of one molecule", fix))
    if interval is None:
        fix = "Give it with --interval-fs."
        raise InputError(message(str(path), "no time of its frames", "the time between them", fix))
    first = frames[0].copy()
    first.pbc = False
    quantities = {"positions": np.array([frame.positions for frame in frames])[None]}
    results = [getattr(frame.calc, "results", {}) for frame in frames]
    if all("dipole" in result for result in results):
        quantities["dipole"] = np.array([result["dipole"] for result in results])[None]
    for name, values in quantities.items():
        check_finite(path, name, values)
    charge = ase_atoms.structure(first).charge
    masses = frames[0].get_masses()
    return Trajectory(path.stem, interval, numbers, masses, charge, quantities=quantities)
