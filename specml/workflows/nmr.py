"""NMR spectra of molecules: what ``specml nmr`` and the API compute.

Molecules are independent, so that many of them are shared out among processes, each of which loads
the model once. What costs time is the relaxation and the drawing of the figure, each a few tenths
of a second for a molecule of twenty atoms: the documents of a molecule are therefore made where it
was computed (:func:`run_and`).
"""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from specml.errors import InputError, SpecMLError, message
from specml.inference import shieldings
from specml.inference.shieldings import ShieldingPredictor
from specml.parallel import ordered
from specml.reference.surface import FMAX, FMAX_ENERGIES, GFN2Surface
from specml.structure import Structure
from specml.workflows import conformers
from specml.workflows.conformers import Geometries
from specml.workflows.failure import Failure
from specml.workflows.models import load
from specml.workflows.nmr_inputs import ObservedMolecule, no_frames, with_bonds
from specml.workflows.nmr_settings import NMRSettings
from specml.workflows.nmr_spectra import NMRSpectra, spectra

if TYPE_CHECKING:
    from specml.inference.predictor import Predictor

PAYS = 8  # relaxations; a process takes a few seconds to start
MOST_PROCESSES = 8

Finished = TypeVar("Finished")
Model: TypeAlias = str | Path | ShieldingPredictor | None


def check(molecules: Sequence[ObservedMolecule], settings: NMRSettings) -> None:
    """Refuse what can be refused before a model is loaded.

    Raises
    ------
    InputError
        A molecule without any of the nuclei asked for, or without frames where those are averaged.
    """
    for molecule in molecules:
        settings.observed(molecule.structure)
        if settings.average and not molecule.frames:
            raise no_frames(molecule.structure.name)


def run(
    molecules: Sequence[ObservedMolecule | Structure],
    settings: NMRSettings,
    model: Model = None,
    device: str = "cpu",
    processes: int = 1,
) -> Iterator[NMRSpectra | Failure]:
    """Spectra of molecules in their order, each as soon as it is done; as :func:`run_and`."""
    return run_and(_unchanged, molecules, settings, model, device, processes)


def _unchanged(result: NMRSpectra) -> NMRSpectra:
    return result


def run_and(
    finish: Callable[[NMRSpectra], Finished],
    molecules: Sequence[ObservedMolecule | Structure],
    settings: NMRSettings,
    model: Model = None,
    device: str = "cpu",
    processes: int = 1,
) -> Iterator[Finished | Failure]:
    """``finish(spectra)`` of molecules in their order, each as soon as it is done.

    Parameters
    ----------
    finish : what is to be done with the spectra in the process that computed them: a function of a
        module (or a partial of one), so that another process finds it.
    molecules : geometries, whose bonds are perceived here, or molecules with their bonds.
    model : a name of ``specml models``, the path of a card or a loaded model; the one that ships
        where None.
    device : torch device name.
    processes : that share the molecules. With more than one, a script must stand under
        ``if __name__ == "__main__"``, because each of them imports it.

    Raises
    ------
    InputError
        Bonds that cannot be perceived, or a molecule without the nuclei asked for.
    DomainError
        An element the model does not know, or unpaired electrons.
    WeightsError
        No such model or device.
    """
    known = [m if isinstance(m, ObservedMolecule) else with_bonds(m) for m in molecules]
    check(known, settings)
    model_of_shieldings = predictor(model, device)
    settings = _learned(settings, model_of_shieldings)
    refusals: list[Failure | None] = []
    for molecule in known:
        try:
            model_of_shieldings.check([molecule.structure])
            check([molecule], settings)
            refusals.append(None)
        except SpecMLError as error:
            if len(known) == 1:
                raise
            refusals.append(Failure(molecule.structure.name, error))
    tasks = [
        _Task(finish, molecule, settings, model, device)
        for molecule, refusal in zip(known, refusals, strict=True)
        if refusal is None
    ]
    if processes == 1:
        return _in_order(refusals, map(_answer, tasks))
    return _in_order(refusals, ordered(_answer, tasks, processes, "the files written so far"))


