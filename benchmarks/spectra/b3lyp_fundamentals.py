"""How far B3LYP/def2-SVP itself is from experiment, beside the models on the same molecules.

    python benchmarks/spectra/b3lyp_fundamentals.py \
        ../shared/data/vibrations/shimanouchi.json FOLDER

Minimum and Hessian of each molecule go into FOLDER, smallest molecules first, so that a killed run
goes on; ``--part k/n`` shares them out, ``--largest`` leaves out molecules of more atoms. Molecules
that are in FOLDER are compared, scaled as in ``scaling.py``: ``results/b3lyp_fundamentals.json``.
"""

import argparse
import hashlib
import json
import os
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
from scaling import Curvature, candidates, curvature, match

import specml
from specml.reference.dft import kohn_sham
from specml.reference.expansion import hessian_b3lyp, relax_b3lyp
from specml.spectra import scaling
from specml.structure import Structure

RESULT = Path(__file__).parents[1] / "results" / "b3lyp_fundamentals.json"


def file_of(inchi: str, folder: Path) -> Path:
    """Isotopologues have files of their own: the order of their atoms differs."""
    return folder / f"{hashlib.sha256(inchi.encode()).hexdigest()[:16]}.npz"


def compute(begin: Curvature, start: Structure, path: Path) -> bool:
    """Whether the minimum was found; there is no file without it."""
    relaxed = relax_b3lyp(*begin(start))
    if not relaxed.converged:
        return False
    minimum = relaxed.structure
    hessian = hessian_b3lyp(kohn_sham(minimum))
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, positions=minimum.positions, hessian=hessian)
    partial.rename(path)
    return True


def stored(start: Structure, path: Path) -> tuple[Structure, np.ndarray]:
    with np.load(path) as file:
        return start.with_positions(file["positions"]), file["hessian"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", default="0/1", help="k/n: every n-th molecule from the k-th")
    parser.add_argument("--largest", type=int, default=12, help="atoms")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    predictors = {name: specml.load(name) for name in ("specml-xtb", "specml")}
    elements = predictors["specml-xtb"].card["elements"]
    species = sorted(candidates(arguments.table, elements), key=lambda row: len(row[1]))
    species = [row for row in species if len(row[1]) <= arguments.largest]
    part, parts = map(int, arguments.part.split("/"))
    begin = curvature(predictors["specml-xtb"])
    for observed, start, _ in species[part::parts]:
        path = file_of(observed.inchi, arguments.folder)
        if not path.exists():
            found = compute(begin, start, path)
            print(observed.name, "" if found else "not converged, left out", flush=True)
    done = [row for row in species if file_of(row[0].inchi, arguments.folder).exists()]
    rows = {
        "B3LYP/def2-SVP": [
            match(observed, masses, stored(start, file_of(observed.inchi, arguments.folder)))
            for observed, start, masses in done
        ]
    }
    for name, predictor in predictors.items():
        of = curvature(predictor)
        rows[name] = [match(observed, masses, of(start)) for observed, start, masses in done]
    report = {}
    for name, found in rows.items():
        best = scaling.choose([row for row in found if row is not None], name=name)
        report[name] = {
            "scaled_error_cm1": round(best.error, 2),
            "raw_error_cm1": round(best.raw_error, 2),
            "factors": best.description,
            "n_molecules": best.n_molecules,
            "n_fundamentals": best.n_fundamentals,
        }
    RESULT.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
