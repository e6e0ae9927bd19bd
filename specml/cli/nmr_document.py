"""What the files of ``specml nmr`` say of one molecule; docs/json.md describes the keys."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

import specml
from specml.documents.structure import described, title
from specml.io.jcamp import jcamp
from specml.plots.nmr import Panel, nmr_figure
from specml.plots.spectrum import png
from specml.reference.xtb import METHOD
from specml.spectra.nmr import by_shift
from specml.units import XI_13C

if TYPE_CHECKING:
    from specml.cli.nmr_request import Request
    from specml.cli.nmr_result import Result

SCHEMA = "specml/nmr/1"
LEVEL = "mPW1PW91/6-311+G(d,p)"
DIGITS = 4  # of a shift, ppm: far below its error, and equal for equivalent nuclei
FREQUENCY = {"1H": 1.0, "13C": XI_13C}  # of a nucleus over that of 1H


def document(request: "Request", card: Mapping, result: "Result") -> dict[str, object]:
    """The JSON document of one molecule."""
    structure = result.structure
    return {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": described(structure),
        "nuclei": nuclei(result),
        "groups": groups(result),
        "curves": [
            {
                "nucleus": nucleus,
                "shape": "lorentzian",
                "fwhm_ppm": request.widths[nucleus],
                "shift_ppm": curve.x,
                "intensity_per_ppm": curve.y,
            }
            for nucleus, curve in result.curves.items()
        ],
        "reference": {
            "compound": "tetramethylsilane",
            "shift_ppm": 0.0,
            "shielding_ppm": {name: line[1] for name, line in card["reference"].items()},
        },
        "method": {"geometry": geometry(result), "shielding": LEVEL},
        "solvent": card["solvent"],
        "temperature_k": request.temperature,
        "ensemble": {
            "requested": result.search.requested,
            "found": result.search.found,
            "weights": "energy",
        },
        "conformers": [] if result.n_frames else _conformers(result),
        "frames": result.n_frames or None,
        "optimization": _optimization(result),
        "domain": {
            "inside": result.verdict.inside,
            "reasons": result.verdict.reasons,
            "uncertainty_ppm": result.verdict.uncertainty,
        },
        "model": {key: card[key] for key in ("name", "version") if key in card},
        "warnings": result.warnings,
    }


def geometry(result: "Result") -> str:
    """Where the geometries come from."""
    if result.n_frames:
        return f"{result.n_frames} frames as given"
    return "as given" if result.relaxed is None else METHOD


def nuclei(result: "Result") -> list[dict[str, Any]]:
    """One row a nucleus that was asked for, in the order of the atoms."""
    rows = [
        _nucleus(result, number, atom)
        for number, signal in enumerate(result.signals)
        for atom in signal.group.atoms
    ]
    return sorted(rows, key=lambda row: row["index"])


def _nucleus(result: "Result", number: int, atom: int) -> dict[str, Any]:
    signal, averaged = result.signals[number], result.averaged
    return {
        "index": atom,
        "element": result.structure.symbols[atom],
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


def groups(result: "Result") -> list[dict[str, Any]]:
    """One row a signal."""
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
        for number, signal in enumerate(result.signals)
    ]


def _ppm(value: float) -> float:
    return round(float(value), DIGITS) + 0.0  # no -0.0


def _conformers(result: "Result") -> list[dict[str, Any]]:
    """What is averaged, the lowest first."""
    energies, above = result.energies, result.relative_energies
    rows = []
    for k, structure in enumerate(result.search.structures):
        shifts = result.averaged.each[k]
        rows.append(
            {
                "energy_ev": None if energies is None else energies[k],
                "relative_energy_kj_mol": None if above is None else above[k],
                "degeneracy": result.degeneracies[k],
                "weight": result.weights[k],
                "structure": {"positions_angstrom": structure.positions},
                "shift_ppm": np.round(shifts, DIGITS),
            }
        )
    return rows


def _optimization(result: "Result") -> dict[str, object]:
    end = result.relaxed
    return {
        "performed": end is not None,
        "converged": None if end is None else end.converged,
        "steps": None if end is None else end.steps,
        "max_force_ev_angstrom": None if end is None else end.max_force,
    }


def table(result: "Result") -> dict[str, list]:
    """The nuclei as columns."""
    rows = nuclei(result)
    return {key: [row[key] for row in rows] for key in rows[0]}


def exchange(request: "Request", card: Mapping, result: "Result", nucleus: str) -> bytes:
    """The JCAMP-DX file of one nucleus; the axis falls, as spectrometers write it."""
    structure, curve = result.structure, result.curves[nucleus]
    lines = (f"{s.shift:.2f} {s.group.label}" for s in by_shift(result.signals, nucleus))
    return jcamp(
        curve.x[::-1],
        curve.y[::-1],
        title=f"{structure.name} (calculated)",
        data_type="NMR SPECTRUM",
        y_units="ARBITRARY UNITS",
        formula=structure.formula,
        origin=f"SpecML {specml.__version__}, model {card['name']}",
        x_units="PPM",
        technique={
            "OBSERVE FREQUENCY": f"{request.frequency * FREQUENCY[nucleus]:.6f}",
            "OBSERVE NUCLEUS": f"^{nucleus}",
            "SOLVENT NAME": card["solvent"],
        },
        notes={
            "METHOD": f"{LEVEL} calibrated to experiment, geometry {geometry(result)}",
            "REFERENCE": "tetramethylsilane 0 PPM",
            "LINE SHAPE": f"Lorentzian, FWHM {request.widths[nucleus]:g} PPM, no coupling",
            "SIGNALS": ", ".join(lines),
            "CONFORMERS": averaged(request, result) or "1",
            "WARNINGS": " | ".join(result.warnings) or "none",
        },
    )


def averaged(request: "Request", result: "Result") -> str:
    """What the shifts are an average of; empty for one geometry."""
    if result.n_frames:
        return f"{result.n_frames} frames"
    count = len(result.search.structures)
    if count == 1:
        return ""
    return f"{count} of {result.search.found} conformers, energies at {request.temperature:g} K"


def picture(request: "Request", card: Mapping, result: "Result") -> bytes:
    """The figure: one panel a nucleus."""
    widths = " and ".join(f"{request.widths[nucleus]:g}" for nucleus in result.curves)
    note = f"{card['name']} · {card['solvent']} · "
    if what := averaged(request, result):
        note += f"{what.split(',')[0]} · "
    note += f"Lorentzian, FWHM {widths} ppm"
    panels = []
    for nucleus, curve in result.curves.items():
        found = by_shift(result.signals, nucleus)
        names = [s.group.label + ("*" if s.group.labile else "") for s in found]
        lines = result.sticks[nucleus]
        width = request.widths[nucleus]
        panels.append(Panel(nucleus, curve.x, curve.y, lines.x, lines.y, names, width))
    return png(nmr_figure(panels, title(result.structure), note))
