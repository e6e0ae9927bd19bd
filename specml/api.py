"""The front door: a call does what a command does, its answer what the command writes and prints.

>>> import specml
>>> specml.infrared("C1CC").values  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
specml.errors.InputError: SMILES: got 'C1CC'; expected a valid SMILES. Check its syntax.
"""

import base64
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pandas as pd

from specml.documents import comparison as comparison_documents
from specml.documents import dynamic_spectra as dynamic_documents
from specml.documents import dynamics as trajectory_documents
from specml.documents import files
from specml.documents import harmonic as harmonic_documents
from specml.documents.format import Format
from specml.documents.measured import measured as read_measured
from specml.documents.predicted import from_document
from specml.documents.predicted import predicted as read_predicted
from specml.errors import InputError, SpecMLError, message
from specml.io.spectra import json_document
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.workflows import comparison, dynamic_spectra, harmonic, threads
from specml.workflows import dynamics as molecular_dynamics
from specml.workflows.comparison import ComparisonSettings, SpectraComparison
from specml.workflows.dynamic_spectra import DynamicSpectrumSettings
from specml.workflows.dynamics import DynamicsSettings, MolecularDynamics
from specml.workflows.failure import Failure
from specml.workflows.harmonic_settings import HarmonicSettings
from specml.workflows.inputs import check_bonds
from specml.workflows.models import load
from specml.workflows.molecules import Molecules, one_or_many
from specml.workflows.spectrum_kinds import INFRARED, RAMAN, SpectrumKind

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from specml.inference.predictor import Predictor

R = TypeVar("R")


@dataclass(frozen=True)
class Answer(Generic[R]):
    """The result of one molecule.

    Parameters
    ----------
    values : everything that was computed; see :mod:`specml.workflows`.
    format : how it is written.
    made_by : the call, for pages that say how they were made.
    """

    values: R
    format: Format[R]
    made_by: str

    def spectrum(self, name: str | None = None) -> Spectrum:
        """A curve: the one that the command draws, or another by its key in the JSON document."""
        return self.format.spectrum(self.values, name)

    def table(self) -> pd.DataFrame:
        """The main table: modes, signals, orbitals or figures of merit."""
        return pd.DataFrame(self.format.table(self.values))

    def to_dict(self) -> dict[str, Any]:
        """The JSON document, as it is in the file."""
        return dict(json.loads(json_document(self.format.to_dict(self.values))))

    def save(
        self, folder: str | Path = ".", html: bool = False, force: bool = False
    ) -> dict[str, Path]:
        """Write the files of the command; returns suffix -> path.

        Parameters
        ----------
        html : also write the page, where there is one.
        force : replace existing files.

        Raises
        ------
        OutputError
            An existing file without ``force``, or one that cannot be written.
        """
        files.check(self.format.paths(self.values, Path(folder), html).values(), force, "folder")
        return self.format.write(self.values, Path(folder), html, self.made_by)

    def plot(self) -> "Figure":
        """The figure of the command.

        Raises
        ------
        InputError
            If there is none.
        """
        if self.format.figure is None:
            raise InputError(
                message("plot", "a result without a figure", "one with it", "See table().")
            )
        return self.format.figure(self.values)

    def _repr_html_(self) -> str:
        """Figure and table, which a notebook shows."""
        picture = ""
        if self.format.figure is not None:
            from specml.plots.spectrum import png

            data = base64.b64encode(png(self.plot())).decode()
            picture = f'<img src="data:image/png;base64,{data}" style="max-width:720px">'
        return picture + self.table().to_html(index=False, float_format="{:.4g}".format)


