"""Which training molecules the shipped model fits worst: the next ones to sample and label again.

    python recipes/specml/hardest_molecules.py datasets/b3lyp.h5 \
        --molecules datasets/molecules.csv --count 200 --output hardest.csv
    specml sample hardest.csv --samples 2 --seed 11 --output geometries.h5
    specml label geometries.h5 --scheme b3lyp-svp+polarizability --output more.h5

The measure is the root-mean-square error of the forces of the B3LYP rung over the atoms of a
geometry; a molecule counts with its worst. Molecules of more than ``--heavy`` heavy atoms, whose
labels cost several times as much, are left out.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import torch

import specml
from specml.data.splits import read_splits, split_of_rows
from specml.io import datasets
from specml.training import ladder_data
from specml.training.run import geometry_misfits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dft", type=Path)
    parser.add_argument("--molecules", type=Path, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--heavy", type=int, default=6)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    dataset = datasets.read(arguments.dft)
    split = split_of_rows(read_splits(arguments.molecules), dataset.smiles, dataset.molecule)
    dataset = dataset.select((split == "train") & (dataset.n_heavy <= arguments.heavy))
    model = specml.load("specml").model.float()
    errors = geometry_misfits(model, ladder_data.from_dft(dataset), rung=1)
    worst = np.zeros(len(dataset.smiles))
    np.maximum.at(worst, dataset.molecule, errors)
    chosen = np.argsort(-worst)[: arguments.count]
    with arguments.output.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["smiles", "force_error_ev_angstrom"])
        rows.writerows([dataset.smiles[i], round(float(worst[i]), 4)] for i in chosen)


if __name__ == "__main__":
    main()
