"""Harmonic spectra of held-out molecules against B3LYP's own, the model beside GFN2-xTB.

    python benchmarks/spectra/accuracy.py datasets/references.csv datasets/references \
        --model specml-xtb

Every method starts from the B3LYP geometry, relaxes on its own surface and computes its own
harmonic spectrum; wavenumbers are unscaled and compared in ascending order above 300 1/cm. Curves
are Lorentzian, FWHM 20 1/cm, 400 to 4000 1/cm. Writes ``accuracy.json``, prints a table.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from references import load, rows
from scipy.optimize import nnls
from scipy.stats import spearmanr

import specml
from specml.data.sampling import relax_gfn2
from specml.expansion import Expansion
from specml.io.model_cards import card_path
from specml.reference.xtb import GFN2
from specml.spectra.harmonic import Vibrations, harmonic_analysis
from specml.structure import Structure

FWHM, GRID, LOWEST = 20.0, np.arange(400.0, 4000.0, 1.0), 300.0
MEASURES = ("misfit", "disagreement")  # of inference.domain
TOLERATED = 30.0  # 1/cm, expected error beyond which a molecule is outside the domain


def gfn2_expansion(structure: Structure) -> Expansion:
    """GFN2-xTB at its own minimum; it has no polarizability."""
    relaxed = relax_gfn2(structure, fmax=1e-3, max_steps=300)
    calculator = GFN2(relaxed)
    label = calculator(relaxed.positions)
    hessian, slopes = calculator.derivatives(relaxed.positions)
    gradient = -label["forces"].ravel()
    return Expansion(relaxed, label["energy"], gradient, hessian, label["dipole"], slopes)


def curve(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    half = FWHM / 2.0
    return (y[:, None] * half / np.pi / ((GRID - x[:, None]) ** 2 + half**2)).sum(0)


def compare(own: Vibrations, reference: Vibrations) -> dict[str, float]:
    """Errors of one molecule."""
    error = own.wavenumbers - reference.wavenumbers
    counted = reference.wavenumbers > LOWEST
    found = {
        "wavenumber_mae": float(np.abs(error[counted]).mean()),
        "n_modes": int(counted.sum()),
        "ir_pearson": correlation(own, reference, "ir_intensities"),
    }
    if own.raman_activities is not None:
        found["raman_pearson"] = correlation(own, reference, "raman_activities")
    return found


def correlation(own: Vibrations, reference: Vibrations, name: str) -> float:
    curves = [curve(v.wavenumbers, getattr(v, name)) for v in (own, reference)]
    return float(np.corrcoef(curves)[0, 1])


def summary(found: list[dict[str, float]]) -> dict[str, float]:
    """Mean absolute error over modes, medians of the correlations over molecules."""
    modes = [row["n_modes"] for row in found]
    out = {"wavenumber_mae": float(np.average([r["wavenumber_mae"] for r in found], weights=modes))}
    for name in ("ir_pearson", "raman_pearson"):
        if all(name in row for row in found):
            out[f"{name}_median"] = float(np.median([row[name] for row in found]))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", nargs="+", default=["specml-xtb", "specml"])
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/accuracy.json"))
    parser.add_argument("--save", action="store_true", help="write figures into the model cards")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    entries = [r for r in rows(arguments.table) if (arguments.folder / f"{r['key']}.npz").exists()]
    references = [load(arguments.folder / f"{r['key']}.npz", r["smiles"]) for r in entries]
    truth = [harmonic_analysis(expansion) for expansion in references]
    structures = [expansion.structure for expansion in references]
    results = {"GFN2-xTB": [gfn2_expansion(s) for s in structures]}
    verdicts = {}
    for name in arguments.model:
        predictor = specml.load(name)
        relaxed = predictor.relax(structures)
        results[name] = predictor.expand([r.structure for r in relaxed])
        verdicts[name] = predictor.domain([r.structure for r in relaxed])
    report: dict = {
        "n_molecules": len(truth),
        "max_heavy_atoms": max(int((s.numbers > 1).sum()) for s in structures),
        "fwhm_cm1": FWHM,
        "methods": {},
        "molecules": {},
    }
    for name, expansions in results.items():
        found = [compare(harmonic_analysis(e), t) for e, t in zip(expansions, truth, strict=True)]
        report["methods"][name] = summary(found)
        if name in verdicts:
            errors = [row["wavenumber_mae"] for row in found]
            for measure in MEASURES:
                values = [getattr(verdict, measure) for verdict in verdicts[name]]
                if values[0] is not None:
                    rank = spearmanr(values, errors).statistic
                    report["methods"][name][f"{measure}_error_spearman"] = float(rank)
                for row, value in zip(found, values, strict=True):
                    row[measure] = value
        for entry, row in zip(entries, found, strict=True):
            report["molecules"].setdefault(entry["smiles"], {})[name] = row
    arguments.output.write_text(json.dumps(report, indent=1) + "\n")
    if arguments.save:
        for name in verdicts:
            save(report, name)
    print(table(report))


def save(report: dict, name: str) -> None:
    """Put the figures and the calibration of the uncertainty into the card of a shipped model.

    The expected error is linear in misfit and disagreement, with coefficients that are not
    negative, fitted to the molecules of this run. The largest misfit tolerated is where a straight
    line through the errors and the misfits alone reaches ``TOLERATED``, as the error itself may.
    The largest molecule is that of the training data, or of this run if that is larger.
    """
    found = [row[name] for row in report["molecules"].values()]
    measures = [m for m in MEASURES if found[0][m] is not None]
    columns = np.array([[1.0, *(row[m] for m in measures)] for row in found])
    errors = np.array([row["wavenumber_mae"] for row in found])
    coefficients, _ = nnls(columns, errors)
    slope, intercept = np.polyfit(columns[:, 1], errors, 1)
    path = card_path(name)
    card = json.loads(path.read_text())
    card["domain"]["uncertainty"] = [round(float(c), 1) for c in coefficients]
    card["domain"]["largest_uncertainty"] = TOLERATED
    card["domain"]["largest_misfit"] = round(float((TOLERATED - intercept) / slope), 3)
    largest = max(card["domain"]["max_heavy_atoms"], report["max_heavy_atoms"])
    card["domain"]["max_heavy_atoms"] = largest
    summary = {k: round(v, 3) for k, v in report["methods"][name].items()}
    card["held_out"] = {"n_molecules": report["n_molecules"], **summary}
    path.write_text(json.dumps(card, indent=2) + "\n")


def table(report: dict) -> str:
    """The summary as markdown."""
    lines = [
        f"{report['n_molecules']} held-out molecules",
        "",
        "| method | wavenumbers, MAE (1/cm) | IR, median r | Raman, median r |",
        "|---|---|---|---|",
    ]
    for name, row in report["methods"].items():
        raman = row.get("raman_pearson_median")
        cells = (
            name,
            f"{row['wavenumber_mae']:.1f}",
            f"{row['ir_pearson_median']:.2f}",
            "" if raman is None else f"{raman:.2f}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
