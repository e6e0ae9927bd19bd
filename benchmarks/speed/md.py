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
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from specml.inference.predictor import load
from specml.md.evaluation import SystemLayout
from specml.md.integrator import DynamicsState, Integrator, thermal_speed
from specml.md.network import NetworkForceField
from specml.md.ring_polymer import RingPolymer
from specml.models.ladder import LadderModel, NetworkConfig
from specml.structure import Structure

TEMPERATURE, TIMESTEP = 300.0, 0.5
SIZES = (10, 30, 100, 300, 1000)
BATCHES = (1, 8, 32, 128, 512, 2048)
ROWS = ("schnetpack", "specml", "shipped", "growth", "batches", "tblite", "pyscf")
EVERY_RUNG = slice(0, None)


def ethanol() -> Structure:
    from ase.build import molecule

    return Structure.from_ase(molecule("CH3CH2OH"), name="ethanol")


def alkane(n_atoms: int) -> Structure:
    """A straight chain C_n H_(2n+2) of about this many atoms, all trans."""
    n = max(1, round((n_atoms - 2) / 3))
    carbons = np.array([[1.27 * i, 0.44 * (-1) ** i, 0.0] for i in range(n)])
    numbers, positions = [6] * n, [*carbons]
    for i, carbon in enumerate(carbons):
        side = 0.63 * (-1) ** i
        positions += [carbon + np.array([0.0, side, z]) for z in (0.89, -0.89)]
        numbers += [1, 1]
    for end, sign in ((0, -1.0), (n - 1, 1.0)):
        positions.append(carbons[end] + np.array([sign * 0.9, -0.63 * (-1) ** end, 0.0]))
        numbers.append(1)
    return Structure(numbers, np.array(positions), name=f"alkane-{len(numbers)}")


def painn(n_channels: int, device: str) -> LadderModel:
    """Random weights of a fixed seed: speed does not depend on them."""
    torch.manual_seed(0)
    config = NetworkConfig("painn", n_channels=n_channels, n_layers=3, n_radial=20)
    model = LadderModel(config).eval().requires_grad_(False).to(device)
    with torch.no_grad():  # small forces: the molecule must not fly apart while it is timed
        for parameter in model.energy.atomic[-1].parameters():
            parameter.mul_(1e-3)
    return model


def stepper(field: NetworkForceField, layout: SystemLayout, device: str) -> Callable[[], None]:
    """One velocity Verlet step a call."""
    masses = layout.masses(device)
    generator = torch.Generator(device=device).manual_seed(0)
    ring = RingPolymer(1, TEMPERATURE, device)
    integrator = Integrator(field, masses, TIMESTEP, TEMPERATURE, ring, np.zeros(1), generator)
    positions = layout.positions(device)[None]
    noise = torch.randn(positions.shape, generator=generator, dtype=torch.float64, device=device)
    holder = [
        DynamicsState(0, positions, thermal_speed(masses, TEMPERATURE) * noise, field(positions))
    ]

    def step() -> None:
        holder[0] = integrator.step(holder[0])

    return step


def seconds(step: Callable[[], None], turns: int, device: str) -> list[float]:
    """Time of each of ``turns`` calls."""
    found = []
    for _ in range(turns):
        if device != "cpu":
            torch.cuda.synchronize()
        began = time.perf_counter()
        step()
        if device != "cpu":
            torch.cuda.synchronize()
        found.append(time.perf_counter() - began)
    return found


def row(times: list[float], replicas: int, **facts: object) -> dict[str, object]:
    low, middle, high = np.percentile(times, (25, 50, 75))
    return {
        **facts,
        "replicas": replicas,
        "seconds": middle,
        "seconds_quartiles": [low, high],
        "replica_steps_per_second": replicas / middle,
        "ns_per_day": 86400.0 * 1e-6 * TIMESTEP / middle,
    }


def against_schnetpack(replicas: int, n_channels: int, turns: int, device: str) -> dict:
    """Both simulators in turns on the same replicas."""
    from schnetpack_md import schnetpack_stepper

    model, layout = painn(n_channels, device), SystemLayout((ethanol(),), replicas)
    steps = {"schnetpack": schnetpack_stepper(model.float(), layout, TIMESTEP, device)}
    for name in ("specml", "compiled"):
        field = NetworkForceField(
            model, EVERY_RUNG, EVERY_RUNG, layout, compiled=name == "compiled"
        )
        steps[name] = stepper(field, layout, device)
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
    layout = SystemLayout((structure,), replicas)
    field = NetworkForceField(model, EVERY_RUNG, EVERY_RUNG, layout)
    step = stepper(field, layout, device)
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
        "machine": platform.processor() or platform.machine(),
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
