"""``specml.infrared``, ``raman`` and ``dynamics``: vibrational spectra and trajectories."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from specml.api.answer import Answers, answers
from specml.documents import dynamic_spectra as dynamic_documents
from specml.documents import dynamics as trajectory_documents
from specml.documents import harmonic as harmonic_documents
from specml.errors import InputError, message
from specml.structure import Structure
from specml.workflows import dynamic_spectra, harmonic, threads
from specml.workflows import dynamics as molecular_dynamics
from specml.workflows.dynamic_spectra import DynamicSpectrumSettings
from specml.workflows.dynamics import DynamicsSettings, MolecularDynamics
from specml.workflows.harmonic_settings import HarmonicSettings
from specml.workflows.inputs import check_bonds
from specml.workflows.models import load
from specml.workflows.molecules import Molecules
from specml.workflows.spectrum_kinds import INFRARED, RAMAN, SpectrumKind

if TYPE_CHECKING:
    from specml.inference.predictor import Predictor

R = TypeVar("R")


def infrared(
    x: Molecules,
    *,
    charge: int | None = None,
    method: str = "harmonic",
    optimize: bool = True,
    fwhm_cm1: float = 10.0,
    scale: str | float = "auto",
    temperature_k: float = 298.15,
    isotopes: Sequence[str] = (),
    conformers: int | None = None,
    conformer_weights: str = "energy",
    entropy: str = "harmonic",
    model: "str | Path | Predictor | None" = None,
    device: str = "cpu",
    **dynamics: Any,
) -> Answers:
    """Infrared spectra, as ``specml ir`` makes them.

    Parameters
    ----------
    x : a SMILES, the path of a structure file, a Structure, ASE Atoms, an RDKit molecule, or an
        iterable of these.
    charge : total charge, e, of molecules that do not state one.
    method : ``harmonic``, or ``md`` and ``trpmd`` for a curve from dynamics. For these ``dynamics``
        takes the options of :class:`specml.workflows.dynamics.DynamicsSettings`, besides
        ``resolution_cm1``, ``window`` and ``folder`` (where an interrupted run is kept).
    optimize, fwhm_cm1, scale, temperature_k, isotopes, conformers, conformer_weights, entropy : see
        :class:`specml.workflows.harmonic_settings.HarmonicSettings`.
    model, device : a name that ``specml models`` prints, a path, or a loaded model; and where it
        computes.

    Returns
    -------
    One answer for one molecule; for several a list, in which a
    :class:`specml.workflows.failure.Failure` stands for a molecule without an answer.

    Raises
    ------
    SpecMLError
        A value out of range, a damaged model, or the failure of the only molecule.
    """
    laser_nm = HarmonicSettings.laser_nm  # of no account here
    spectrum = (optimize, fwhm_cm1, scale, temperature_k, laser_nm)
    settings = HarmonicSettings(*spectrum, tuple(isotopes), conformers, conformer_weights, entropy)
    return _vibrational(INFRARED, x, charge, method, settings, dynamics, model, device)


def raman(
    x: Molecules,
    *,
    charge: int | None = None,
    method: str = "harmonic",
    optimize: bool = True,
    fwhm_cm1: float = 10.0,
    scale: str | float = "auto",
    temperature_k: float = 298.15,
    laser_nm: float = 532.0,
    isotopes: Sequence[str] = (),
    conformers: int | None = None,
    conformer_weights: str = "energy",
    entropy: str = "harmonic",
    model: "str | Path | Predictor | None" = None,
    device: str = "cpu",
    **dynamics: Any,
) -> Answers:
    """Raman spectra, as ``specml raman`` makes them; arguments and errors as :func:`infrared`.

    Parameters
    ----------
    laser_nm : wavelength of the exciting laser.
    """
    spectrum = (optimize, fwhm_cm1, scale, temperature_k, laser_nm)
    settings = HarmonicSettings(*spectrum, tuple(isotopes), conformers, conformer_weights, entropy)
    return _vibrational(RAMAN, x, charge, method, settings, dynamics, model, device)


def _vibrational(
    kind: SpectrumKind,
    x: Molecules,
    charge: int | None,
    method: str,
    settings: HarmonicSettings,
    dynamics: dict[str, Any],
    model: "str | Path | Predictor | None",
    device: str,
) -> Answers:
    """Harmonic spectra, or spectra from dynamics with those of the options that they share."""
    threads.limit()
    call = f"specml.{kind.function}"
    if method == "harmonic":
        if dynamics:
            raise _unknown_options(call, dynamics)

        def work(structures: list[Structure]) -> Iterable:
            return harmonic.run(structures, kind, settings, load(model, device))

        return answers(x, charge, work, harmonic_documents.FORMAT, call, check_bonds)
    own: dict[str, Any] = {
        k: dynamics.pop(k) for k in ("resolution_cm1", "window") if k in dynamics
    }
    own["laser_nm"] = settings.laser_nm
    folder = dynamics.pop("folder", None)
    shared = {"optimize": settings.optimize, "temperature_k": settings.temperature_k}
    run = _dynamics_settings(call, {"method": method, **shared, **dynamics})
    spectrum = dynamic_spectra.settings_of(kind, DynamicSpectrumSettings(run, **own))

    def simulate(structures: list[Structure]) -> Iterable:
        predictor = load(model or molecular_dynamics.MODEL, device)
        return _kept(
            folder, lambda place: dynamic_spectra.run(structures, kind, spectrum, predictor, place)
        )

    return answers(x, charge, simulate, dynamic_documents.FORMAT, call, check_bonds)


def dynamics(
    x: Molecules,
    *,
    charge: int | None = None,
    folder: str | Path | None = None,
    model: "str | Path | Predictor" = molecular_dynamics.MODEL,
    device: str = "cpu",
    **settings: Any,
) -> Answers[MolecularDynamics]:
    """Molecular dynamics, as ``specml md`` runs it; arguments and errors as :func:`infrared`.

    Parameters
    ----------
    folder : where an interrupted run is kept, to be taken up by the same call; a temporary one,
        which is lost, if not given.
    settings : of :class:`specml.workflows.dynamics.DynamicsSettings`: ``length_ps``,
        ``replicas``, ``temperature_k`` and others.
    """
    threads.limit()
    options = _dynamics_settings("specml.dynamics", settings)

    def work(structures: list[Structure]) -> Iterable:
        predictor = load(model, device)
        return _kept(
            folder, lambda place: molecular_dynamics.run(structures, options, predictor, place)
        )

    return answers(x, charge, work, trajectory_documents.FORMAT, "specml.dynamics", check_bonds)


def _dynamics_settings(call: str, options: dict[str, Any]) -> DynamicsSettings:
    known = DynamicsSettings.__dataclass_fields__
    if not set(options) <= set(known):
        raise _unknown_options(call, set(options) - set(known))
    return DynamicsSettings(**options)


def _unknown_options(call: str, names: Iterable[str]) -> InputError:
    fields = ", ".join(DynamicsSettings.__dataclass_fields__)
    text = f"those of the call, or with method='md' {fields}"
    return InputError(message(call, f"the option {', '.join(sorted(names))}", text, "Check it."))


def _kept(folder: str | Path | None, run: Callable[[Path], Iterable[R]]) -> list[R]:
    """All results of a run that keeps its parts in a folder, by default in a temporary one."""
    if folder is not None:
        return list(run(Path(folder)))
    with tempfile.TemporaryDirectory() as temporary:
        return list(run(Path(temporary)))