Answers = Answer[R] | list[Answer[R] | Failure]


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
    model: "str | Path | Predictor | None" = None,
    device: str = "cpu",
    **dynamics: Any,
) -> Answers:
    """Infrared spectra, as ``specml ir`` makes them.

    Parameters
    ----------
    x : a SMILES, the path of a structure file, a Structure, ASE Atoms, an RDKit molecule, or an
        iterable of these.
    charge : in e, of molecules that do not state one.
    method : ``harmonic``, or ``md`` and ``trpmd`` for a curve from dynamics. For these ``dynamics``
        takes the options of :class:`specml.workflows.dynamics.DynamicsSettings`, besides
        ``resolution_cm1``, ``window`` and ``folder`` (where an interrupted run is kept).
    optimize, fwhm_cm1, scale, temperature_k, isotopes, conformers, conformer_weights : see
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
    options = {
        "optimize": optimize,
        "fwhm_cm1": fwhm_cm1,
        "scale": scale,
        "temperature_k": temperature_k,
        "isotopes": tuple(isotopes),
        "conformers": conformers,
        "conformer_weights": conformer_weights,
    }
    return _vibrational(INFRARED, x, charge, method, options, dynamics, model, device)


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
    model: "str | Path | Predictor | None" = None,
    device: str = "cpu",
    **dynamics: Any,
) -> Answers:
    """Raman spectra, as ``specml raman`` makes them; arguments and errors as :func:`infrared`.

    Parameters
    ----------
    laser_nm : wavelength of the exciting laser.
    """
    options = {
        "optimize": optimize,
        "fwhm_cm1": fwhm_cm1,
        "scale": scale,
        "temperature_k": temperature_k,
        "laser_nm": laser_nm,
        "isotopes": tuple(isotopes),
        "conformers": conformers,
        "conformer_weights": conformer_weights,
    }
    return _vibrational(RAMAN, x, charge, method, options, dynamics, model, device)


def _vibrational(
    kind: SpectrumKind,
    x: Molecules,
    charge: int | None,
    method: str,
    options: dict[str, Any],
    dynamics: dict[str, Any],
    model: "str | Path | Predictor | None",
    device: str,
) -> Answers:
    """Harmonic spectra, or spectra from dynamics with those of the options that they share."""
    threads.tame()
    call = f"specml.{kind.function}"
    if method == "harmonic":
        if dynamics:
            raise _unknown_options(call, dynamics)
        settings = HarmonicSettings(**options)

        def work(structures: list[Structure]) -> Iterable:
            return harmonic.run(structures, kind, settings, load(model, device))

        return _answers(x, charge, work, harmonic_documents.FORMAT, call)
    own: dict[str, Any] = {
        k: dynamics.pop(k) for k in ("resolution_cm1", "window") if k in dynamics
    }
    own["laser_nm"] = options.get("laser_nm", DynamicSpectrumSettings.laser_nm)
    folder = dynamics.pop("folder", None)
    shared = {key: options[key] for key in ("optimize", "temperature_k")}
    run = _dynamics_settings(call, {"method": method, **shared, **dynamics})
    spectrum = dynamic_spectra.settings_of(kind, DynamicSpectrumSettings(run, **own))

    def simulate(structures: list[Structure]) -> Iterable:
        predictor = load(model or molecular_dynamics.MODEL, device)
        return _kept(
            folder, lambda place: dynamic_spectra.run(structures, kind, spectrum, predictor, place)
        )

    return _answers(x, charge, simulate, dynamic_documents.FORMAT, call)


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
    threads.tame()
    options = _dynamics_settings("specml.dynamics", settings)

    def work(structures: list[Structure]) -> Iterable:
        predictor = load(model, device)
        return _kept(
            folder, lambda place: molecular_dynamics.run(structures, options, predictor, place)
        )

    return _answers(x, charge, work, trajectory_documents.FORMAT, "specml.dynamics")


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


def compare(
    predicted: "Answer | Spectrum | str | Path",
    measured: "Spectrum | str | Path",
    *,
    range_cm1: tuple[float, float] = (500.0, 4000.0),
    fwhm_cm1: float | None = None,
    fit_scale: bool = False,
) -> Answer[SpectraComparison]:
    """A predicted spectrum beside a measured one, as ``specml compare`` does.

    Parameters
    ----------
    predicted : an answer of :func:`infrared` or :func:`raman`, a spectrum, or a file of these.
    measured : a spectrum, or a JCAMP-DX file.
    range_cm1, fwhm_cm1, fit_scale : see :class:`specml.workflows.comparison.ComparisonSettings`.

    Raises
    ------
    InputError
        Files that cannot be read, or spectra of different kinds or without a common range.
    """
    settings = ComparisonSettings(range_cm1, fwhm_cm1, fit_scale)
    if isinstance(predicted, Answer):
        path = predicted.format.paths(predicted.values, Path(), False).get("json", Path("answer"))
        first = from_document(path, predicted.to_dict())
    else:
        first = predicted if isinstance(predicted, Spectrum) else read_predicted(Path(predicted))
    if not isinstance(measured, Spectrum):
        measured = read_measured(Path(measured), first.kind)
    result = comparison.run(first, measured, settings)
    return Answer(result, comparison_documents.FORMAT, "specml.compare")


def _answers(
    x: Molecules,
    charge: int | None,
    work: Callable[[list[Structure]], Iterable],
    written: Format,
    call: str,
    atoms: bool = False,
) -> Answers:
    """Molecules through a workflow, each to its answer or failure.

    Parameters
    ----------
    atoms : whether single atoms are molecules too.
    """
    given, single = one_or_many(x, charge)
    if not atoms:
        given = [_with_bonds(molecule) for molecule in given]
    results = iter(work([molecule for molecule in given if isinstance(molecule, Structure)]))
    answers: list[Answer | Failure] = []
    for molecule in given:
        result = molecule if isinstance(molecule, Failure) else next(results)
        failed = isinstance(result, Failure)
        answers.append(result if failed else Answer(result, written, call))
    if not single:
        return answers
    (answer,) = answers
    if isinstance(answer, Failure):
        raise answer.error
    return answer


def _with_bonds(molecule: Structure | Failure) -> Structure | Failure:
    if isinstance(molecule, Structure):
        try:
            check_bonds(molecule)
        except SpecMLError as error:
            return Failure(molecule.name, error)
    return molecule
