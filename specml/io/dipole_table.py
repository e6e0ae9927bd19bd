"""Dipoles of a trajectory from a file of their own, as some programs write them."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from specml.errors import InputError, first_line, message
from specml.io.trajectory import DIPOLE_UNITS, Trajectory, check_finite, unit_factor


def added(trajectory: Trajectory, path: Path, unit: str | None) -> Trajectory:
    """A trajectory of one replica with the dipoles of a file, which take the place of its own.

    Parameters
    ----------
    path : one line a frame; the last three numbers are the dipole, what stands before them (a
        step, a time) is left alone. Lines that begin with # or ! are comments.
    unit : of the numbers; e*angstrom for None.

    Raises
    ------
    InputError
        A file that is no such table, or not one line for each frame.
    """
    factor = unit_factor(f"{path}: dipole", unit or "e*angstrom", DIPOLE_UNITS)
    try:
        table = np.loadtxt(path, comments=("#", "!"), ndmin=2)
    except (OSError, ValueError, UnicodeDecodeError) as error:
        got, expected = first_line(error), "a table of numbers, one line a frame"
        raise InputError(message(str(path), got, expected, "Check --dipoles.")) from error
    frames = trajectory.n_frames
    if table.shape[0] != frames or table.shape[1] < 3 or trajectory.n_replicas != 1:
        got = f"{table.shape[0]} lines of {table.shape[1]} numbers"
        expected = f"three numbers or more for each of the {frames} frames of one replica"
        raise InputError(message(str(path), got, expected, "Leave out lines that are no frames."))
    dipoles = factor * table[None, :, -3:]
    check_finite(path, "dipole", dipoles)
    return replace(trajectory, quantities={**trajectory.quantities, "dipole": dipoles})
