"""Labels as differences between levels of theory, in batches; ``training.ladder`` trains on them.

A rung is the difference between two levels of theory at one geometry; a label that was not
computed is NaN and takes no part in the loss.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from specml.data.batch import Batch, collate_arrays
from specml.elements import MASSES
from specml.errors import InputError, message
from specml.io.datasets import Dataset
from specml.reference.xtb import GFN2

N_ELEMENTS = 119


@dataclass(frozen=True)
class LadderTargets:
    """Labels of a batch; shapes as in ``models.ladder.LadderResponse``, forces (n_atoms, 3, 2).

    The polarizabilities are those of def2-SVP and def2-SVPD themselves, not their difference.
    """

    energy: Tensor
    forces: Tensor
    dipole: Tensor
    polarizability: Tensor


@dataclass
class LadderData:
    """Geometries and, for every rung, what is known of them.

    Parameters
    ----------
    dataset : geometries; its own labels are not used further.
    energy : (n, 2) eV.
    forces : (sum n_atoms, 3, 2) eV/angstrom.
    dipole : (n, 3, 3) e*angstrom, components then rungs.
    polarizability : (n, 3, 3, 2) angstrom^3, of def2-SVP and of def2-SVPD.
    """

    dataset: Dataset
    energy: np.ndarray
    forces: np.ndarray
    dipole: np.ndarray
    polarizability: np.ndarray

    def __len__(self) -> int:
        return len(self.dataset)

    def select(self, chosen: np.ndarray) -> "LadderData":
        """The structures of an index array or boolean mask, with their labels, in that order."""
        chosen = np.arange(len(self))[chosen]
        atoms = self._atoms(chosen)
        return LadderData(
            self.dataset.select(chosen),
            self.energy[chosen],
            self.forces[atoms],
            self.dipole[chosen],
            self.polarizability[chosen],
        )

    def _atoms(self, chosen: np.ndarray) -> np.ndarray:
        starts = self.dataset.starts
        return np.concatenate([np.arange(starts[i], starts[i + 1]) for i in chosen])

    def batch(self, chosen: np.ndarray, cutoff: float) -> tuple[Batch, LadderTargets]:
        """The chosen structures in single precision, and their labels."""
        atoms, data = self._atoms(chosen), self.dataset
        numbers = data.numbers[atoms].astype(np.int64)
        batch = collate_arrays(
            numbers,
            data.positions[atoms],
            data.n_atoms[chosen],
            data.charge[chosen].astype(float),
            MASSES[numbers],
            cutoff,
        ).to("cpu", torch.float32)
        arrays = (self.energy, self.forces, self.dipole, self.polarizability)
        rows = (chosen, atoms, chosen, chosen)
        return batch, LadderTargets(
            *(torch.tensor(a[r], dtype=torch.float32) for a, r in zip(arrays, rows, strict=True))
        )

    def batches(
        self,
        size: int,
        cutoff: float,
        generator: np.random.Generator,
        per_molecule: int | None = None,
    ) -> Iterator[tuple[Batch, LadderTargets]]:
        """Endless shuffled batches of similar-sized molecules (little padding).

        A pass takes at most ``per_molecule`` geometries of a molecule, others in the next.
        """
        while True:
            rows = self._drawn(per_molecule, generator)
            noise = generator.uniform(-1.5, 1.5, len(rows))
            order = rows[np.argsort(self.dataset.n_atoms[rows] + noise, kind="stable")]
            groups = [order[i : i + size] for i in range(0, len(order), size)]
            for group in generator.permutation(len(groups)):
                yield self.batch(groups[group], cutoff)

    def _drawn(self, per_molecule: int | None, generator: np.random.Generator) -> np.ndarray:
        """Rows of one pass, in random order within a molecule."""
        if per_molecule is None:
            return np.arange(len(self))
        rows = np.lexsort((generator.random(len(self)), self.dataset.molecule))
        molecule = self.dataset.molecule[rows]
        rank = np.arange(len(self)) - np.searchsorted(molecule, molecule)
        return rows[rank < per_molecule]

    def fit_references(self) -> np.ndarray:
        """(119, 2): energies per element and rung by least squares; removed from ``energy``."""
        counts = element_counts(self.dataset)
        references = np.zeros((N_ELEMENTS, self.energy.shape[1]))
        for rung in range(self.energy.shape[1]):
            known = np.isfinite(self.energy[:, rung])
            if known.any():
                solution = np.linalg.lstsq(counts[known], self.energy[known, rung], rcond=1e-8)
                references[:, rung] = solution[0]
        return references

    def without_references(self, references: np.ndarray) -> "LadderData":
        """Energies relative to the sum of their elements' references."""
        energy = self.energy - element_counts(self.dataset) @ references
        return LadderData(self.dataset, energy, self.forces, self.dipole, self.polarizability)


def element_counts(dataset: Dataset) -> np.ndarray:
    """(n, 119): how many atoms of each element a structure has."""
    owner = np.repeat(np.arange(len(dataset)), dataset.n_atoms)
    counts = np.zeros((len(dataset), N_ELEMENTS))
    np.add.at(counts, (owner, dataset.numbers), 1.0)
    return counts


def _empty(dataset: Dataset) -> LadderData:
    n, atoms = len(dataset), int(dataset.n_atoms.sum())
    return LadderData(
        dataset,
        np.full((n, 2), np.nan),
        np.full((atoms, 3, 2), np.nan),
        np.full((n, 3, 3), np.nan),
        np.full((n, 3, 3, 2), np.nan),
    )


def _require(dataset: Dataset, names: tuple[str, ...], scheme: str) -> None:
    missing = [name for name in names if name not in dataset.labels]
    if missing:
        raise InputError(
            message(
                f"{scheme} dataset",
                f"no label {', '.join(missing)}",
                "the labels " + ", ".join(names),
                f"Make them with `specml label --scheme {scheme}`.",
            )
        )


def from_gfn2(dataset: Dataset) -> LadderData:
    """Rung 0: GFN2-xTB labels as they are.

    Raises
    ------
    InputError
        A label is missing.
    """
    _require(dataset, ("energy", "forces", "dipole"), "gfn2")
    data = _empty(dataset)
    data.energy[:, 0] = dataset.labels["energy"]
    data.forces[:, :, 0] = dataset.labels["forces"]
    data.dipole[:, :, 0] = dataset.labels["dipole"]
    return data


def from_dft(dataset: Dataset) -> LadderData:
    """Rungs 1 and 2: what DFT adds to GFN2-xTB, whose labels are computed here (milliseconds).

    Raises
    ------
    InputError
        A label is missing; those of the response may be.
    """
    _require(dataset, ("energy", "forces", "dipole_svp"), "b3lyp-svp")
    data = _empty(dataset)
    starts = dataset.starts
    cheap = [GFN2(structure)(structure.positions) for structure in dataset.structures()]
    data.energy[:, 1] = dataset.labels["energy"] - [c["energy"] for c in cheap]
    for i, label in enumerate(cheap):
        atoms = slice(starts[i], starts[i + 1])
        data.forces[atoms, :, 1] = dataset.labels["forces"][atoms] - label["forces"]
    data.dipole[:, :, 1] = dataset.labels["dipole_svp"] - [c["dipole"] for c in cheap]
    if "dipole" in dataset.labels:
        data.dipole[:, :, 2] = dataset.labels["dipole"] - dataset.labels["dipole_svp"]
    for level, name in enumerate(("polarizability_svp", "polarizability")):
        if name in dataset.labels:
            data.polarizability[..., level] = dataset.labels[name]
    return data
