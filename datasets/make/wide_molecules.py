"""Write the list of molecules with new elements, ions and open shells.

    python datasets/make/wide_molecules.py datasets/molecules_wide.csv \
        --evaluation ../shared/data/evaluation_molecules.txt

Evaluation molecules and those of ``datasets/references.csv`` stay out, and what the first list,
``datasets/molecules.csv``, has already; its splits hold for ions made from its molecules.
"""

import argparse
import csv
from collections import Counter
from pathlib import Path

from specml.data.wide_molecules import ListedMolecule, wide_molecules

DATASETS = Path(__file__).parents[1]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def evaluation(path: Path) -> set[str]:
    """InChIKey blocks, one a line; lines that begin with # are comments."""
    lines = path.read_text().splitlines()
    return {line[:14] for line in lines if line and not line.startswith("#")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--evaluation", type=Path, required=True)
    arguments = parser.parse_args()
    first = read(DATASETS / "molecules.csv")
    references = {row["key"] for row in read(DATASETS / "references.csv")}
    excluded = frozenset(evaluation(arguments.evaluation) | references)
    splits = {row["key"]: row["split"] for row in first}
    rows = wide_molecules([row["smiles"] for row in first], splits, excluded)
    with arguments.output.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ListedMolecule.columns())
        writer.writerows(row.values() for row in rows)
    for what in ("source", "split", "n_heavy", "multiplicity", "charge"):
        print(what, dict(Counter(getattr(row, what) for row in rows)))


if __name__ == "__main__":
    main()
