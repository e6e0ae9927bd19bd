"""What ``specml spectrum`` does: trajectories in, spectra out."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import specml
from specml.cli import console
from specml.cli.md_spectra import AXES, dynamics_facts, note
from specml.errors import InputError, message
from specml.io import outputs
from specml.io.spectra import csv_table, json_document
from specml.workflows.threads import tame

if TYPE_CHECKING:
    from specml.io.trajectory import Trajectory
    from specml.spectra.dynamic import DynamicSpectra
    from specml.spectra.power import Sampling
    from specml.spectra.spectrum import Spectrum

HDF5 = (".h5", ".hdf5")
XYZ = (".xyz", ".extxyz", ".xyz.gz", ".extxyz.gz")
SUFFIXES = ("json", "csv", "png")
TOTALS = {
    "ir_intensity_km_mol_cm": "infrared",
    "raman_activity_a4_amu_cm": "raman",
    "density_of_states_cm": "states",
}
FALLBACK_AXES = ("degrees of freedom / cm", "")


@dataclass(frozen=True)
class Request:
    """What the user asked for; fields as the options of the command, None where the file says."""

    files: tuple[Path, ...]
    temperature: float | None
    interval: float | None
    verlet: float | None
    resolution: float
    window: str
    top: float
    frame: str
    laser_nm: float
    model: str | None
    device: str
    output_dir: Path
    force: bool
    quiet: bool
    units: dict[str, str] = field(default_factory=dict)


def run(request: Request) -> None:
    """The whole command; errors are those of its parts."""
    tame()
    written = {path: files(request, path) for path in request.files}
    outputs.check([p for paths in written.values() for p in paths.values()], request.force)
    for path in request.files:
        answer(request, path, written[path])


def files(request: Request, path: Path) -> dict[str, Path]:
    """Suffix -> where it is written."""
    stem = path.name.removesuffix(".gz").rsplit(".", 1)[0]
    return {s: request.output_dir / f"{stem}.spectrum.{s}" for s in SUFFIXES}


def answer(request: Request, path: Path, written: dict[str, Path]) -> None:
    """One trajectory, its files and its lines on the terminal."""
    from specml.spectra.dynamic import dynamic_spectra

    trajectory = read(request, path)
    temperature, sampling = _temperature(request, path, trajectory), _sampling(request, trajectory)
    trajectory = observed(request, trajectory)
    spectra = dynamic_spectra(trajectory, sampling, temperature, request.frame)
    curves = _curves(request, spectra)
    name = str(trajectory.attributes.get("model", "trajectory"))
    document = {
        "schema": "specml/spectrum/1",
        "specml_version": specml.__version__,
        "name": trajectory.name,
        "source": str(path),
        **dynamics_facts(trajectory, spectra),
        "laser_nm": request.laser_nm if spectra.raman is not None else None,
        "model": {"name": name},
        "curve": {"wavenumber_cm1": sampling.wavenumbers, **_columns(curves)},
    }
    columns = {"wavenumber_cm1": sampling.wavenumbers, **_columns(curves)}
    outputs.publish(
        {
            written["json"]: json_document(document),
            written["csv"]: csv_table({k: np.asarray(v).tolist() for k, v in columns.items()}),
            written["png"]: _picture(name, trajectory, spectra, curves),
        }
    )
    if not request.quiet:
        _show(trajectory, spectra, curves, written)


def read(request: Request, path: Path) -> "Trajectory":
    """A trajectory by the ending of its name; the caller's interval and time step win."""
    from specml.io import trajectory, trajectory_xyz

    if path.name.lower().endswith(HDF5):
        found = trajectory.read(path)
        if request.interval is not None:
            found = replace(found, interval=request.interval)
    elif path.name.lower().endswith(XYZ):
        found = trajectory_xyz.read(path, request.interval, request.units)
    else:
        raise InputError(
            message(
                str(path),
                f"a file ending in {path.suffix!r}",
                "one of " + ", ".join((*HDF5, *XYZ)),
                "Convert it to extended xyz.",
            )
        )
    return found if request.verlet is None else replace(found, timestep=request.verlet)


def _temperature(request: Request, path: Path, trajectory: "Trajectory") -> float:
    found = request.temperature or trajectory.temperature
    if found is None:
        raise InputError(
            message(
                str(path),
                "no temperature",
                "that of the ensemble, which intensities depend on",
                "Give it with --temperature-k.",
            )
        )
    return found


