"""The files of ``specml compare``; docs/compare.md describes the keys."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import specml
from specml.plots.comparison import Labels, figure
from specml.plots.spectrum import png
from specml.spectra import alignment
from specml.spectra.comparison import SIGMA

if TYPE_CHECKING:
    from specml.cli.comparison import Match, Request, Result

_PREDICTED = ("name", "formula", "model", "scaling")


def document(request: "Request", result: "Result") -> dict[str, object]:
    """The JSON document."""
    first, second, pair = result.predicted, result.measured, result.best.pair
    return {
        "schema": "specml/compare/1",
        "specml_version": specml.__version__,
        "kind": first.kind,
        "predicted": {
            "file": str(request.predicted),
            **{key: first.provenance.get(key) for key in _PREDICTED},
            "form": "modes" if first.sticks else "curve",
            "fwhm_cm1": pair.fwhm,
            "baseline": pair.baselines[0],
        },
        "measured": {
            "file": str(request.measured),
            **{k: v for k, v in second.provenance.items() if k != "line_shape"},
            "absolute": pair.absolute,
            "baseline": pair.baselines[1],
        },
        "range_cm1": limits(pair),
        "step_cm1": pair.step,
        "sis_sigma_cm1": SIGMA,
        "as_predicted": _likeness(result.plain),
        "fitted": None if result.fitted is None else _likeness(result.fitted),
        "areas": areas(pair) if pair.absolute else None,
        "curve": {
            "wavenumber_cm1": pair.x,
            "predicted": pair.predicted,
            "measured": pair.measured,
            "unit": "L/(mol cm)" if pair.absolute else None,
        },
        "warnings": result.warnings,
    }


def _likeness(match: "Match") -> dict[str, float]:
    values = asdict(match.likeness)
    values["earth_movers_distance_cm1"] = values.pop("distance")
    return {"scale_factor": match.pair.factor, **values}


def limits(pair: alignment.Pair) -> tuple[float, float]:
    """The range that was compared, 1/cm."""
    return float(pair.x[0] - 0.5 * pair.step), float(pair.x[-1] + 0.5 * pair.step)


def areas(pair: alignment.Pair) -> dict[str, object]:
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


def picture(result: "Result") -> bytes:
    """The figure as PNG."""
    match, first, second = result.best, result.predicted, result.measured
    pair, like = match.pair, match.likeness
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
    labels = Labels(
        str(first.provenance.get("formula") or first.provenance.get("title") or ""),
        note,
        f"predicted{f' by {model}' if model else ''}{width}",
        f"measured: {second.label}",
        axes[first.kind, pair.absolute],
    )
    return png(figure(pair.x, pair.predicted, pair.measured, pair.absolute, labels))
