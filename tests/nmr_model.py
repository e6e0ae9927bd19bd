"""A shielding model with random weights: what does not depend on the numbers is tested with it."""

from dataclasses import asdict
from pathlib import Path

import torch

from specml.inference.model_file import write_model
from specml.models.ladder import NetworkConfig
from specml.models.shielding import ShieldingModel

NETWORK = NetworkConfig("painn", n_channels=8, n_layers=1, n_radial=6, cutoff=4.0)
CARD = {
    "name": "tiny",
    "kind": "shielding",
    "version": "0",
    "weights": "tiny.safetensors",
    "network": asdict(NETWORK),
    "elements": ["H", "C", "N", "O", "F", "P", "S", "Cl"],
    "calibration": {"1H": [1.01, -0.04]},
    "experiment_scale_1H": 0.2,
    "reference": {"1H": [-1.08, 32.0], "13C": [-1.02, 186.0]},
    "solvent": "CDCl3",
    "domain": {
        "charges": [0],
        "max_heavy_atoms": 10,
        "largest_uncertainty_ppm": {"1H": 9.0, "13C": 90.0},
    },
}


def write_tiny(folder: Path, **changes: object) -> Path:
    """The card's path; the same weights every time."""
    torch.manual_seed(0)
    model = ShieldingModel(NETWORK)
    model.mean.copy_(torch.tensor([4.0, 80.0]))
    model.spread.copy_(torch.tensor([3.0, 50.0]))
    path = folder / "tiny.json"
    write_model(path, model, CARD | changes)
    return path
