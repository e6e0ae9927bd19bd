"""Parts of a run: recorded frames, and all that the next step needs, in one file each.

``md.simulation`` writes the parts and goes on from them; ``md.results`` reads the frames.

``<run>.parts/000012.h5`` appears by renaming a complete file, so a kill at any moment leaves a
row of whole parts. Starting again takes up the last one: positions, velocities, forces, the
neighbour table's geometry and the state of the random numbers are in it in full precision, and
the trajectory goes on bit by bit as if nothing had happened.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import torch
from torch import Tensor

from specml.errors import InputError, message
from specml.md.evaluation import SystemEvaluation
from specml.md.integrator import DynamicsState

Frames = dict[str, np.ndarray]


@dataclass(frozen=True)
class DynamicsCheckpoint:
    """Where a run stands: all that the next step depends on.

    Parameters
    ----------
    phase : ``equilibration`` or ``production``.
    state : positions, velocities, energies and forces.
    random : state of the random number generator, bytes.
    anchor : positions that the neighbour table belongs to, or None where it lists all pairs.
    started : (n_systems,) eV, total energy at the start of production, or None before it.
    """

    phase: str
    state: DynamicsState
    random: Tensor
    anchor: Tensor | None
    started: Tensor | None


class RunParts:
    """The folder that holds the parts of one run.

    Parameters
    ----------
    folder : where the parts are; made when the first one is written.
    settings : what the run depends on; parts of other settings are refused.
    """

    def __init__(self, folder: Path, settings: dict[str, object]):
        self.folder = folder
        self._settings = json.dumps(settings, sort_keys=True)

    def paths(self) -> list[Path]:
        """List the files of the parts in order of time."""
        return sorted(self.folder.glob("[0-9]*.h5"))

    def fit(self) -> bool:
        """Tell whether the folder holds parts of this run, or none."""
        paths = self.paths()
        if not paths:
            return True
        try:
            with h5py.File(paths[0], "r") as file:
                return bool(file.attrs["settings"] == self._settings)
        except (OSError, KeyError):
            return False

    def check(self) -> None:
        """Refuse a folder that holds parts of another run.

        Raises
        ------
        InputError
            The parts are of other molecules, settings, model or version.
        """
        if not self.fit():
            raise InputError(
                message(
                    str(self.folder),
                    "parts of another run (other molecules, settings, model or version)",
                    "parts of this one, or nothing",
                    "Finish that run first, choose another --output-dir, or drop its parts "
                    "with --force.",
                )
            )

    def write(self, frames: Frames, checkpoint: DynamicsCheckpoint) -> None:
        """Add a part: the frames recorded since the last one, and where the run stands."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{len(self.paths()):06d}.h5"
        partial = path.with_suffix(".partial")
        state = checkpoint.state
        with h5py.File(partial, "w") as file:
            file.attrs["settings"] = self._settings
            for name, values in frames.items():
                file.create_dataset(f"frames/{name}", data=values)
            group = file.create_group("state")
            group.attrs["phase"], group.attrs["step"] = checkpoint.phase, state.step
            tensors = {
                "positions": state.positions,
                "velocities": state.velocities,
                "energy": state.evaluation.energy,
                "forces": state.evaluation.forces,
                "random": checkpoint.random,
                "anchor": checkpoint.anchor,
                "started": checkpoint.started,
            }
            for name, tensor in tensors.items():
                if tensor is not None:
                    group[name] = tensor.cpu().numpy()
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(path)

    def last(self, device: torch.device | str) -> DynamicsCheckpoint | None:
        """Read the last checkpoint to a device; None before the first part."""
        paths = self.paths()
        if not paths:
            return None
        with h5py.File(paths[-1], "r") as file:
            group = file["state"]
            tensors = {name: torch.from_numpy(group[name][...]) for name in group}
            phase, step = str(group.attrs["phase"]), int(group.attrs["step"])
        random = tensors.pop("random")  # a generator takes its state from the CPU
        tensors = {name: tensor.to(device) for name, tensor in tensors.items()}
        evaluation = SystemEvaluation(tensors["energy"], tensors["forces"])
        state = DynamicsState(step, tensors["positions"], tensors["velocities"], evaluation)
        return DynamicsCheckpoint(
            phase, state, random, tensors.get("anchor"), tensors.get("started")
        )

    def frames(self, name: str, axis: slice) -> np.ndarray | None:
        """Read a quantity of all frames, cut along its second axis; None if it was not recorded."""
        pieces = []
        for path in self.paths():
            with h5py.File(path, "r") as file:
                if f"frames/{name}" in file:
                    pieces.append(file[f"frames/{name}"][:, axis])
        return np.concatenate(pieces) if pieces else None

    def drop(self) -> None:
        """Remove all parts and their folder."""
        for path in [*self.paths(), *self.folder.glob("*.partial")]:
            path.unlink(missing_ok=True)
        if self.folder.is_dir():
            self.folder.rmdir()
