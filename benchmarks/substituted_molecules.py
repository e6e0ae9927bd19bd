"""Append the small molecules with S, F and Cl to the list that SpecML learns from.

    python benchmarks/substituted_molecules.py ../shared/data/smiles/qm9_133k.csv.gz \
        ../shared/data/evaluation_molecules.txt datasets/molecules.csv

Made from the molecules of at most five heavy atoms of QM9 and of the list; what the list has
already, and the evaluation molecules, stay out.
"""

import argparse
import csv
import gzip
from pathlib import Path

import numpy as np
from rdkit import Chem

from specml.data.molecules import labelling_order, split_of, substituted, unique

LARGEST = 5  # heavy atoms


def size(smiles: str) -> int:
    """Heavy atoms; none where RDKit cannot read the line, as it is with some of QM9's."""
    molecule = Chem.MolFromSmiles(smiles)
    return 0 if molecule is None else int(molecule.GetNumHeavyAtoms())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("qm9", type=Path, help="csv.gz with the column smiles")
    parser.add_argument("evaluation", type=Path, help="InChIKeys, one a line")
    parser.add_argument("list", type=Path, help="datasets/molecules.csv, extended in place")
    arguments = parser.parse_args()
    with gzip.open(arguments.qm9, "rt") as file:
        lines = {row["smiles"] for row in csv.DictReader(file)}
    with arguments.list.open() as file:
        rows = list(csv.DictReader(file))
    small = [s for s in lines | {row["smiles"] for row in rows} if 0 < size(s) <= LARGEST]
    excluded = {line[:14] for line in arguments.evaluation.read_text().split()}
    found = list(unique(substituted(small), frozenset(excluded | {r["key"] for r in rows})).items())
    n_heavy = np.array([size(smiles) for _, smiles in found])
    with arguments.list.open("a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for i in labelling_order(n_heavy, np.zeros(len(found), dtype=bool), seed=0):
            key, smiles = found[i]
            writer.writerow([key, smiles, "substituted", n_heavy[i], split_of(key)])
    print(f"{len(found)} molecules added")


if __name__ == "__main__":
    main()
