"""``specml ir`` and ``specml raman``: options to settings, results to files and terminal."""

from pathlib import Path

import typer

from specml.cli import console, dynamics_options, harmonic_view, terminal
from specml.cli.answers import Delivery, print_summary
from specml.cli.options import Entropy, Weights
from specml.documents import dynamic_spectra as dynamic_documents
from specml.documents import dynamics as trajectory_documents
from specml.documents import files as documents
from specml.documents import harmonic as harmonic_documents
from specml.workflows import dynamic_spectra, harmonic, inputs, threads
from specml.workflows.dynamic_spectra import DynamicSpectrumSettings, SpectraFromDynamics
from specml.workflows.dynamics import MODEL, DynamicsSettings
from specml.workflows.harmonic_settings import HarmonicSettings
from specml.workflows.harmonic_spectra import HarmonicSpectra
from specml.workflows.models import load
from specml.workflows.spectrum_kinds import SpectrumKind


def command(
    kind: SpectrumKind,
    *,
    context: typer.Context,
    files: list[Path] | None,
    smiles: list[str] | None,
    charge: list[int] | None,
    method: str,
    no_optimize: bool,
    fwhm: float,
    scale: str,
    temperature: float,
    isotope: list[str] | None,
    conformers: int | None,
    conformer_weights: Weights,
    entropy: Entropy,
    model: str | None,
    device: str,
    html: bool,
    length: float,
    equilibration: float,
    timestep: float,
    replicas: int | None,
    beads: int | None,
    seed: int,
    resolution: float,
    window: str,
    compiled: bool,
    output_dir: Path,
    force: bool,
    quiet: bool,
    laser: float = 532.0,
) -> None:
    """Run one of the two commands; arguments are those of its signature."""
    dynamics_options.check_method(context, method)
    threads.tame()
    molecules = inputs.Molecules.of(files, smiles, charge)
    place = terminal.Place(output_dir, force, quiet, model, device)
    if method == "harmonic":
        settings = HarmonicSettings(
            optimize=not no_optimize,
            fwhm_cm1=fwhm,
            scale=scale,
            temperature_k=temperature,
            laser_nm=laser,
            isotopes=tuple(isotope or ()),
            conformers=conformers,
            conformer_weights=conformer_weights.value,
            entropy=entropy.value,
        )
        _harmonic(kind, molecules, settings, place, html)
        return
    times = (length, equilibration, timestep)
    copies, optimize = (replicas, beads, seed), not no_optimize
    run = DynamicsSettings(method, temperature, *times, *copies, False, compiled, optimize)
    _dynamic(kind, molecules, DynamicSpectrumSettings(run, resolution, window, laser), place)


def _harmonic(
    kind: SpectrumKind,
    molecules: inputs.Molecules,
    settings: HarmonicSettings,
    place: terminal.Place,
    html: bool,
) -> None:
    structures = molecules.with_bonds()
    harmonic.check(structures, settings)
    folder = place.folder
    every = [harmonic_documents.paths(folder, s, kind, html) for s in structures]
    documents.check([path for paths in every for path in paths.values()], place.force)
    predictor = load(place.model, place.device)
    made_by = terminal.command_line()
    Delivery[HarmonicSpectra](
        lambda result: harmonic_documents.FORMAT.write(result, folder, html, made_by),
        lambda *shown: harmonic_view.show(console.output(), place.quiet, *shown),
        lambda count: print_summary(count, predictor.name, f"{folder}/*.{kind.name}.*"),
        place.quiet,
    ).run(harmonic.run(structures, kind, settings, predictor), len(structures))


def _dynamic(
    kind: SpectrumKind,
    molecules: inputs.Molecules,
    settings: DynamicSpectrumSettings,
    place: terminal.Place,
) -> None:
    from specml.cli import dynamics_view

    settings = dynamic_spectra.settings_of(kind, settings)
    structures = molecules.with_bonds()
    folder = place.folder
    every = [dynamic_documents.paths(folder, s.name, kind) for s in structures]
    trajectories = [trajectory_documents.paths(folder, s.name)["h5"] for s in structures]
    paths = [path for paths in every for path in paths.values()]
    documents.check([*paths, *trajectories], place.force)
    predictor = load(place.model or MODEL, place.device)
    watch = dynamics_view.watch(place.quiet)
    Delivery[SpectraFromDynamics](
        lambda result: dynamic_documents.FORMAT.write(result, folder),
        lambda result, written, _: dynamics_view.show_spectra(result, written, place.quiet),
        lambda _count: None,
        place.quiet,
    ).run(
        dynamic_spectra.run(structures, kind, settings, predictor, folder, place.force, watch),
        len(structures),
    )
