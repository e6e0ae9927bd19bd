"""Energy differences between conformers against B3LYP/def2-SVP, on held-out molecules.

    python benchmarks/spectra/conformer_energies.py datasets/references.csv

Conformers as ``specml ir --conformers 3`` finds them; every method gives the energy at the same
geometries, those of specml-xtb. Writes ``results/conformer_energies.json``: mean absolute error of
the differences to the lowest conformer of each molecule, kJ/mol, and B3LYP's own differences to
compare with. About ten minutes of one core.
"""

import argparse
import json
import os
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
from references import rows

import specml
from specml.data.sampling import conformer
from specml.inference.conformers import find
from specml.reference.dft import energy, kohn_sham
from specml.reference.xtb import GFN2
from specml.units import KJ_PER_MOL

RESULT = Path(__file__).parents[1] / "results" / "conformer_energies.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--heavy", type=int, default=6, help="leave out larger molecules")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    models = {name: specml.load(name) for name in ("specml-xtb", "specml")}
    differences: dict[str, dict[str, list[float]]] = {}
    for row in rows(arguments.table):
        start = conformer(row["smiles"])
        if (start.numbers > 1).sum() > arguments.heavy:
            continue
        shapes = [c.structure for c in find(start, models["specml-xtb"], 3).conformers]
        if len(shapes) < 2:
            continue
        energies = {name: m.energies_forces(shapes)[0] for name, m in models.items()}
        energies["GFN2-xTB"] = np.array([GFN2(s)(s.positions)["energy"] for s in shapes])
        energies["B3LYP"] = np.array([energy(kohn_sham(s)) for s in shapes])
        above = {n: ((e - e[0])[1:] / KJ_PER_MOL).round(2).tolist() for n, e in energies.items()}
        differences[row["smiles"]] = above
        print(row["smiles"], above, flush=True)
    pooled = {
        name: np.concatenate([found[name] for found in differences.values()])
        for name in ("specml-xtb", "specml", "GFN2-xTB", "B3LYP")
    }
    report = {
        "n_molecules": len(differences),
        "n_differences": len(pooled["B3LYP"]),
        "mean_absolute_difference_b3lyp_kj_mol": round(float(np.abs(pooled["B3LYP"]).mean()), 2),
        "mean_absolute_error_kj_mol": {
            name: round(float(np.abs(pooled[name] - pooled["B3LYP"]).mean()), 2)
            for name in pooled
            if name != "B3LYP"
        },
        "differences_kj_mol": differences,
    }
    RESULT.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps({k: v for k, v in report.items() if k != "differences_kj_mol"}, indent=1))


if __name__ == "__main__":
    main()
