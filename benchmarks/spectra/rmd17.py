"""The literature's yardstick: forces of one molecule from 950 geometries (revised MD17).

    python benchmarks/spectra/rmd17.py ../shared/data/forcefields/rmd17_ethanol_train.xyz.gz \
        --network tensor-painn:64:3 --seconds 1800

A network from scratch, 950 of the 1,000 geometries of split 1 to learn from and 50, chosen by a
fixed seed, to be measured on once. One thread, process time. Adds a row to ``results/rmd17.json``;
errors are mean absolute ones of a component and of the energy, as papers print them.
"""

import argparse
import json
from pathlib import Path

import ase.io
import numpy as np
import torch
from networks import learn, seconds_per_step

from specml.io.datasets import Dataset
from specml.models.ladder import LadderModel, NetworkConfig, forces_of
from specml.training import ladder_data
from specml.training.ladder_data import LadderData

RESULT = Path(__file__).parents[1] / "results" / "rmd17.json"
N_TRAIN = 950


def read(path: Path) -> Dataset:
    """Geometries about their centres: some of the files drift 200 angstrom from the origin."""
    frames = ase.io.read(path, ":")
    n = len(frames)
    return Dataset(
        smiles=[path.name],
        molecule=np.zeros(n, dtype=np.int32),
        geometry=np.arange(n, dtype=np.int32),
        n_atoms=np.array([len(f) for f in frames], dtype=np.int32),
        numbers=np.concatenate([f.numbers for f in frames]),
        positions=np.concatenate([f.positions - f.positions.mean(0) for f in frames]),
        labels={
            "energy": np.array([f.info["Energy"] for f in frames]),
            "forces": np.concatenate([f.get_forces() for f in frames]),
            "dipole": np.full((n, 3), np.nan),
        },
    )


def mean_absolute_errors(model: LadderModel, data: LadderData) -> tuple[float, float]:
    """Of a force component (meV/angstrom) and of the energy (meV)."""
    batch, targets = data.batch(np.arange(len(data)), model.cutoff)
    positions = batch.positions.requires_grad_(True)
    energy = model.energy_rungs(batch.with_positions(positions))[:, 0]
    off = forces_of(energy, positions) - targets.forces[:, :, 0]
    wrong = energy.detach() - targets.energy[:, 0]
    return 1e3 * off.abs().mean().item(), 1e3 * wrong.abs().mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--network", default="tensor-painn:64:3", help="name:channels:layers")
    parser.add_argument("--seconds", type=float, default=1800.0)
    parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    dataset = read(arguments.file)
    order = np.random.default_rng(0).permutation(len(dataset))
    parts = [dataset.select(rows) for rows in (order[:N_TRAIN], order[N_TRAIN:])]
    data = [ladder_data.from_gfn2(part) for part in parts]
    references = data[0].fit_references()
    train, validation = (part.without_references(references) for part in data)
    kind, channels, layers = arguments.network.split(":")
    config = NetworkConfig(kind, int(channels), int(layers))
    steps = int(arguments.seconds / seconds_per_step(config, train))
    torch.manual_seed(0)
    model = LadderModel(config)
    learn(model, train, steps, arguments.rate)
    forces, energy = mean_absolute_errors(model, validation)
    row = {
        "molecule": arguments.file.name.removeprefix("rmd17_").removesuffix("_train.xyz.gz"),
        "network": arguments.network,
        "seconds": arguments.seconds,
        "steps": steps,
        "rate": arguments.rate,
        "forces_mae_mev_angstrom": round(forces, 2),
        "energy_mae_mev": round(energy, 2),
    }
    rows = json.loads(RESULT.read_text()) if RESULT.exists() else []
    RESULT.write_text(json.dumps([*rows, row], indent=1) + "\n")
    print(json.dumps(row, indent=1))


if __name__ == "__main__":
    main()
