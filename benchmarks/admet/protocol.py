"""What every arm of the comparison on the 22 tasks shares: rows, features and the held-out fifth.

The rule: the scaffold splitter of TDC (``specml.admet.splits``) with fractions 0.8 / 0.2 / 0 and
seeds 1 to 5, task by task, on the rows of ``<task>.csv`` (train and validation rows of the
benchmark; its test rows are not here). What does not fit into train is held out.
"""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

from specml.admet import splits
from specml.admet.endpoints import ENDPOINTS, Endpoint
from specml.admet.features import features
from specml.admet.molecules import learned

FRACTIONS = (0.8, 0.2, 0.0)
SEEDS = (1, 2, 3, 4, 5)
CHUNK = 1000


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of one task: SMILES, measured values, scaffolds, and features (n, width)."""

    endpoint: Endpoint
    smiles: list[str]
    y: np.ndarray
    scaffolds: list[str]
    x: np.ndarray

    def held_out(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows to train on and rows held out."""
        train, held, _ = splits.scaffold_split(self.scaffolds, FRACTIONS, seed)
        return train, held


class Tables:
    """The 22 tables under a folder; features of their distinct SMILES are kept in ``cache``."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder, self.cache = folder, cache
        rows = {e.name: self._read(e.name) for e in ENDPOINTS}
        self.order: dict[str, int] = {}
        for e in sorted(ENDPOINTS, key=lambda e: len(rows[e.name][0])):
            for text in rows[e.name][0]:
                self.order.setdefault(text, len(self.order))
        self.read = rows
        self._kept: dict[str, np.ndarray] = {}

    def _read(self, name: str) -> tuple[list[str], np.ndarray]:
        with (self.folder / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
        return [row["Drug"] for row in rows], np.array([float(row["Y"]) for row in rows])

    def described(
        self, prefix: str, describe: Callable[[list[Chem.Mol]], np.ndarray]
    ) -> np.ndarray:
        """Numbers of all distinct SMILES, (n, width), kept in pieces that survive a kill."""
        if prefix not in self._kept:
            self.cache.mkdir(parents=True, exist_ok=True)
            smiles = list(self.order)
            pieces = []
            for start in range(0, len(smiles), CHUNK):
                path = self.cache / f"{prefix}{start}.npz"
                if not path.exists():
                    with rdBase.BlockLogs():
                        mols = [learned(s) for s in smiles[start : start + CHUNK]]
                        np.savez(path, X=describe(mols))
                pieces.append(np.load(path)["X"])
            self._kept[prefix] = np.concatenate(pieces)
        return self._kept[prefix]

    def rows(self, name: str) -> np.ndarray:
        """Positions of the rows of a table among the distinct SMILES."""
        return np.array([self.order[text] for text in self.read[name][0]])

    def __getitem__(self, endpoint: Endpoint) -> Table:
        smiles, y = self.read[endpoint.name]
        x = self.described("", features)[self.rows(endpoint.name)]
        return Table(endpoint, smiles, y, self._scaffolds(endpoint.name), x)

    def _scaffolds(self, name: str) -> list[str]:
        path = self.cache / f"{name}.scaffolds.json"
        if not path.exists():
            with rdBase.BlockLogs():
                path.write_text(json.dumps(splits.scaffolds(self.read[name][0])))
        return json.loads(path.read_text())
