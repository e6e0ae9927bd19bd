"""Predicted infrared spectra beside NIST's measured gas-phase spectra, the models beside GFN2-xTB.

    python benchmarks/spectra/nist_ir.py ../shared/data/vibrations/nist_ir

Every file of the folder that ``nist_ir.csv`` does not leave out, with the figures of ``specml
compare`` at its defaults. All methods start from one geometry, the lowest by GFN2-xTB of a few
embeddings, and relax it on their own surface. The models' wavenumbers are scaled as they ship;
GFN2-xTB's are unscaled and scaled by the one factor that is best for these very spectra. Writes
``results/nist_ir.json`` and ``docs/measured_spectra.md``.
"""

import argparse
import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from accuracy import gfn2_expansion
from nist_ir_table import page
from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors

import specml
from specml.data.sampling import conformer, relax_gfn2
from specml.documents.measured import read_measured
from specml.errors import SpecMLError
from specml.reference.xtb import GFN2
from specml.spectra import alignment, scaling
from specml.spectra.comparison import compare, pearson
from specml.spectra.harmonic import harmonic_analysis
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULT = ROOT / "benchmarks" / "results" / "nist_ir.json"
EMBEDDINGS = 4  # of a molecule with rotatable bonds
FACTORS = np.arange(0.90, 1.1001, 0.002)
# The Q branch of CF4 is not resolved: its bands add up to 725 km/mol, others measured about 1160.
WITHOUT_AREA = ("carbon_tetrafluoride.jdx",)
SF6 = "FS(F)(F)(F)(F)F"  # RDKit cannot embed an octahedron
Predict = Callable[[Structure], Spectrum]


def start(smiles: str) -> Structure:
    """The lowest of a few embeddings, relaxed with GFN2-xTB."""
    if smiles == SF6:
        corners = 1.56 * np.concatenate([np.eye(3), -np.eye(3)])
        positions = np.concatenate([np.zeros((1, 3)), corners])
        return Structure([16, *[9] * 6], positions, name=smiles, smiles=smiles)
    flexible = rdMolDescriptors.CalcNumRotatableBonds(Chem.MolFromSmiles(smiles)) > 0
    seeds = range(EMBEDDINGS if flexible else 1)
    relaxed = [relax_gfn2(conformer(smiles, seed)) for seed in seeds]
    return min(relaxed, key=lambda s: GFN2(s)(s.positions)["energy"])


def model(name: str) -> Predict:
    """Sticks at the scaled wavenumbers of a shipped model."""
    predictor, scale = specml.load(name), scaling.load(name)

    def predict(structure: Structure) -> Spectrum:
        (relaxed,) = predictor.relax([structure])
        (expansion,) = predictor.expand([relaxed.structure], polarizability=False)
        return harmonic_analysis(expansion, scaling=scale).infrared()

    return predict


def gfn2(structure: Structure) -> Spectrum:
    return harmonic_analysis(gfn2_expansion(structure)).infrared()


def listed() -> set[str]:
    """InChIKey blocks of the molecules that a model may have been trained or tuned on."""
    with (ROOT / "datasets" / "molecules.csv").open() as file:
        return {row["key"] for row in csv.DictReader(file) if row["split"] != "test"}


def common_factor(sticks: list[Spectrum], spectra: list[Spectrum]) -> float:
    """The factor with the highest mean Pearson correlation over all spectra."""

    def mean(factor: float) -> float:
        pairs = (alignment.align(a, b, factor=factor) for a, b in zip(sticks, spectra, strict=True))
        return float(np.mean([pearson(p.predicted, p.measured) for p in pairs]))

    return float(max(FACTORS, key=mean))


def figures(sticks: Spectrum, spectrum: Spectrum, factor: float = 1.0) -> dict[str, float]:
    """What ``specml compare`` reports of one pair."""
    pair = alignment.align(sticks, spectrum, factor=factor)
    similarity = compare(*pair.spectra())
    found = {
        "pearson": similarity.pearson,
        "spearman": similarity.spearman,
        "sis": similarity.sis,
        "earth_movers_distance_cm1": similarity.distance,
    }
    if pair.absolute:
        found["area_km_mol"], found["measured_area_km_mol"] = alignment.areas(pair)
    return {name: round(float(value), 4) for name, value in found.items()}


def predictions(
    structures: dict[str, Structure], methods: dict[str, Predict]
) -> dict[str, dict[str, Spectrum]]:
    """SMILES -> method -> sticks; a method that fails on a molecule says so and is left out."""
    found: dict[str, dict[str, Spectrum]] = {}
    for smiles, structure in structures.items():
        found[smiles] = {}
        for name, predict in methods.items():
            try:
                found[smiles][name] = predict(structure)
            except SpecMLError as error:
                print(f"{smiles}: {name}: {error}", flush=True)
        print(f"{len(found)}/{len(structures)} {smiles}", flush=True)
    return found


def entry(row: dict[str, str], spectrum: Spectrum, known: set[str]) -> dict:
    """What is said of a spectrum before the methods."""
    key = Chem.MolToInchiKey(Chem.MolFromSmiles(row["smiles"]))
    reach = [max(500.0, spectrum.x[0]), min(4000.0, spectrum.x[-1])]
    return {
        "file": row["file"],
        "smiles": row["smiles"],
        "listed": key[:14] in known,
        "y_units": spectrum.provenance["y_units"],
        "range_cm1": [round(float(edge), 1) for edge in reach],
        "methods": {},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", nargs="+", default=["specml-xtb", "specml"])
    parser.add_argument("--output", type=Path, default=RESULT)
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "measured_spectra.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with (HERE / "nist_ir.csv").open() as file:
        table = list(csv.DictReader(file))
    rows = [row for row in table if not row["left_out"]]
    spectra = [read_measured(arguments.folder / row["file"], "infrared") for row in rows]
    methods = {**{name: model(name) for name in arguments.model}, "GFN2-xTB": gfn2}
    with rdBase.BlockLogs():
        structures = {smiles: start(smiles) for smiles in dict.fromkeys(r["smiles"] for r in rows)}
    sticks = predictions(structures, methods)
    both = [(sticks[r["smiles"]], s) for r, s in zip(rows, spectra, strict=True)]
    known = [(found["GFN2-xTB"], s) for found, s in both if "GFN2-xTB" in found]
    factor = common_factor(*map(list, zip(*known, strict=True)))
    report = {
        "range_cm1": alignment.RANGE,
        "fwhm_cm1": alignment.FWHM,
        "scaling": {name: scaling.load(name).description for name in arguments.model},
        "gfn2_factor": round(factor, 4),
        "left_out": {row["file"]: row["left_out"] for row in table if row["left_out"]},
        "without_area": WITHOUT_AREA,
        "spectra": [],
    }
    in_training = listed()
    for row, (found, spectrum) in zip(rows, both, strict=True):
        one = entry(row, spectrum, in_training)
        for name, predicted in found.items():
            one["methods"][name] = figures(predicted, spectrum)
            if name == "GFN2-xTB":
                one["methods"]["GFN2-xTB, scaled"] = figures(predicted, spectrum, factor)
        report["spectra"].append(one)
    arguments.output.write_text(json.dumps(report, indent=1) + "\n")
    arguments.page.write_text(page(report))
    print(page(report))


if __name__ == "__main__":
    main()
