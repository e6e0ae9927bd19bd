"""Labels of Kohn-Sham matrices -> the least-squares problems that training needs (``.pt``).

    python benchmarks/hamiltonian_data.py fock.h5 problems.pt --exchange 0.2

Reads the finished file or, while labelling runs, its parts; a second call adds what is new.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from specml.hamiltonian.targets import problem
from specml.io import datasets
from specml.reference.fock import unpacked
from specml.reference.labelling import parts_of


def labels(path: Path) -> datasets.Dataset:
    """The labels there are."""
    if path.exists():
        return datasets.read(path)
    return datasets.concatenate([datasets.read(p) for p in sorted(parts_of(path).glob("*.h5"))])


def save(done: dict, path: Path) -> None:
    """Write atomically."""
    partial = path.with_name(path.name + ".partial")
    torch.save(done, partial)
    partial.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--exchange", type=float, default=0.2)
    parser.add_argument("--limit", type=int, default=10**9)
    args = parser.parse_args()
    done = torch.load(args.output, weights_only=False) if args.output.exists() else {}
    data = labels(args.labels)
    for i in range(len(data)):
        key = (data.smiles[data.molecule[i]], int(data.geometry[i]))
        if key in done or len(done) >= args.limit:
            continue
        fock = unpacked(np.asarray(data.labels["fock"][i], dtype=np.float64))
        done[key] = problem(data.structure(i), fock, args.exchange)
        if len(done) % 100 == 0:
            save(done, args.output)
            print(len(done), flush=True)
    save(done, args.output)
    print(len(done), "problems")


if __name__ == "__main__":
    main()
