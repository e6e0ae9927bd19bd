r"""Label the molecules of ``datasets/molecules_wide.csv``, and gather what is finished.

    python datasets/make/label_wide.py run datasets/molecules_wide.csv /work/labelling/wide.h5
    python datasets/make/label_wide.py gather /work/labelling/wide.h5 datasets/labels/wide-1.h5
    python datasets/make/label_wide.py run datasets/molecules_larger_basis.csv \
        /work/labelling/tzvpd.h5 --larger-basis

``run`` goes on where it was stopped (shards ``wide.h5.parts``, one process, one thread) and leaves
out test molecules and those that ``datasets/labels`` has. ``gather`` writes what no file of
``datasets/labels`` has to a new file, rounded: files in git are never written again. With
``--larger-basis`` two geometries of a molecule have labels of def2-TZVPD too, and only molecules
that have such labels are left out.
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from specml.data.labelled_sampling import LARGER_BASIS, Labelled, label_molecule, plan_of
from specml.data.wide_molecules import ListedMolecule
from specml.io import datasets, resumable, shards
from specml.io.datasets import Dataset
from specml.reference.labelling import SCHEMES

LABELS = Path(__file__).parents[1] / "labels"
SCHEME = SCHEMES["b3lyp-tzvpd"]
Key = tuple[str, int]


def read(path: Path) -> list[ListedMolecule]:
    """The rows that may be labelled."""
    with path.open(newline="") as file:
        rows = [
            ListedMolecule(
                row["key"],
                row["smiles"],
                row["source"],
                int(row["n_heavy"]),
                row["split"],
                int(row["charge"]),
                int(row["multiplicity"]),
            )
            for row in csv.DictReader(file)
        ]
    return [row for row in rows if row.split != "test"]


def keys_of(data: Dataset) -> list[Key]:
    """SMILES and multiplicity of every structure."""
    states = zip(data.molecule, data.multiplicity, strict=True)
    return [(data.smiles[molecule], int(multiplicity)) for molecule, multiplicity in states]


def committed(larger_basis: bool) -> set[Key]:
    """Molecules of ``datasets/labels``, or those of them with labels of the larger basis."""
    found: set[Key] = set()
    for path in LABELS.glob("*.h5"):
        data = datasets.read(path)
        if larger_basis:
            absent = np.full(len(data), np.nan)
            data = data.select(np.isfinite(data.labels.get("energy_tzvpd", absent)))
        found |= set(keys_of(data))
    return found


def gathered(answers: list[tuple[ListedMolecule, Labelled]], attributes: dict[str, str]) -> Dataset:
    """The data set of some molecules."""
    return datasets.from_structures(
        [structure for _, labelled in answers for structure, _ in labelled],
        np.repeat(np.arange(len(answers)), [len(labelled) for _, labelled in answers]),
        np.concatenate([np.arange(len(labelled)) for _, labelled in answers]),
        [row.smiles for row, _ in answers],
        [labels for _, labelled in answers for _, labels in labelled],
        attributes,
    )


def run(molecules: Path, out: Path, limit: int | None, larger_basis: bool) -> None:
    rows = read(molecules)
    numbers = {(row.smiles, row.multiplicity): i for i, row in enumerate(rows)}
    known = committed(larger_basis)
    attributes = SCHEME.attributes() | {"sampling": "B3LYP path and 50 to 600 K about its end"}

    def held(part: Dataset) -> set[int]:
        return {numbers[key] for key in keys_of(part) if key in numbers}

    def compute(chosen: list[int]) -> Iterator[tuple[int, Labelled | str]]:
        for number in chosen:
            row = rows[number]
            if (row.smiles, row.multiplicity) in known:
                continue
            try:
                plan = LARGER_BASIS if larger_basis else plan_of(row.n_heavy)
                yield number, label_molecule(row.smiles, row.multiplicity, plan)
            except Exception as error:  # noqa: BLE001 (PySCF, tblite and RDKit raise a dozen types)
                yield number, f"{type(error).__name__}: {error}"

    names = [(row.smiles, str(row.multiplicity)) for row in rows]
    work = resumable.ResumableRun(
        out,
        names,
        lambda answers: gathered([(rows[i], labelled) for i, labelled in answers], attributes),
        held,
        done="labelled",
        other="other molecules",
    )
    for progress in work.steps(compute, limit):
        print(progress, flush=True)


def gather(out: Path, target: Path, most: int) -> None:
    parts = [datasets.read(path) for path in sorted(shards.folder_of(out).glob("*.h5"))]
    known = committed(larger_basis=any("energy_tzvpd" in part.labels for part in parts))
    parts = [part.select(np.array([key not in known for key in keys_of(part)])) for part in parts]
    data = datasets.concatenate([part for part in parts if len(part)])
    chosen = np.arange(len(data))[:most]
    ends = data.molecule[chosen[-1]]  # whole molecules only
    if len(chosen) == most:
        chosen = chosen[data.molecule[chosen] != ends]
    part = datasets.rounded(compacted(data.select(chosen)))
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        raise SystemExit(f"{target} exists; files in git are never written again")
    datasets.write(target, part)
    print(len(part), "labels of", len(part.smiles), "molecules", target.stat().st_size, "bytes")


def compacted(data: Dataset) -> Dataset:
    """Without the molecules that no structure is of."""
    used, molecule = np.unique(data.molecule, return_inverse=True)
    data.molecule, data.smiles = molecule.astype(np.int32), [data.smiles[i] for i in used]
    return data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run")
    running.add_argument("molecules", type=Path)
    running.add_argument("out", type=Path)
    running.add_argument("--limit", type=int, help="molecules of this call")
    running.add_argument("--larger-basis", action="store_true")
    gathering = commands.add_parser("gather")
    gathering.add_argument("out", type=Path)
    gathering.add_argument("target", type=Path)
    gathering.add_argument("--most", type=int, default=20_000)
    arguments = parser.parse_args()
    if arguments.command == "run":
        run(arguments.molecules, arguments.out, arguments.limit, arguments.larger_basis)
    else:
        gather(arguments.out, arguments.target, arguments.most)


if __name__ == "__main__":
    main()
