"""Long runs that must not fail, and spectra at 10 K that must be the harmonic ones. Resumable.

    python benchmarks/spectra/md_stability.py datasets/references.csv --output stability

Run it again after an interruption: every finished molecule is skipped, the one that was running
goes on from its last part. Three tasks (``--only``):

    cold     10 K, 3 molecules: bands within 3 1/cm of the harmonic ones, areas within 10 %
    warm     300 K, 20 ps x 16 replicas of ten molecules
    long     300 K, 1 ns of one molecule, one replica

The last two take steps of 1 fs, twice the default: half the work, and the harder test.

Molecules are named by SMILES in a column ``smiles``; what the network was trained on must not be
among them. One json a molecule in ``<output>/<task>``; at the end the tables of
docs/trajectories.md are printed, and with ``--save`` written to benchmarks/results.
"""

import argparse
import csv
import json
import time
from pathlib import Path

import numpy as np

from specml import units
from specml.data.sampling import conformer
from specml.inference.predictor import Predictor, load
from specml.io import trajectory as files
from specml.md.checkpoint import RunParts
from specml.md.evaluation import SystemLayout
from specml.md.protocol import DynamicsProtocol
from specml.md.results import trajectory
from specml.md.simulation import Simulation
from specml.spectra.dynamic import dynamic_spectra
from specml.spectra.harmonic import harmonic_analysis
from specml.spectra.power import SpectralSampling
from specml.structure import Structure

TASKS = {
    # Oscillators at 10 K are harmonic and do not exchange energy: many short replicas.
    "cold": (3, DynamicsProtocol(10.0, 0.5, 3.0, 10.0, replicas=32)),
    "warm": (10, DynamicsProtocol(300.0, 1.0, 2.0, 20.0, 16, every=10)),
    "long": (1, DynamicsProtocol(300.0, 1.0, 2.0, 1000.0, 1, every=20)),
}
SEPARATE = 25.0  # 1/cm; harmonic lines nearer than this make one band
WEAK = 5.0  # km/mol; weaker bands are not compared


def bands(wavenumbers: np.ndarray, areas: np.ndarray) -> list[tuple[float, float, float, float]]:
    """(low, high, centre, area) of groups of lines closer than SEPARATE."""
    groups = np.split(
        np.arange(len(wavenumbers)), np.flatnonzero(np.diff(wavenumbers) > SEPARATE) + 1
    )
    found = []
    for group in groups:
        area = areas[group].sum()
        if area > WEAK:
            centre = np.average(wavenumbers[group], weights=areas[group])
            low, high = wavenumbers[group[[0, -1]]] + np.array([-0.5, 0.5]) * SEPARATE
            found.append((low, high, centre, area))
    return found


def compare_cold(predictor: Predictor, start: Structure, made: files.Trajectory) -> list[dict]:
    """Every band: harmonic place and area, those of the trajectory, and its equipartition.

    In a harmonic system at constant energy an oscillator keeps the energy equilibration gave it;
    its mean over replicas scatters by 1/sqrt(replicas). The area is therefore also given divided by
    the band's own kinetic energy over kT, which takes that scatter out.
    """
    vibrations = harmonic_analysis(predictor.expand([start], polarizability=False)[0])
    spectra = dynamic_spectra(
        made, SpectralSampling(made.interval, made.timestep, top=4500.0), 10.0
    )
    ir, states = spectra.infrared, spectra.density_of_states
    rows = []
    for low, high, centre, area in bands(vibrations.wavenumbers, vibrations.ir_intensities):
        near = (ir.x >= low) & (ir.x <= high)
        modes = ((vibrations.wavenumbers >= low) & (vibrations.wavenumbers <= high)).sum()
        counted = np.trapezoid(states.y[near], states.x[near])
        found = np.trapezoid(ir.y[near], ir.x[near])
        rows.append(
            {
                "harmonic_cm1": centre,
                "harmonic_km_mol": area,
                "md_cm1": float(np.average(ir.x[near], weights=np.maximum(ir.y[near], 0.0))),
                "md_km_mol": float(found),
                "kinetic_energy_over_kt": float(counted / modes),
                "md_km_mol_at_equipartition": float(found * modes / counted),
            }
        )
    return rows


