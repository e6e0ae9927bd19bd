"""The files of NMR spectra, ``<molecule>.nmr.*``, written and read; docs/nmr.md describes the keys.

``specml nmr`` and the API call it with a :class:`specml.workflows.nmr_spectra.NMRSpectra`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import specml
from specml.documents import files, json_file
from specml.documents.format import Format
from specml.documents.jcamp import heading
from specml.documents.nmr_page import nmr_page
from specml.documents.structure import described, figure_title
from specml.io.jcamp import jcamp
from specml.io.spectra import csv_table, json_document
from specml.nuclei import NUCLEI, Nucleus
from specml.plots.nmr import NMRPanel, nmr_figure, nmr_png
from specml.reference.xtb import METHOD
from specml.report.html import render
from specml.structure import Structure
from specml.workflows.nmr_settings import NMRSettings
from specml.workflows.nmr_spectra import NMRSpectra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KIND = "nmr"
SCHEMA = "specml/nmr/1"
LEVEL = "mPW1PW91/6-311+G(d,p)"
DIGITS = 4  # of a shift, ppm: far below its error, and equal for equivalent nuclei


@dataclass(frozen=True)
class NMRFiles:
    """Spectra with the contents of their files, which were made in the process that computed them.

    Parameters
    ----------
    spectra : the spectra of one molecule.
    contents : suffix -> the bytes of that file.
    """

    spectra: NMRSpectra
    contents: dict[str, bytes]


def with_files(spectra: NMRSpectra, html: bool = False, made_by: str = "") -> NMRFiles:
    """Spectra with :func:`contents`, for :func:`specml.workflows.nmr.run_and`."""
    return NMRFiles(spectra, contents(spectra, html, made_by))


def publish(
    made: NMRFiles, folder: Path, html: bool = False, _made_by: str = ""
) -> dict[str, Path]:
    """Write files that :func:`with_files` made, as :meth:`Format.write` does; suffix -> path.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    written = paths(folder, made.spectra.structure, made.spectra.settings, html)
    files.publish({path: made.contents[suffix] for suffix, path in written.items()})
    return written


def suffixes(structure: Structure, settings: NMRSettings, html: bool = False) -> tuple[str, ...]:
    """The files of one molecule, by what stands behind ``<molecule>.nmr.``.

    Raises
    ------
    InputError
        A molecule without any of the nuclei asked for.
    """
    curves = (NUCLEI[name].suffix for name in settings.observed(structure))
    return ("json", "csv", *curves, "png", *(("html",) if html else ()))


def paths(
    folder: Path, structure: Structure, settings: NMRSettings, html: bool = False
) -> dict[str, Path]:
    """Suffix -> where it is written; errors as :func:`suffixes`."""
    return files.paths(folder, structure.name, KIND, suffixes(structure, settings, html))


def contents(spectra: NMRSpectra, html: bool = False, made_by: str = "") -> dict[str, bytes]:
    """Suffix -> the bytes of that file.

    Parameters
    ----------
    made_by : the command or the call, for the page.
    """
    data = json_document(to_dict(spectra))
    made = {"json": data, "csv": csv_table(table(spectra))}
    made |= {nucleus.suffix: jcamp_file(spectra, nucleus) for nucleus in spectra.nuclei}
    made["png"] = nmr_png(*_drawing(spectra))
    if html:
        made["html"] = render(nmr_page(spectra.card, json.loads(data), made_by))
    return made


def read(path: Path) -> dict[str, Any]:
    """The document of a ``.nmr.json`` file, as :func:`to_dict` made it.

    Raises
    ------
    InputError
        A file that cannot be read or holds something else.
    """
    return json_file.load(path, [SCHEMA], "specml nmr")


