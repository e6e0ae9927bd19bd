"""Append molecules to the list that SpecML learns from.

    python benchmarks/more_molecules.py substituted datasets/molecules.csv \
        --qm9 ../shared/data/smiles/qm9_133k.csv.gz \
        --evaluation ../shared/data/evaluation_molecules.txt
    python benchmarks/more_molecules.py groups datasets/molecules.csv \
        --evaluation ../shared/data/evaluation_molecules.txt

``substituted``: small ones with S, F and Cl, made from the molecules of at most five heavy atoms
of QM9 and of the list. ``groups``: every functional group with every substituent, of at most seven
heavy atoms. What the list has already, and the evaluation molecules, stay out.
"""

import argparse
import csv
import gzip
from pathlib import Path

import numpy as np
from rdkit import Chem

from specml.data.functional_groups import grouped
from specml.data.molecules import labelling_order, split_of, substituted, unique

LARGEST_PARENT = 5  # heavy atoms
LARGEST_GROUPED = 7


def size(smiles: str) -> int:
    """Heavy atoms; none where RDKit cannot read the line, as it is with some of QM9's."""
    molecule = Chem.MolFromSmiles(smiles)
    return 0 if molecule is None else int(molecule.GetNumHeavyAtoms())


def parents(qm9: Path, listed: list[str]) -> list[str]:
    with gzip.open(qm9, "rt") as file:
        lines = {row["smiles"] for row in csv.DictReader(file)}
    return [s for s in lines.union(listed) if 0 < size(s) <= LARGEST_PARENT]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", choices=("substituted", "groups"))
    parser.add_argument("list", type=Path, help="datasets/molecules.csv, extended in place")
    parser.add_argument("--evaluation", type=Path, required=True, help="InChIKeys, one a line")
    parser.add_argument("--qm9", type=Path, help="csv.gz with the column smiles")
    arguments = parser.parse_args()
    with arguments.list.open() as file:
        rows = list(csv.DictReader(file))
    if arguments.source == "groups":
        made = [s for s in grouped() if size(s) <= LARGEST_GROUPED]
    elif arguments.qm9 is None:
        parser.error("substituted needs --qm9")
    else:
        made = substituted(parents(arguments.qm9, [row["smiles"] for row in rows]))
    excluded = {line[:14] for line in arguments.evaluation.read_text().split()}
    found = list(unique(made, frozenset(excluded | {row["key"] for row in rows})).items())
    n_heavy = np.array([size(smiles) for _, smiles in found])
    with arguments.list.open("a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for i in labelling_order(n_heavy, np.zeros(len(found), dtype=bool), seed=0):
            key, smiles = found[i]
            writer.writerow([key, smiles, arguments.source, n_heavy[i], split_of(key)])
    print(f"{len(found)} molecules added")


if __name__ == "__main__":
    main()