def run(
    predictor: Predictor, start: Structure, protocol: DynamicsProtocol, folder: Path
) -> tuple[files.Trajectory, float]:
    """The trajectory, and the seconds this call spent on it."""
    layout = SystemLayout((start,), protocol.replicas)
    parts = RunParts(folder / f"{start.name}.parts", {"protocol": protocol.__dict__})
    field = predictor.force_field(layout, protocol.beads, compiled=True)
    began = time.perf_counter()
    for told, report in enumerate(Simulation(layout, protocol, field, parts).run()):
        if told % 400 == 0:
            share = 100.0 * report.done / report.total
            print(f"{start.name}: {share:.1f} %, {report.speed:.3g} ns/day", flush=True)
    made = trajectory(parts, layout, protocol, 0, {"model": predictor.name})
    files.write(folder / f"{start.name}.h5", made)
    parts.drop()
    return made, time.perf_counter() - began


def tables(rows: list[dict]) -> str:
    """Markdown: every run, then every band at 10 K."""
    lines = [
        "| molecule | run | mean temperature, K | drift, meV/(atom ps) | ms a step |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        _, protocol = TASKS[row["task"]]
        steps = 1000.0 * (row["length_ps"] + protocol.equilibration) / protocol.timestep
        lines.append(
            f"| `{row['smiles']}` | {row['replicas']} x {row['length_ps']:.0f} ps "
            f"| {row['mean_temperature_k']:.1f} | {row['energy_drift_mev_atom_ps']:.1g} "
            f"| {1000.0 * row['seconds'] / steps:.1f} |"
        )
    lines += [
        "",
        "| molecule | harmonic, 1/cm | MD | shift | harmonic, km/mol | MD | at equipartition |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        for band in row.get("bands", ()):
            shift = band["md_cm1"] - band["harmonic_cm1"]
            lines.append(
                f"| `{row['smiles']}` | {band['harmonic_cm1']:.1f} | {band['md_cm1']:.1f} "
                f"| {shift:+.1f} | {band['harmonic_km_mol']:.1f} | {band['md_km_mol']:.1f} "
                f"| {band['md_km_mol_at_equipartition']:.1f} |"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("molecules", type=Path)
    parser.add_argument("--only", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--part", default="0/1", help="k/n: every n-th molecule from the k-th")
    parser.add_argument("--save", action="store_true", help="write benchmarks/results")
    parser.add_argument("--length-ps", type=float, help="shorter, for a trial")
    arguments = parser.parse_args()
    with arguments.molecules.open() as file:
        smiles = [row["smiles"] for row in csv.DictReader(file)]
    predictor = load("specml")
    part, parts = map(int, arguments.part.split("/"))
    for task in arguments.only:
        count, protocol = TASKS[task]
        if arguments.length_ps:
            protocol = DynamicsProtocol(**{**protocol.__dict__, "length": arguments.length_ps})
        for number, text in list(enumerate(smiles[:count]))[part::parts]:
            folder = arguments.output / task
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{number:02d}"
            result = folder / f"{name}.json"
            if result.exists():
                continue
            first = conformer(text)
            named = Structure(first.numbers, first.positions, first.charge, name=name)
            start = predictor.relax([named], fmax=1e-4)[0].structure
            made, spent = run(predictor, start, protocol, folder)
            kinetic = made["kinetic_energy"].mean() / units.BOLTZMANN
            row = {
                "task": task,
                "smiles": text,
                "n_atoms": len(start),
                "length_ps": made.length,
                "replicas": made.n_replicas,
                "mean_temperature_k": 2.0 * float(kinetic) / (3 * len(start) - 6),
                "energy_drift_mev_atom_ps": made.attributes["energy_drift_mev_atom_ps"],
                "seconds": spent,
            }
            if task == "cold":
                row["bands"] = compare_cold(predictor, start, made)
            partial = result.with_suffix(".partial")
            partial.write_text(json.dumps(row, indent=1) + "\n")
            partial.replace(result)
            print(json.dumps(row, indent=1), flush=True)
    made = [p for task in TASKS for p in sorted((arguments.output / task).glob("*.json"))]
    rows = [json.loads(path.read_text()) for path in made]
    print(tables(rows))
    if arguments.save:
        path = Path(__file__).parent / "results" / "md_stability.json"
        path.write_text(json.dumps({"model": predictor.name, "runs": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
