"""References of the textbook molecules, by B3LYP/def2-SVP: geometry, energy and Hessian.

    python benchmarks/spectra/textbook_references.py datasets/textbook.csv datasets/references

Resumable: one compressed file a molecule in the form of ``references.py``, without slopes, which
would take four times as long; what exists is not computed again. A second to two minutes each on
one core. Radicals and triplets have no reference yet.
"""

import argparse
import csv
import os
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch

from specml.data.sampling import conformer, relax_gfn2
from specml.reference.dft import Converged, energy, forces, kohn_sham
from specml.reference.expansion import hessian_b3lyp
from specml.reference.xtb import GFN2
from specml.relax import Relaxed, relax
from specml.structure import Structure

FMAX, MOST_STEPS = 1e-3, 40  # eV/angstrom
# The donor's O-H points at the acceptor, whose hydrogens point away: Cs.
WATER_DIMER = (
    [8, 1, 1, 8, 1, 1],
    [
        [-1.551, -0.115, 0.000],
        [-1.934, 0.763, 0.000],
        [-0.600, 0.041, 0.000],
        [1.351, 0.111, 0.000],
        [1.680, -0.374, -0.759],
        [1.680, -0.374, 0.759],
    ],
)


def start(row: dict[str, str]) -> Structure:
    """A geometry to begin with, by GFN2-xTB, its longest axis along z.

    So a linear molecule shares an axis with the grid.
    """
    if row["key"] == "water-dimer":
        first = Structure(*WATER_DIMER, name=row["name"])
    else:
        first = conformer(row["smiles"], name=row["name"])
    relaxed = relax_gfn2(first, fmax=0.01, max_steps=300)
    centred = relaxed.positions - relaxed.positions.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=True)[2]
    turned = centred @ axes[::-1].T
    if np.linalg.norm(turned[:, :2]) < 0.02:
        turned[:, :2] = 0.0  # linear
    return relaxed.with_positions(turned)


def minimum(begin: Structure) -> Relaxed:
    """Of B3LYP/def2-SVP, without the pull and the torque of its grid, meV/angstrom."""
    last: Converged | None = None

    def evaluate(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        nonlocal last
        last = kohn_sham(structures[0], start=last)
        positions = structures[0].positions
        turns = np.cross(np.eye(3)[:, None], (positions - positions.mean(axis=0))[None])
        _, sizes, turns = np.linalg.svd(turns.reshape(3, -1), full_matrices=False)
        turns, force = turns[sizes > 0.01 * sizes.max()], forces(last).ravel()
        force = (force - turns.T @ (turns @ force)).reshape(-1, 3)
        return np.array([energy(last)]), [force - force.mean(axis=0)]

    hessian, _ = GFN2(begin).derivatives(begin.positions)
    return relax([begin], evaluate, FMAX, MOST_STEPS, [hessian])[0]


def write(path: Path, structure: Structure) -> None:
    """Energy, gradient and Hessian at a minimum."""
    run = kohn_sham(structure)
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(
        partial,
        numbers=structure.numbers,
        positions=structure.positions,
        charge=structure.charge,
        energy=energy(run),
        gradient=-forces(run).ravel().astype(np.float32),
        hessian=hessian_b3lyp(run).astype(np.float32),
    )
    partial.rename(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="csv with the columns key, name and smiles")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with arguments.table.open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        path = arguments.folder / f"{row['key']}.npz"
        if path.exists() or row["multiplicity"] != "1":
            continue
        begin, before = start(row), time.process_time()
        relaxed = minimum(begin)
        if relaxed.converged:
            write(path, relaxed.structure)
        seconds = time.process_time() - before
        said = f"{relaxed.steps} steps, {relaxed.max_force:.4f} eV/angstrom, {seconds:.0f} s"
        print(row["name"], said, "" if relaxed.converged else "not converged", flush=True)


if __name__ == "__main__":
    main()
