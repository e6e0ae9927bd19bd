"""Data sets: many labelled geometries in one HDF5 file.

Called by ``specml sample``, ``label`` and ``train``.

Atoms of all structures lie behind one another; ``n_atoms`` says where each ends. A label that a
structure does not have is NaN. Layout of the file::

    numbers (sum n_atoms) uint8     positions (sum n_atoms, 3) angstrom     n_atoms (n)
    molecule (n) row of ``smiles``  geometry (n) counter within the molecule
    charge (n) int8, e              multiplicity (n) int8, 2 S + 1; old files: 0 and 1
    energy, forces, dipole, ...     one dataset a label, its unit in the attribute ``unit``
    fock (n)                        lower triangles, vectors of different lengths (HDF5 vlen)
    smiles (m)                      the molecules
    attributes                      how the labels were made: scheme, settings, versions
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import h5py
import numpy as np

from specml.errors import InputError, message
from specml.io.outputs import destination
from specml.properties import PROPERTIES, Property
from specml.structure import Structure

ARRAYS = ("numbers", "positions", "n_atoms", "molecule", "geometry")
STATES = {"charge": 0, "multiplicity": 1}  # and what they are where nothing is said


@dataclass
class Dataset:
    """Labelled geometries; see the module for the meaning of each array.

    Without ``charge`` and ``multiplicity`` all are neutral and closed shells.
    """

    numbers: np.ndarray
    positions: np.ndarray
    n_atoms: np.ndarray
    molecule: np.ndarray
    geometry: np.ndarray
    smiles: list[str]
    labels: dict[str, np.ndarray]
    attributes: dict[str, str] = field(default_factory=dict)
    charge: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int8))
    multiplicity: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int8))

    def __post_init__(self) -> None:
        for name, usual in STATES.items():
            if not len(getattr(self, name)):
                setattr(self, name, np.full(len(self), usual, dtype=np.int8))

    def __len__(self) -> int:
        return len(self.n_atoms)

    @property
    def starts(self) -> np.ndarray:
        """(n + 1,) index of the first atom of every structure, and the end."""
        return np.concatenate([[0], np.cumsum(self.n_atoms, dtype=np.int64)])

    @property
    def n_heavy(self) -> np.ndarray:
        """(n,) atoms other than hydrogen of every structure."""
        owner = np.repeat(np.arange(len(self)), self.n_atoms)
        return np.bincount(owner, self.numbers > 1).astype(int)

    def structure(self, index: int) -> Structure:
        """The structure of a row, named for the SMILES of its molecule."""
        start, stop = self.starts[index : index + 2]
        smiles = self.smiles[self.molecule[index]]
        return Structure(
            self.numbers[start:stop],
            self.positions[start:stop],
            charge=int(self.charge[index]),
            multiplicity=int(self.multiplicity[index]),
            name=smiles,
            smiles=smiles,
        )

    def structures(self) -> Iterator[Structure]:
        """The structures of all rows, one after the other."""
        return (self.structure(i) for i in range(len(self)))

    def select(self, chosen: np.ndarray) -> "Dataset":
        """The structures of an index array or boolean mask, in that order."""
        chosen = np.arange(len(self))[chosen]
        starts = self.starts
        atoms = np.concatenate(
            [np.arange(starts[i], starts[i + 1]) for i in chosen] or [np.empty(0, dtype=int)]
        )
        labels = {
            name: values[atoms if PROPERTIES[name].per_atom else chosen]
            for name, values in self.labels.items()
        }
        return Dataset(
            self.numbers[atoms],
            self.positions[atoms],
            self.n_atoms[chosen],
            self.molecule[chosen],
            self.geometry[chosen],
            self.smiles,
            labels,
            self.attributes,
            self.charge[chosen],
            self.multiplicity[chosen],
        )


def from_structures(
    structures: list[Structure],
    molecule: np.ndarray,
    geometry: np.ndarray,
    smiles: list[str],
    labels: list[dict] | None = None,
    attributes: dict[str, str] | None = None,
) -> Dataset:
    """Gather structures and, one dict a structure, their labels (missing ones become NaN)."""
    labels = labels or [{} for _ in structures]
    names = [name for name in PROPERTIES if any(name in row for row in labels)]
    columns = {}
    for name in names:
        rule = PROPERTIES[name]
        if rule.ragged:
            columns[name] = _ragged([row.get(name, ()) for row in labels], rule.dtype)
            continue
        rows: list[np.ndarray] = []
        for structure, row in zip(structures, labels, strict=True):
            shape = ((len(structure),) if rule.per_atom else ()) + rule.shape
            rows.append(np.asarray(row.get(name, np.full(shape, np.nan)), dtype=rule.dtype))
        columns[name] = np.concatenate(rows) if rule.per_atom else np.stack(rows)
    empty = np.empty((0, 3), dtype=np.float32)
    return Dataset(
        np.concatenate([s.numbers for s in structures] or [empty[:, 0]]).astype(np.uint8),
        np.concatenate([s.positions for s in structures] or [empty]).astype(np.float32),
        np.array([len(s) for s in structures], dtype=np.int32),
        np.asarray(molecule, dtype=np.int32),
        np.asarray(geometry, dtype=np.int32),
        smiles,
        columns,
        attributes or {},
        np.array([s.charge for s in structures], dtype=np.int8),
        np.array([s.multiplicity for s in structures], dtype=np.int8),
    )


def _ragged(rows: Sequence[Sequence[float]], dtype: type) -> np.ndarray:
    """(n,) array of vectors; an empty one where there is no label."""
    column = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        column[i] = np.asarray(row, dtype=dtype)
    return column


def rounded(dataset: Dataset) -> Dataset:
    """Positions to 1e-6 angstrom, labels to a hundredth of their noise: half the size of a file.

    Steps are powers of two, so that the bits that follow are zero and compress to nothing.
    """
    labels = {
        name: values if PROPERTIES[name].ragged else _to_steps(values, PROPERTIES[name].step)
        for name, values in dataset.labels.items()
    }
    return replace(dataset, positions=_to_steps(dataset.positions, 2.0**-20), labels=labels)


def _to_steps(values: np.ndarray, step: float) -> np.ndarray:
    return (np.round(values.astype(np.float64) / step) * step).astype(values.dtype)


def concatenate(parts: list[Dataset]) -> Dataset:
    """All parts as one data set, with the attributes of the first.

    Molecules are the same where their SMILES are. A label that a part does not have is NaN.
    """
    parts = _with_one_list(parts)
    names = [name for name in PROPERTIES if any(name in part.labels for part in parts)]
    labels = {}
    for name in names:
        rule = PROPERTIES[name]
        labels[name] = np.concatenate([p.labels.get(name, _missing(rule, p)) for p in parts])
    joined = {
        key: np.concatenate([getattr(part, key) for part in parts]) for key in (*ARRAYS, *STATES)
    }
    return Dataset(**joined, smiles=parts[0].smiles, labels=labels, attributes=parts[0].attributes)


def _with_one_list(parts: list[Dataset]) -> list[Dataset]:
    """The same datasets, their molecules counted in one list of them all."""
    if all(part.smiles == parts[0].smiles for part in parts):
        return parts
    smiles = list(dict.fromkeys(line for part in parts for line in part.smiles))
    row = {line: i for i, line in enumerate(smiles)}
    counted = (np.array([row[line] for line in part.smiles], dtype=np.int32) for part in parts)
    return [
        replace(part, molecule=rows[part.molecule], smiles=smiles)
        for part, rows in zip(parts, counted, strict=True)
    ]


def _missing(rule: Property, part: Dataset) -> np.ndarray:
    if rule.ragged:
        return _ragged([()] * len(part), rule.dtype)
    size = int(part.n_atoms.sum()) if rule.per_atom else len(part)
    return np.full((size, *rule.shape), np.nan, dtype=rule.dtype)


def write(path: Path, dataset: Dataset) -> None:
    """Write atomically: a kill leaves the old file or the new one, never half of one."""
    path = destination(path)
    partial = path.with_name(path.name + ".partial")
    with h5py.File(partial, "w") as file:
        for key in (*ARRAYS, *STATES):
            _create(file, key, getattr(dataset, key))
        for name, values in dataset.labels.items():
            _create(file, name, values).attrs["unit"] = PROPERTIES[name].unit
        file["positions"].attrs["unit"] = "angstrom"
        file.create_dataset("smiles", data=dataset.smiles, dtype=h5py.string_dtype())
        file.attrs.update(dataset.attributes)
    partial.replace(path)


def _create(file: h5py.File, key: str, values: np.ndarray) -> h5py.Dataset:
    if values.dtype == object:  # HDF5 keeps such rows apart from the table: no compression
        return file.create_dataset(key, data=values, dtype=h5py.vlen_dtype(PROPERTIES[key].dtype))
    return file.create_dataset(key, data=values, compression="gzip", shuffle=True)


def read(path: Path) -> Dataset:
    """Read what :func:`write` wrote.

    Raises
    ------
    InputError
        Missing, not HDF5, or not a dataset of SpecML.
    """
    try:
        with h5py.File(path, "r") as file:
            arrays = {key: file[key][...] for key in ARRAYS}
            arrays |= {key: file[key][...] for key in STATES if key in file}
            labels = {name: file[name][...] for name in PROPERTIES if name in file}
            return Dataset(
                **arrays,
                smiles=list(file["smiles"].asstr()[...]),
                labels=labels,
                attributes=dict(file.attrs),
            )
    except (OSError, KeyError) as error:
        raise InputError(
            message(
                str(path),
                str(error),
                "an HDF5 dataset written by specml",
                "Give the output of `specml sample` or `specml label`.",
            )
        ) from error
