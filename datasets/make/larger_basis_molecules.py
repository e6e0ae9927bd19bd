"""Choose the molecules that def2-TZVPD is learned from, in the order in which they are labelled.

    python datasets/make/larger_basis_molecules.py datasets/molecules_larger_basis.csv --wanted 2000

From both lists, ``molecules.csv`` and ``molecules_wide.csv``, without test molecules, at most
seven heavy atoms: every environment of an atom twice, cheap molecules first.
"""

import argparse
import csv
from collections import Counter
from pathlib import Path

from specml.data.coverage import covering_order
from specml.data.wide_molecules import ListedMolecule

DATASETS = Path(__file__).parents[1]
LARGEST = 7  # heavy atoms
# By source: what chemists meet before what is made by rule.
FAVOUR = {"carrier": 0.4, "exchange": 0.3, "proton": 0.25, "radical": 0.25, "qm9": 0.5}
NOT_WANTED = ("abstraction",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--wanted", type=int, default=2000)
    arguments = parser.parse_args()
    rows = []
    for name in ("molecules.csv", "molecules_wide.csv"):
        with (DATASETS / name).open(newline="") as file:
            plain = {"charge": "0", "multiplicity": "1"}
            rows += [plain | row for row in csv.DictReader(file)]
    fit = [
        row
        for row in rows
        if row["split"] != "test"
        and row["source"] not in NOT_WANTED
        and int(row["n_heavy"]) <= LARGEST
    ]
    favour = [FAVOUR.get(row["source"], 1.0) for row in fit]
    order = covering_order([row["smiles"] for row in fit], favour, arguments.wanted)
    with arguments.output.open("w", newline="") as file:
        writer = csv.DictWriter(file, ListedMolecule.columns(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(fit[i] for i in order)
    for column in ("source", "n_heavy", "charge", "multiplicity", "split"):
        print(column, dict(Counter(fit[i][column] for i in order)))


if __name__ == "__main__":
    main()
