"""Append molecules to the list that SpecML learns from.

    python recipes/specml/more_molecules.py substituted datasets/molecules.csv \
        --qm9 ../shared/data/smiles/qm9_133k.csv.gz \
        --evaluation ../shared/data/evaluation_molecules.txt
    python recipes/specml/more_molecules.py groups datasets/molecules.csv \
        --evaluation ../shared/data/evaluation_molecules.txt
    python recipes/specml/more_molecules.py n-h datasets/molecules.csv \
        --qm9 ../shared/data/smiles/qm9_133k.csv.gz \
        --evaluation ../shared/data/evaluation_molecules.txt

``substituted``: small ones with S, F and Cl, made from the molecules of at most five heavy atoms
of QM9 and of the list. ``groups``: every functional group with every substituent, of at most seven
heavy atoms. ``n-h``: uncharged molecules of QM9 with seven heavy atoms and a hydrogen on nitrogen,
those first in which that nitrogen is conjugated or beside a second heteroatom. What the list has
already, and the evaluation molecules, stay out.
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
N_H_SIZE = 7
N_H = Chem.MolFromSmarts("[#7;!H0]")
# aromatic; on a double bond's atom; on N, O or S; on a carbon that holds a second N or O
FAVOURED_N_H = Chem.MolFromSmarts(
    "[$([nH]),$([#7;!H0]*=,#,:*),$([#7;!H0][N,O,S]),$([#7;!H0][#6][#7,#8])]"
)


def size(smiles: str) -> int:
    """Heavy atoms; none where RDKit cannot read the line, as it is with some of QM9's."""
    molecule = Chem.MolFromSmiles(smiles)
    return 0 if molecule is None else int(molecule.GetNumHeavyAtoms())


def has(smiles: str, pattern: Chem.Mol) -> bool:
    return bool(Chem.MolFromSmiles(smiles).HasSubstructMatch(pattern))


def read(qm9: Path) -> set[str]:
    with gzip.open(qm9, "rt") as file:
        return {row["smiles"] for row in csv.DictReader(file)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", choices=("substituted", "groups", "n-h"))
    parser.add_argument("list", type=Path, help="datasets/molecules.csv, extended in place")
    parser.add_argument("--evaluation", type=Path, required=True, help="InChIKeys, one a line")
    parser.add_argument("--qm9", type=Path, help="csv.gz with the column smiles")
    arguments = parser.parse_args()
    with arguments.list.open() as file:
        rows = list(csv.DictReader(file))
    if arguments.source == "groups":
        made = [s for s in grouped() if size(s) <= LARGEST_GROUPED]
    elif arguments.qm9 is None:
        parser.error(f"{arguments.source} needs --qm9")
    elif arguments.source == "n-h":
        made = sorted(
            s for s in read(arguments.qm9) if size(s) == N_H_SIZE and has(s, N_H) and "+" not in s
        )
    else:
        parents = read(arguments.qm9).union(row["smiles"] for row in rows)
        made = substituted(s for s in parents if 0 < size(s) <= LARGEST_PARENT)
    excluded = {line[:14] for line in arguments.evaluation.read_text().split()}
    found = list(unique(made, frozenset(excluded | {row["key"] for row in rows})).items())
    n_heavy = np.array([size(smiles) for _, smiles in found])
    favoured = np.array([arguments.source == "n-h" and has(s, FAVOURED_N_H) for _, s in found])
    with arguments.list.open("a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for i in labelling_order(n_heavy, favoured, seed=0):
            key, smiles = found[i]
            writer.writerow([key, smiles, arguments.source, n_heavy[i], split_of(key)])
    print(f"{len(found)} molecules added")


if __name__ == "__main__":
    main()
