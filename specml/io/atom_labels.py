"""Quantum-mechanical labels of the heavy atoms of many molecules in one small HDF5 file.

Called by ``specml admet label``, which writes the file, and by the pretraining of the encoder in
``specml.admet.transformer``, which reads it.

Atoms stand in the order in which RDKit reads the stored SMILES, molecules behind one another::

    smiles              one text, a molecule a line (bytes)
    n_atoms (m) uint8   heavy atoms of each molecule
    charge, fukui_nucleophilic, fukui_electrophilic (sum n_atoms) int16, in steps of 0.001 e
    gap (m) eV, dipole (m) e*angstrom, float16
    attributes          how they were made, and ``seen``, how far down the list the run has come

A step is what loose convergence leaves uncertain.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import h5py
import numpy as np

from specml.errors import InputError, message

ATOMIC = ("charge", "fukui_nucleophilic", "fukui_electrophilic")
MOLECULAR = {"gap": "eV", "dipole": "e*angstrom"}
STEP = 0.001  # e
Row = tuple[str, dict[str, np.ndarray]]  # SMILES of a molecule, and its labels by name


@dataclass(eq=False)
class AtomLabels:
    """Labels of m molecules.

    Parameters
    ----------
    smiles : (m,) as written by RDKit.
    n_atoms : (m,) heavy atoms.
    atomic : name of :data:`ATOMIC` -> (sum n_atoms,) e.
    molecular : name of :data:`MOLECULAR` -> (m,).
    attributes : method, versions, ``seen``.
    """

    smiles: list[str]
    n_atoms: np.ndarray
    atomic: dict[str, np.ndarray]
    molecular: dict[str, np.ndarray]
    attributes: dict[str, str | int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.smiles)

    @property
    def starts(self) -> np.ndarray:
        """(m + 1,) index of the first atom of every molecule, and the end."""
        return np.concatenate([[0], np.cumsum(self.n_atoms, dtype=np.int64)])

    def first(self, count: int) -> "AtomLabels":
        """The first molecules, at most all: where their order is random, a fair sample."""
        return self.select(np.arange(min(count, len(self))))

    def select(self, rows: np.ndarray) -> "AtomLabels":
        """The molecules of an index array, in its order."""
        starts = self.starts
        atoms = np.concatenate(
            [np.arange(starts[i], starts[i + 1]) for i in rows] or [np.empty(0, dtype=int)]
        )
        return AtomLabels(
            [self.smiles[i] for i in rows],
            self.n_atoms[rows],
            {name: values[atoms] for name, values in self.atomic.items()},
            {name: values[rows] for name, values in self.molecular.items()},
            dict(self.attributes),
        )

    def rows(self) -> list[Row]:
        """Each molecule with its labels, as :meth:`extended` takes them."""
        starts = self.starts
        return [
            (
                smiles,
                {name: values[starts[i] : starts[i + 1]] for name, values in self.atomic.items()}
                | {name: values[i] for name, values in self.molecular.items()},
            )
            for i, smiles in enumerate(self.smiles)
        ]

    @classmethod
    def empty(cls) -> "AtomLabels":
        """Labels of no molecules, to be extended."""
        return cls(
            [],
            np.empty(0, dtype=np.uint8),
            {name: np.empty(0) for name in ATOMIC},
            {name: np.empty(0) for name in MOLECULAR},
        )

    def extended(self, rows: list[Row]) -> "AtomLabels":
        """A copy with further molecules: for each its SMILES and its labels by name."""
        if not rows:
            return replace(self, attributes=dict(self.attributes))
        counts = [len(labels[ATOMIC[0]]) for _, labels in rows]
        return AtomLabels(
            self.smiles + [smiles for smiles, _ in rows],
            np.concatenate([self.n_atoms, counts]).astype(np.uint8),
            {n: np.concatenate([v, *(r[n] for _, r in rows)]) for n, v in self.atomic.items()},
            {n: np.concatenate([v, [r[n] for _, r in rows]]) for n, v in self.molecular.items()},
            dict(self.attributes),
        )


def joined(first: AtomLabels, second: AtomLabels) -> AtomLabels:
    """The molecules of both, one after the other; a label that one of them lacks is NaN there."""

    def column(kind: str, name: str, labels: AtomLabels) -> np.ndarray:
        size = int(labels.n_atoms.sum()) if kind == "atomic" else len(labels)
        return getattr(labels, kind).get(name, np.full(size, np.nan))

    def columns(kind: str) -> dict[str, np.ndarray]:
        names = dict.fromkeys([*getattr(first, kind), *getattr(second, kind)])
        return {
            name: np.concatenate([column(kind, name, each) for each in (first, second)])
            for name in names
        }

    return AtomLabels(
        first.smiles + second.smiles,
        np.concatenate([first.n_atoms, second.n_atoms]),
        columns("atomic"),
        columns("molecular"),
        dict(first.attributes),
    )


def write(path: Path, labels: AtomLabels) -> None:
    """Write atomically: a kill leaves the old file or the new one."""
    partial = path.with_name(path.name + ".partial")
    packed = {"compression": "gzip", "compression_opts": 9, "shuffle": True}
    with h5py.File(partial, "w") as file:
        text = np.frombuffer("\n".join(labels.smiles).encode(), dtype=np.uint8)
        file.create_dataset("smiles", data=text, **packed)
        file.create_dataset("n_atoms", data=labels.n_atoms, **packed)
        for name in ATOMIC:
            steps = np.rint(labels.atomic[name] / STEP).astype(np.int16)
            file.create_dataset(name, data=steps, **packed).attrs["unit"] = f"{STEP} e"
        for name, unit in MOLECULAR.items():
            values = labels.molecular[name].astype(np.float16)
            file.create_dataset(name, data=values, **packed).attrs["unit"] = unit
        file.attrs.update(labels.attributes)
    partial.replace(path)


def attributes(path: Path) -> dict[str, str | int]:
    """The attributes of a file alone: how it was made and how far; errors as :func:`read`."""
    with _opened(path) as file:
        return _attributes(file)


def read(path: Path) -> AtomLabels:
    """Read what :func:`write` wrote.

    Raises
    ------
    InputError
        Missing, not HDF5, or another kind of file.
    """
    with _opened(path) as file:
        text = file["smiles"][...].tobytes().decode()
        return AtomLabels(
            text.split("\n") if text else [],
            file["n_atoms"][...],
            {name: file[name][...] * STEP for name in ATOMIC},
            {name: file[name][...].astype(float) for name in MOLECULAR},
            _attributes(file),
        )


def _attributes(file: h5py.File) -> dict[str, str | int]:
    return {k: v if isinstance(v, str) else int(v) for k, v in file.attrs.items()}


@contextmanager
def _opened(path: Path) -> Iterator[h5py.File]:
    """The file; whatever is wrong with its contents becomes an InputError."""
    try:
        with h5py.File(path, "r") as file:
            yield file
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise InputError(
            message(
                str(path),
                str(error),
                "labels of atoms written by specml",
                "Give the output of `specml admet label`.",
            )
        ) from error
