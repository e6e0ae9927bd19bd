"""Geometries of the CASCADE molecules, for training and for testing.

    python recipes/specml-nmr/geometries.py ../shared/data/nmr geometries.npz [--processes 2] \
        [--limit 1500]

writes what SpecML itself would use beside the DFT geometries of the set: force-field minima
(MMFF94) of all molecules and GFN2-xTB minima of the held-out and the first training molecules.
Both start from the DFT geometry, so that the conformer stays. Resumable.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers

from specml.data.cascade import AssignedMolecule, evaluation_keys, read_cascade
from specml.data.sampling import relax_gfn2
from specml.errors import SpecMLError
from specml.parallel import unordered
from specml.structure import Structure

SAVE_EVERY = 100
FMAX = 0.1  # eV/angstrom: the shifts move by less than their error


def molecules(folder: Path) -> list[AssignedMolecule]:
    """CASCADE without the evaluation molecules; held-out ones first, in the order of the file."""
    left_out = evaluation_keys(folder.parent / "evaluation_molecules.txt")
    return sorted(read_cascade(folder, left_out), key=lambda m: m.split == "train")


def mmff(molecule: Chem.Mol) -> np.ndarray | None:
    """Force-field minimum, or None without parameters."""
    if not rdForceFieldHelpers.MMFFHasAllMoleculeParams(molecule):
        return None
    copy = Chem.Mol(molecule)
    rdForceFieldHelpers.MMFFOptimizeMolecule(copy, maxIters=200)
    return copy.GetConformer().GetPositions()


def gfn2(task: tuple[str, np.ndarray, np.ndarray]) -> tuple[str, np.ndarray | None]:
    """GFN2-xTB minimum, or None where it does not converge."""
    name, numbers, positions = task
    try:
        return name, relax_gfn2(
            Structure(numbers, positions, name=name), fmax=FMAX, max_steps=20
        ).positions
    except SpecMLError:
        return name, None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--limit", type=int, default=1500, help="GFN2-xTB minima in all")
    arguments = parser.parse_args()
    found = dict(np.load(arguments.output)) if arguments.output.exists() else {}
    everything = molecules(arguments.folder)
    for molecule in everything:
        key = f"mmff/{molecule.name}"
        if key not in found and (positions := mmff(molecule.molecule)) is not None:
            found[key] = positions.astype(np.float32)
    tasks = [
        (m.name, m.numbers, m.molecule.GetConformer().GetPositions())
        for m in everything[: arguments.limit]
        if f"gfn2/{m.name}" not in found
    ]
    for count, (name, positions) in enumerate(unordered(gfn2, tasks, arguments.processes, "")):
        if positions is not None:
            found[f"gfn2/{name}"] = positions.astype(np.float32)
        if count % SAVE_EVERY == 0:
            print(f"{count} of {len(tasks)}", flush=True)
            np.savez(arguments.output, **found)
    np.savez(arguments.output, **found)


if __name__ == "__main__":
    main()
