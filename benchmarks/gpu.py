"""SpecML on a GPU: do the networks say the same there, how fast is dynamics, what limits it.

    python benchmarks/gpu.py --output gpu.json                       # at most six minutes
    python benchmarks/gpu.py --device cpu --quick --output x.json    # the same in seconds, no GPU

Needs torch, e3nn, h5py, typer and rich, and a checkout; none of SpecML's other packages
(``speed/bare.py``). The inputs are prepared (``speed/gpu_inputs.py``).
One json: the networks of every model that ships on the device against the CPU; a run of
``specml.md`` on the device, interrupted and taken up; replica-steps a second of batched dynamics at
growing batch sizes, each with the share of time the device works, the kernels of a step and the
memory, and a sentence on what limits it. What does not work is written down and stops nothing else;
the exit status is 1 then.
"""

import argparse
import itertools
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # the checkout: SpecML need not be installed
INPUTS = HERE / "speed" / "gpu_inputs.h5"

from speed import bare  # noqa: E402

LENT = bare.lend(INPUTS)

from speed import networks_on, profiling  # noqa: E402
from speed.machine import device_name, is_gpu, processor, quartiles, seconds  # noqa: E402
from speed.networks_on import Prepared  # noqa: E402
from speed.replicas import TIMESTEP, Replicas  # noqa: E402

import specml  # noqa: E402
from specml.inference.model_file import read_networks  # noqa: E402
from specml.md.checkpoint import RunParts  # noqa: E402
from specml.md.evaluation import SystemLayout  # noqa: E402
from specml.md.network import NetworkForceField  # noqa: E402
from specml.md.protocol import DynamicsProtocol  # noqa: E402
from specml.md.simulation import Simulation  # noqa: E402
from specml.structure import Structure  # noqa: E402

AGREE = 1e-10  # of the largest number of a kind, in double precision
SINGLE = 1e-4  # the same between single and double precision
SIZES = (1, 8, 64, 512, 4096, 16384, 65536)
QUICK_SIZES = (1, 4)
MOLECULES = ("ethanol", "caffeine")
SMALL = 12  # atoms; --quick compares networks on molecules of no more
GROWTH = 4.0  # a batch takes at most so many times as long as the smaller one before
STEPS = 10  # over which trajectories of two devices are compared
SHARES = {
    "networks": 0.25,
    "runs": 0.4,
    "dynamics": 0.9,
    "compiled": 1.0,
}  # of the time, at the end


class Deadline:
    """What is left of the time."""

    def __init__(self, total: float):
        self._began, self._total = time.monotonic(), total

    def passed(self) -> float:
        return time.monotonic() - self._began

    def left(self, part: str) -> float:
        """Seconds until a part must end."""
        return SHARES[part] * self._total - self.passed()


def guarded(what: str, errors: list[str], call: Callable[[], object]) -> object:
    """The result, or None with the error written down: one failure must not lose the rest."""
    try:
        return call()
    except Exception:  # noqa: BLE001
        errors.append(f"{what}: {traceback.format_exc(limit=4)}")
        return None


def compare(found: np.ndarray, truth: np.ndarray, tolerance: float = AGREE) -> dict[str, object]:
    """Largest difference, and whether it is rounding."""
    difference, largest = float(np.abs(found - truth).max()), float(np.abs(truth).max())
    return {
        "largest_difference": difference,
        "largest_number": largest,
        "agrees": bool(difference <= tolerance * max(largest, 1e-3)),
    }


def networks(
    prepared: Prepared, device: str, deadline: Deadline, errors: list[str]
) -> dict[str, object]:
    """Every shipped model on the device against the CPU."""
    found: dict[str, object] = {}
    for name, (kind, card) in networks_on.cards().items():
        if kind in networks_on.WITHOUT_NETWORK:
            found[name] = {"kind": kind, "left_out": networks_on.WITHOUT_NETWORK[kind]}
            continue
        if deadline.left("networks") < 0.0:
            errors.append(f"{name}: no time left for it")
            continue
        ask = networks_on.BY_KIND[kind]

        def both(ask: Callable = ask, card: Path = card, kind: str = kind) -> dict[str, object]:
            began = time.perf_counter()
            truth = ask(card, prepared, "cpu")
            middle = time.perf_counter()
            own = ask(card, prepared, device)
            return {
                "kind": kind,
                "cpu_seconds": middle - began,
                "device_seconds": time.perf_counter() - middle,
                "quantities": {key: compare(own[key], truth[key]) for key in truth},
            }

        found[name] = guarded(name, errors, both)
    return found