def _in_order(
    refusals: Sequence[Failure | None], answers: Iterator[Finished | Failure]
) -> Iterator[Finished | Failure]:
    """The answers, with the molecules that were refused in their places."""
    for refusal in refusals:
        yield refusal if refusal is not None else next(answers)


def processes_for(molecules: Sequence[ObservedMolecule], settings: NMRSettings) -> int:
    """How many processes are worth starting: one, unless there is work for more."""
    if not settings.optimize or settings.average:
        return 1
    work = sum(conformers.wanted(m.structure, settings.conformers, True) for m in molecules)
    return min(os.cpu_count() or 1, len(molecules), MOST_PROCESSES) if work >= PAYS else 1


@cache
def predictor(model: Model, device: str = "cpu") -> ShieldingPredictor:
    """A model by name or path, loaded once a process, or one that is loaded already.

    Errors are those of :func:`specml.inference.shieldings.load_shieldings`.
    """
    if isinstance(model, ShieldingPredictor):
        return model
    return shieldings.load_shieldings(model, device=device)


def _learned(settings: NMRSettings, model: ShieldingPredictor) -> NMRSettings:
    """The settings with those nuclei that the model has learned."""
    names = [nucleus.name for nucleus in model.nuclei]
    chosen = tuple(name for name in settings.nuclei if name in names)
    if not chosen:
        raise InputError(
            message(
                f"model {model.name}",
                f"no shifts of {', '.join(settings.nuclei)}",
                f"one of {', '.join(names)}, which it has learned",
                "Change --nucleus, or give another --model.",
            )
        )
    return replace(settings, nuclei=chosen)


@dataclass(frozen=True)
class _Task(Generic[Finished]):
    """One molecule of a run, and everything another process needs to answer it."""

    finish: Callable[[NMRSpectra], Finished]
    molecule: ObservedMolecule
    settings: NMRSettings
    model: Model
    device: str


def _answer(task: _Task[Finished]) -> Finished | Failure:
    """Compute one molecule and finish it, or say why that failed; another process may call this."""
    molecule, settings = task.molecule, task.settings
    try:
        search = geometries(molecule, settings)
    except SpecMLError as error:
        return Failure(molecule.structure.name, error)
    if multiprocessing.parent_process() is not None:
        spare_garbage_collector()
    model = predictor(task.model, task.device)
    return task.finish(spectra(molecule, search, model, settings))


@cache
def spare_garbage_collector() -> None:
    """Once a process, keep garbage collection off torch's objects: it takes 0.1 s a figure."""
    gc.freeze()


def geometries(molecule: ObservedMolecule, settings: NMRSettings) -> Geometries:
    """Those the shifts are an average of; errors are those of the relaxation."""
    if molecule.frames:
        return Geometries(molecule.frames, (None,) * len(molecule.frames))
    one = conformers.wanted(molecule.structure, settings.conformers, settings.optimize) == 1
    surface = GFN2Surface(FMAX if one else FMAX_ENERGIES)
    (search,) = conformers.geometries(
        surface, [molecule.structure], [None], settings.conformers, settings.optimize
    )
    return search if len(search.in_window) < 2 else weighable(search)


def weighable(search: Geometries) -> Geometries:
    """Conformers with energies of the model that infrared spectra use, an energy each.

    GFN2-xTB gives trans ethanol 96 % where B3LYP and this model give it 72 %. Elements that the
    model does not know keep the energies of GFN2-xTB.
    """
    model = energies_model()
    structures = [
        replace(end.structure, name=f"{end.structure.name}, conformer {k}")
        for k, end in enumerate(search.in_window)
    ]
    try:
        energies, _ = model.energies_forces(structures)
    except SpecMLError:
        return search
    return search.with_energies(energies.tolist(), model.name)


@cache
def energies_model() -> "Predictor":
    """The model of the energies of conformers, loaded once a process."""
    return load()
