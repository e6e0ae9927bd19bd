"""The files of a harmonic spectrum, ``<molecule>.ir.*`` and ``.raman.*``, written and read.

Called by ``specml ir`` and ``raman``, by the API, and by :mod:`specml.documents.predicted`, which
reads them back.

The keys of the JSON document are described in docs/json.md.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import specml
from specml.documents import files, json_file
from specml.documents.format import Format
from specml.documents.jcamp import vibrational
from specml.documents.structure import described, figure_title
from specml.io.spectra import csv_table, json_document
from specml.plots.spectrum import SpectrumLabels, png
from specml.plots.spectrum import figure as drawing
from specml.spectra.harmonic import Vibrations
from specml.spectra.scaling import Scaling
from specml.spectra.spectrum import Spectrum
from specml.spectra.thermochemistry import NOISE, Thermochemistry
from specml.structure import Structure
from specml.units import KJ_PER_MOL
from specml.workflows.harmonic_spectra import HarmonicSpectra
from specml.workflows.spectrum_kinds import SpectrumKind

if TYPE_CHECKING:
    from matplotlib.figure import Figure

POSITION = "wavenumber_scaled_cm1"
# kind -> heights of the sticks, their unit
STICKS = {
    "infrared": ("ir_intensity_km_mol", "km/mol"),
    "raman": ("raman_cross_section_cm2_sr", "cm^2/sr"),
}
_CARD = ("name", "version", "baseline")


def schema(kind: SpectrumKind) -> str:
    """The value of the key ``schema``."""
    return f"specml/{kind.name}/1"


def suffixes(html: bool = False) -> tuple[str, ...]:
    """The files of one molecule, by what stands behind ``<molecule>.ir.``."""
    return ("json", "csv", "curve.csv", "jdx", "png", *(("html",) if html else ()))


def paths(folder: Path, structure: Structure, kind: SpectrumKind, html: bool) -> dict[str, Path]:
    """Suffix -> where it is written."""
    return files.paths(folder, structure.name, kind.name, suffixes(html))


def contents(result: HarmonicSpectra, html: bool = False, made_by: str = "") -> dict[str, bytes]:
    """Suffix -> the bytes of that file.

    Parameters
    ----------
    made_by : the command or the call, for the page.
    """
    data = json_document(to_dict(result))
    written = {
        "json": data,
        "csv": csv_table(table(result)),
        "curve.csv": csv_table(curves(result)),
        "jdx": jcamp_file(result),
        "png": png(figure(result)),
    }
    if html:
        from specml.documents.harmonic_page import vibrational_page
        from specml.report.html import render

        page = vibrational_page(result.kind, result.card, json.loads(data), made_by)
        written["html"] = render(page)
    return written


def to_dict(result: HarmonicSpectra) -> dict[str, Any]:
    """The JSON document of one molecule."""
    settings, kind, card = result.settings, result.kind, result.card
    vibrations = result.vibrations
    expansion, structure = vibrations.expansion, result.structure
    curve = next(iter(result.curves.values()))
    return {
        "schema": schema(kind),
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": described(structure, masses_amu=vibrations.modes.masses),
        "energy_ev": expansion.energy,
        "dipole_e_angstrom": expansion.dipole,
        "polarizability_angstrom3": expansion.polarizability,
        "modes": _mode_rows(kind, vibrations),
        "curve": {
            "shape": "lorentzian",
            "fwhm_cm1": settings.fwhm_cm1,
            "wavenumber_cm1": curve.x,
            **{key: spectrum.y for key, spectrum in result.curves.items()},
        },
        "ensemble": {
            "requested": result.search.requested,
            "found": result.search.n_in_window,
            "weights": "gibbs" if result.by_gibbs else "energy",
            "kept": len(result.members),
            "kept_share": result.kept_share,
        },
        "conformers": _conformer_rows(kind, result),
        "temperature_k": settings.temperature_k,
        "laser_nm": settings.laser_nm if kind.polarizability else None,
        "scaling": _scaling(result.scaling),
        "thermochemistry": thermochemistry(vibrations.thermochemistry),
        "optimization": optimization(result),
        "domain": {
            "inside": result.verdict.inside,
            "reasons": result.verdict.reasons,
            "uncertainty_cm1": result.verdict.uncertainty,
            "misfit_ev_angstrom": result.verdict.misfit,
            "disagreement_ev_angstrom": result.verdict.disagreement,
        },
        "model": {key: card[key] for key in _CARD if key in card},
        "warnings": result.warnings,
    }


def _scaling(scaling: Scaling) -> dict[str, object]:
    """The broken line from harmonic to observed wavenumbers, and how well it is known."""
    return {
        "name": scaling.name,
        "description": scaling.description,
        "factors": scaling.factors,
        "edges_cm1": scaling.edges,
        "uncertainties": scaling.uncertainties,
        "error_cm1": scaling.error,
        "error_unscaled_cm1": scaling.raw_error,
        "n_molecules": scaling.n_molecules,
        "n_fundamentals": scaling.n_fundamentals,
        "source": scaling.source,
    }


def _columns(kind: SpectrumKind, vibrations: Vibrations) -> dict[str, list]:
    """Key -> one value a mode; rows ascend in wavenumber."""
    return {
        "mode": list(range(1, len(vibrations.wavenumbers) + 1)),
        "wavenumber_cm1": vibrations.wavenumbers.tolist(),
        POSITION: vibrations.scaled_wavenumbers.tolist(),
        **{c.key: getattr(vibrations, c.attribute).tolist() for c in kind.columns},
        "reduced_mass_amu": vibrations.modes.reduced_masses.tolist(),
        "assignment": list(vibrations.assignments),
    }


def _mode_rows(kind: SpectrumKind, vibrations: Vibrations) -> list[dict[str, object]]:
    columns = _columns(kind, vibrations)
    columns["displacements"] = list(vibrations.modes.displacements)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _conformer_rows(kind: SpectrumKind, result: HarmonicSpectra) -> list[dict[str, object]]:
    """What is averaged in the curve, the lowest first."""
    above = zip(result.relative_energies, result.relative_gibbs_energies, strict=True)
    return [
        {
            "energy_ev": member.energy,
            "relative_energy_kj_mol": energy,
            "relative_gibbs_energy_kj_mol": gibbs_energy,
            "degeneracy": member.degeneracy,
            "weight": member.weight,
            "structure": {
                "positions_angstrom": member.vibrations.expansion.structure.positions,
            },
            "modes": _mode_rows(kind, member.vibrations),
        }
        for member, (energy, gibbs_energy) in zip(result.members, above, strict=True)
    ]


def table(result: HarmonicSpectra) -> dict[str, list]:
    """The columns of the table of modes, of the lowest conformer: key -> one value a mode."""
    return _columns(result.kind, result.vibrations)


def curves(result: HarmonicSpectra) -> dict[str, list]:
    """The columns of the table of curves: key -> one value a grid point."""
    x = next(iter(result.curves.values())).x
    return {"wavenumber_cm1": x.tolist()} | {k: s.y.tolist() for k, s in result.curves.items()}


def thermochemistry(values: Thermochemistry) -> dict[str, float | str]:
    """Ideal-gas functions above the electronic energy, in kJ/mol and J/(mol K)."""
    return {
        "temperature_k": values.temperature,
        "pressure_pa": 101325.0,
        "symmetry_number": values.symmetry_number,
        "zero_point_energy_kj_mol": values.zero_point_energy / KJ_PER_MOL,
        "energy_kj_mol": values.energy / KJ_PER_MOL,
        "enthalpy_kj_mol": values.enthalpy / KJ_PER_MOL,
        "gibbs_energy_kj_mol": values.gibbs_energy / KJ_PER_MOL,
        "entropy_j_mol_k": 1000.0 * values.entropy / KJ_PER_MOL,
        "heat_capacity_v_j_mol_k": 1000.0 * values.heat_capacity / KJ_PER_MOL,
        "imaginary_modes_left_out": values.n_imaginary,
        "entropy_of_vibrations": values.vibrations,
        "soft_modes_raised": values.n_soft,
        "soft_mode_noise_cm1": NOISE,
    }


def optimization(result: HarmonicSpectra) -> dict[str, object]:
    """The key ``optimization``: how the geometry came about and what force is left at it."""
    end = result.relaxed
    return {
        "performed": end is not None,
        "converged": None if end is None else end.converged,
        "steps": None if end is None else end.steps,
        "max_force_ev_angstrom": result.vibrations.max_force,
        "max_external_wavenumber_cm1": result.vibrations.max_external,
    }


def jcamp_file(result: HarmonicSpectra) -> bytes:
    """The JCAMP-DX file: the first curve."""
    settings, data_type = result.settings, result.kind.data_type
    notes = {
        "METHOD": "harmonic, isolated molecule",
        "LINE SHAPE": f"Lorentzian, FWHM {settings.fwhm_cm1:g} 1/CM",
        "WAVENUMBER SCALING": result.vibrations.scaling,
        "CONFORMERS": averaged(result) or "1",
        "ISOTOPES": " ".join(settings.isotopes) or "natural abundance",
    }
    curve = next(iter(result.curves.values()))
    return vibrational(result.structure, curve, data_type, result.card, notes, result.warnings)


def figure(result: HarmonicSpectra) -> "Figure":
    """The figure of the first curve over its sticks."""
    settings, card = result.settings, result.card
    curve = next(iter(result.curves.values()))
    lines = next(iter(result.sticks.values()))
    real = lines.x > 0.0
    note = f"{card['name']} · Lorentzian, FWHM {settings.fwhm_cm1:g} cm⁻¹ · "
    if len(result.members) > 1:
        note += f"{len(result.members)} conformers, {settings.temperature_k:g} K · "
    note += "unscaled" if result.vibrations.scaling == "unscaled" else "scaled wavenumbers"
    drawn = result.kind.curves[0]
    name = figure_title(result.structure, result.vibrations.modes.masses)
    labels = SpectrumLabels(name, note, drawn.axis, drawn.stick_axis)
    return drawing(curve.x, curve.y, lines.x[real], lines.y[real], labels, settings.fwhm_cm1 / 2.0)


def averaged(result: HarmonicSpectra) -> str:
    """``4 of 5, energies at 298.15 K``: what the curve is an average of; empty for one."""
    if len(result.members) == 1:
        return ""
    energies = "Gibbs energies" if result.by_gibbs else "energies"
    count = f"{len(result.members)} of {result.search.n_in_window}"
    if (share := result.kept_share) < 1.0:
        count += f" ({100.0 * share:.0f} % of all)"
    return f"{count}, {energies} at {result.settings.temperature_k:g} K"


def sticks_of(document: Mapping[str, Any], kind: str) -> Spectrum:
    """Sticks of every conformer, each height times the weight of its conformer.

    Parameters
    ----------
    document : what :func:`to_dict` gave, read back from its file.
    kind : ``infrared`` or ``raman``, whose heights are scattering cross-sections.

    Raises
    ------
    KeyError, TypeError, ValueError
        A document that lacks them.
    """
    key, unit = STICKS[kind]
    members = document.get("conformers") or [{"weight": 1.0, "modes": document["modes"]}]
    rows = [
        (mode[POSITION], member["weight"] * mode[key])
        for member in members
        for mode in member["modes"]
    ]
    x, y = json_file.finite(rows).reshape(-1, 2).T
    return Spectrum(x, y, "1/cm", unit, kind, True)


FORMAT = Format(
    paths=lambda result, folder, html: paths(folder, result.structure, result.kind, html),
    contents=contents,
    to_dict=to_dict,
    table=table,
    figure=figure,
    curves=lambda result: result.curves,
)
