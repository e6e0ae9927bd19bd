"""Molecules with shifts, in several geometries, as batches of a few fixed shapes for training.

Called by :mod:`specml.training.shieldings` and the recipe of the model of shieldings.

A network that is trained many hours on a CPU is worth compiling, and compiled code wants fixed
shapes: molecules are sorted into ``BUCKETS`` by their largest number of neighbours, and every
batch of a bucket is filled up with atoms of number 0 that have no neighbours and no labels.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor

from specml.data.batch import Batch, neighbor_table
from specml.data.cascade import AssignedMolecule

IN_USE = "gfn2"  # the source of geometries that `specml nmr` has
BUCKETS = ((26, 576), (34, 448), (52, 288))  # (neighbours, atoms) of a batch
# How often a source of geometries is drawn: the one in use, the one of the labels, a rough one.
SOURCES = {"gfn2": 0.4, "dft": 0.4, "mmff": 0.2}
SOURCES_AT_THE_END = {"gfn2": 0.65, "dft": 0.25, "mmff": 0.1}


@dataclass(frozen=True, eq=False)
class LabelledMolecule:
    """A molecule in all its geometries, with the shifts of its nuclei.

    Parameters
    ----------
    name : what messages and tables call it.
    numbers : (n_atoms,) atomic numbers.
    geometries : source -> (n_atoms, 3) angstrom.
    dft, experiment : (n_atoms,) ppm, NaN where there is none.
    """

    name: str
    numbers: np.ndarray
    geometries: dict[str, np.ndarray]
    dft: np.ndarray
    experiment: np.ndarray

    @classmethod
    def of(cls, molecule: AssignedMolecule, relaxed: Mapping[str, np.ndarray]) -> Self:
        """A molecule of CASCADE with its DFT geometry and every other one there is of it.

        Parameters
        ----------
        molecule : a molecule of the data set with its shifts.
        relaxed : ``<source>/<name of the molecule>`` -> (n_atoms, 3) angstrom, as
            ``recipes/specml-nmr/geometries.py`` writes them.
        """
        geometries = {"dft": molecule.molecule.GetConformer().GetPositions()}
        for source in ("mmff", "gfn2"):
            if (key := f"{source}/{molecule.name}") in relaxed:
                geometries[source] = relaxed[key]
        return cls(molecule.name, molecule.numbers, geometries, molecule.dft, molecule.experiment)


@dataclass(frozen=True)
class ShieldingBatch:
    """A batch and its labels: shifts in ppm, (n_atoms,) each, NaN where there is none."""

    batch: Batch
    dft: Tensor
    experiment: Tensor


class ShieldingPool:
    """Training molecules with the neighbour tables of all their geometries.

    Parameters
    ----------
    molecules : those with more neighbours than the largest bucket has room for are left out.
    cutoff : angstrom.
    sources : how often each source of geometries is drawn, where a molecule has it.
    """

    def __init__(
        self, molecules: Sequence[LabelledMolecule], cutoff: float, sources: dict[str, float]
    ):
        self.sources = sources
        self.buckets: list[list[_Entry]] = [[] for _ in BUCKETS]
        for molecule in molecules:
            entry = _Entry(molecule, cutoff)
            fitting = [b for b, (slots, _) in enumerate(BUCKETS) if entry.slots <= slots]
            if fitting:
                self.buckets[fitting[0]].append(entry)

    def samples(self, generator: np.random.Generator) -> Iterator[ShieldingBatch]:
        """Endless; every molecule once an epoch, in one of its geometries."""
        while True:
            groups = [
                (bucket, group)
                for bucket, entries in enumerate(self.buckets)
                for group in _groups(entries, BUCKETS[bucket][1], generator)
            ]
            for index in generator.permutation(len(groups)):
                bucket, group = groups[index]
                yield _pack(group, *BUCKETS[bucket], self.sources, generator)


class _Entry:
    def __init__(self, molecule: LabelledMolecule, cutoff: float):
        self.molecule = molecule
        size = np.array([len(molecule.numbers)])
        self.tables = {
            source: neighbor_table(np.asarray(positions, dtype=float), size, cutoff)
            for source, positions in molecule.geometries.items()
        }
        self.slots = max(table[0].shape[1] for table in self.tables.values())

    def __len__(self) -> int:
        return len(self.molecule.numbers)


def _groups(
    entries: list[_Entry], n_atoms: int, generator: np.random.Generator
) -> Iterator[list[_Entry]]:
    """Entries in random order, as many together as fit; the last, unfilled group is left out."""
    group: list[_Entry] = []
    total = 0
    for index in generator.permutation(len(entries)):
        entry = entries[index]
        if total + len(entry) > n_atoms:
            yield group
            group, total = [], 0
        group.append(entry)
        total += len(entry)


def _pack(
    entries: list[_Entry],
    slots: int,
    n_atoms: int,
    sources: dict[str, float],
    generator: np.random.Generator,
) -> ShieldingBatch:
    numbers = np.zeros(n_atoms, dtype=np.int64)
    positions = np.zeros((n_atoms, 3), dtype=np.float32)
    neighbors = np.repeat(np.arange(n_atoms)[:, None], slots, axis=1)
    filled = np.zeros((n_atoms, slots), dtype=bool)
    labels = np.full((2, n_atoms), np.nan, dtype=np.float32)
    start = 0
    for entry in entries:
        source = _draw({s: sources[s] for s in entry.tables}, generator)
        table, real = entry.tables[source]
        rows = slice(start, start + len(entry))
        numbers[rows] = entry.molecule.numbers
        positions[rows] = entry.molecule.geometries[source]
        neighbors[rows, : table.shape[1]] = table + start
        filled[rows, : table.shape[1]] = real
        labels[:, rows] = entry.molecule.dft, entry.molecule.experiment
        start += len(entry)
    batch = Batch(
        torch.as_tensor(numbers),
        torch.as_tensor(positions),
        structure=torch.zeros(n_atoms, dtype=torch.int64),  # the rest plays no part in shieldings
        charge=torch.zeros(1),
        masses=torch.ones(n_atoms),
        neighbors=torch.as_tensor(neighbors),
        filled=torch.as_tensor(filled),
    )
    return ShieldingBatch(batch, *torch.as_tensor(labels))


def _draw(sources: dict[str, float], generator: np.random.Generator) -> str:
    weights = np.array(list(sources.values()))
    return list(sources)[generator.choice(len(sources), p=weights / weights.sum())]