def _sampling(request: Request, trajectory: "Trajectory") -> "Sampling":
    from specml.spectra.power import Sampling

    sampling = Sampling(
        trajectory.interval, trajectory.timestep, request.resolution, request.window, request.top
    )
    sampling.n_lags(trajectory.n_frames - 1)
    return sampling


def observed(request: Request, trajectory: "Trajectory") -> "Trajectory":
    """With dipoles: those of the file, or the model's for each of its frames."""
    if "dipole" in trajectory.quantities or "polarizability" in trajectory.quantities:
        if request.model is not None:
            console.note(f"{trajectory.name}: --model is not used, the file has its own dipoles")
        return trajectory
    if request.model is None:
        console.note(
            f"{trajectory.name}: no dipoles, so the density of states alone; "
            "--model specml computes them"
        )
        return trajectory
    from specml.structure import Structure

    predictor = specml.load(request.model, device=request.device)
    positions = trajectory["positions"]
    start = Structure(trajectory.numbers, positions[0, 0], trajectory.charge, name=trajectory.name)
    found = predictor.observe(start, positions.reshape(-1, *positions.shape[2:]))
    shaped = {k: v.reshape(*positions.shape[:2], *v.shape[1:]) for k, v in found.items()}
    return replace(
        trajectory,
        quantities={**trajectory.quantities, **shaped},
        attributes={**trajectory.attributes, "model": predictor.name},
    )


def _curves(request: Request, spectra: "DynamicSpectra") -> dict[str, "Spectrum"]:
    """Key in the files -> curve; the first one is drawn."""
    found = {}
    if spectra.infrared is not None:
        found["ir_intensity_km_mol_cm"] = spectra.infrared
    if spectra.raman is not None:
        found["raman_activity_a4_amu_cm"] = spectra.raman.activity()
        found["raman_parallel_a4_amu_cm"] = spectra.raman.parallel()
        found["raman_perpendicular_a4_amu_cm"] = spectra.raman.perpendicular()
        found["raman_depolarization_ratio"] = spectra.raman.depolarization()
        found["raman_cross_section_cm2_sr_cm"] = spectra.raman.cross_section(request.laser_nm)
    if spectra.density_of_states is not None:
        found["density_of_states_cm"] = spectra.density_of_states
    return found


def _columns(curves: dict[str, "Spectrum"]) -> dict[str, np.ndarray]:
    """Every curve and, where it has one, its standard error."""
    found = {}
    for key, curve in curves.items():
        found[key] = curve.y
        if curve.standard_error is not None:
            found[f"{key}_standard_error"] = curve.standard_error
    return found


def _picture(
    name: str,
    trajectory: "Trajectory",
    spectra: "DynamicSpectra",
    curves: dict[str, "Spectrum"],
) -> bytes:
    """The infrared or Raman curve over the density of states."""
    from ase.formula import Formula

    from specml.plots.dynamics import curve_over_curve
    from specml.plots.spectrum import Labels, png

    key, first = next(iter(curves.items()))
    axis = AXES.get(key.split("_")[0], FALLBACK_AXES)[0]
    symbols = "".join(_symbols(trajectory))
    title = Formula(symbols).format("hill")
    text = note(name, trajectory, spectra).split(" · sticks")[0]
    states = None if first is spectra.density_of_states else spectra.density_of_states
    return png(curve_over_curve(first, states, Labels(title, text, axis, "states / cm")))


def _symbols(trajectory: "Trajectory") -> list[str]:
    from ase.data import chemical_symbols

    return [chemical_symbols[z] for z in trajectory.numbers]


def _show(
    trajectory: "Trajectory",
    spectra: "DynamicSpectra",
    curves: dict[str, "Spectrum"],
    written: dict[str, Path],
) -> None:
    from specml.cli.trajectories import summary

    terminal = console.output()
    terminal.print(f"\n{trajectory.name}", style="bold")
    sampling = spectra.sampling
    lines = {
        "frames": summary(trajectory),
        "axis": f"{sampling.window} window, {sampling.resolution:g} cm⁻¹, {spectra.frame} frame, "
        + ("Verlet shift corrected" if sampling.timestep else "no Verlet correction"),
    }
    for key, name in TOTALS.items():
        if key in curves:
            curve = curves[key]
            area = float(np.trapezoid(curve.y, curve.x))
            lines[name] = f"{area:.4g} {curve.y_unit.removesuffix(' per 1/cm')} in all".replace(
                " 1 in", " in"
            )
    lines["files"] = f"{str(written['json']).removesuffix('json')}{{{','.join(written)}}}"
    for key, value in lines.items():
        terminal.print(f"  {key:9s} {value}", soft_wrap=True)
