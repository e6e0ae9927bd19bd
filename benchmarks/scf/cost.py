"""Time and memory of a predicted matrix beside PySCF's default SCF (B3LYP/def2-SVP).

    python benchmarks/scf/cost.py --output benchmarks/results/hamiltonian_cost.json

Straight alkanes with an OH at the end, ``threads`` threads for both. The SCF is PySCF's default
(minao, no density fitting, grid level 3, conv_tol 1e-9); above ``--scf-atoms`` it is not run: one
Fock build, grid not counted, is timed instead and counted 12 times, about what the default needs.
``field_s`` is the small self-consistent field with its integrals, ``refined_s`` what the guess for
PySCF costs beyond the matrix: that field once more, with the true matrix. Beside the time stands
the error, the mean of |F - F_label| with the label of scheme ``fock-b3lyp``.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np
import torch
from pyscf import dft, lib

from specml.data.sampling import conformer
from specml.hamiltonian import predictor
from specml.hamiltonian.assembly import Integrals, assemble, refined
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.projection import occupied
from specml.reference import fock as reference
from specml.reference.dft import molecule

BUILDS = 12
REPEATS = 3  # of the prediction, whose median counts


def cost(n_carbons: int, scf_atoms: int) -> dict[str, float | int | str]:
    """One row of the table, seconds."""
    structure = conformer("C" * n_carbons + "O")
    mol = molecule(structure)
    whole = Molecule(mol, structure)
    model = predictor.load()
    runs = []
    for _ in range(REPEATS):
        times = [time.perf_counter()]
        rows = model.rows([whole])[0]
        times.append(time.perf_counter())
        integrals = Integrals.of(whole)
        matrix = assemble(integrals, rows, model.card["exchange"])
        times.append(time.perf_counter())
        runs.append(np.diff(times))
    field = dft.RKS(mol, xc="b3lyp")
    field.grids.build(with_non0tab=True)
    orbitals, _ = occupied(whole, matrix)
    start = time.perf_counter()
    fock = field.get_fock(dm=2.0 * orbitals @ orbitals.T)
    scf, kind = BUILDS * (time.perf_counter() - start), f"one build, {BUILDS} times"
    start = time.perf_counter()
    refined(integrals, fock, orbitals, model.card["exchange"])
    refinement = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    if mol.natm <= scf_atoms:
        field = dft.RKS(mol, xc="b3lyp")
        start = time.perf_counter()
        field.kernel()
        scf, kind = time.perf_counter() - start, f"{field.cycles + 2} builds, run"
    threads = lib.num_threads()
    label = reference.unpacked(
        reference.label(structure, "b3lyp", fitted=True)["fock"]
    )  # sets one thread
    lib.num_threads(threads)
    network, own_field = np.median(runs, axis=0)
    return {
        "atoms": mol.natm,
        "orbitals": mol.nao,
        "network_s": round(network, 3),
        "field_s": round(own_field, 3),
        "refined_s": round(refinement, 3),
        "scf_s": round(scf, 2),
        "scf": kind,
        "share_percent": round(100 * (network + own_field + refinement) / scf, 2),
        "peak_memory_gb": round(peak, 2),
        "error_microhartree": round(1e6 * float(abs(matrix - label).mean()), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--carbons", type=int, nargs="+", default=[2, 4, 6, 9, 13, 19])
    parser.add_argument("--scf-atoms", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    lib.num_threads(args.threads)
    torch.set_num_threads(args.threads)
    table = []
    cost(1, args.scf_atoms)  # what is loaded once, in the SCF too
    for n_carbons in args.carbons:
        table.append(cost(n_carbons, args.scf_atoms))
        print(json.dumps(table[-1]), flush=True)
        if args.output:
            args.output.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
