"""Errors of the shielding model on molecules held out by structure.

    python benchmarks/nmr_accuracy.py ../shared/data/nmr geometries.npz [--model CARD] [--save]

Against DFT shifts (CASCADE DFT8K) at three sources of geometry, against experiment (Exp5K for
13C, assignments of NMRShiftDB for 1H, 13C of the CHESHIRE probe set), by environment, and the
expected against the true error. Writes ``benchmarks/results/nmr_accuracy.json`` and prints
tables; ``--save`` puts the figures, the calibration of 1H and the scale of its error into the card.
"""

import argparse
import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from ase.data import atomic_numbers
from nmr_sets import USED, labelled, molecules
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
from scipy.stats import spearmanr

from specml.data.cascade import Assigned, evaluation_keys
from specml.data.molecules import connectivity_key
from specml.data.sampling import relax_gfn2
from specml.inference.model_file import read_shieldings
from specml.io.model_cards import SHIELDING, card_path
from specml.models.shielding import Shifts
from specml.structure import Structure
from specml.training.shielding_data import Labelled
from specml.training.shieldings import predictions

ENVIRONMENTS = {  # SMARTS of the nucleus; the first that fits names it
    "13C": {
        "CH3": "[CX4H3]",
        "CH2": "[CX4H2]",
        "CH": "[CX4H1]",
        "C quaternary": "[CX4H0]",
        "aromatic": "c",
        "C=O, C=N": "[$([CX3]=[O,N,S])]",
        "C=C": "[$([CX3]=[CX3])]",
        "C#C, C#N": "[CX2]",
    },
    "1H": {
        "on sp3 C": "[CX4]",
        "aromatic": "c",
        "on sp2 C": "[CX3]",
        "on sp C": "[CX2]",
        "OH": "[O]",
        "NH": "[#7]",
        "SH": "[S]",
    },
}
HYDROGEN_QUERY = "1H"
PAGE = Path("docs/nmr_accuracy.md")
LABILE = ("OH", "NH", "SH")  # their shifts depend on solvent and concentration


def environments(molecule: Chem.Mol) -> list[str]:
    """The environment of every atom; a hydrogen is named by what it sits on."""
    names = [""] * molecule.GetNumAtoms()
    for nucleus, table in ENVIRONMENTS.items():
        for name, smarts in reversed(table.items()):
            for (atom,) in molecule.GetSubstructMatches(
                Chem.MolFromSmarts(smarts), maxMatches=10_000
            ):
                owner = molecule.GetAtomWithIdx(atom)
                if nucleus == "13C" and owner.GetAtomicNum() == 6:
                    names[atom] = name
                if nucleus == HYDROGEN_QUERY:
                    for neighbor in owner.GetNeighbors():
                        if neighbor.GetAtomicNum() == 1:
                            names[neighbor.GetIdx()] = name
    return names


def measured_hydrogens(path: Path, chosen: dict[str, Assigned]) -> dict[str, np.ndarray]:
    """Molecule -> (n_atoms,) 1H shifts of NMRShiftDB, the mean on each carbon, NaN elsewhere."""
    found = {}
    with gzip.open(path) as file:
        for record in Chem.ForwardSDMolSupplier(file, removeHs=False):
            if record is None or record.GetProp("nmrshiftdb2 ID") not in chosen:
                continue
            own = chosen[record.GetProp("nmrshiftdb2 ID")]
            spectra = [k for k in record.GetPropNames() if k.startswith("Spectrum 1H")]
            heavy = [a.GetAtomicNum() for a in record.GetAtoms() if a.GetAtomicNum() > 1]
            if not spectra or own.numbers[: len(heavy)].tolist() != heavy:
                continue
            found[own.name] = _on_carbons(own, record.GetProp(spectra[0]))
    return found


