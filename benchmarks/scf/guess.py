"""Fock builds and wall time of PySCF from its own guesses and from the predicted one.

    python benchmarks/scf/guess.py held-out.h5 --output held_out.json
    python benchmarks/scf/guess.py --druglike druglike_370k.csv.gz --count 30 --output druglike.json
    python benchmarks/scf/guess.py held-out.h5 --xc pbe --arms minao specml --output pbe.json

Geometries are those of a file of ``specml sample``, or drug-like molecules of 12 to 25 heavy atoms
drawn from a list of SMILES and relaxed with GFN2-xTB; none that ``--exclude`` names. Every arm has
a molecule and a mean field of its own, the same conv_tol (1e-9) and PySCF's DIIS. All Fock builds
count, those of the guess and of the final check included. ``--quick`` takes density fitting, grid
level 1 and SpecML's integrator for the grid: much the same Fock builds, but the time is not
PySCF's. Stop and start again at will: what is in the output is not run again.
"""

import argparse
import csv
import gzip
import json
import os
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from pyscf import dft
from rdkit import Chem

from specml.data.sampling import conformer
from specml.errors import SpecMLError
from specml.hamiltonian import predictor
from specml.hamiltonian.calculation import LevelOfTheory, converge, mean_field
from specml.hamiltonian.molecule import Molecule
from specml.io import datasets
from specml.pyscf import GuessWarning, guess
from specml.reference.exchange_correlation import CachedIntegrator
from specml.reference.surface import GFN2Surface
from specml.structure import Structure

HEAVY = (12, 25)  # atoms, of a drug-like molecule
KNOWN = {1, 6, 7, 8, 9, 16, 17}
SAME = 1e-8  # hartree


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("geometries", type=Path, nargs="?")
    parser.add_argument("--druglike", type=Path, help="csv.gz with a column smiles")
    parser.add_argument("--exclude", type=Path, help="InChIKeys or their first blocks, a line each")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--arms", nargs="+", default=["minao", "specml"])
    parser.add_argument("--xc", default="b3lyp")
    parser.add_argument("--basis", default="def2-svp")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="a model card; the shipped one if not given")
    arguments = parser.parse_args()
    level = LevelOfTheory(arguments.xc, arguments.basis, density_fit=arguments.quick)
    found = json.loads(arguments.output.read_text()) if arguments.output.exists() else {}
    rows: dict[str, Any] = found.get("molecules", {})
    model = predictor.load(arguments.model) if "specml" in arguments.arms else None
    if model is not None:
        model.fock(Molecule.in_basis(Structure([1, 1], np.eye(2, 3)), model.basis))  # warm
    for structure in structures(arguments, rows):
        row = rows.setdefault(structure.name, facts(structure, arguments.druglike is not None))
        for arm in arguments.arms:
            if arm not in row["arms"]:
                row["arms"][arm] = run(structure, level, arm, model, arguments.quick)
                print(f"{structure.name:30s} {arm:8s} {row['arms'][arm]}", flush=True)
                document = {
                    "settings": settings(level, arguments, model),
                    "summary": summary(rows),
                    "molecules": rows,
                }
                arguments.output.write_text(json.dumps(document, indent=1))
    print(json.dumps(summary(rows), indent=1))


def structures(arguments: argparse.Namespace, rows: dict[str, Any]) -> Iterator[Structure]:
    """The molecules, at most ``--count``; what is done comes from the output."""
    if arguments.geometries is not None:
        data = datasets.read(arguments.geometries)
        for number, structure in enumerate(islice(data.structures(), arguments.count)):
            yield replace(structure, name=f"{number} {structure.name}")
        return
    taken = 0
    for name, row in rows.items():
        taken += 1
        yield Structure(np.array(row["numbers"]), np.array(row["positions"]), name=name)
    for structure in drawn(arguments, rows):
        taken += 1
        if taken > arguments.count:
            return
        yield structure


def drawn(arguments: argparse.Namespace, rows: dict[str, Any]) -> Iterator[Structure]:
    """Relaxed drug-like molecules in an order that is random and always the same."""
    excluded = set(arguments.exclude.read_text().split()) if arguments.exclude else set()
    with gzip.open(arguments.druglike, "rt") as file:
        smiles = [row["smiles"] for row in csv.DictReader(file)]
    for index in np.random.default_rng(0).permutation(len(smiles)):
        mol = Chem.MolFromSmiles(smiles[index])
        if mol is None or not wanted(mol) or smiles[index] in rows:
            continue
        key = Chem.MolToInchiKey(mol)
        if key in excluded or key.split("-")[0] in excluded:
            continue
        try:
            start = conformer(smiles[index])
            relaxed = GFN2Surface().relax([start])[0].structure
        except SpecMLError:
            continue
        yield Structure(relaxed.numbers, relaxed.positions, name=smiles[index])


