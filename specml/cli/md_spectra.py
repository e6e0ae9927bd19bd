"""What ``specml ir`` and ``specml raman`` do with ``--method md`` or ``trpmd``.

The molecule is relaxed, its harmonic spectrum becomes the sticks, its trajectory the curve. Both
come from the same model, unscaled, so that they can be compared line by line.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import specml
from specml.cli import console, dynamics, trajectories
from specml.cli.vibrations import TOP, Request
from specml.io import outputs
from specml.io.jcamp import jcamp
from specml.io.spectra import csv_table, json_document
from specml.spectra.harmonic import Vibrations, harmonic_analysis
from specml.spectra.spectrum import Spectrum
from specml.workflows.inputs import gather
from specml.workflows.threads import tame

if TYPE_CHECKING:
    from specml.inference.domain import Verdict
    from specml.io.trajectory import Trajectory
    from specml.spectra.dynamic import DynamicSpectra
    from specml.spectra.power import Sampling

SUFFIXES = ("json", "curve.csv", "jdx", "png")


@dataclass(frozen=True)
class Answer:
    """One molecule, answered.

    Parameters
    ----------
    vibrations : harmonic, at the geometry the run began with.
    curve : the first one is drawn.
    """

    vibrations: Vibrations
    verdict: "Verdict"
    trajectory: "Trajectory"
    spectra: "DynamicSpectra"
    curves: dict[str, Spectrum]

    @property
    def warnings(self) -> list[str]:
        found = list(self.vibrations.warnings) + trajectories.warnings(self.trajectory)
        if not self.verdict.inside:
            found.insert(0, "outside the domain of the model: " + "; ".join(self.verdict.reasons))
        return found


def run(request: Request, settings: dynamics.Settings) -> None:
    """The whole command; errors are those of its parts."""
    tame()
    raman = request.face.polarizability
    protocol = settings.protocol(request.temperature, raman)
    _sampling(settings, protocol.interval).n_lags(protocol.n_frames - 1)  # before any work
    structures = gather(request.files, request.smiles, request.charges)
    paths = [p for s in structures for p in files(request, s.name).values()]
    outputs.check([*paths, *(_trajectory(request, s.name) for s in structures)], request.force)
    predictor = specml.load(request.model or dynamics.MODEL, device=request.device)
    predictor.check_elements(structures)
    predictor.check_dynamics(raman)
    starts = dynamics.relaxed(predictor, structures) if request.optimize else list(structures)
    expansions = predictor.expand(starts, polarizability=raman)
    verdicts = predictor.domain(starts)
    pairs = zip(expansions, verdicts, strict=True)
    harmonic = {s.name: pair for s, pair in zip(starts, pairs, strict=True)}
    from specml.io import trajectory
    from specml.spectra.dynamic import dynamic_spectra

    made = dynamics.run(
        predictor,
        starts,
        protocol,
        request.output_dir,
        request.force,
        request.quiet,
        settings.compiled,
    )
    for structure, run_of_it in made:
        expansion, verdict = harmonic[structure.name]
        vibrations = harmonic_analysis(expansion, temperature=request.temperature)
        sampling = _sampling(settings, protocol.interval, vibrations.wavenumbers.max())
        spectra = dynamic_spectra(run_of_it, sampling, request.temperature)
        curves = _curves(request, spectra)
        answer = Answer(vibrations, verdict, run_of_it, spectra, curves)
        trajectory.write(_trajectory(request, structure.name), run_of_it)
        written = files(request, structure.name)
        outputs.publish(render(request, predictor.card["name"], answer, written))
        _show(request, answer, written)


def _sampling(settings: dynamics.Settings, interval: float, highest: float = 0.0) -> "Sampling":
    """The axis ends at 4000 1/cm, or 5 % above the highest harmonic wavenumber."""
    from specml.spectra.power import Sampling

    top = max(TOP, 100.0 * np.ceil(1.05 * highest / 100.0))
    return Sampling(interval, settings.timestep, settings.resolution, settings.window, float(top))


def _curves(request: Request, spectra: "DynamicSpectra") -> dict[str, Spectrum]:
    """Key in the files -> curve; the first one is drawn."""
    if spectra.raman is not None and request.face.polarizability:
        raman = spectra.raman
        return {
            "activity_a4_amu_cm": raman.activity(),
            "parallel_a4_amu_cm": raman.parallel(),
            "perpendicular_a4_amu_cm": raman.perpendicular(),
            "depolarization_ratio": raman.depolarization(),
            "cross_section_cm2_sr_cm": raman.cross_section(request.laser_nm),
        }
    if spectra.infrared is None:
        raise TypeError("a run without dipoles")
    return {"intensity_km_mol_cm": spectra.infrared}


def files(request: Request, name: str) -> dict[str, Path]:
    """Suffix -> where it is written."""
    stem = f"{name}.{request.face.name}"
    return {suffix: request.output_dir / f"{stem}.{suffix}" for suffix in SUFFIXES}


def _trajectory(request: Request, name: str) -> Path:
    return trajectories.file_of(request.output_dir, name)


def render(
    request: Request, model: str, answer: Answer, written: dict[str, Path]
) -> dict[Path, bytes]:
    """The contents of every file of one molecule."""
    return {
        written["json"]: json_document(document(request, model, answer)),
        written["curve.csv"]: csv_table(
            {key: np.asarray(values).tolist() for key, values in curve_columns(answer).items()}
        ),
        written["jdx"]: _exchange(request, model, answer),
        written["png"]: _picture(request, model, answer),
    }


def document(request: Request, model: str, answer: Answer) -> dict[str, object]:
    """The JSON document; docs/trajectories.md describes the keys."""
    structure = answer.vibrations.expansion.structure
    return {
        "schema": f"specml/{request.face.name}-dynamics/1",
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": {
            "formula": structure.formula,
            "symbols": structure.symbols,
            "positions_angstrom": structure.positions,
            "charge": structure.charge,
        },
        "modes": _mode_rows(request, answer.vibrations),
        "curve": curve_columns(answer),
        **dynamics_facts(answer.trajectory, answer.spectra),
        "laser_nm": request.laser_nm if request.face.polarizability else None,
        "domain": {"inside": answer.verdict.inside, "reasons": answer.verdict.reasons},
        "model": {"name": model},
        "warnings": answer.warnings,
    }


def _mode_rows(request: Request, vibrations: Vibrations) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for k, name in enumerate(vibrations.assignments):
        row: dict[str, object] = {
            "wavenumber_cm1": vibrations.wavenumbers[k],
            "ir_intensity_km_mol": vibrations.ir_intensities[k],
            "assignment": name,
        }
        if vibrations.raman_activities is not None and request.face.polarizability:
            row["raman_activity_a4_amu"] = vibrations.raman_activities[k]
        rows.append(row)
    return rows


def curve_columns(answer: Answer) -> dict[str, np.ndarray | None]:
    """The axis, every curve, and the standard error of the first one."""
    first = next(iter(answer.curves.values()))
    missing = np.full(len(first.x), np.nan)
    return {
        "wavenumber_cm1": first.x,
        **{key: curve.y for key, curve in answer.curves.items()},
        "standard_error": missing if first.standard_error is None else first.standard_error,
    }


def dynamics_facts(made: "Trajectory", spectra: "DynamicSpectra") -> dict[str, object]:
    """How the trajectory was made and analysed."""
    attributes = made.attributes
    return {
        "temperature_k": spectra.temperature,
        "dynamics": {
            "method": attributes.get("method"),
            "length_ps": made.length,
            "replicas": made.n_replicas,
            "beads": attributes.get("beads"),
            "interval_fs": made.interval,
            "timestep_fs": made.timestep,
            "equilibration_ps": attributes.get("equilibration_ps"),
            "seed": attributes.get("seed"),
            "energy_drift_mev_atom_ps": attributes.get("energy_drift_mev_atom_ps"),
            "window": spectra.sampling.window,
            "resolution_cm1": spectra.sampling.resolution,
            "verlet_corrected": spectra.sampling.timestep is not None,
            "frame": spectra.frame,
        },
    }


def _sticks(request: Request, vibrations: Vibrations) -> Spectrum:
    if request.face.polarizability:
        sticks = vibrations.raman(scaled=False)
        if sticks is not None:
            return sticks
    return vibrations.infrared(scaled=False)


def note(model: str, made: "Trajectory", spectra: "DynamicSpectra") -> str:
    """``specml, MD 298 K, 16 x 10 ps, hann 10 cm⁻¹``: what stands beside the figure."""
    method = str(made.attributes.get("method", "trajectory")).upper()
    sampling = spectra.sampling
    return (
        f"{model} · {method}, {spectra.temperature:g} K, {made.n_replicas} × {made.length:g} ps · "
        f"{sampling.window}, {sampling.resolution:g} cm⁻¹ · sticks: harmonic"
    )


AXES = {
    "ir": ("absorption / km mol⁻¹ cm", "A / km mol⁻¹"),
    "raman": ("Raman activity / Å⁴ amu⁻¹ cm", "S / Å⁴ amu⁻¹"),
}


def _picture(request: Request, model: str, answer: Answer) -> bytes:
    from specml.plots.dynamics import dynamics_figure
    from specml.plots.spectrum import Labels, png

    sticks = _sticks(request, answer.vibrations)
    real = sticks.x > 0.0
    text = note(model, answer.trajectory, answer.spectra)
    labels = Labels(_title(answer), text, *AXES[request.face.name])
    curve = next(iter(answer.curves.values()))
    return png(dynamics_figure(curve, sticks.x[real], sticks.y[real], labels))


def _title(answer: Answer) -> str:
    return answer.vibrations.expansion.structure.formula


def _exchange(request: Request, model: str, answer: Answer) -> bytes:
    structure = answer.vibrations.expansion.structure
    curve = next(iter(answer.curves.values()))
    return jcamp(
        curve.x,
        curve.y,
        title=f"{structure.name} (calculated)",
        data_type=request.face.data_type,
        y_units=curve.y_unit,
        formula=structure.formula,
        origin=f"SpecML {specml.__version__}, model {model}",
        notes={
            "METHOD": note(model, answer.trajectory, answer.spectra).replace("cm⁻¹", "1/CM"),
            "WARNINGS": " | ".join(answer.warnings) or "none",
        },
    )


def _show(request: Request, answer: Answer, written: dict[str, Path]) -> None:
    """Total intensity of both pictures, how the run went, and where the files are."""
    structure = answer.vibrations.expansion.structure
    for warning in answer.warnings:
        console.note(f"warning  {structure.name}: {warning}")
    if request.quiet:
        return
    curve, sticks = next(iter(answer.curves.values())), _sticks(request, answer.vibrations)
    unit = sticks.y_unit
    area = float(np.trapezoid(curve.y, curve.x))
    folder = str(written["json"]).removesuffix("json")
    lines = {
        "dynamics": trajectories.summary(answer.trajectory),
        "total": f"{area:.1f} {unit} from dynamics, {sticks.y.sum():.1f} harmonic",
        "bands": _bands(curve),
        "domain": "inside" if answer.verdict.inside else "outside",
        "files": f"{folder}{{{','.join(written)}}}, {_trajectory(request, structure.name)}",
    }
    terminal = console.output()
    terminal.print(f"\n{structure.name}  {structure.formula}", style="bold")
    for key, value in lines.items():
        terminal.print(f"  {key:9s} {value}", soft_wrap=True)


def _bands(curve: Spectrum) -> str:
    from specml.plots.spectrum import labelled_bands

    top = labelled_bands(curve.x, np.maximum(curve.y, 0.0))
    return ", ".join(f"{curve.x[i]:.0f}" for i in top) + " cm⁻¹"
