"""The production scorer on the held-out fifth: trains it as it ships, without the held-out rows.

    python benchmarks/admet/held_out.py TDC_FOLDER --cache CACHE --seeds 1 2 3 4 5

The rows are those of ``protocol``. What the scorer takes from all structures of the 22
tables, held-out ones among them, are means and scales of features: no label. No label of another
task is used. Keeps value, interval and similarity of every held-out row in CACHE/scorer;
a run goes on where it stopped. ``summary.py`` makes the table.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from protocol import SEEDS, Tables
from rdkit import rdBase

from specml.admet.endpoints import ENDPOINTS
from specml.admet.features import features
from specml.admet.fingerprints import ReferenceMolecules, on_bits
from specml.admet.fitting import TrainingRows, fit
from specml.admet.kernel import Cosines
from specml.admet.molecules import learned


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--most-rows", type=int, default=10**9, help="Skip larger tables.")
    args = parser.parse_args()
    tables = Tables(args.folder, args.cache)
    cosines = Cosines.fit(tables.described("", features))
    with rdBase.BlockLogs():
        bits = on_bits([learned(text) for text in tables.order])
    out = args.cache / "scorer"
    out.mkdir(exist_ok=True)
    for seed in args.seeds:
        for endpoint in sorted(ENDPOINTS, key=lambda e: len(tables.read[e.name][0])):
            path = out / f"{endpoint.name}.{seed}.npz"
            if path.exists() or len(tables.read[endpoint.name][0]) > args.most_rows:
                continue
            table = tables[endpoint]
            own = [bits[i] for i in tables.rows(endpoint.name)]
            start = time.process_time()
            np.savez(path, **held_out(table, own, cosines(table.x), seed))
            print(endpoint.name, seed, f"{time.process_time() - start:.1f} s", flush=True)


def held_out(table, bits: list[np.ndarray], phi: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """The held-out rows: value, interval, expected error, similarity, and the truth."""
    train, held = table.held_out(seed)
    seen = [bits[i] for i in train]
    rows = TrainingRows(
        table.x[train], phi[train], seen, table.y[train], [table.scaffolds[i] for i in train]
    )
    fitted = fit(table.endpoint, rows)
    near = ReferenceMolecules.of_bits(seen).similarity([bits[i] for i in held]).max(1)
    answer = fitted.predict(table.x[held], phi[held], near)
    return {"row": held, "y": table.y[held], "near": near, **answer._asdict()}


if __name__ == "__main__":
    main()
