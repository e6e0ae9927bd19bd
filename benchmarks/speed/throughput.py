"""Energy and forces: throughput of SpecML's PaiNN beside SchNetPack's.

    python benchmarks/speed/throughput.py --output benchmarks/results/throughput.json

Both networks hold the same weights (``schnetpack_twin``), so every time stands beside the
difference of their forces. Neighbour lists are made beforehand. The programs take turns within
one run, and the ratio is the median over turns: what else the machine does hits both.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from machine import device_name, wait_for
from molecules import alkane, ethanol
from torch import Tensor

from specml import Structure, __version__
from specml.data.batch import Batch, collate
from specml.models.ladder import LadderModel, NetworkConfig, forces_of

Evaluate = Callable[[], tuple[Tensor, Tensor]]

N_LAYERS, N_RADIAL, CUTOFF = 3, 20, 5.0
JITTER = 0.05  # angstrom; replicas differ as the members of a simulation do
WARM_UP = 3


def specml_side(model: LadderModel, batch: Batch) -> Evaluate:
    def evaluate() -> tuple[Tensor, Tensor]:
        moving = batch.with_positions(batch.positions.detach().requires_grad_())
        energy = model.energy_rungs(moving).sum(-1)
        return energy.detach(), forces_of(energy, moving.positions)

    return evaluate


def schnetpack_side(model: LadderModel, batch: Batch) -> Evaluate:
    from schnetpack_twin import inputs_of, twin

    theirs = twin(model)
    inputs = inputs_of(batch)

    def evaluate() -> tuple[Tensor, Tensor]:
        fresh = {name: tensor.detach() for name, tensor in inputs.items()}
        result = theirs(fresh)
        return result["energy"].detach(), result["forces"]

    return evaluate


def replicas(structure: Structure, number: int) -> list[Structure]:
    rng = np.random.default_rng(0)
    shape = (number, len(structure), 3)
    noise = rng.uniform(-JITTER, JITTER, shape)
    return [structure.with_positions(structure.positions + step) for step in noise]


def seconds(evaluate: Evaluate, calls: int, device: torch.device) -> float:
    """Wall time of one evaluation, over ``calls`` of them."""
    wait_for(device)
    start = time.perf_counter()
    for _ in range(calls):
        evaluate()
    wait_for(device)
    return (time.perf_counter() - start) / calls


def compare(
    structures: Sequence[Structure], n_channels: int, arguments: argparse.Namespace
) -> dict[str, object]:
    """One row of the result: what was computed, how well it agrees, how long it took."""
    device, dtype = torch.device(arguments.device), getattr(torch, arguments.dtype)
    torch.manual_seed(0)
    config = NetworkConfig("painn", n_channels, N_LAYERS, N_RADIAL, CUTOFF)
    model = LadderModel(config).eval()
    exact = collate(structures, CUTOFF).to(device, torch.float64)
    _, reference = specml_side(model.to(device, torch.float64), exact)()
    batch = exact.to(device, dtype)
    sides = [make(model.to(device, dtype), batch) for make in (specml_side, schnetpack_side)]
    forces = [side()[1] for _ in range(WARM_UP) for side in sides][-2:]
    turns = [
        [seconds(side, arguments.calls, device) for side in sides] for _ in range(arguments.turns)
    ]
    times = np.median(turns, axis=0)
    spread = np.percentile(turns, [25, 75], axis=0)
    row: dict[str, object] = {
        "n_structures": len(structures),
        "n_atoms": len(batch.numbers),
        "n_pairs": int(batch.filled.sum()),
        "n_channels": n_channels,
        "force_rms": float(reference.square().mean().sqrt()),
        "ratio": float(np.median([b / a for a, b in turns])),
    }
    for k, name in enumerate(("specml", "schnetpack")):
        row[name] = {
            "seconds": float(times[k]),
            "seconds_quartiles": spread[:, k].tolist(),
            "structures_per_second": len(structures) / float(times[k]),
            "max_force_error": float((forces[k].double() - reference).abs().max()),
        }
    return row


def machine(arguments: argparse.Namespace) -> dict[str, object]:
    return {
        "device": device_name(arguments.device),
        "dtype": arguments.dtype,
        "threads": torch.get_num_threads(),
        "specml": __version__,
        "schnetpack": version("schnetpack"),
        "torch": torch.__version__,
        "n_layers": N_LAYERS,
        "n_radial": N_RADIAL,
        "cutoff_angstrom": CUTOFF,
        "turns": arguments.turns,
        "calls_per_turn": arguments.calls,
    }


def measure(arguments: argparse.Namespace) -> dict[str, object]:
    """The comparison (64 ethanol replicas) and its scaling with batch and with atoms."""
    widest = max(arguments.channels)
    return {
        **machine(arguments),
        "ethanol": [compare(replicas(ethanol(), 64), w, arguments) for w in arguments.channels],
        "batch": [compare(replicas(ethanol(), n), widest, arguments) for n in arguments.batches],
        "atoms": [compare(replicas(alkane(n), 8), widest, arguments) for n in arguments.carbons],
    }


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("throughput.json"))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--calls", type=int, default=5)
    parser.add_argument("--channels", type=int, nargs="+", default=[64, 128])
    parser.add_argument("--batches", type=int, nargs="*", default=[1, 4, 16, 64, 256])
    parser.add_argument("--carbons", type=int, nargs="*", default=[2, 6, 16, 33])
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    result = measure(arguments)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(result, indent=1) + "\n")
    for row in result["ethanol"] + result["batch"] + result["atoms"]:
        print(
            f"{row['n_structures']:4d} structures {row['n_atoms']:6d} atoms"
            f" {row['n_channels']:4d} channels"
            f"  SpecML {1e3 * row['specml']['seconds']:8.2f} ms"
            f"  SchNetPack {1e3 * row['schnetpack']['seconds']:8.2f} ms"
            f"  ratio {row['ratio']:.2f}"
            f"  max force error {row['specml']['max_force_error']:.1e}"
            f" and {row['schnetpack']['max_force_error']:.1e} eV/angstrom"
        )


if __name__ == "__main__":
    main()
