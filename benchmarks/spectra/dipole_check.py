"""Spectrum of a learned dipole against the stored coupled-cluster dipoles of one trajectory.

    python benchmarks/spectra/dipole_check.py h5o2_run_01.xyz.gz --output dipole_check.json

A trajectory of the Zundel cation with a coupled-cluster dipole in every frame (R. Beckmann,
F. Brieuc, C. Schran, D. Marx, "Infrared spectra at coupled cluster accuracy from neural network
representations"; data CC-BY-SA-4.0, not part of this repository). A dipole network of SpecML
learns from the first half of the frames; the second half gives two spectra, from its stored and
from its predicted dipoles, whose cosine is printed.

The time between frames is not in the file; the cosine does not depend on it. ``--interval-fs``
only labels the axis.
"""

import argparse
import gzip
import json
import re
import time
from pathlib import Path

import numpy as np
import torch
from ase.data import atomic_masses, atomic_numbers

from specml import units
from specml.data.batch import Batch, collate_arrays
from specml.models.ladder import LadderModel, NetworkConfig
from specml.spectra.md_infrared import infrared_spectrum
from specml.spectra.power import SpectralSampling

CHARGE = 1.0
EVALUATED = 250  # frames a batch when predicting


def read(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers (n,), positions (f, n, 3), dipoles (f, 3) in e*angstrom about the mass centre."""
    lines = gzip.decompress(path.read_bytes()).decode().split("\n")
    n = int(lines[0])
    frames = [lines[i : i + n + 2] for i in range(0, len(lines) - n - 1, n + 2)]
    number = r"(-?[\d.]+)"
    pattern = re.compile(rf"dipole\s+{number}\s+{number}\s+{number}")
    dipoles = np.array([[float(x) for x in pattern.search(f[1]).groups()] for f in frames])
    rows = [[line.split() for line in frame[2:]] for frame in frames]
    numbers = np.array([atomic_numbers[row[0]] for row in rows[0]])
    positions = np.array([[[float(x) for x in row[1:4]] for row in frame] for frame in rows])
    masses = atomic_masses[numbers]
    center = np.einsum("n,fnx->fx", masses, positions) / masses.sum()
    # The file's dipoles are in e*bohr about the origin of the coordinates.
    return numbers, positions, units.BOHR * dipoles - CHARGE * center


def batch_of(numbers: np.ndarray, positions: np.ndarray) -> Batch:
    """Frames as a batch in single precision; all pairs are inside the cutoff."""
    count = len(positions)
    flat = np.tile(numbers, count)
    return collate_arrays(
        flat,
        positions.reshape(-1, 3),
        np.full(count, len(numbers)),
        np.full(count, CHARGE),
        atomic_masses[flat],
        1e6,
    ).to("cpu", torch.float32)


def dipoles_of(model: LadderModel, batch: Batch) -> torch.Tensor:
    """(n, 3) e*angstrom: the first rung of the dipole head."""
    features = model.features(batch)
    return model.dipole(features.scalars, features.vectors, batch)[0][:, :, 0]


def train(numbers, positions, dipoles, steps: int, batch_size: int, seed: int) -> LadderModel:
    """Adam with a cosine schedule on the mean squared error."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    model = LadderModel(NetworkConfig("painn", n_channels=48, n_layers=2, n_radial=16))
    used = [p for n, p in model.named_parameters() if n.startswith(("representation", "dipole"))]
    optimizer = torch.optim.Adam(used, lr=2e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    targets = torch.as_tensor(dipoles, dtype=torch.float32)
    for step in range(steps):
        chosen = chance.choice(len(positions), batch_size, replace=False)
        predicted = dipoles_of(model, batch_of(numbers, positions[chosen]))
        loss = (predicted - targets[chosen]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % max(1, steps // 10) == 0:
            print(f"step {step}: rms error {loss.sqrt().item():.5f} e*angstrom", flush=True)
    return model.requires_grad_(False)


def predict(model: LadderModel, numbers: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(f, 3) e*angstrom."""
    parts = [positions[i : i + EVALUATED] for i in range(0, len(positions), EVALUATED)]
    return torch.cat([dipoles_of(model, batch_of(numbers, part)) for part in parts]).numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("trajectory", type=Path)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch-size", type=int, default=50)
    parser.add_argument("--interval-fs", type=float, default=0.5)
    parser.add_argument("--resolution-cm1", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    began = time.perf_counter()
    numbers, positions, dipoles = read(arguments.trajectory)
    half = len(positions) // 2
    model = train(
        numbers,
        positions[:half],
        dipoles[:half],
        arguments.steps,
        arguments.batch_size,
        arguments.seed,
    )
    stored, predicted = dipoles[half:], predict(model, numbers, positions[half:])
    sampling = SpectralSampling(arguments.interval_fs, resolution=arguments.resolution_cm1)
    a, b = (infrared_spectrum(x[None], sampling, 300.0).y for x in (stored, predicted))
    result = {
        "frames": len(positions),
        "trained_on": half,
        "rms_error_e_angstrom": float(np.sqrt(((stored - predicted) ** 2).mean())),
        "rms_dipole_e_angstrom": float(np.sqrt(((stored - stored.mean(0)) ** 2).mean())),
        "cosine": float(a @ b / np.sqrt((a @ a) * (b @ b))),
        "area_ratio": float(b.sum() / a.sum()),
        "resolution_cm1": arguments.resolution_cm1,
        "interval_fs": arguments.interval_fs,
        "seconds": time.perf_counter() - began,
    }
    print(json.dumps(result, indent=1))
    if arguments.output:
        arguments.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
