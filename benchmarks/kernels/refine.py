"""Force errors on revised MD17 after 25 and 50 geometries, on top of a shipped model.

    python benchmarks/kernels/refine.py /work/gdml_cache --draws 5

Reads what ``refine_priors.py`` beside it wrote. For each draw the first 25 and the first 50 of a
random order of the 1,000 geometries are learned, and all others are what is scored. Mean absolute
errors of a force component in meV/angstrom, as papers print them, beside those of MACE after 50
geometries (arXiv 2206.07697, table 2). Rows go to ``results/refine.json``.
"""

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from specml.kernels.fit import GLOBAL, LOCAL, learn
from specml.kernels.regression import Regression

RESULT = Path(__file__).parents[1] / "results" / "refine.json"
MACE = {
    "naphthalene": 9.2,
    "toluene": 12.1,
    "salicylic": 28.4,
    "azobenzene": 17.7,
    "benzene": 2.7,
    "ethanol": 32.6,
    "aspirin": 43.9,
    "paracetamol": 31.5,
    "uracil": 25.9,
    "malonaldehyde": 43.3,
}
POINTS = (25, 50)


def scored(fit: Regression, positions: np.ndarray, forces: np.ndarray) -> float:
    """Mean absolute error, meV/angstrom."""
    said = fit.energies_forces(torch.as_tensor(positions))[1].numpy()
    return 1e3 * float(np.abs(said - forces).mean())


def one_draw(
    path: Path, prior: str, radii: tuple[int, ...], points: list[int], draw: int
) -> list[dict]:
    """A row for each number of points."""
    data = np.load(path)
    order = np.random.default_rng(draw).permutation(len(data["positions"]))
    positions, forces = data["positions"][order], data["forces"][order]
    if prior != "none":
        forces = forces - data[f"{prior}_forces"][order]
    rows = []
    for count in points:
        start = time.process_time()
        fit = learn(data["numbers"], positions[:count], forces[:count], radii)
        seconds = time.process_time() - start
        error = scored(fit, positions[count:], forces[count:])
        row = {"molecule": path.stem, "prior": prior, "radii": list(radii), "draw": draw}
        row |= {"points": count, "forces_mev": round(error, 2), "seconds": round(seconds, 1)}
        row |= {"noise_mev": round(1e3 * float(fit.noise.mean()), 1), "scales": asdict(fit.scales)}
        rows.append(row)
        print(path.stem, draw, count, f"{error:.2f}", f"{seconds:.0f} s", flush=True)
    return rows


def table(rows: list[dict]) -> None:
    """Mean and spread over the draws."""
    kinds = sorted({(r["prior"], tuple(r["radii"]), r["molecule"], r["points"]) for r in rows})
    for prior, radii, molecule, points in kinds:
        errors = [
            r["forces_mev"]
            for r in rows
            if (r["prior"], tuple(r["radii"]), r["molecule"], r["points"])
            == (prior, radii, molecule, points)
        ]
        spread = f"{np.mean(errors):6.1f} +- {np.std(errors):.1f} ({len(errors)} draws)"
        print(f"{prior:11} {radii!s:6} {molecule:14} {points:4} {spread}, MACE {MACE[molecule]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--prior", default="specml-xtb", help="or specml, or none")
    parser.add_argument("--plain", action="store_true", help="sGDML alone, without fragments")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--points", type=int, nargs="+", default=list(POINTS))
    parser.add_argument("--molecules", nargs="+", default=list(MACE))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    radii = GLOBAL if arguments.plain else LOCAL
    rows = json.loads(RESULT.read_text()) if RESULT.exists() else []
    done = {(r["molecule"], r["prior"], tuple(r["radii"]), r["draw"], r["points"]) for r in rows}
    for draw in range(arguments.draws):
        for name in arguments.molecules:
            key = (name, arguments.prior, radii, draw, arguments.points[-1])
            if key in done:
                continue
            path = arguments.cache / f"{name}.npz"
            rows += one_draw(path, arguments.prior, radii, arguments.points, draw)
            RESULT.write_text(json.dumps(rows, indent=1) + "\n")
    table(rows)


if __name__ == "__main__":
    main()
