"""Reference spectra of held-out molecules, by B3LYP itself: geometry, Hessian, slopes.

    python benchmarks/spectra/references.py datasets/references.csv datasets/references [--part 0/2]

Resumable: one compressed file a molecule; what exists is not computed again. About 15 s
(formaldehyde) to 10 minutes (nine heavy atoms) a molecule on one core.
"""

import argparse
import csv
import os
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
from scaling import curvature

import specml
from specml.data.sampling import conformer
from specml.errors import SpecMLError
from specml.expansion import Expansion
from specml.reference.expansion import expand_b3lyp, relax_b3lyp
from specml.structure import Structure

ARRAYS = (
    "gradient",
    "hessian",
    "dipole",
    "dipole_derivatives",
    "polarizability",
    "polarizability_derivatives",
)


def save(path: Path, expansion: Expansion) -> None:
    arrays = {name: getattr(expansion, name) for name in ARRAYS}
    structure = expansion.structure
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(
        partial,
        numbers=structure.numbers,
        positions=structure.positions,
        energy=expansion.energy,
        **{name: np.asarray(a, dtype=np.float32) for name, a in arrays.items()},
    )
    partial.rename(path)


def load(path: Path, smiles: str) -> Expansion:
    """The expansion that :func:`save` wrote."""
    stored = np.load(path)
    structure = Structure(stored["numbers"], stored["positions"], name=smiles, smiles=smiles)
    arrays = {name: stored[name].astype(float) for name in ARRAYS}
    return Expansion(structure, float(stored["energy"]), **arrays, source="B3LYP")


def rows(table: Path) -> list[dict[str, str]]:
    with table.open() as file:
        return list(csv.DictReader(file))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="csv with the columns key and smiles")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", default="0/1", help="k/n: every n-th molecule from the k-th")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    part, parts = map(int, arguments.part.split("/"))
    torch.set_num_threads(1)
    begin = curvature(specml.load())  # from the model's minimum and Hessian few steps are left
    for row in rows(arguments.table)[part::parts]:
        path = arguments.folder / f"{row['key']}.npz"
        if path.exists():
            continue
        try:
            relaxed = relax_b3lyp(*begin(conformer(row["smiles"])))
            if relaxed.converged:
                save(path, expand_b3lyp(relaxed.structure))
            print(
                row["smiles"],
                f"max force {relaxed.max_force:.4f} eV/angstrom, {relaxed.steps} steps",
                "" if relaxed.converged else "not converged, left out",
                flush=True,
            )
        except SpecMLError as error:
            print(row["smiles"], error, flush=True)


if __name__ == "__main__":
    main()
