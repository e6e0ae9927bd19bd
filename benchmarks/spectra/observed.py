"""Observed fundamentals by SMILES: those of ``fundamentals.csv`` and of Shimanouchi's table."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdkit import Chem

from specml.data.shimanouchi import fundamentals

CSV = Path(__file__).parent / "fundamentals.csv"


@dataclass(frozen=True, eq=False)
class Observed:
    """What was observed of one molecule.

    Parameters
    ----------
    name, smiles : of the molecule.
    group : what it was collected for; empty where it comes from Shimanouchi's table.
    wavenumbers : (m,) 1/cm in ascending order, degenerate modes repeated; zero where a list lacks
        its lowest modes, which are torsions.
    excluded : (m,) bool, torsions.
    complete : whether (m,) are all vibrations; if not, single bands without a rank.
    source : key of a citation in ``fundamentals.csv``, or ``shimanouchi``.
    """

    name: str
    smiles: str
    group: str
    wavenumbers: np.ndarray
    excluded: np.ndarray
    complete: bool
    source: str


def collected(path: Path = CSV) -> list[Observed]:
    """The molecules of ``fundamentals.csv``."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    names = dict.fromkeys(row["molecule"] for row in rows)
    return [_molecule([row for row in rows if row["molecule"] == name]) for name in names]


def _molecule(rows: list[dict[str, str]]) -> Observed:
    first = rows[0]
    found = np.repeat(
        [float(row["wavenumber_cm1"]) for row in rows], [int(row["degeneracy"]) for row in rows]
    )
    missing = 0
    if first["complete"] == "without torsions":
        molecule = Chem.AddHs(Chem.MolFromSmiles(first["smiles"]))
        missing = 3 * molecule.GetNumAtoms() - 6 - len(found)
    values = np.sort(np.concatenate([np.zeros(missing), found]))
    return Observed(
        first["molecule"],
        Chem.CanonSmiles(first["smiles"]),
        first["group"],
        values,
        values == 0.0,
        first["complete"] != "no",
        first["source"],
    )


def shimanouchi(path: Path) -> list[Observed]:
    """The complete lists of Shimanouchi's table, without isotopologues."""
    found = []
    for species in fundamentals(path):
        molecule = Chem.MolFromInchi(f"InChI={species.inchi}")
        if molecule is None or species.isotopic or not species.complete:
            continue
        found.append(
            Observed(
                species.name,
                Chem.MolToSmiles(molecule),
                "",
                species.wavenumbers,
                species.torsions,
                True,
                "shimanouchi",
            )
        )
    return found
