"""Which network learns most in a given time: errors on unseen molecules after equal CPU seconds.

    python benchmarks/spectra/networks.py datasets/b3lyp.h5 --molecules datasets/molecules.csv \
        --seconds 400 --networks painn:64:3 tensor-painn:64:2 tensornet:64:2

Every network (name:channels:layers) starts from scratch and learns what B3LYP adds to GFN2-xTB,
for as many steps as its own steps fit into the seconds; its learning rate falls to zero at the
last one. One thread, process time, so a busy machine does not change the verdict. Writes
``networks.json``; run again with other networks, it adds to the file.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from specml.data.splits import read_splits, split_of_rows
from specml.io import datasets
from specml.models.ladder import LadderModel, NetworkConfig, forces_of
from specml.training import ladder_data
from specml.training.ladder import TrainingSource, evaluate, train
from specml.training.ladder_data import LadderData
from specml.training.loop import Schedule
from specml.training.losses import LossWeights

TRIAL = 24  # steps that measure how long a step takes; the first third is not counted


def learn(model: LadderModel, data: LadderData, steps: int, rate: float) -> list[float]:
    """Train; returns the process time after each report."""
    schedule = Schedule(steps=steps, learning_rate=rate)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "run.pt"
        every = max(1, steps // 3)
        reports = train(
            model, [TrainingSource(data, 1.0)], schedule, LossWeights(), checkpoint, every
        )
        return [time.process_time() for _ in reports]


def seconds_per_step(config: NetworkConfig, data: LadderData) -> float:
    times = learn(LadderModel(config), data, TRIAL, 1e-4)
    return (times[-1] - times[0]) / (TRIAL - TRIAL // 3)


def seconds_per_evaluation(model: LadderModel, data: LadderData) -> float:
    """Energy and forces of 32 validation molecules, median of ten."""
    batch, _ = data.batch(np.arange(32), model.cutoff)
    positions = batch.positions.requires_grad_(True)
    took = []
    for _ in range(10):
        began = time.process_time()
        forces_of(model.energy_rungs(batch.with_positions(positions))[:, 1], positions)
        took.append(time.process_time() - began)
    return float(np.median(took))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dft", type=Path)
    parser.add_argument("--molecules", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=400.0)
    parser.add_argument("--rate", type=float, default=1e-3, help="peak learning rate")
    parser.add_argument("--networks", nargs="+", default=["tensor-painn:64:2"])
    parser.add_argument("--output", type=Path, default=Path("networks.json"))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    dataset = datasets.read(arguments.dft)
    split = split_of_rows(read_splits(arguments.molecules), dataset.smiles, dataset.molecule)
    data = {n: ladder_data.from_dft(dataset.select(split == n)) for n in ("train", "validation")}
    references = data["train"].fit_references()
    data = {name: rows.without_references(references) for name, rows in data.items()}
    found = json.loads(arguments.output.read_text()) if arguments.output.exists() else []
    for name in arguments.networks:
        kind, channels, layers = name.split(":")
        config = NetworkConfig(kind, int(channels), int(layers))
        step = seconds_per_step(config, data["train"])
        steps = int(arguments.seconds / step)
        torch.manual_seed(0)
        model = LadderModel(config)
        model.energy.reference.copy_(torch.as_tensor(references))
        learn(model, data["train"], steps, arguments.rate)
        row = {
            "network": name,
            "rate": arguments.rate,
            "n_train": len(data["train"]),
            "n_parameters": sum(p.numel() for p in model.parameters()),
            "steps": steps,
            "seconds_per_step": step,
            "seconds_per_32_forces": seconds_per_evaluation(model, data["validation"]),
            "train": evaluate(model, data["train"].select(np.arange(100))),
            "validation": evaluate(model, data["validation"]),
        }
        found.append(row)
        arguments.output.write_text(json.dumps(found, indent=1) + "\n")
        print(
            f"{name:18s} {steps} steps, forces: validation"
            f" {1e3 * row['validation']['forces.1']:.0f},"
            f" training {1e3 * row['train']['forces.1']:.0f} meV/angstrom",
            flush=True,
        )


if __name__ == "__main__":
    main()
