"""Does the vector of the QM-pretrained encoder help the production scorer?

    python benchmarks/admet/embedding.py TDC_FOLDER --cache CACHE --most-rows 2300

Three arms on the held-out fifths of ``protocol``, everything else as it ships: features alone
(``none``), the vector added to what the kernel regression sees (``kernel``), or to what trees and
kernel see (``both``). Writes benchmarks/results/admet_embedding.json and goes on where it stopped.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from held_out import held_out
from protocol import SEEDS, Tables
from rdkit import Chem, rdBase

from specml.admet.endpoints import ENDPOINTS
from specml.admet.features import features
from specml.admet.fingerprints import on_bits
from specml.admet.kernel import Cosines
from specml.admet.metrics import LOWER_IS_BETTER, METRICS
from specml.admet.transformer.embedding import embed

RESULTS = Path(__file__).parents[1] / "results" / "admet_embedding.json"
ARMS = ("none", "kernel", "both")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--most-rows", type=int, default=10**9, help="Skip larger tables.")
    args = parser.parse_args()
    tables = Tables(args.folder, args.cache)
    plain = tables.described("", features)
    wide = np.concatenate([plain, tables.described("embedding", embed)], axis=1)
    seen = {"none": plain, "kernel": plain, "both": wide}  # by the trees
    cosines = {"none": Cosines.fit(plain), "kernel": Cosines.fit(wide)}
    cosines["both"] = cosines["kernel"]
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for endpoint in sorted(ENDPOINTS, key=lambda e: len(tables.read[e.name][0])):
        if len(tables.read[endpoint.name][0]) > args.most_rows:
            continue
        table, places = tables[endpoint], tables.rows(endpoint.name)
        with rdBase.BlockLogs():
            bits = on_bits([Chem.MolFromSmiles(text) for text in table.smiles])
        row = results.setdefault(endpoint.name, {arm: {} for arm in ARMS})
        for arm in ARMS:
            known = wide if arm != "none" else plain
            phi, shaped = cosines[arm](known[places]), replace(table, x=seen[arm][places])
            for seed in SEEDS:
                if str(seed) not in row[arm]:
                    kept = held_out(shaped, bits, phi, seed)
                    row[arm][str(seed)] = METRICS[endpoint.metric](kept["y"], kept["value"])
                    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        print(
            f"| {endpoint.name} | {endpoint.metric} | {shown(row, endpoint.metric)} |", flush=True
        )


def shown(row: dict[str, dict[str, float]], metric: str) -> str:
    """Mean without the vector; paired gains with it, positive if better, and standard errors."""
    sign = -1 if metric in LOWER_IS_BETTER else 1
    base, *others = (np.array([row[arm][str(seed)] for seed in SEEDS]) for arm in ARMS)
    gains = [sign * (other - base) for other in others]
    cells = [f"{g.mean():+.3f} ± {g.std(ddof=1) / np.sqrt(len(g)):.3f}" for g in gains]
    return " | ".join([f"{base.mean():.3f}", *cells])


if __name__ == "__main__":
    main()
