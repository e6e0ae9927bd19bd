"""The page docs/measured_spectra.md from the results of ``nist_ir.py``."""

from pathlib import Path

import numpy as np

FIGURES = {
    "pearson": ("Pearson", ".2f"),
    "spearman": ("Spearman", ".2f"),
    "sis": ("SIS", ".2f"),
    "earth_movers_distance_cm1": ("distance (1/cm)", ".0f"),
}
HEAD = """# Predicted and measured spectra

Written by `benchmarks/spectra/nist_ir.py`; do not edit. Infrared spectra of gases from NIST's
and the Coblentz Society's collections, {n} of the {n_all} files in
`benchmarks/spectra/nist_ir.csv`. Figures, units and baselines as in
[compare.md](compare.md): {low:g} to {high:g} 1/cm as far as measured, Lorentzian bands of FWHM
{fwhm:g} 1/cm for every method.

- One geometry a molecule, the lowest by GFN2-xTB of a few embeddings, relaxed by each method on
  its own surface. The gases are mixtures of conformers; the predictions are not.
- Wavenumbers of the models are scaled as they ship (fitted to other data, Shimanouchi's tables,
  which hold some of these molecules). *GFN2-xTB, scaled* has the one factor, {factor:.3f}, that
  gives the highest mean Pearson correlation on these very spectra.
- A dot marks molecules of the training and validation lists; the others the models have not seen.
- Spectra in transmittance saturate: their strongest bands are flat, which costs every method
  correlation.
- Left out: {left_out}.
"""


def page(report: dict) -> str:
    """The whole page."""
    methods = list(dict.fromkeys(m for row in report["spectra"] for m in row["methods"]))
    head = HEAD.format(
        n=len(report["spectra"]),
        n_all=len(report["spectra"]) + len(report["left_out"]),
        left_out="; ".join(f"{f} ({why})" for f, why in report["left_out"].items()),
        low=report["range_cm1"][0],
        high=report["range_cm1"][1],
        fwhm=report["fwhm_cm1"],
        factor=report["gfn2_factor"],
    )
    unseen = [row for row in report["spectra"] if not row["listed"]]
    parts = [
        head,
        "## Medians\n",
        medians(report["spectra"], methods),
        f"The {len(unseen)} spectra of molecules that the models have not seen:\n",
        medians(unseen, methods),
        "## Absolute intensities\n",
        areas(report, methods),
        "## Every spectrum\n",
        spectra(report["spectra"], methods),
    ]
    return "\n".join(parts)


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _column(rows: list[dict], method: str, figure: str) -> np.ndarray:
    return np.array([r["methods"][method][figure] for r in rows if method in r["methods"]])


def medians(rows: list[dict], methods: list[str]) -> str:
    """One line a method."""
    lines = []
    for method in methods:
        columns = [_column(rows, method, figure) for figure in FIGURES]
        cells = [
            f"{np.median(column):{form}}"
            for column, (_, form) in zip(columns, FIGURES.values(), strict=True)
        ]
        lines.append([method, str(len(columns[0])), *cells])
    return _table(["method", "spectra", *(name for name, _ in FIGURES.values())], lines)


def areas(report: dict, methods: list[str]) -> str:
    """Integrated absorption of the spectra that are absolute, over the range."""
    shown = [method for method in methods if method != "GFN2-xTB, scaled"]
    rows = [
        row
        for row in report["spectra"]
        if all("area_km_mol" in figures for figures in row["methods"].values())
        and row["file"] not in report["without_area"]
    ]
    lines = []
    for row in rows:
        truth = next(iter(row["methods"].values()))["measured_area_km_mol"]
        cells = [
            f"{row['methods'][m]['area_km_mol']:.0f}" if m in row["methods"] else "" for m in shown
        ]
        low, high = row["range_cm1"]
        lines.append([_name(row), f"{low:.0f} to {high:.0f}", f"{truth:.0f}", *cells])
    deviations = []
    for method in shown:
        ratio = _column(rows, method, "area_km_mol") / _column(rows, method, "measured_area_km_mol")
        deviations.append(f"{100.0 * np.median(np.abs(ratio - 1.0)):.0f} %")
    lines.append(["median deviation", "", "", *deviations])
    text = (
        "Areas over the range in km/mol, NIST's quantitative spectra (their uncertainty is 2 to "
        "3 %, without\nthe choice of a baseline; none is taken off). Carbon tetrafluoride is left "
        "out: its Q branch is not\nresolved, and its bands add up to 725 km/mol where others "
        "measured about 1160.\n\n"
    )
    return text + _table(["spectrum", "range (1/cm)", "measured", *shown], lines)


def spectra(rows: list[dict], methods: list[str]) -> str:
    """Pearson correlation and SIS of every spectrum."""
    lines = []
    for row in rows:
        cells = []
        for method in methods:
            found = row["methods"].get(method)
            cells.append(f"{found['pearson']:.2f} / {found['sis']:.2f}" if found else "failed")
        kind = "absolute" if "mol" in row["y_units"] else row["y_units"].lower()
        lines.append([_name(row), kind, *cells])
    return "Pearson correlation / SIS.\n\n" + _table(["spectrum", "measured as", *methods], lines)


def _name(row: dict) -> str:
    return Path(row["file"]).stem.replace("_", " ") + (" •" if row["listed"] else "")
