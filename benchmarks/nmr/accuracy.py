"""Errors of the shielding model on molecules held out by structure.

    python benchmarks/nmr/accuracy.py ../shared/data/nmr geometries.npz [--model CARD] [--save]

Against DFT shifts (CASCADE DFT8K) at three sources of geometry, against experiment (Exp5K for
13C, assignments of NMRShiftDB for 1H, 13C of the CHESHIRE probe set), by environment, and the
expected against the true error. Writes ``benchmarks/results/nmr_accuracy.json`` and prints
tables; ``--save`` puts the figures, the calibration of 1H and the scale of its error into the card
and writes docs/nmr_accuracy.md. ``geometries.npz`` is what recipes/specml-nmr/geometries.py makes.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from environments import ENVIRONMENTS, LABILE, environments
from errors import class_means, least_absolute_line, summary
from measured import carbons, hydrogens, measured_hydrogens, probes, references
from page import page, table

from specml.data.cascade import AssignedMolecule, evaluation_keys, read_cascade
from specml.inference.model_file import read_shieldings
from specml.io.model_cards import SHIELDING, card_path
from specml.nuclei import NUCLEI
from specml.training.shielding_data import IN_USE, LabelledMolecule
from specml.training.shieldings import predictions

PAGE = Path("docs/nmr_accuracy.md")
ROWS = [(row.name, row.number) for row in reversed(NUCLEI.values())]
FITTED = 1500  # training molecules that the line of 1H is fitted to


def evaluate(
    model: torch.nn.Module, chosen: list[AssignedMolecule], sets: list[LabelledMolecule]
) -> dict:
    """Against DFT, at every source of geometry, and by environment at the one in use."""
    report: dict = {"dft": {}, "environment": {}}
    for source in ("dft", "gfn2", "mmff"):
        rows = [i for i, m in enumerate(sets) if source in m.geometries]
        shifts = predictions(model, [sets[i] for i in rows], source)
        for nucleus, number in ROWS:
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
            if source == IN_USE:
                report["environment"][nucleus] = {
                    name: summary(e[n == name])
                    for name in ENVIRONMENTS.get(nucleus, ())
                    if (n == name).sum() >= 10
                }
    return report


def limits(
    model: torch.nn.Module, everything: list[AssignedMolecule], relaxed: dict, calibration: tuple
) -> dict:
    """Where the domain ends: beyond nearly all validation molecules.

    ``calibration`` is the slope of the line of 1H and the error of that line.
    """
    slope, error = calibration
    sets = [LabelledMolecule.of(m, relaxed) for m in everything if m.split == "validation"]
    sets = [m for m in sets if IN_USE in m.geometries]
    shifts = predictions(model, sets, IN_USE)
    expected = {nucleus: [f.experiment_scale.numpy() for f in shifts] for nucleus, _ in ROWS}
    # As in specml/inference/shieldings.py, where a nucleus has a line.
    expected["1H"] = [np.hypot(slope * f.dft_scale.numpy(), error) for f in shifts]
    means = {
        nucleus: [
            float(values[m.numbers == number].mean())
            for values, m in zip(expected[nucleus], sets, strict=True)
            if number in m.numbers
        ]
        for nucleus, number in ROWS
    }
    return {
        "charges": [0],
        "max_heavy_atoms": int(max((m.numbers > 1).sum() for m in everything)),
        "largest_uncertainty_ppm": {
            nucleus: round(float(np.quantile(values, 0.98)), 3) for nucleus, values in means.items()
        },
    }


def experiments(
    model: torch.nn.Module, everything: list[AssignedMolecule], relaxed: dict, folder: Path
) -> tuple[dict, tuple[float, float]]:
    """Errors against Exp5K (13C) and NMRShiftDB (1H); slope and intercept of the line of 1H."""
    test = [m for m in everything if m.split == "test"]
    sets = [LabelledMolecule.of(m, relaxed) for m in test]
    used = [i for i, m in enumerate(sets) if IN_USE in m.geometries]
    shifts = predictions(model, [sets[i] for i in used], IN_USE)
    measured = measured_hydrogens(folder / "NMR8K.sdf.gz", {m.name: m for m in everything})
    fitted = [m for m in everything if m.split == "train" and m.name in measured][:FITTED]
    fit_sets = [LabelledMolecule.of(m, relaxed) for m in fitted]
    line = least_absolute_line(*hydrogens(fitted, predictions(model, fit_sets, "dft"), measured))
    x, y = hydrogens([test[i] for i in used], shifts, measured)
    errors = {
        "13C": carbons([sets[i] for i in used], shifts),
        "1H": summary(line[0] * x + line[1] - y),
    }
    return errors, line


def save(
    path: Path,
    card: dict,
    report: dict,
    model: torch.nn.Module,
    everything: list,
    relaxed: dict,
    slope: float,
) -> None:
    """Put figures, calibration and domain into the card and write the page of the figures."""
    card["calibration"] = {"1H": report["calibration_1H"]}
    # What experiment adds to the error of the network: solvent, concentration, assignment.
    total, network = report["experiment"]["1H"]["mae"], report["dft"][IN_USE]["1H"]["mae"]
    scale = card["experiment_scale_1H"] = round(float(np.sqrt(total**2 - network**2)), 3)
    card["reference"] = {k: v["line"] for k, v in report["reference"].items()}
    card["solvent"] = "CDCl3"
    card["domain"] = limits(model, everything, relaxed, (slope, scale))
    card["held_out"] = {k: report[k] for k in ("dft", "experiment", "cheshire", "environment")}
    path.write_text(json.dumps(card, indent=2) + "\n")
    PAGE.write_text(page(report))


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
    left_out = evaluation_keys(arguments.folder.parent / "evaluation_molecules.txt")
    everything = list(read_cascade(arguments.folder, left_out))
    test = [m for m in everything if m.split == "test"]
    report = evaluate(model, test, [LabelledMolecule.of(m, relaxed) for m in test])
    report["experiment"], line = experiments(model, everything, relaxed, arguments.folder)
    report["calibration_1H"] = [round(v, 4) for v in line]
    report["cheshire"] = probes(model, arguments.folder / "CHESHIRE", left_out)
    report["reference"] = references(model, arguments.folder / "qm9nmr")
    arguments.output.write_text(json.dumps(report, indent=1) + "\n")
    if arguments.save:
        save(path, card, report, model, everything, relaxed, line[0])
    print(table(report))


if __name__ == "__main__":
    main()