def trajectories(ethanol: Structure, device: str) -> dict[str, object]:
    """Some steps on both devices in double precision, and in single precision on this one."""
    ends = []
    for where, dtype in (("cpu", torch.float64), (device, torch.float64), (device, torch.float32)):
        (model,), _ = read_networks("specml")
        replicas = Replicas(model.to(where), SystemLayout((ethanol,), 4), where, dtype)
        for _ in range(STEPS):
            replicas.step()
        ends.append(replicas.state.positions.cpu().numpy())
    return {
        "steps": STEPS,
        "double": compare(ends[1], ends[0]),
        "single": compare(ends[2], ends[0], SINGLE),
    }


def run_and_resume(ethanol: Structure, device: str, quick: bool) -> dict[str, object]:
    """``specml.md`` as a user runs it, stopped in the middle and taken up again."""
    length, replicas = (0.02, 2) if quick else (0.5, 64)
    protocol = DynamicsProtocol(300.0, TIMESTEP, 0.5 * length, length, replicas)
    layout = SystemLayout((ethanol,), replicas)
    (model,), _ = read_networks("specml")
    field = NetworkForceField(model.to(device), slice(0, None), slice(0, None), layout)
    with tempfile.TemporaryDirectory() as folder:
        parts = RunParts(Path(folder) / "run.parts", {"of": "gpu.py"})
        for _ in itertools.islice(Simulation(layout, protocol, field, parts, device).run(0.0), 1):
            pass  # and away: what a kill leaves behind
        before = len(parts.paths())
        last = list(Simulation(layout, protocol, field, parts, device).run())[-1]
        kept = parts.last(device)
        energy = kept.state.evaluation.energy
    return {
        "replicas": replicas,
        "length_ps": length,
        "parts_before_the_interruption": before,
        "finished": last.done == last.total,
        "agrees": last.done == last.total and bool(torch.isfinite(energy).all()),
    }


def batches(
    structure: Structure, device: str, sizes: tuple[int, ...], until: Callable[[], float]
) -> list[dict[str, object]]:
    """One row a batch size, until time or memory ends."""
    rows: list[dict[str, object]] = []
    for replicas in sizes:
        if rows and until() < GROWTH * float(rows[-1]["wall_seconds"]):
            rows.append({"replicas": replicas, "left_out": "no time left for it"})
            break
        try:
            rows.append(batch(structure, replicas, device))
        except torch.OutOfMemoryError:
            rows.append({"replicas": replicas, "left_out": "does not fit into memory"})
            break
        except Exception:  # noqa: BLE001
            rows.append({"replicas": replicas, "left_out": traceback.format_exc(limit=4)})
            break
        print(structure.name, json.dumps(rows[-1]), flush=True)
    return rows


def batch(structure: Structure, replicas: int, device: str, compiled: bool = False) -> dict:
    """Time, memory and kernels of a step of so many replicas."""
    began = time.perf_counter()
    if is_gpu(device):
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)
    (model,), _ = read_networks("specml")
    moving = Replicas(
        model.to(device), SystemLayout((structure,), replicas), device, compiled=compiled
    )
    first = seconds(moving.step, 3, device)[-1]
    times = seconds(moving.step, int(np.clip(3.0 / first, 5, 50)), device)
    row = quartiles(times)
    step = float(row["seconds"])
    return {
        "replicas": replicas,
        "n_atoms": replicas * len(structure),
        **row,
        "replica_steps_per_second": replicas / step,
        "ns_per_day": 86400.0 * 1e-6 * TIMESTEP / step,
        "peak_memory_gb": torch.cuda.max_memory_allocated(device) / 1e9 if is_gpu(device) else None,
        **profiling.kernels(moving.step, device, step),
        "wall_seconds": time.perf_counter() - began,
    }


