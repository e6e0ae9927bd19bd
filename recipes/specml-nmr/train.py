"""Train the shielding model that ships: 1H and 13C shifts of CASCADE.

    python recipes/specml-nmr/geometries.py ../shared/data/nmr geometries.npz
    python recipes/specml-nmr/train.py ../shared/data/nmr geometries.npz trained
    python benchmarks/nmr/accuracy.py ../shared/data/nmr geometries.npz --save

About an hour on one core. Resumable: a second call goes on from the checkpoints in ``trained``.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from geometries import molecules

import specml
from specml.inference.model_file import write_model
from specml.models.ladder import NetworkConfig
from specml.models.shielding import ShieldingModel
from specml.training.loop import Schedule
from specml.training.shielding_data import IN_USE, SOURCES, SOURCES_AT_THE_END, LabelledMolecule
from specml.training.shieldings import calibrate_scales, train_shieldings

NETWORK = NetworkConfig("tensor-painn", n_channels=64, n_layers=2, n_radial=16, cutoff=4.5)
# First every geometry, then mostly those of GFN2-xTB, which `specml nmr` uses.
STAGES = {
    "broad": (Schedule(steps=28_000, learning_rate=2e-3), SOURCES),
    "gfn2": (Schedule(steps=4_000, learning_rate=8e-4), SOURCES_AT_THE_END),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("geometries", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    relaxed = dict(np.load(arguments.geometries))
    everything = molecules(arguments.folder)
    training, validation = (
        [LabelledMolecule.of(m, relaxed) for m in everything if m.split == split]
        for split in ("train", "validation")
    )
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = ShieldingModel(NETWORK)
    for stage, (schedule, sources) in STAGES.items():
        checkpoint = arguments.output / f"{stage}.pt"
        for report in train_shieldings(model, training, schedule, checkpoint, sources):
            loss = report.errors["loss"]
            print(f"{stage} {report.step} {loss:.4f} {report.seconds:.0f} s", flush=True)
    calibrate_scales(model, [m for m in validation if IN_USE in m.geometries], IN_USE)
    card = {
        "name": "specml-nmr",
        "kind": "shielding",
        "version": specml.__version__,
        "description": "1H and 13C shifts, mPW1PW91/6-311+G(d,p) and calibrated to experiment",
        "weights": "specml-nmr.safetensors",
        "network": asdict(NETWORK),
        "elements": ["H", "C", "N", "O", "F", "P", "S", "Cl"],
        "nuclei": [nucleus.name for nucleus in model.nuclei],
        "stages": {
            stage: asdict(schedule) | {"sources": sources}
            for stage, (schedule, sources) in STAGES.items()
        },
        "data": {"set": "CASCADE DFT8K and Exp5K (Chem. Sci. 2021, 12, 12012), NMRShiftDB"}
        | {"molecules": len(training)}
        | {
            source: sum(source in molecule.geometries for molecule in training)
            for source in ("dft", "mmff", "gfn2")
        },
    }
    write_model(arguments.output / "specml-nmr.json", model, card)
    print(json.dumps(card["data"]))


if __name__ == "__main__":
    main()