def _on_carbons(own: Assigned, text: str) -> np.ndarray:
    values = defaultdict(list)
    for entry in text.split("|"):
        fields = entry.split(";")
        if len(fields) == 3 and fields[2].isdigit():
            values[int(fields[2])].append(float(fields[0]))
    shifts = np.full(len(own.numbers), np.nan)
    for atom, seen in values.items():
        if atom < len(shifts) and own.numbers[atom] == 6:
            bonded = own.molecule.GetAtomWithIdx(atom).GetNeighbors()
            hydrogens = [n.GetIdx() for n in bonded if n.GetAtomicNum() == 1]
            shifts[hydrogens] = np.mean(seen)
    return shifts


def carbon_means(own: Assigned, shifts: np.ndarray) -> np.ndarray:
    """Shifts of hydrogens averaged over each carbon, as the assignments are."""
    out = shifts.copy()
    for atom in own.molecule.GetAtoms():
        hydrogens = [n.GetIdx() for n in atom.GetNeighbors() if n.GetAtomicNum() == 1]
        if hydrogens:
            out[hydrogens] = shifts[hydrogens].mean()
    return out


def least_absolute_line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the line with the least absolute deviations (reweighted squares)."""
    slope, intercept = np.polyfit(x, y, 1)
    for _ in range(30):
        residual = np.abs(y - slope * x - intercept)
        weights = 1.0 / np.sqrt(np.maximum(residual, 1e-3))
        slope, intercept = np.polyfit(x, y, 1, w=weights)
    return float(slope), float(intercept)


def summary(error: np.ndarray, expected: np.ndarray | None = None) -> dict[str, float]:
    """Mean and median absolute error; Spearman correlation with the expected error."""
    size = np.abs(error)
    found = {"n": len(size), "mae": float(size.mean()), "median": float(np.median(size))}
    if expected is not None:
        found["spearman"] = float(spearmanr(expected, size).statistic)
        edges = np.quantile(expected, [0.0, 0.25, 0.5, 0.75, 1.0])
        quarter = np.clip(np.searchsorted(edges, expected, side="right") - 1, 0, 3)
        found["expected_by_quarter"] = [float(expected[quarter == q].mean()) for q in range(4)]
        found["mae_by_quarter"] = [float(size[quarter == q].mean()) for q in range(4)]
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in found.items()}


def evaluate(model: torch.nn.Module, chosen: list[Assigned], sets: list[Labelled]) -> dict:
    """Against DFT, at every source of geometry, and by environment at the one in use."""
    report: dict = {"dft": {}, "environment": {}}
    for source in ("dft", "gfn2", "mmff"):
        rows = [i for i, m in enumerate(sets) if source in m.geometries]
        shifts = predictions(model, [sets[i] for i in rows], source)
        for nucleus, number in (("13C", 6), ("1H", 1)):
            error, signals, expected, names = [], [], [], []
            for i, found in zip(rows, shifts, strict=True):
                keep = (sets[i].numbers == number) & ~np.isnan(sets[i].dft)
                difference = found.dft.numpy() - sets[i].dft
                error.append(difference[keep])
                signals.append(class_means(chosen[i].molecule, difference, keep))
                expected.append(found.dft_scale.numpy()[keep])
                names.append(np.array(environments(chosen[i].molecule))[keep])
            e, s, n = map(np.concatenate, (error, expected, names))
            row = report["dft"].setdefault(source, {"molecules": len(rows)})
            row[nucleus] = summary(e, s) | {
                "mae_of_signals": summary(np.concatenate(signals))["mae"],
                "mae_on_carbon": summary(e[~np.isin(n, LABILE)])["mae"],
            }
            if source == USED:
                report["environment"][nucleus] = {
                    name: summary(e[n == name])
                    for name in ENVIRONMENTS[nucleus]
                    if (n == name).sum() >= 10
                }
    return report


def class_means(molecule: Chem.Mol, values: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Means over equivalent nuclei, which is what a spectrum shows: one value a signal."""
    ranks = np.array(Chem.CanonicalRankAtoms(molecule, breakTies=False))
    _, classes = np.unique(ranks[keep], return_inverse=True)
    return np.bincount(classes, values[keep]) / np.bincount(classes)


