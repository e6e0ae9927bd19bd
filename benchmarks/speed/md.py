"""Steps a second of batched dynamics, beside SchNetPack's MD, GFN2-xTB and PySCF.

    python benchmarks/speed/md.py --output benchmarks/results/md.json        # all of it
    python benchmarks/speed/md.py --only specml shipped growth               # without SchNetPack
    python benchmarks/speed/md.py --device cuda --only batches --output ...  # on a GPU

SchNetPack 2.1.1 needs the environment of README.md. Both packages run velocity Verlet on the same
replicas of ethanol with PaiNN networks of one size with the same weights (schnetpack_twin.py), in
turns within one run; what is timed is whole steps of each package's own simulator, neighbour list
included. SpecML's list is made once (ethanol fits inside the cutoff); SchNetPack's simulator uses
its own default. ``compiled`` is SpecML with ``--compile``. A replica-step is one step of one
replica.

The other rows: the shipped network; how SpecML's cost grows from 10 to 1000 atoms (alkanes, one
replica); GFN2-xTB (tblite through ASE) and PySCF (B3LYP/def2-SVP) for one step of one replica.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from machine import processor, quartiles, seconds
from molecules import alkane, ethanol
from replicas import TIMESTEP, Replicas

from specml.inference.predictor import load
from specml.md.evaluation import SystemLayout
from specml.models.ladder import LadderModel, NetworkConfig
from specml.structure import Structure

SIZES = (3, 9, 33, 99, 333)  # carbons: 11 to 1001 atoms
BATCHES = (1, 8, 32, 128, 512, 2048)
ROWS = ("schnetpack", "specml", "shipped", "growth", "batches", "tblite", "pyscf")


def painn(n_channels: int, device: str) -> LadderModel:
    """Random weights of a fixed seed: speed does not depend on them."""
    torch.manual_seed(0)
    config = NetworkConfig("painn", n_channels=n_channels, n_layers=3, n_radial=20)
    model = LadderModel(config).eval().requires_grad_(False).to(device)
    with torch.no_grad():  # small forces: the molecule must not fly apart while it is timed
        for parameter in model.energy.atomic[-1].parameters():
            parameter.mul_(1e-3)
    return model


def row(times: list[float], replicas: int, **facts: object) -> dict[str, object]:
    middle = float(np.median(times))
    return {
        **facts,
        "replicas": replicas,
        **quartiles(times),
        "replica_steps_per_second": replicas / middle,
        "ns_per_day": 86400.0 * 1e-6 * TIMESTEP / middle,
    }


def against_schnetpack(replicas: int, n_channels: int, turns: int, device: str) -> dict:
    """Both simulators in turns on the same replicas."""
    from schnetpack_md import schnetpack_stepper

    model, layout = painn(n_channels, device), SystemLayout((ethanol(),), replicas)
    steps = {"schnetpack": schnetpack_stepper(model.float(), layout, TIMESTEP, device)}
    for name in ("specml", "compiled"):
        steps[name] = Replicas(model, layout, device, compiled=name == "compiled").step
    for step in steps.values():
        seconds(step, 5, device)
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(turns):
        for name, step in steps.items():
            times[name] += seconds(step, 1, device)
    found: dict[str, object] = {"n_channels": n_channels}
    for name, own in times.items():
        ratios = np.array(times["schnetpack"]) / np.array(own)
        quartiles = np.percentile(ratios, (25, 75)).tolist()
        facts = {"ratio": float(np.median(ratios)), "ratio_quartiles": quartiles}
        found[name] = row(own, replicas, **facts)
    return found


def alone(structure: Structure, replicas: int, model: LadderModel, turns: int, device: str) -> dict:
    step = Replicas(model, SystemLayout((structure,), replicas), device).step
    seconds(step, 3, device)
    times = seconds(step, turns, device)
    return row(times, replicas, molecule=structure.name, n_atoms=len(structure))


def reference(name: str, turns: int) -> dict:
    """Energy and forces of one geometry by a quantum-chemistry program: one step of one replica."""
    structure = ethanol()
    chance = np.random.default_rng(0)
    if name == "tblite":
        from tblite.ase import TBLite

        atoms = structure.to_ase()
        atoms.calc = TBLite(method="GFN2-xTB", verbosity=0)

        def step() -> None:
            atoms.positions += 1e-3 * chance.normal(size=atoms.positions.shape)
            atoms.get_forces()
    else:
        from pyscf import dft, gto

        positions = structure.positions.copy()

        def step() -> None:
            positions[:] += 1e-3 * chance.normal(size=positions.shape)
            mol = gto.M(
                atom=list(zip(structure.symbols, positions.tolist(), strict=True)),
                basis="def2-svp",
                verbose=0,
            )
            method = dft.RKS(mol)
            method.xc = "b3lyp"
            method.kernel()
            method.nuc_grad_method().kernel()

    return row(seconds(step, turns, "cpu"), 1, program=name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--only", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--replicas", type=int, default=32)
    parser.add_argument("--channels", type=int, nargs="+", default=[64, 128])
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", type=Path)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    result: dict[str, object] = {
        "machine": processor(),
        "torch": torch.__version__,
        "device": a.device,
        "threads": a.threads,
        "timestep_fs": TIMESTEP,
    }
    if "schnetpack" in a.only:
        pairs = [against_schnetpack(a.replicas, c, a.turns, a.device) for c in a.channels]
        result["schnetpack"] = pairs
    if "specml" in a.only:
        models = {c: painn(c, a.device) for c in a.channels}
        result["specml"] = [
            {"n_channels": c, **alone(ethanol(), a.replicas, m, a.turns, a.device)}
            for c, m in models.items()
        ]
    shipped = load("specml", device=a.device).model
    if "shipped" in a.only:
        result["shipped"] = alone(ethanol(), a.replicas, shipped, a.turns, a.device)
    if "growth" in a.only:
        result["growth"] = [alone(alkane(n), 1, shipped, 10, a.device) for n in SIZES]
    if "batches" in a.only:
        sizes = BATCHES if a.device != "cpu" else BATCHES[:4]
        result["batches"] = [alone(ethanol(), n, shipped, 10, a.device) for n in sizes]
    for name, turns in (("tblite", 10), ("pyscf", 2)):
        if name in a.only:
            result[name] = reference(name, turns)
    text = json.dumps(result, indent=1)
    print(text)
    if a.output:
        a.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