def to_dict(spectra: NMRSpectra) -> dict[str, Any]:
    """The JSON document of one molecule."""
    structure, card, settings = spectra.structure, spectra.card, spectra.settings
    return {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": described(structure),
        "nuclei": nuclei(spectra),
        "groups": groups(spectra),
        "curves": _curves(spectra),
        "reference": _reference(card),
        "method": {"geometry": geometry(spectra), "shielding": LEVEL},
        "solvent": card["solvent"],
        "temperature_k": settings.temperature_k,
        "ensemble": {
            "requested": spectra.search.requested,
            "found": spectra.search.n_in_window,
            "weights": "energy",
            "energies": spectra.search.energies_by or METHOD,
            "kept": len(spectra.search.structures),
            "kept_share": spectra.search.kept_share(settings.temperature_k),
        },
        "conformers": [] if spectra.n_frames else _conformers(spectra),
        "frames": spectra.n_frames or None,
        "optimization": _optimization(spectra),
        "domain": {
            "inside": spectra.verdict.inside,
            "reasons": spectra.verdict.reasons,
            "uncertainty_ppm": spectra.verdict.uncertainty,
        },
        "model": {key: card[key] for key in ("name", "version") if key in card},
        "warnings": spectra.warnings,
    }


def _curves(spectra: NMRSpectra) -> list[dict[str, Any]]:
    """The key ``curves``: one curve for each nucleus that is observed."""
    return [
        {
            "nucleus": name,
            "shape": "lorentzian",
            "fwhm_ppm": spectra.settings.widths[name],
            "shift_ppm": curve.x,
            "intensity_per_ppm": curve.y,
        }
        for name, curve in spectra.curves.items()
    ]


def _reference(card: Mapping) -> dict[str, Any]:
    """Where the scales of all nuclei of the model begin."""
    lines = card["reference"]
    compounds = dict.fromkeys(NUCLEI[name].reference.name for name in lines)
    return {
        "compound": ", ".join(compounds),
        "shift_ppm": 0.0,
        "shielding_ppm": {name: line[1] for name, line in lines.items()},
    }


def geometry(spectra: NMRSpectra) -> str:
    """Where the geometries come from, in words."""
    if spectra.n_frames:
        return f"{spectra.n_frames} frames as given"
    return "as given" if spectra.relaxed is None else METHOD


def nuclei(spectra: NMRSpectra) -> list[dict[str, Any]]:
    """The key ``nuclei``: one row for each nucleus asked for, in the order of the atoms."""
    rows = [
        _nucleus(spectra, number, atom)
        for number, signal in enumerate(spectra.signals)
        for atom in signal.group.atoms
    ]
    return sorted(rows, key=lambda row: row["index"])


def _nucleus(spectra: NMRSpectra, number: int, atom: int) -> dict[str, Any]:
    signal, averaged = spectra.signals[number], spectra.averaged
    return {
        "index": atom,
        "element": spectra.structure.symbols[atom],
        "group": number,
        "label": signal.group.label,
        "shielding_ppm": _ppm(averaged.shielding[atom]),
        "shift_ppm": _ppm(averaged.shift[atom]),
        "shift_group_ppm": _ppm(signal.shift),
        "shift_dft_ppm": _ppm(averaged.dft[atom]),
        "uncertainty_ppm": _ppm(signal.uncertainty),
        "spread_ppm": _ppm(signal.spread),
        "labile": signal.group.labile,
    }


def groups(spectra: NMRSpectra) -> list[dict[str, Any]]:
    """The key ``groups``: one row for each signal, in the order of its first atoms."""
    return [
        {
            "group": number,
            "nucleus": signal.nucleus,
            "label": signal.group.label,
            "indices": list(signal.group.atoms),
            "count": signal.count,
            "shift_ppm": _ppm(signal.shift),
            "shift_dft_ppm": _ppm(signal.dft),
            "uncertainty_ppm": _ppm(signal.uncertainty),
            "uncertainty_dft_ppm": _ppm(signal.dft_uncertainty),
            "spread_ppm": _ppm(signal.spread),
            "standard_error_ppm": _ppm(signal.standard_error),
            "labile": signal.group.labile,
        }
        for number, signal in enumerate(spectra.signals)
    ]


def _ppm(value: float) -> float:
    return round(float(value), DIGITS) + 0.0  # no -0.0


def _conformers(spectra: NMRSpectra) -> list[dict[str, Any]]:
    """The key ``conformers``: what is averaged, the lowest first."""
    energies, above = spectra.energies, spectra.relative_energies
    rows = []
    for k, structure in enumerate(spectra.search.structures):
        shifts = spectra.averaged.each[k]
        rows.append(
            {
                "energy_ev": None if energies is None else energies[k],
                "relative_energy_kj_mol": None if above is None else above[k],
                "degeneracy": spectra.degeneracies[k],
                "weight": spectra.weights[k],
                "structure": {"positions_angstrom": structure.positions},
                "shift_ppm": np.round(shifts, DIGITS),
            }
        )
    return rows


