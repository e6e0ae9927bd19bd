"""The files of a spectrum from dynamics, ``<molecule>.ir.*`` and ``.raman.*``, written and read.

Called by ``specml ir`` and ``raman`` with ``--method md`` or ``trpmd``, by the API, and by
:mod:`specml.documents.predicted`, which reads them back.

The keys of the JSON document are described in docs/trajectories.md.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import specml
from specml import units
from specml.documents import dynamics, files
from specml.documents.dynamics_facts import columns, dynamics_facts, note
from specml.documents.format import Format
from specml.documents.jcamp import vibrational
from specml.documents.json_file import finite
from specml.documents.structure import figure_title
from specml.io.spectra import csv_table, json_document
from specml.plots.dynamics import dynamics_figure
from specml.plots.spectrum import SpectrumLabels, png
from specml.spectra.bands import prominent_bands
from specml.spectra.spectrum import ABSOLUTE, RELATIVE, Spectrum
from specml.structure import Structure
from specml.workflows.dynamic_spectra import SpectraFromDynamics
from specml.workflows.spectrum_kinds import SpectrumKind

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = ("json", "curve.csv", "jdx", "png")
# kind -> ordinates of a curve, the factor to their unit here, this unit
_CURVES = {
    "infrared": (
        ("molar_absorption_l_mol_cm", 1.0, ABSOLUTE),
        ("intensity_km_mol_cm", units.EXTINCTION, ABSOLUTE),
    ),
    "raman": (("cross_section_cm2_sr_cm", 1.0, RELATIVE),),
}


def schema(kind: SpectrumKind) -> str:
    """The value of the key ``schema``."""
    return f"specml/{kind.name}-dynamics/1"


def paths(folder: Path, structure: Structure, kind: SpectrumKind) -> dict[str, Path]:
    """Suffix -> where it is written; the trajectory is another file beside them."""
    return files.paths(folder, structure.name, kind.name, SUFFIXES)


def contents(
    result: SpectraFromDynamics, _html: bool = False, _made_by: str = ""
) -> dict[str, bytes]:
    """Suffix -> the bytes of that file; there is no page."""
    return {
        "json": json_document(to_dict(result)),
        "curve.csv": csv_table(columns(curves(result))),
        "jdx": jcamp_file(result),
        "png": png(figure(result)),
    }


def to_dict(result: SpectraFromDynamics) -> dict[str, Any]:
    """The JSON document of one molecule, key -> value."""
    structure, raman = result.structure, result.kind.polarizability
    return {
        "schema": schema(result.kind),
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": {
            "formula": structure.formula,
            "symbols": structure.symbols,
            "positions_angstrom": structure.positions,
            "charge": structure.charge,
        },
        "modes": _mode_rows(result),
        "curve": curves(result),
        **dynamics_facts(result.run.trajectory, result.spectra),
        "laser_nm": result.settings.laser_nm if raman else None,
        "domain": {"inside": result.verdict.inside, "reasons": result.verdict.reasons},
        "model": {"name": result.card["name"]},
        "warnings": result.warnings,
    }


def _mode_rows(result: SpectraFromDynamics) -> list[dict[str, object]]:
    vibrations = result.vibrations
    rows: list[dict[str, object]] = []
    for k, name in enumerate(vibrations.assignments):
        row: dict[str, object] = {
            "wavenumber_cm1": vibrations.wavenumbers[k],
            "ir_intensity_km_mol": vibrations.ir_intensities[k],
            "assignment": name,
        }
        if vibrations.raman_activities is not None and result.kind.polarizability:
            row["raman_activity_a4_amu"] = vibrations.raman_activities[k]
        rows.append(row)
    return rows


def table(result: SpectraFromDynamics) -> dict[str, list]:
    """The columns of the main table: key -> one value a harmonic mode."""
    rows = _mode_rows(result)
    return {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}


def curves(result: SpectraFromDynamics) -> dict[str, np.ndarray]:
    """The axis, every curve, and the standard error of the first one."""
    first = next(iter(result.curves.values()))
    missing = np.full(len(first.x), np.nan)
    return {
        "wavenumber_cm1": first.x,
        **{key: curve.y for key, curve in result.curves.items()},
        "standard_error": missing if first.standard_error is None else first.standard_error,
    }


def bands(result: SpectraFromDynamics) -> list[float]:
    """Wavenumbers of the prominent bands of the first curve, 1/cm."""
    curve = next(iter(result.curves.values()))
    return curve.x[prominent_bands(curve.x, np.maximum(curve.y, 0.0))].tolist()


def figure(result: SpectraFromDynamics) -> "Figure":
    """The first curve with its standard error, over the harmonic sticks."""
    sticks = result.sticks
    real = sticks.x > 0.0
    text = f"{_note(result)} · sticks: harmonic"
    labels = SpectrumLabels(figure_title(result.structure), text, *result.kind.dynamics_axes)
    curve = next(iter(result.curves.values()))
    return dynamics_figure(curve, sticks.x[real], sticks.y[real], labels)


def _note(result: SpectraFromDynamics) -> str:
    return note(result.card["name"], result.run.trajectory, result.spectra)


def jcamp_file(result: SpectraFromDynamics) -> bytes:
    """The JCAMP-DX file: the first curve."""
    curve = next(iter(result.curves.values()))
    notes = {"METHOD": f"{_note(result)} · sticks: harmonic".replace("cm⁻¹", "1/CM")}
    data_type, card = result.kind.data_type, result.card
    return vibrational(result.structure, curve, data_type, card, notes, result.warnings)


def spectrum_of(document: Mapping[str, Any], kind: str) -> Spectrum:
    """The curve of a document that was read back from its file.

    Raises
    ------
    KeyError, TypeError, ValueError
        A document that lacks one.
    """
    spectrum = curve_of(document["curve"], kind)
    if spectrum is None:
        raise KeyError("curve")
    return spectrum


def curve_of(table: Mapping[str, Sequence], kind: str) -> Spectrum | None:
    """A curve from named columns; None where they hold none of this kind.

    Raises
    ------
    ValueError
        Where values are missing or not finite.
    """
    for name, factor, unit in _CURVES[kind]:
        if {"wavenumber_cm1", name} <= set(table):
            y = factor * finite(table[name])
            x = finite(table["wavenumber_cm1"])
            return Spectrum(x, y, "1/cm", unit, kind, False)
    return None


FORMAT = Format(
    paths=lambda result, folder, _html: paths(folder, result.structure, result.kind),
    contents=contents,
    to_dict=to_dict,
    table=table,
    figure=figure,
    curves=lambda result: result.curves,
    large=lambda result, folder: dynamics.write(result.run, folder),
)