def wanted(mol: Chem.Mol) -> bool:
    """Neutral, one piece, of known elements and of the size asked for."""
    return (
        HEAVY[0] <= mol.GetNumHeavyAtoms() <= HEAVY[1]
        and len(Chem.GetMolFrags(mol)) == 1
        and {a.GetAtomicNum() for a in mol.GetAtoms()} <= KNOWN
        and not any(a.GetFormalCharge() or a.GetNumRadicalElectrons() for a in mol.GetAtoms())
    )


def facts(structure: Structure, drawn_here: bool) -> dict[str, Any]:
    """What is known before any run; the geometry where no other file has it."""
    geometry = {
        "numbers": structure.numbers.tolist(),
        "positions": structure.positions.round(6).tolist(),
    }
    return {
        "atoms": len(structure),
        "heavy": int((structure.numbers > 1).sum()),
        **(geometry if drawn_here else {}),
        "arms": {},
    }


def run(
    structure: Structure, level: LevelOfTheory, arm: str, model: Any, quick: bool
) -> dict[str, Any]:
    """One calculation from scratch."""
    field = mean_field(structure, level)
    if quick:
        field._numint = CachedIntegrator()  # Hartree-Fock does not look at either
        field.grids = dft.Grids(field.mol).set(level=1)
    if arm == "specml":
        field = guess(field, model)
    else:
        field.init_guess = arm
    with warnings.catch_warnings(action="ignore"):
        warnings.simplefilter("ignore", GuessWarning)
        found = converge(field)
    outcome = getattr(field, "specml_guess", None)
    extra = {} if outcome is None else {
        "used": outcome.used, "excess": outcome.excess, "network_s": round(outcome.network_s, 4)
    }  # fmt: skip
    return {
        "fock_builds": found.fock_builds,
        "cycles": found.cycles,
        "wall_s": round(found.wall_s, 3),
        "energy": found.energy,
        "converged": found.converged,
        **extra,
    }


def settings(level: LevelOfTheory, arguments: argparse.Namespace, model: Any) -> dict[str, Any]:
    return {
        "xc": level.xc,
        "basis": level.basis,
        "conv_tol": level.conv_tol,
        "quick": arguments.quick,
        "threads": os.environ.get("OMP_NUM_THREADS"),
        "model": None if model is None else model.name,
        "date": time.strftime("%Y-%m-%d"),
    }


def summary(rows: dict[str, Any]) -> dict[str, Any]:
    """Of every arm beside minao: ratios of Fock builds, all and by heavy atoms, and energies."""
    arms = dict.fromkeys(arm for row in rows.values() for arm in row["arms"])
    found = {}
    for arm in arms:
        both = [r for r in rows.values() if arm in r["arms"] and "minao" in r["arms"]]
        if both:
            found[arm] = beside_minao(both, arm)
    return found


def beside_minao(rows: list[dict[str, Any]], arm: str) -> dict[str, Any]:
    builds = np.array([[r["arms"][name]["fock_builds"] for name in (arm, "minao")] for r in rows])
    walls = np.array([[r["arms"][name]["wall_s"] for name in (arm, "minao")] for r in rows])
    energies = np.array([[r["arms"][name]["energy"] for name in (arm, "minao")] for r in rows])
    heavy = np.array([r["heavy"] for r in rows])
    ratio = builds[:, 0] / builds[:, 1]
    more = builds[:, 0] - builds[:, 1]
    found: dict[str, Any] = {
        "molecules": len(rows),
        "mean_ratio": round(float(ratio.mean()), 4),
        "mean_fock_builds": builds.mean(axis=0).round(2).tolist(),
        "most_above_minao": int(more.max()),
        "above_minao_plus_one": int((more > 1).sum()),
        "unconverged": sum(not r["arms"][arm]["converged"] for r in rows),
        "other_energy": int((np.abs(energies[:, 0] - energies[:, 1]) > SAME).sum()),
        "wall_ratio": round(float(walls[:, 0].sum() / walls[:, 1].sum()), 4),
        "by_heavy_atoms": {
            str(n): {
                "molecules": int((heavy == n).sum()),
                "ratio": round(float(ratio[heavy == n].mean()), 3),
                "wall_ratio": round(
                    float(walls[heavy == n, 0].sum() / walls[heavy == n, 1].sum()), 3
                ),
            }
            for n in np.unique(heavy)
        },
    }
    if arm == "specml":
        network = np.array([r["arms"][arm]["network_s"] for r in rows])
        found["guess_used"] = sum(r["arms"][arm]["used"] == "specml" for r in rows)
        found["network_share_of_minao_wall"] = round(float(network.sum() / walls[:, 1].sum()), 4)
    return found


if __name__ == "__main__":
    main()