def dynamics(
    prepared: Prepared, device: str, quick: bool, deadline: Deadline, errors: list[str]
) -> dict[str, object]:
    """Growing batches of each molecule and what limits them; the largest useful one compiled."""
    peaks = profiling.peaks(device, quick)
    found: dict[str, object] = {"network": "specml", "timestep_fs": TIMESTEP, "peaks": peaks}
    sizes = QUICK_SIZES if quick else SIZES
    for kept, molecule in zip((0.5, 0.0), MOLECULES, strict=True):
        later = kept * deadline.left("dynamics")  # time kept for the molecules behind this one

        def left(later: float = later) -> float:
            return deadline.left("dynamics") - later

        structure = prepared.molecules[molecule]
        flops = guarded("operations", errors, lambda s=structure: profiling.operations(s))
        rows = batches(structure, device, sizes, left)
        measured = [row for row in rows if "seconds" in row]
        errors += [row["left_out"] for row in rows if "Traceback" in row.get("left_out", "")]
        found[molecule] = {
            "floating_point_operations_per_replica_step": flops,
            "batches": rows,
            "limited_by": {
                str(row["replicas"]): profiling.limit(row, flops, peaks, device) for row in measured
            },
        }
        if rows and "left_out" in rows[-1]:
            found[molecule]["largest_batch"] = rows[-1]
    return found


def compiled(ethanol: Structure, device: str, rows: list[dict], errors: list[str]) -> object:
    """The fastest batch of ethanol again with the network compiled."""
    best = max(rows, key=lambda row: row.get("replica_steps_per_second", 0.0))
    return guarded("compiled", errors, lambda: batch(ethanol, best["replicas"], device, True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="a few steps of a few replicas")
    parser.add_argument("--seconds", type=float, default=330.0, help="time for all of it")
    parser.add_argument("--compiled", action="store_true", help="also with --quick: a minute")
    parser.add_argument("--output", type=Path, required=True)
    a = parser.parse_args()
    if is_gpu(a.device) and not torch.cuda.is_available():
        parser.error(f"no GPU for torch {torch.__version__}; --device cpu --quick runs without")
    deadline, errors = Deadline(a.seconds), []
    prepared = networks_on.read(INPUTS)
    ethanol = prepared.molecules["ethanol"]
    result: dict[str, object] = {
        "specml": specml.__version__,
        "torch": torch.__version__,
        "device": device_name(a.device),
        "processor": processor(),
        "threads": torch.get_num_threads(),
        "lent": LENT,
    }

    def store() -> None:
        """After every part: what a time limit cuts off then leaves something."""
        result["seconds"], result["errors"] = deadline.passed(), errors
        a.output.write_text(json.dumps(result, indent=1) + "\n")

    some = prepared.at_most(SMALL) if a.quick else prepared
    result["networks"] = networks(some, a.device, deadline, errors)
    store()
    result["trajectories"] = guarded(
        "trajectories", errors, lambda: trajectories(ethanol, a.device)
    )
    result["run"] = guarded("run", errors, lambda: run_and_resume(ethanol, a.device, a.quick))
    store()
    result["dynamics"] = dynamics(prepared, a.device, a.quick, deadline, errors)
    store()
    if a.compiled or (not a.quick and deadline.left("compiled") > 60.0):
        rows = result["dynamics"]["ethanol"]["batches"]
        result["dynamics"]["compiled"] = compiled(ethanol, a.device, rows, errors)
    result["agrees"] = not errors and '"agrees": false' not in json.dumps(result)
    store()
    print(json.dumps({"agrees": result["agrees"], "errors": errors, "seconds": result["seconds"]}))
    sys.exit(0 if result["agrees"] else 1)


if __name__ == "__main__":
    main()
