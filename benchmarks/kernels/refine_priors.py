"""Forces of the shipped models on the geometries of revised MD17, computed once and kept.

    python benchmarks/kernels/refine_priors.py ../shared/data/forcefields /work/gdml_cache

For each of the ten molecules one ``<molecule>.npz``: ``numbers`` (n,), ``positions`` (f, n, 3) in
angstrom about their centre, ``energy`` (f,) in eV and ``forces`` (f, n, 3) in eV/angstrom of
PBE/def2-SVP, and ``<model>_energy``, ``<model>_forces`` of each model. A quarter of a second a
geometry on one thread; ``benchmarks/kernels/refine.py`` reads the files.
"""

import argparse
from pathlib import Path

import ase.io
import numpy as np
import torch

import specml
from specml.structure import Structure

MODELS = ("specml-xtb", "specml")
MOLECULES = (
    "ethanol",
    "naphthalene",
    "toluene",
    "aspirin",
    "salicylic",
    "azobenzene",
    "benzene",
    "uracil",
    "malonaldehyde",
    "paracetamol",
)
CHUNK = 50


def labelled(path: Path) -> dict[str, np.ndarray]:
    """What the file holds; some of them drift 200 angstrom from the origin."""
    frames = ase.io.read(path, ":")
    return {
        "numbers": frames[0].numbers,
        "positions": np.array([f.positions - f.positions.mean(0) for f in frames]),
        "energy": np.array([f.info["Energy"] for f in frames]),
        "forces": np.array([f.get_forces() for f in frames]),
    }


def predicted(model: str, numbers: np.ndarray, positions: np.ndarray) -> dict[str, np.ndarray]:
    """Energies and forces of a shipped model, chunk by chunk."""
    predictor = specml.load(model)
    energies, forces = [], []
    for start in range(0, len(positions), CHUNK):
        structures = [Structure(numbers, x) for x in positions[start : start + CHUNK]]
        energy, force = predictor.energies_forces(structures)
        energies.append(energy)
        forces.append(np.array(force))
    return {f"{model}_energy": np.concatenate(energies), f"{model}_forces": np.concatenate(forces)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in MOLECULES:
        target = arguments.cache / f"{name}.npz"
        if target.exists():
            continue
        rows = labelled(arguments.data / f"rmd17_{name}_train.xyz.gz")
        for model in MODELS:
            rows |= predicted(model, rows["numbers"], rows["positions"])
        np.savez(target, **rows)
        off = [1e3 * np.abs(rows[f"{m}_forces"] - rows["forces"]).mean() for m in MODELS]
        print(name, [f"{value:.0f}" for value in off], flush=True)


if __name__ == "__main__":
    main()
