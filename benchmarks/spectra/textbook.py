"""Models and experiment on the textbook molecules, and how far off a wavenumber is to be expected.

    python benchmarks/spectra/textbook.py --save

Every model relaxes from the B3LYP/def2-SVP minimum of ``textbook_references.py``; its harmonic
wavenumbers above 300 1/cm are compared in ascending order, unscaled. Observed fundamentals are
compared with its scaled wavenumbers. Writes ``benchmarks/results/textbook.json``; with ``--save``
also ``docs/textbook.md`` and the coefficients of the expected error into the cards of the models.
These are fitted to neutral textbook molecules and to the held-out ones of ``accuracy.json``: least
squares of the logarithms, then scaled so that errors are on average what is expected.
"""

import argparse
import csv
import json
import os
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
from rdkit import Chem
from scipy.optimize import least_squares

import specml
from specml.errors import SpecMLError
from specml.inference.domain import smallness
from specml.inference.predictor import Predictor
from specml.io.model_cards import card_path
from specml.spectra.normal_modes import normal_modes
from specml.spectra.scaling import load as scaling_of
from specml.structure import Structure

ROOT = Path(__file__).parents[2]
MODELS = ("specml-xtb", "specml")
LOWEST = 300.0  # 1/cm
KNOWN_FAILURE = 40.0  # 1/cm


def rows() -> list[dict[str, str]]:
    """The molecules of ``datasets/textbook.csv``."""
    with (ROOT / "datasets/textbook.csv").open() as file:
        return list(csv.DictReader(file))


def reference(row: dict[str, str]) -> tuple[Structure, np.ndarray] | None:
    """Minimum and Hessian (3n, 3n) eV/angstrom^2 of B3LYP/def2-SVP, where there are such."""
    path = ROOT / "datasets/references" / f"{row['key']}.npz"
    if not path.exists():
        return None
    stored = np.load(path)
    charge = int(row["charge"])
    structure = Structure(stored["numbers"], stored["positions"], charge=charge, name=row["name"])
    return structure, stored["hessian"].astype(float)


def mean_error(own: np.ndarray, true: np.ndarray) -> float | None:
    """Mean absolute error of ascending wavenumbers above ``LOWEST``, 1/cm."""
    if len(own) != len(true):
        return None
    return round(float(np.abs(own - true)[true > LOWEST].mean()), 1)


def answer(predictor: Predictor, structure: Structure, true: np.ndarray, seen: np.ndarray) -> dict:
    """Errors and measures of one model on one molecule, or why there are none."""
    try:
        end = predictor.relax(structure)
        expansion = predictor.expand(end.structure, False)
        verdict = predictor.domain(end.structure)
    except SpecMLError as error:
        return {"error": str(error)}
    own = normal_modes(end.structure, expansion.hessian).wavenumbers
    return {
        "mae": mean_error(own, true),
        "mae_observed": mean_error(scaling_of(predictor.name)(own), seen) if len(seen) else None,
        "misfit": round(verdict.misfit, 4),
        "disagreement": None if verdict.disagreement is None else round(verdict.disagreement, 4),
        "inside": verdict.inside,
        "n_atoms": len(structure),
        "charge": structure.charge,
    }


def measured(predictors: list[Predictor]) -> dict[str, dict]:
    """Molecule -> what each model says of it."""
    found: dict[str, dict] = {}
    for row in rows():
        entry: dict = {"smiles": row["smiles"]}
        known = reference(row)
        seen = np.array([float(word) for word in row["observed_cm1"].split()])
        if known is not None:
            structure, hessian = known
            true = normal_modes(structure, hessian).wavenumbers
            entry["b3lyp_cm1"] = [round(float(x), 1) for x in true]
            if len(seen):
                entry["b3lyp_mae_observed"] = mean_error(true, seen)
            for predictor in predictors:
                entry[predictor.name] = answer(predictor, structure, true, seen)
        found[row["name"]] = entry
    return found


