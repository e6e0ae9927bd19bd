"""Labels of Kohn-Sham matrices -> the least-squares problems that training needs.

    python recipes/specml-hamiltonian/problems.py fock.h5 problems --exchange 0.2

Reads the finished file or, while labelling runs, its parts, and writes 64 problems a file into the
folder ``problems``; a second call adds what is new.
"""

import argparse
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from specml.hamiltonian.targets import Problem, problem
from specml.io import datasets
from specml.io.shards import folder_of
from specml.parallel import unordered
from specml.reference.fock import unpacked
from specml.structure import Structure

SHARD = 64
Key = tuple[str, int]  # SMILES and number of the geometry
Task = tuple[Key, Structure, np.ndarray, float]


def labels(path: Path) -> datasets.Dataset:
    """The labels there are."""
    if path.exists():
        return datasets.read(path)
    parts = sorted(folder_of(path).glob("*.h5"))
    return datasets.concatenate([datasets.read(part) for part in parts])


def read(folder: Path) -> dict[Key, Problem]:
    """All problems of a folder."""
    found: dict[Key, Problem] = {}
    for path in sorted(folder.glob("*.pt")):
        found |= torch.load(path, weights_only=False)
    return found


def keys(folder: Path) -> set[Key]:
    """Those of the problems of a folder, without keeping them in memory."""
    return {k for path in folder.glob("*.pt") for k in torch.load(path, weights_only=False)}


def solve(task: Task) -> tuple[Key, Problem]:
    key, structure, triangle, exchange = task
    return key, problem(structure, unpacked(np.asarray(triangle, dtype=np.float64)), exchange)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--exchange", type=float, default=0.2)
    parser.add_argument("--processes", type=int, default=1)
    args = parser.parse_args()
    args.output.mkdir(exist_ok=True)
    data, done = labels(args.labels), keys(args.output)
    tasks = (
        (key, data.structure(i), data.labels["fock"][i], args.exchange)
        for i in range(len(data))
        if (key := (data.smiles[data.molecule[i]], int(data.geometry[i]))) not in done
    )
    results = unordered(solve, tasks, args.processes, str(args.output))
    first = len(list(args.output.glob("*.pt")))
    shards = iter(lambda: dict(islice(results, SHARD)), {})
    for number, shard in enumerate(shards, first):
        path = args.output / f"{number:04d}.pt"
        torch.save(shard, path.with_suffix(".partial"))
        path.with_suffix(".partial").replace(path)
        print(path.name, len(shard), "problems", flush=True)


if __name__ == "__main__":
    main()
