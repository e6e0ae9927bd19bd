"""Trajectories in HDF5: replicas of one molecule, with units, and what made them.

Layout; the first axis is the replica, the second the frame, and every data set says its unit in
the attribute ``unit``::

    numbers (n)                              masses (n) amu
    reference (n, 3) angstrom                the geometry the run began with
    positions (r, f, n, 3) angstrom          velocities (r, f, n, 3) angstrom/fs
    dipole (r, f, 3) e*angstrom              polarizability (r, f, 3, 3) angstrom^3
    potential_energy, kinetic_energy (r, f) eV
    attributes: format, name, charge, interval_fs, temperature_k, timestep_fs, method, beads, ...

Reading asks for ``interval_fs`` and one of positions and dipole; (f, n, 3) and (f, 3) count as
one replica. Dipoles in debye or e*bohr, lengths in bohr or nm and the like are converted where
the unit says so; a unit that is not known is an error. Of ring polymers everything is the mean
over the beads.
"""

from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from specml import units
from specml.elements import MASSES
from specml.errors import InputError, first_line, message
from specml.io.outputs import destination

FORMAT = "specml/trajectory/1"
LENGTH_UNITS = {"angstrom": 1.0, "bohr": units.BOHR, "nm": 10.0}
_VELOCITIES = {"angstrom/fs": 1.0, "nm/ps": 0.01, "angstrom/ps": 0.001}
_ENERGIES = {"eV": 1.0, "hartree": units.HARTREE}
DIPOLE_UNITS = {"e*angstrom": 1.0, "debye": units.DEBYE, "e*bohr": units.BOHR}
POLARIZABILITY_UNITS = {"angstrom^3": 1.0, "bohr^3": units.POLARIZABILITY_AU}
# Quantity -> known units and their size in ours, the first one being ours; axes of one frame.
QUANTITIES: dict[str, tuple[dict[str, float], int]] = {
    "positions": (LENGTH_UNITS, 2),
    "velocities": (_VELOCITIES, 2),
    "dipole": (DIPOLE_UNITS, 1),
    "polarizability": (POLARIZABILITY_UNITS, 2),
    "potential_energy": (_ENERGIES, 0),
    "kinetic_energy": (_ENERGIES, 0),
}
HEAVIEST = 118
COMPONENTS = {"positions": 1, "velocities": 1, "dipole": 1, "polarizability": 2}  # axes of three


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Replicas of one molecule; arrays as in the module's table, None where not recorded.

    Parameters
    ----------
    name : what messages and output files call it.
    interval : fs between frames.
    temperature : K of the ensemble, or None where the source does not say.
    timestep : fs of velocity Verlet, or None where it is not known to have made the frames.
    attributes : further facts from the source.
    """

    name: str
    interval: float
    numbers: np.ndarray
    masses: np.ndarray
    charge: int = 0
    temperature: float | None = None
    timestep: float | None = None
    reference: np.ndarray | None = None
    quantities: dict[str, np.ndarray] = field(default_factory=dict)
    attributes: dict[str, object] = field(default_factory=dict)

    def __getitem__(self, quantity: str) -> np.ndarray:
        """A quantity, (replicas, frames, ...).

        Raises
        ------
        InputError
            It was not recorded.
        """
        if quantity not in self.quantities:
            raise InputError(
                message(
                    self.name,
                    f"a trajectory without {quantity}",
                    f"one with {quantity} in every frame",
                    "Let the model compute it with --model, or record it.",
                )
            )
        return self.quantities[quantity]

    @property
    def n_replicas(self) -> int:
        """Number of replicas."""
        return next(iter(self.quantities.values())).shape[0]

    @property
    def n_frames(self) -> int:
        """Number of frames of each replica."""
        return next(iter(self.quantities.values())).shape[1]

    @property
    def length(self) -> float:
        """Length of each replica, ps."""
        return self.n_frames * self.interval / 1000.0


def write(path: Path, trajectory: Trajectory) -> None:
    """Write a trajectory atomically: a kill leaves the old file or the new one."""
    t = trajectory
    path = destination(path)
    partial = path.with_name(f".{path.name}.partial")
    with h5py.File(partial, "w") as file:
        file["numbers"] = t.numbers
        file["masses"] = t.masses
        file["masses"].attrs["unit"] = "amu"
        if t.reference is not None:
            file["reference"] = t.reference
            file["reference"].attrs["unit"] = "angstrom"
        for name, values in t.quantities.items():
            file[name] = values
            file[name].attrs["unit"] = next(iter(QUANTITIES[name][0]))
        known = {
            "format": FORMAT,
            "name": t.name,
            "charge": t.charge,
            "interval_fs": t.interval,
            "temperature_k": t.temperature,
            "timestep_fs": t.timestep,
            **t.attributes,
        }
        file.attrs.update({key: value for key, value in known.items() if value is not None})
    partial.replace(path)


def read(path: Path) -> Trajectory:
    """Read an HDF5 trajectory of SpecML or of anyone who keeps to the layout.

    Raises
    ------
    InputError
        Missing, truncated, without interval or frames, in unknown units, or with NaN.
    """
    try:
        with h5py.File(path, "r") as file:
            return _read(path, file)
    except FileNotFoundError as error:
        raise InputError(
            message(str(path), "no such file", "an HDF5 trajectory", "Check the path.")
        ) from error
    except (OSError, KeyError, RuntimeError, ValueError, TypeError, IndexError) as error:
        raise InputError(
            message(
                str(path),
                first_line(error).strip("'\""),
                "a complete HDF5 trajectory with 'interval_fs' and 'numbers'",
                "A truncated file must be copied or computed again; docs/trajectories.md has "
                "the layout.",
            )
        ) from error


def _read(path: Path, file: h5py.File) -> Trajectory:
    attributes = {key: _plain(value) for key, value in file.attrs.items()}
    numbers = file["numbers"][...].astype(np.int64)
    interval = float(file.attrs["interval_fs"])
    quantities = {name: _quantity(path, file[name]) for name in QUANTITIES if name in file}
    _check(path, numbers, interval, quantities)
    masses = file["masses"][...] if "masses" in file else MASSES[numbers]
    taken = ("format", "name", "charge", "interval_fs", "temperature_k", "timestep_fs")
    return Trajectory(
        str(attributes.get("name", path.stem)),
        interval,
        numbers,
        np.asarray(masses, dtype=np.float64),
        int(file.attrs.get("charge", 0)),
        _number(file, "temperature_k"),
        _number(file, "timestep_fs"),
        file["reference"][...] if "reference" in file else None,
        quantities,
        {key: value for key, value in attributes.items() if key not in taken},
    )


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _number(file: h5py.File, key: str) -> float | None:
    return float(file.attrs[key]) if key in file.attrs else None


def _quantity(path: Path, dataset: h5py.Dataset) -> np.ndarray:
    name = dataset.name.strip("/")
    known, axes = QUANTITIES[name]
    unit = str(dataset.attrs.get("unit", next(iter(known))))
    factor = unit_factor(f"{path}: {name}", unit, known)
    values = dataset[...]
    if values.ndim == axes + 1:
        values = values[None]
    threes = values.shape[values.ndim - COMPONENTS.get(name, 0) :]
    if values.ndim != axes + 2 or any(size != 3 for size in threes):
        raise InputError(
            message(
                f"{path}: {name}",
                f"the shape {dataset.shape}",
                f"(replicas, frames{', ...' if axes else ''}{', 3' * len(threes)})",
                "docs/trajectories.md has the layout.",
            )
        )
    return values if factor == 1.0 else factor * values


def unit_factor(where: str, unit: str, known: dict[str, float]) -> float:
    """Size of a unit in ours, in whatever case; raises InputError for one that is not known."""
    sizes = {name.lower(): size for name, size in known.items()}
    if unit.lower() in sizes:
        return sizes[unit.lower()]
    raise InputError(
        message(where, f"the unit {unit!r}", f"one of {', '.join(known)}", "Convert it or name it.")
    )


def _check(
    path: Path, numbers: np.ndarray, interval: float, quantities: dict[str, np.ndarray]
) -> None:
    shapes = {values.shape[:2] for values in quantities.values()}
    if len(shapes) != 1 or not ({"positions", "dipole", "polarizability"} & quantities.keys()):
        raise InputError(
            message(
                str(path),
                f"the quantities {', '.join(quantities) or 'none'} with replicas and frames "
                f"{sorted(shapes)}",
                "positions or dipoles, all with the same replicas and frames",
                "docs/trajectories.md has the layout.",
            )
        )
    if not interval > 0.0 or (
        "positions" in quantities and quantities["positions"].shape[2] != len(numbers)
    ):
        raise InputError(
            message(
                str(path),
                f"interval_fs {interval:g} and {len(numbers)} atomic numbers",
                "a positive interval and an atomic number for each atom",
                "docs/trajectories.md has the layout.",
            )
        )
    if numbers.ndim != 1 or not ((numbers >= 1) & (numbers <= HEAVIEST)).all():
        fix = "docs/trajectories.md has the layout."
        raise InputError(message(f"{path}: numbers", numbers.tolist(), "atomic numbers", fix))
    for name, values in quantities.items():
        check_finite(path, name, values)


def check_finite(path: Path, name: str, values: np.ndarray) -> None:
    """Raise an InputError that names the first replica and frame with NaN or infinity."""
    wrong = ~np.isfinite(values).reshape(*values.shape[:2], -1).all(-1)
    if wrong.any():
        replica, frame = np.argwhere(wrong)[0]
        raise InputError(
            message(
                f"{path}: {name}, replica {replica + 1}, frame {frame + 1}",
                "a value that is not a finite number",
                "finite numbers",
                "Cut the trajectory before it, or compute it again.",
            )
        )
