"""Spectra of trajectories from files, of SpecML or of others: what ``specml spectrum`` computes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import specml
from specml.errors import InputError, SpecMLError, message
from specml.io import dipole_table, trajectory_ase, trajectory_xyz
from specml.io import trajectory as hdf5
from specml.spectra.bonding import fragments
from specml.spectra.dynamic import DynamicSpectra, dynamic_spectra
from specml.spectra.power import SpectralSampling
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.workflows import limits
from specml.workflows.failure import Failure

if TYPE_CHECKING:
    from specml.io.trajectory import Trajectory

HDF5 = (".h5", ".hdf5")
TRAJ = (".traj",)
XYZ = (".xyz", ".extxyz", ".xyz.gz", ".extxyz.gz")


@dataclass(frozen=True)
class TrajectorySettings:
    """What spectra of a trajectory depend on besides its file; None where the file says.

    Parameters
    ----------
    temperature_k : temperature of the ensemble.
    interval_fs : time between frames.
    verlet_timestep_fs : time step of velocity Verlet, whose shift is corrected.
    resolution_cm1 : full width of the narrowest line.
    window : window of the correlation function: ``hann``, ``blackman`` or ``gaussian``.
    top_cm1 : highest wavenumber of the axis.
    frame : ``lab`` keeps rotational wings, ``eckart`` removes rotation, ``auto`` chooses.
    laser_nm : wavelength of the exciting laser of the Raman spectrum.
    units : units of ``dipole`` and ``polarizability`` in an xyz file.
    dipole_key : name of the dipole in the comment lines of an xyz file.
    dipoles : a file of the dipoles, three numbers a frame at the end of each line.
    model, device : what computes dipoles where the file has none.

    Raises
    ------
    InputError
        A value out of range.
    """

    temperature_k: float | None = None
    interval_fs: float | None = None
    verlet_timestep_fs: float | None = None
    resolution_cm1: float = 10.0
    window: str = "hann"
    top_cm1: float = 4500.0
    frame: str = "auto"
    laser_nm: float = 532.0
    units: dict[str, str] = field(default_factory=dict)
    dipole_key: str | None = None
    dipoles: Path | None = None
    model: str | None = None
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.temperature_k is not None:
            limits.require("temperature_k", limits.temperature, self.temperature_k)
        limits.require("resolution_cm1", limits.positive, self.resolution_cm1)
        limits.require("laser_nm", limits.laser, self.laser_nm)


@dataclass(frozen=True)
class TrajectorySpectra:
    """Infrared, Raman and power spectra of one trajectory.

    Parameters
    ----------
    settings : what was asked for.
    source : the file, as it was given.
    trajectory : the trajectory, with the dipoles that were used.
    spectra : everything that it holds.
    curves : key in the files -> curve; the first one is drawn.
    notes : what a reader should know.
    """

    settings: TrajectorySettings
    source: Path
    trajectory: "Trajectory"
    spectra: DynamicSpectra
    curves: dict[str, Spectrum]
    notes: tuple[str, ...]

    @property
    def model(self) -> str:
        """The model of the dynamics or of the dipoles, or ``trajectory`` where none is known."""
        return str(self.trajectory.attributes.get("model", "trajectory"))


def run(
    paths: Sequence[Path], settings: TrajectorySettings
) -> Iterator[TrajectorySpectra | Failure]:
    """Spectra of the trajectories in their order."""
    for path in paths:
        try:
            yield _spectra(path, settings)
        except SpecMLError as error:
            yield Failure(str(path), error)


def _spectra(path: Path, settings: TrajectorySettings) -> TrajectorySpectra:
    return spectra_of(read(path, settings), path, settings)


def spectra_of(
    trajectory: "Trajectory", path: Path, settings: TrajectorySettings
) -> TrajectorySpectra:
    """Spectra of a trajectory that stands, or would stand, in a file.

    Raises
    ------
    InputError
        No temperature, or a trajectory that is too short for the resolution.
    """
    temperature = _temperature(path, trajectory, settings)
    sampling = _sampling(trajectory, settings)
    trajectory, notes = _observed(trajectory, settings)
    notes += _implausible(trajectory)
    spectra = dynamic_spectra(trajectory, sampling, temperature, settings.frame)
    curves = _curves(spectra, settings.laser_nm)
    return TrajectorySpectra(settings, path, trajectory, spectra, curves, notes)


def read(path: Path, settings: TrajectorySettings) -> "Trajectory":
    """A trajectory by the ending of its name; interval and time step of the settings win.

    Raises
    ------
    InputError
        A file that cannot be read, or one with another ending.
    """
    interval, verlet = settings.interval_fs, settings.verlet_timestep_fs
    if path.name.lower().endswith(HDF5):
        trajectory = hdf5.read(path)
        if interval is not None:
            trajectory = replace(trajectory, interval=interval)
    elif path.name.lower().endswith(TRAJ):
        trajectory = trajectory_ase.read(path, interval)
    elif path.name.lower().endswith(XYZ):
        trajectory = trajectory_xyz.read(path, interval, settings.units, settings.dipole_key)
    else:
        raise InputError(
            message(
                str(path),
                f"a file ending in {path.suffix!r}",
                "one of " + ", ".join((*HDF5, *XYZ, *TRAJ)),
                "Convert it to extended xyz.",
            )
        )
    if settings.dipoles is not None:
        unit = settings.units.get("dipole")
        trajectory = dipole_table.added(trajectory, settings.dipoles, unit)
    return trajectory if verlet is None else replace(trajectory, timestep=verlet)


def _temperature(path: Path, trajectory: "Trajectory", settings: TrajectorySettings) -> float:
    temperature = settings.temperature_k or trajectory.temperature
    if temperature is None:
        raise InputError(
            message(
                str(path),
                "no temperature",
                "that of the ensemble, which intensities depend on",
                "Give it with --temperature-k.",
            )
        )
    return temperature


def _sampling(trajectory: "Trajectory", settings: TrajectorySettings) -> SpectralSampling:
    sampling = SpectralSampling(
        trajectory.interval,
        trajectory.timestep,
        settings.resolution_cm1,
        settings.window,
        settings.top_cm1,
    )
    sampling.n_lags(trajectory.n_frames - 1)
    return sampling


def _observed(
    trajectory: "Trajectory", settings: TrajectorySettings
) -> tuple["Trajectory", tuple[str, ...]]:
    """The trajectory with dipoles of the file or of the model, and what to tell the user of it."""
    if "dipole" in trajectory.quantities or "polarizability" in trajectory.quantities:
        text = f"{trajectory.name}: --model is not used, the file has its own dipoles"
        return trajectory, () if settings.model is None else (text,)
    if settings.model is None:
        text = (
            f"{trajectory.name}: no dipoles, so the density of states alone; "
            "--model specml computes them"
        )
        return trajectory, (text,)
    predictor = specml.load(settings.model, device=settings.device)
    positions = trajectory["positions"]
    start = Structure(trajectory.numbers, positions[0, 0], trajectory.charge, name=trajectory.name)
    verdicts = predictor.domain([start, start.with_positions(positions[-1, -1])])
    reasons = [reason for verdict in verdicts for reason in verdict.reasons]
    outside = "; ".join(dict.fromkeys(reasons))
    notes = (f"{trajectory.name}: outside the domain of the model: {outside}",) if outside else ()
    values = predictor.observe(start, positions.reshape(-1, *positions.shape[2:]))
    shaped = {k: v.reshape(*positions.shape[:2], *v.shape[1:]) for k, v in values.items()}
    return replace(
        trajectory,
        quantities={**trajectory.quantities, **shaped},
        attributes={**trajectory.attributes, "model": predictor.name},
    ), notes


def _implausible(trajectory: "Trajectory") -> tuple[str, ...]:
    """What the geometry of the first frame says against the unit of its lengths."""
    if "positions" not in trajectory.quantities:
        return ()
    first = trajectory["positions"][0, 0]
    try:
        start = Structure(trajectory.numbers, first, trajectory.charge, name=trajectory.name)
    except InputError as error:
        return (f"the first frame is no molecule: {error}",)
    parts = fragments(start)
    if parts == 1:
        return ()
    text = (
        f"{trajectory.name}: {parts} separate parts in the first frame; if it is one molecule, "
        "check the unit of its positions"
    )
    return (text,)


def _curves(spectra: DynamicSpectra, laser_nm: float) -> dict[str, Spectrum]:
    curves = {}
    if spectra.infrared is not None:
        curves["ir_intensity_km_mol_cm"] = spectra.infrared
    if spectra.raman is not None:
        curves["raman_activity_a4_amu_cm"] = spectra.raman.activity()
        curves["raman_parallel_a4_amu_cm"] = spectra.raman.parallel()
        curves["raman_perpendicular_a4_amu_cm"] = spectra.raman.perpendicular()
        curves["raman_depolarization_ratio"] = spectra.raman.depolarization()
        curves["raman_cross_section_cm2_sr_cm"] = spectra.raman.cross_section(laser_nm)
    if spectra.density_of_states is not None:
        curves["density_of_states_cm"] = spectra.density_of_states
    return curves
