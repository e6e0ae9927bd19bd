"""The files of a comparison, ``<prediction>.compare.*``, written and read.

Called by ``specml compare`` and the API (``specml.compare``).

The keys of the JSON document are described in docs/compare.md.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import specml
from specml.documents import files, json_file
from specml.documents.format import Format
from specml.io.spectra import json_document
from specml.plots.comparison import ComparisonLabels
from specml.plots.comparison import figure as drawing
from specml.plots.spectrum import png
from specml.spectra import alignment
from specml.spectra.comparison import SIGMA
from specml.workflows.comparison import ScaledMatch, SpectraComparison

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KIND = "compare"
SCHEMA = "specml/compare/1"
SUFFIXES = ("json", "png")
_PREDICTED = ("name", "formula", "model", "scaling")


def paths(folder: Path, predicted: Path) -> dict[str, Path]:
    """Suffix -> where it is written, named for the file of the prediction."""
    return files.paths(folder, predicted.stem, KIND, SUFFIXES)


def contents(
    result: SpectraComparison, _html: bool = False, _made_by: str = ""
) -> dict[str, bytes]:
    """Suffix -> the bytes of that file; there is no page."""
    return {"json": json_document(to_dict(result)), "png": png(figure(result))}


def to_dict(result: SpectraComparison) -> dict[str, Any]:
    """The JSON document of a comparison, key -> value."""
    first, second, pair = result.predicted, result.measured, result.best.pair
    return {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "kind": first.kind,
        "predicted": {
            "file": first.provenance.get("file"),
            **{key: first.provenance.get(key) for key in _PREDICTED},
            "form": "modes" if first.sticks else "curve",
            "fwhm_cm1": pair.fwhm,
            "baseline": pair.baselines[0],
        },
        "measured": {
            "file": second.provenance.get("file"),
            **{k: v for k, v in second.provenance.items() if k not in ("line_shape", "file")},
            "absolute": pair.absolute,
            "baseline": pair.baselines[1],
        },
        "range_cm1": limits(pair),
        "step_cm1": pair.step,
        "sis_sigma_cm1": SIGMA,
        "as_predicted": _merit(result.plain),
        "fitted": None if result.fitted is None else _merit(result.fitted),
        "areas": areas(pair) if pair.absolute else None,
        "curve": {
            "wavenumber_cm1": pair.x,
            "predicted": pair.predicted,
            "measured": pair.measured,
            "unit": "L/(mol cm)" if pair.absolute else None,
        },
        "warnings": result.warnings,
    }


def _merit(match: ScaledMatch) -> dict[str, float]:
    values = asdict(match.similarity)
    values["earth_movers_distance_cm1"] = values.pop("distance")
    return {"scale_factor": match.pair.factor, **values}


def limits(pair: alignment.AlignedSpectra) -> tuple[float, float]:
    """The range that was compared, 1/cm."""
    return float(pair.x[0] - 0.5 * pair.step), float(pair.x[-1] + 0.5 * pair.step)


def areas(pair: alignment.AlignedSpectra) -> dict[str, Any]:
    """Integrated absorption over the range and over each band."""
    predicted, measured = alignment.areas(pair)
    rows = []
    for low, high in alignment.bands(pair):
        inside = alignment.areas(pair, low, high)
        rows.append(
            {
                "low_cm1": low,
                "high_cm1": high,
                "predicted_km_mol": inside[0],
                "measured_km_mol": inside[1],
            }
        )
    return {"predicted_km_mol": predicted, "measured_km_mol": measured, "bands": rows}


def figure(result: SpectraComparison) -> "Figure":
    """Both spectra, the measured one mirrored."""
    match, first, second = result.best, result.predicted, result.measured
    pair, like = match.pair, match.similarity
    note = f"r {like.pearson:.3f} · ρ {like.spearman:.3f} · SIS {like.sis:.3f} · "
    note += f"EMD {like.distance:.0f} cm⁻¹"
    if result.fitted:
        note += f" · wavenumbers × {pair.factor:.4f}"
    model = first.provenance.get("model")
    width = "" if pair.fwhm is None else f", FWHM {pair.fwhm:g} cm⁻¹"
    axes = {
        ("infrared", True): "molar absorption / L mol⁻¹ cm⁻¹",
        ("infrared", False): "absorption, highest band 1",
        ("raman", False): "scattering, highest band 1",
    }
    labels = ComparisonLabels(
        str(first.provenance.get("formula") or first.provenance.get("title") or ""),
        note,
        f"predicted{f' by {model}' if model else ''}{width}",
        f"measured: {second.label}",
        axes[first.kind, pair.absolute],
    )
    return drawing(pair.x, pair.predicted, pair.measured, pair.absolute, labels)


def table(result: SpectraComparison) -> dict[str, list]:
    """Figures of merit: one row for the wavenumbers as predicted, one for the fitted factor."""
    rows = [_merit(match) for match in (result.plain, result.fitted) if match is not None]
    return {key: [row[key] for row in rows] for key in rows[0]}


def read(path: Path) -> dict[str, Any]:
    """The document of a file; errors as :func:`specml.documents.json_file.load`."""
    return json_file.load(path, {SCHEMA}, "specml compare")


def _source(result: SpectraComparison) -> Path:
    return Path(str(result.predicted.provenance.get("file", "prediction")))


FORMAT = Format(
    paths=lambda result, folder, _html: paths(folder, _source(result)),
    contents=contents,
    to_dict=to_dict,
    table=table,
    figure=figure,
)
