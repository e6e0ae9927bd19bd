"""Baseline (a): CatBoost on ECFP counts, Avalon counts, ErG and RDKit descriptors, as MapLight.

    python benchmarks/admet/maplight.py TDC_FOLDER --cache CACHE --seeds 1 2 3 4 5

MapLight (arXiv 2310.00174): default parameters with ``random_strength`` 2, MAE loss for
regressions, log10(y + 1) for volumes, half-lives and clearances. Departures, for want of processor
time: 100 trees (CatBoost chooses the learning rate to fit) instead of 1000 (``--trees``), columns
that differ in fewer than three training rows are left out, and so are 11 of the 200 descriptors
(QED, the indices of Bertz, Balaban and Ipc, Chi0 and Chi1, fingerprint densities, radical and
valence electrons).

Needs ``pip install catboost``. Held-out predictions are kept in CACHE/maplight; a run goes on where
it stopped.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from protocol import SEEDS, Table, Tables
from rdkit import Chem
from rdkit.Avalon import pyAvalonTools
from rdkit.Chem import rdMolDescriptors

from specml.admet.endpoints import ENDPOINTS
from specml.admet.features import BITS, BLOCKS

LOG = {
    "vdss_lombardo",
    "half_life_obach",
    "clearance_hepatocyte_az",
    "clearance_microsome_az",
}
MQN = BITS + BLOCKS["erg"]
MORE = ("Kappa2", "Kappa3", "Chi2n", "Chi2v", "Chi3n", "Chi3v", "Chi4n", "Chi4v")


def extras(mols: list[Chem.Mol]) -> np.ndarray:
    """What MapLight has and the production features have not: Avalon counts, 8 descriptors."""
    table = np.zeros((len(mols), 1024 + len(MORE)), dtype=np.float32)
    for row, mol in zip(table, mols, strict=True):
        for position, count in (
            pyAvalonTools.GetAvalonCountFP(mol, 1024).GetNonzeroElements().items()
        ):
            row[position] = count
        row[1024:] = [getattr(rdMolDescriptors, f"Calc{name}")(mol) for name in MORE]
    return table


def predictions(table: Table, more: np.ndarray, seed: int, trees: int) -> np.ndarray:
    """Of the held-out rows; ``more`` are the extras of the rows of the table."""
    import catboost

    train, held = table.held_out(seed)
    x = np.hstack((np.delete(table.x, np.s_[MQN : MQN + BLOCKS["mqn"]], axis=1), more))
    varied = (x[train] != np.median(x[train], axis=0)).sum(0) >= 3
    x, y = x[:, varied], table.y
    shared = {"random_strength": 2, "random_seed": seed, "verbose": 0, "thread_count": 1}
    if table.endpoint.is_classification:
        model = catboost.CatBoostClassifier(iterations=trees, loss_function="Logloss", **shared)
        return model.fit(x[train], y[train]).predict_proba(x[held])[:, 1]
    log = table.endpoint.name in LOG
    z = np.log10(y + 1) if log else y
    mean, scale = z[train].mean(), z[train].std()
    model = catboost.CatBoostRegressor(iterations=trees, loss_function="MAE", **shared)
    p = model.fit(x[train], (z[train] - mean) / scale).predict(x[held]) * scale + mean
    return 10**p - 1 if log else p


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--tasks", nargs="+", default=None)
    parser.add_argument("--most-rows", type=int, default=10**9, help="Skip larger tables.")
    args = parser.parse_args()
    tables = Tables(args.folder, args.cache)
    out = args.cache / f"maplight-{args.trees}"
    out.mkdir(exist_ok=True)
    for seed in args.seeds:
        for endpoint in sorted(ENDPOINTS, key=lambda e: len(tables.read[e.name][0])):
            path = out / f"{endpoint.name}.{seed}.npy"
            size = len(tables.read[endpoint.name][0])
            skipped = args.tasks is not None and endpoint.name not in args.tasks
            if path.exists() or skipped or size > args.most_rows:
                continue
            table = tables[endpoint]
            start = time.process_time()
            more = tables.described("maplight.", extras)[tables.rows(endpoint.name)]
            p = predictions(table, more, seed, args.trees)
            np.save(path, p)
            print(endpoint.name, seed, f"{time.process_time() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