def carbons(sets: list[Labelled], shifts: list[Shifts]) -> dict:
    """13C against Exp5K."""
    error, expected = [], []
    for own, found in zip(sets, shifts, strict=True):
        keep = (own.numbers == 6) & ~np.isnan(own.experiment)
        error.append((found.experiment.numpy() - own.experiment)[keep])
        expected.append(found.experiment_scale.numpy()[keep])
    return summary(np.concatenate(error), np.concatenate(expected))


def hydrogens(
    chosen: list[Assigned], shifts: list[Shifts], measured: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Predicted DFT and measured 1H shifts, one a carbon."""
    x, y = [], []
    for own, found in zip(chosen, shifts, strict=True):
        if own.name in measured:
            pairs = np.stack([carbon_means(own, found.dft.numpy()), measured[own.name]])
            pairs = pairs[:, ~np.isnan(pairs[1])]
            pairs = np.unique(np.round(pairs, 4), axis=1)  # one row a carbon
            x.append(pairs[0])
            y.append(pairs[1])
    return np.concatenate(x), np.concatenate(y)


def probes(model: torch.nn.Module, folder: Path, left_out: frozenset[str]) -> dict:
    """13C of the CHESHIRE probe set: experiment in CDCl3, one GFN2-xTB conformer a molecule.

    Its table numbers a molecule by the title of its SDF record minus one. The numbers of its
    hydrogens contradict some molecules (the CH3 of 2-methylpyrazine would be at 8.5 ppm).
    """
    shifts = defaultdict(list)
    with gzip.open(folder / "CHESHIRE_probe.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if int(row["atom_type"]) == 6:
                entry = int(row["atom_index"]), float(row["Shift"])
                shifts[int(row["mol_id"]) + 1].append(entry)
    with gzip.open(folder / "CHESHIRE_probe.sdf.gz") as file:
        records = [m for m in Chem.ForwardSDMolSupplier(file) if m is not None]
    error = []
    for record in records:
        if connectivity_key(record) in left_out:
            continue
        molecule = Chem.AddHs(record, addCoords=True)
        rdDistGeom.EmbedMolecule(molecule, randomSeed=0)
        rdForceFieldHelpers.MMFFOptimizeMolecule(molecule, maxIters=500)
        numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
        start = Structure(numbers, molecule.GetConformer().GetPositions(), name="probe")
        nothing = np.full(len(numbers), np.nan)
        own = Labelled("probe", numbers, {USED: relax_gfn2(start).positions}, nothing, nothing)
        value = predictions(model, [own], USED)[0].experiment.numpy()
        ranks = np.array(Chem.CanonicalRankAtoms(molecule, breakTies=False))
        for atom, shift in shifts[int(record.GetProp("_Name"))]:
            error.append(float(value[ranks == ranks[atom]].mean()) - shift)
    return {"13C": summary(np.array(error))}


def references(model: torch.nn.Module, folder: Path) -> dict:
    """Lines from DFT shifts to absolute shieldings, one a nucleus.

    From 252 molecules of the QM9-NMR study (12 and 40 drugs, 200 of GDB10 to 17) with gas-phase
    mPW1PW91/6-311+G(2d,p) shieldings: one polarization function more than the labels have.
    """
    sets, truth = [], []
    for name in ("12Drugs", "40Drugs", "GDB10to17"):
        geometries = blocks(folder / f"SI_{name}_DFT_geo.xyz")
        values = blocks(folder / f"SI_{name}_DFT_NMR.txt")
        for (symbols, positions), (_, shieldings) in zip(geometries, values, strict=True):
            numbers = np.array([atomic_numbers[s] for s in symbols])
            if set(numbers.tolist()) <= {1, 6, 7, 8, 9, 15, 16, 17}:
                nothing = np.full(len(numbers), np.nan)
                sets.append(Labelled(name, numbers, {"dft": positions}, nothing, nothing))
                truth.append(shieldings[:, 0])
    shifts = predictions(model, sets, "dft")
    found = {}
    for nucleus, number in (("13C", 6), ("1H", 1)):
        x = np.concatenate(
            [f.dft.numpy()[s.numbers == number] for f, s in zip(shifts, sets, strict=True)]
        )
        y = np.concatenate([t[s.numbers == number] for t, s in zip(truth, sets, strict=True)])
        slope, intercept = least_absolute_line(x, y)
        found[nucleus] = {"line": [round(slope, 4), round(intercept, 3)]}
        found[nucleus] |= summary(slope * x + intercept - y)
    return found


def blocks(path: Path) -> list[tuple[list[str], np.ndarray]]:
    """Symbols and columns of every molecule of a file of the QM9-NMR study."""
    lines = path.read_text().split("\n")
    found, start = [], 0
    while start < len(lines) and lines[start].strip():
        size = int(lines[start])
        rows = [line.split() for line in lines[start + 2 : start + 2 + size]]
        found.append(([row[0] for row in rows], np.array([row[1:] for row in rows], dtype=float)))
        start += 2 + size
    return found


def limits(
    model: torch.nn.Module, everything: list[Assigned], relaxed: dict, calibration: tuple
) -> dict:
    """Where the domain ends: beyond nearly all validation molecules.

    ``calibration`` is the slope of the line of 1H and the error of that line.
    """
    slope, error = calibration
    sets = [labelled(m, relaxed) for m in everything if m.split == "validation"]
    sets = [m for m in sets if USED in m.geometries]
    shifts = predictions(model, sets, USED)
    expected = {  # as in specml/inference/shieldings.py
        "13C": [f.experiment_scale.numpy() for f in shifts],
        "1H": [np.hypot(slope * f.dft_scale.numpy(), error) for f in shifts],
    }
    means = {
        nucleus: [
            float(values[m.numbers == number].mean())
            for values, m in zip(expected[nucleus], sets, strict=True)
            if number in m.numbers
        ]
        for nucleus, number in (("13C", 6), ("1H", 1))
    }
    return {
        "charges": [0],
        "max_heavy_atoms": int(max((m.numbers > 1).sum() for m in everything)),
        "largest_uncertainty_ppm": {
            nucleus: round(float(np.quantile(values, 0.98)), 3) for nucleus, values in means.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("geometries", type=Path)
    parser.add_argument("--model", default="specml-nmr")
    parser.add_argument("--output", type=Path, default=Path("benchmarks/results/nmr_accuracy.json"))
    parser.add_argument("--save", action="store_true", help="write figures into the model card")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    path = card_path(arguments.model, SHIELDING)
    model, card = read_shieldings(path)
    model.float()
    relaxed = dict(np.load(arguments.geometries))
    everything = molecules(arguments.folder)
    test = [m for m in everything if m.split == "test"]
    sets = [labelled(m, relaxed) for m in test]
    report = evaluate(model, test, sets)
    used = [i for i, m in enumerate(sets) if USED in m.geometries]
    shifts = predictions(model, [sets[i] for i in used], USED)
    report["experiment"] = {"13C": carbons([sets[i] for i in used], shifts)}
    measured = measured_hydrogens(
        arguments.folder / "NMR8K.sdf.gz", {m.name: m for m in everything}
    )
    fitted = [m for m in everything if m.split == "train" and m.name in measured][:1500]
    fit_sets = [labelled(m, relaxed) for m in fitted]
    line = least_absolute_line(*hydrogens(fitted, predictions(model, fit_sets, "dft"), measured))
    x, y = hydrogens([test[i] for i in used], shifts, measured)
    error = line[0] * x + line[1] - y
    report["experiment"]["1H"] = summary(error)
    report["calibration_1H"] = [round(v, 4) for v in line]
    left_out = evaluation_keys(arguments.folder.parent / "evaluation_molecules.txt")
    report["cheshire"] = probes(model, arguments.folder / "CHESHIRE", left_out)
    report["reference"] = references(model, arguments.folder / "qm9nmr")
    arguments.output.write_text(json.dumps(report, indent=1) + "\n")
    if arguments.save:
        card["calibration"] = {"1H": report["calibration_1H"]}
        # What experiment adds to the error of the network: solvent, concentration, assignment.
        total, network = report["experiment"]["1H"]["mae"], report["dft"][USED]["1H"]["mae"]
        card["experiment_scale_1H"] = round(float(np.sqrt(total**2 - network**2)), 3)
        card["reference"] = {k: v["line"] for k, v in report["reference"].items()}
        card["solvent"] = "CDCl3"
        scale = card["experiment_scale_1H"]
        card["domain"] = limits(model, everything, relaxed, (line[0], scale))
        card["held_out"] = {k: report[k] for k in ("dft", "experiment", "cheshire", "environment")}
        path.write_text(json.dumps(card, indent=2) + "\n")
        PAGE.write_text(page(report))
    print(table(report))


def page(report: dict) -> str:
    """The documentation of the errors."""
    molecules, line = report["dft"][USED]["molecules"], report["calibration_1H"]
    lines = [
        "# Errors of the NMR shifts",
        "",
        "Made by `python benchmarks/nmr_accuracy.py ../shared/data/nmr geometries.npz --save`.",
        f"{molecules} molecules of CASCADE DFT8K that no training data contain (split by a hash of",
        "the InChIKey; CHESHIRE's probe molecules are all held out). `gfn2` is the geometry that",
        "`specml nmr` uses, relaxed from the DFT geometry; `dft` that of the labels; `mmff` a",
        "force-field one. A signal is the mean of equivalent nuclei.",
        "",
        table(report),
        "",
        "Experiment: Exp5K for 13C; for 1H the assignments of NMRShiftDB, as they are, after the",
        f"calibration line of the card ({line[0]} x DFT shift {line[1]:+}, fitted to training",
        "molecules).",
        "",
        "## Expected and true error",
        "",
        "Nuclei sorted by the error the network expects, in four equal parts; ppm.",
        "",
        "| against | nucleus | expected, mean by quarter | true, mean by quarter | Spearman |",
        "|---|---|---|---|---|",
    ]
    rows = [("DFT", n, report["dft"][USED][n]) for n in ("13C", "1H")]
    for title, nucleus, row in [*rows, ("experiment", "13C", report["experiment"]["13C"])]:
        pair = (row["expected_by_quarter"], row["mae_by_quarter"])
        expected, true = (", ".join(f"{value:.2f}" for value in values) for values in pair)
        lines.append(f"| {title} | {nucleus} | {expected} | {true} | {row['spearman']:.2f} |")
    lines += [
        "",
        "## Absolute shieldings",
        "",
        "sigma = intercept + slope x DFT shift, fitted to 252 molecules of the QM9-NMR study",
        "(mPW1PW91/6-311+G(2d,p), gas phase). The slopes differ from -1 because the shifts of the",
        "labels had been scaled towards experiment.",
        "",
        "| nucleus | slope | intercept / ppm | MAE / ppm |",
        "|---|---|---|---|",
    ]
    for nucleus, row in report["reference"].items():
        slope, intercept = row["line"]
        lines.append(f"| {nucleus} | {slope:.4f} | {intercept:.2f} | {row['mae']:.2f} |")
    return "\n".join(lines) + "\n"


def table(report: dict) -> str:
    """The figures as markdown."""
    lines = [
        "| against | geometry | nucleus | shifts | MAE / ppm | of signals | without OH, NH, SH |",
        "|---|---|---|---|---|---|---|",
    ]
    for source, row in report["dft"].items():
        for nucleus in ("13C", "1H"):
            found = row[nucleus]
            lines.append(
                f"| DFT | {source} | {nucleus} | {found['n']} | {found['mae']:.3f} "
                f"| {found['mae_of_signals']:.3f} | {found['mae_on_carbon']:.3f} |"
            )
    for key, title in (("experiment", "experiment"), ("cheshire", "CHESHIRE probes")):
        for nucleus, found in report[key].items():
            lines.append(
                f"| {title} | {USED} | {nucleus} | {found['n']} | {found['mae']:.3f} | | |"
            )
    lines += ["", "| environment | nuclei | MAE / ppm |", "|---|---|---|"]
    for nucleus, rows in report["environment"].items():
        for name, found in rows.items():
            lines.append(f"| {nucleus} {name} | {found['n']} | {found['mae']:.3f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
