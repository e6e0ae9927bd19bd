"""``specml ir`` and ``specml raman``, which differ in the kind of spectrum alone."""

from collections.abc import Callable
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import typer

from specml.cli import dynamics_options, harmonic_view
from specml.cli.delivery import Delivery, Summary
from specml.cli.options import Entropy, WeightingEnergy
from specml.documents import harmonic as harmonic_documents
from specml.documents import summary
from specml.workflows import dynamic_spectra, harmonic, threads
from specml.workflows.dynamic_spectra import DynamicSpectrumSettings
from specml.workflows.dynamics import MODEL, DynamicsSettings
from specml.workflows.failure import Failure
from specml.workflows.harmonic_settings import HarmonicSettings
from specml.workflows.inputs import check_bonds, check_natural, passing, readable
from specml.workflows.models import check_known, load
from specml.workflows.spectrum_kinds import SpectrumKind

if TYPE_CHECKING:
    from specml.structure import Structure

Given: TypeAlias = "tuple[list[Structure], list[Failure]]"  # readable molecules, and the others


def command(
    kind: SpectrumKind,
    *,
    context: typer.Context,
    files: list[Path] | None,
    smiles: list[str] | None,
    charge: list[int] | None,
    parent: bool,
    name: list[str] | None,
    method: str,
    no_optimize: bool,
    fwhm: float,
    scale: str,
    temperature: float,
    isotope: list[str] | None,
    conformers: int | None,
    conformer_weights: WeightingEnergy,
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
    """Run one of the two commands; the arguments are those of its signature."""
    dynamics_options.check_method(context, method)
    threads.limit()
    delivery = Delivery(output_dir, force, quiet, html)
    given = readable(files, smiles, charge, complexes=True, parent=parent, names=name)
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
        _harmonic(kind, given, settings, delivery, model, device)
        return
    times, copies = (length, equilibration, timestep), (replicas, beads, seed)
    rest = (kind.polarizability, compiled, not no_optimize)
    dynamics = DynamicsSettings(method, temperature, *times, *copies, *rest)
    spectrum = DynamicSpectrumSettings(dynamics, resolution, window, laser)
    spectrum = dynamic_spectra.settings_of(kind, spectrum)
    _dynamic(kind, given, spectrum, delivery, model or MODEL, device)


def _answerable(given: Given, model: str | None, check: "Callable[[Structure], object]") -> Given:
    """What can be answered of what could be read, and the failures of the rest."""
    structures, failures = given
    good, unfit = passing(
        structures, attrgetter("name"), check_bonds, check, lambda s: check_known(model, [s])
    )
    return good, [*failures, *unfit]


def _harmonic(
    kind: SpectrumKind,
    given: Given,
    settings: HarmonicSettings,
    delivery: Delivery,
    model: str | None,
    device: str,
) -> None:
    structures, failures = _answerable(
        given, model, lambda structure: harmonic.check([structure], settings)
    )
    folder, html = delivery.folder, delivery.html
    total = len(structures) + len(failures)
    reserved = (harmonic_documents.paths(folder, s, kind, html) for s in structures)
    delivery.reserve(reserved, *delivery.table(kind.name, total))
    predictor = load(model, device)
    answers = chain(failures, harmonic.run(structures, kind, settings, predictor))
    remark = f"model {predictor.name}, files {folder}/*.{kind.name}.*"
    write = harmonic_documents.FORMAT.write
    summed = Summary(kind.name, summary.of_harmonic)
    delivery.run(answers, total, write, harmonic_view.show, remark, summed)


def _dynamic(
    kind: SpectrumKind,
    given: Given,
    settings: DynamicSpectrumSettings,
    delivery: Delivery,
    model: str,
    device: str,
) -> None:
    # here, so that a harmonic spectrum does not wait for what reads and writes trajectories
    from specml.cli import dynamics_view
    from specml.documents import dynamic_spectra as dynamic_documents
    from specml.documents import dynamics as trajectory_documents

    structures, failures = _answerable(given, model, check_natural)
    folder, watch = delivery.folder, dynamics_view.watch(delivery.quiet)
    spectra = [dynamic_documents.paths(folder, s, kind) for s in structures]
    trajectories = [trajectory_documents.paths(folder, s) for s in structures]
    delivery.reserve([*spectra, *trajectories])
    predictor = load(model, device)
    spectra_of = dynamic_spectra.run(
        structures, kind, settings, predictor, folder, delivery.force, watch
    )
    answers, total = chain(failures, spectra_of), len(structures) + len(failures)
    write = dynamic_documents.FORMAT.write
    delivery.run(answers, total, write, dynamics_view.show_spectra)