def calibrated(name: str, found: dict[str, dict]) -> tuple[list[float], float]:
    """Coefficients of the expected error: of 1, misfit and disagreement, and of smallness."""
    held_out = json.loads((ROOT / "benchmarks/results/accuracy.json").read_text())["molecules"]
    cases = []
    for smiles, of_models in held_out.items():
        n_atoms = Chem.AddHs(Chem.MolFromSmiles(smiles)).GetNumAtoms()
        cases.append(
            {**of_models[name], "mae": of_models[name]["wavenumber_mae"], "n_atoms": n_atoms}
        )
    cases += [
        e[name] for e in found.values() if e.get(name, {}).get("mae") and not e[name]["charge"]
    ]
    single = cases[0]["disagreement"] is None
    matrix = np.array(
        [
            [1.0, c["misfit"], *([] if single else [c["disagreement"]]), smallness(c["n_atoms"])]
            for c in cases
        ]
    )
    errors = np.array([max(c["mae"], 1.0) for c in cases])

    def residuals(logarithms: np.ndarray) -> np.ndarray:
        return np.log(matrix @ np.exp(logarithms)) - np.log(errors)

    fitted = np.exp(least_squares(residuals, np.log(np.full(matrix.shape[1], 5.0))).x)
    fitted *= (errors / (matrix @ fitted)).mean()
    *linear, small = (round(float(value), 1) for value in fitted)
    ratios = errors / (matrix @ fitted)
    print(name, linear, small, "error / expected:", np.percentile(ratios, [5, 50, 95]).round(2))
    return linear, small


def save(name: str, found: dict[str, dict]) -> None:
    path = card_path(name)
    card = json.loads(path.read_text())
    card["domain"]["uncertainty"], card["domain"]["uncertainty_small"] = calibrated(name, found)
    path.write_text(json.dumps(card, indent=2) + "\n")


def cell(entry: dict, name: str, key: str = "mae") -> str:
    value = entry.get(name, {}).get(key)
    if value is None:
        return "–"
    return f"**{value:.0f}**" if key == "mae" and value > KNOWN_FAILURE else f"{value:.0f}"


TOP = """\
# Textbook molecules

Mean errors of harmonic wavenumbers above 300 cm⁻¹ against B3LYP/def2-SVP (unscaled), and of scaled
wavenumbers against observed fundamentals; cm⁻¹. Bold: beyond 40, a known failure. A dash: no
reference, no complete list of observed fundamentals, or no answer of the model (radicals are
refused). Molecules of two to four atoms are outside what the models have learned, or at its edge;
the expected error that is printed with a spectrum says so.

| molecule | specml-xtb | specml | specml-xtb, obs. | specml, obs. | B3LYP unscaled, obs. |
|---|---:|---:|---:|---:|---:|
"""
BOTTOM = """
Observed: T. Shimanouchi, *Tables of Molecular Vibrational Frequencies, Consolidated Volume I*,
NSRDS-NBS 39 (1972), as in the NIST Chemistry WebBook (`shimanouchi` in `datasets/textbook.csv`), or
`benchmarks/spectra/fundamentals.csv`, whose header has the citation of each key. Geometries and
Hessians: `datasets/references`, made by `benchmarks/spectra/textbook_references.py`; this page by
`benchmarks/spectra/textbook.py`; bounds molecule by molecule: `tests/oracles/test_textbook.py`.
"""


def page(found: dict[str, dict]) -> str:
    """``docs/textbook.md``."""
    lines = []
    for name, entry in found.items():
        cells = [cell(entry, model) for model in MODELS]
        cells += [cell(entry, model, "mae_observed") for model in MODELS]
        value = entry.get("b3lyp_mae_observed")
        cells.append("–" if value is None else f"{value:.0f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |\n")
    return TOP + "".join(lines) + BOTTOM


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--save", action="store_true", help="write the page and the cards")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found = measured([specml.load(name) for name in MODELS])
    target = ROOT / "benchmarks/results/textbook.json"
    target.write_text(json.dumps(found, indent=1) + "\n")
    if arguments.save:
        for name in MODELS:
            save(name, found)
        (ROOT / "docs/textbook.md").write_text(page(found))


if __name__ == "__main__":
    main()
