"""The files of spectra of a trajectory, ``<trajectory>.spectrum.*``, written and read.

Called by ``specml spectrum``, and by the API for the spectra of ``specml.dynamics``.

The keys of the JSON document are described in docs/trajectories.md.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ase.data import chemical_symbols
from ase.formula import Formula

import specml
from specml.documents import files, json_file
from specml.documents.dynamics_facts import columns, dynamics_facts, note
from specml.documents.format import Format
from specml.documents.structure import SUBSCRIPT
from specml.io.spectra import csv_table, json_document
from specml.plots.dynamics import curve_over_curve
from specml.plots.spectrum import SpectrumLabels, png
from specml.workflows.spectrum_kinds import INFRARED, RAMAN
from specml.workflows.trajectory_spectra import TrajectorySpectra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KIND = "spectrum"
SCHEMA = "specml/spectrum/1"
SUFFIXES = ("json", "csv", "png")
OTHER_AXIS = "degrees of freedom / cm"


def paths(folder: Path, trajectory: Path) -> dict[str, Path]:
    """Suffix -> where it is written, named for the file of the trajectory."""
    stem = trajectory.name.removesuffix(".gz").rsplit(".", 1)[0]
    return files.paths(folder, stem, KIND, SUFFIXES)


def contents(
    result: TrajectorySpectra, _html: bool = False, _made_by: str = ""
) -> dict[str, bytes]:
    """Suffix -> the bytes of that file; there is no page."""
    return {
        "json": json_document(to_dict(result)),
        "csv": csv_table(table(result)),
        "png": png(figure(result)),
    }


def to_dict(result: TrajectorySpectra) -> dict[str, Any]:
    """The JSON document of one trajectory, key -> value."""
    spectra = result.spectra
    return {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": result.trajectory.name,
        "source": str(result.source),
        **dynamics_facts(result.trajectory, spectra),
        "laser_nm": result.settings.laser_nm if spectra.raman is not None else None,
        "model": {"name": result.model},
        "curve": _curves(result),
    }


def table(result: TrajectorySpectra) -> dict[str, list]:
    """The columns of the CSV file: key -> one value a wavenumber."""
    return columns(_curves(result))


def _curves(result: TrajectorySpectra) -> dict[str, np.ndarray]:
    """The axis, every curve and, where it has one, its standard error."""
    arrays = {"wavenumber_cm1": result.spectra.sampling.wavenumbers}
    for key, curve in result.curves.items():
        arrays[key] = curve.y
        if curve.standard_error is not None:
            arrays[f"{key}_standard_error"] = curve.standard_error
    return arrays


def figure(result: TrajectorySpectra) -> "Figure":
    """The infrared or Raman curve over the density of states."""
    spectra = result.spectra
    key, first = next(iter(result.curves.items()))
    kinds = {kind.name: kind.dynamics_axes[0] for kind in (INFRARED, RAMAN)}
    axis = kinds.get(key.split("_")[0], OTHER_AXIS)
    symbols = "".join(chemical_symbols[z] for z in result.trajectory.numbers)
    text = note(result.model, result.trajectory, spectra)
    states = None if first is spectra.density_of_states else spectra.density_of_states
    title = Formula(symbols).format("hill").translate(SUBSCRIPT)
    labels = SpectrumLabels(title, text, axis, "states / cm")
    return curve_over_curve(first, states, labels)


def read(path: Path) -> dict[str, Any]:
    """The document of a file; errors as :func:`specml.documents.json_file.load`."""
    return json_file.load(path, {SCHEMA}, "specml spectrum")


FORMAT = Format(
    paths=lambda result, folder, _html: paths(folder, result.source),
    contents=contents,
    to_dict=to_dict,
    table=table,
    figure=figure,
    curves=lambda result: result.curves,
)