def _optimization(spectra: NMRSpectra) -> dict[str, object]:
    """The key ``optimization``: how the lowest geometry came about."""
    end = spectra.relaxed
    return {
        "performed": end is not None,
        "converged": None if end is None else end.converged,
        "steps": None if end is None else end.steps,
        "max_force_ev_angstrom": None if end is None else end.max_force,
    }


def table(spectra: NMRSpectra) -> dict[str, list]:
    """The columns of the CSV file: the rows of :func:`nuclei`, key by key."""
    rows = nuclei(spectra)
    return {key: [row[key] for row in rows] for key in rows[0]}


def jcamp_file(spectra: NMRSpectra, nucleus: Nucleus) -> bytes:
    """The JCAMP-DX file of one nucleus; the axis falls, as spectrometers write it."""
    structure, card, settings = spectra.structure, spectra.card, spectra.settings
    curve = spectra.curves[nucleus.name]
    lines = (f"{s.shift:.2f} {s.group.label}" for s in spectra.signals_of(nucleus))
    return jcamp(
        curve.x[::-1],
        curve.y[::-1],
        data_type="NMR SPECTRUM",
        y_units="ARBITRARY UNITS",
        x_units="PPM",
        **heading(structure, card),
        technique={
            "OBSERVE FREQUENCY": f"{settings.mhz * nucleus.frequency_ratio:.6f}",
            "OBSERVE NUCLEUS": f"^{nucleus.name}",
            "SOLVENT NAME": card["solvent"],
        },
        notes={
            "METHOD": f"{LEVEL} calibrated to experiment, geometry {geometry(spectra)}",
            "REFERENCE": f"{nucleus.reference.name} 0 PPM",
            "LINE SHAPE": f"Lorentzian, FWHM {settings.widths[nucleus.name]:g} PPM, no coupling",
            "SIGNALS": ", ".join(lines),
            "CONFORMERS": averaged(spectra) or "1",
            "WARNINGS": " | ".join(spectra.warnings) or "none",
        },
    )


def averaged(spectra: NMRSpectra) -> str:
    """What the shifts are an average of; empty for one geometry."""
    if spectra.n_frames:
        return f"{spectra.n_frames} frames"
    count = len(spectra.search.structures)
    if count == 1:
        return ""
    temperature = spectra.settings.temperature_k
    share = spectra.search.kept_share(temperature)
    all_of = f" ({100.0 * share:.0f} % of all)" if share < 1.0 else ""
    energies = f"energies of {spectra.search.energies_by or METHOD}"
    kept = f"{count} of {spectra.search.n_in_window} conformers{all_of}"
    return f"{kept}, {energies} at {temperature:g} K"


def figure(spectra: NMRSpectra) -> "Figure":
    """A figure with one panel for each nucleus, as in the PNG file."""
    return nmr_figure(*_drawing(spectra))


def _drawing(spectra: NMRSpectra) -> tuple[list[NMRPanel], str, str]:
    """The panels of the figure, its title and the note in its corner."""
    settings, card = spectra.settings, spectra.card
    widths = " and ".join(f"{settings.widths[name]:g}" for name in spectra.curves)
    note = f"{card['name']} · {card['solvent']} · "
    if what := averaged(spectra):
        note += f"{what.split(',')[0]} · "
    note += f"Lorentzian, FWHM {widths} ppm"
    panels = []
    for nucleus in spectra.nuclei:
        name = nucleus.name
        signals, curve = spectra.signals_of(nucleus), spectra.curves[name]
        labels = [s.group.label + ("*" if s.group.labile else "") for s in signals]
        lines = spectra.sticks[name]
        width = settings.widths[name]
        panels.append(NMRPanel(name, curve.x, curve.y, lines.x, lines.y, labels, width))
    return panels, figure_title(spectra.structure), note


FORMAT = Format(
    paths=lambda spectra, folder, html: paths(folder, spectra.structure, spectra.settings, html),
    contents=contents,
    to_dict=to_dict,
    table=table,
    figure=figure,
    curves=lambda spectra: spectra.curves,
)
