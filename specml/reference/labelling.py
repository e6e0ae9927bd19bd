"""Label many geometries: in parallel, resumable, one failure never stopping the rest.

A scheme is a way of labelling; :func:`labelling` makes the run that ``specml label`` goes through
(``specml.workflows.labelling``).
"""

import platform
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from specml.errors import InputError
from specml.io import datasets, resumable
from specml.io.datasets import Dataset
from specml.io.shards import RunProgress, folder_of
from specml.parallel import unordered
from specml.structure import Structure


@dataclass(frozen=True)
class Scheme:
    """A way of labelling: ``function(structure)`` and what to write about it."""

    name: str
    module: str
    packages: tuple[str, ...]
    options: dict[str, bool | str]

    def function(self) -> Callable[..., dict]:
        """What labels a structure: the function ``label`` of the module of the scheme."""
        from importlib import import_module

        return import_module(self.module).label

    def attributes(self) -> dict[str, str]:
        """What a data set says of how its labels were made: scheme, settings, versions."""
        from importlib import import_module

        settings = import_module(self.module).SETTINGS | self.options
        settings = {key: str(value) for key, value in settings.items()}
        versions = {f"version_{p}": version(p) for p in self.packages}
        return {"scheme": self.name, "python": platform.python_version(), **settings, **versions}


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("b3lyp-svp", "specml.reference.dft", ("pyscf",), {}),
        Scheme(
            "b3lyp-svp+polarizability",
            "specml.reference.dft",
            ("pyscf",),
            {"polarizability_svp": True},
        ),
        Scheme(
            "b3lyp-svp+response",
            "specml.reference.dft",
            ("pyscf",),
            {"polarizability_svp": True, "response": True},
        ),
        Scheme("b3lyp-tzvpd", "specml.reference.larger_basis", ("pyscf",), {}),
        Scheme("fock-b3lyp", "specml.reference.fock", ("pyscf",), {"xc": "b3lyp", "fitted": True}),
        Scheme("fock-pbe", "specml.reference.fock", ("pyscf",), {"xc": "pbe", "fitted": False}),
        Scheme("gfn2", "specml.reference.xtb", ("tblite",), {}),
    )
}


def labelling(geometries: Dataset, scheme: Scheme, out: Path) -> resumable.ResumableRun[dict]:
    """The run that labels every geometry of a data set, by the row of each."""
    keys = [(int(m), int(g)) for m, g in zip(geometries.molecule, geometries.geometry, strict=True)]
    rows = {key: row for row, key in enumerate(keys)}
    smiles = [resumable.field(text) for text in geometries.smiles]
    attributes = scheme.attributes()

    def gather(labelled: list[tuple[int, dict]]) -> Dataset:
        own = np.array([row for row, _ in labelled])
        return datasets.from_structures(
            [geometries.structure(row) for row in own],
            geometries.molecule[own],
            geometries.geometry[own],
            geometries.smiles,
            [labels for _, labels in labelled],
            attributes,
        )

    return resumable.ResumableRun(
        out,
        [(str(molecule), str(geometry), smiles[molecule]) for molecule, geometry in keys],
        gather,
        lambda part: _held(part, geometries, rows) if part.attributes == attributes else None,
        done="labelled",
        other="other geometries, scheme or program version",
    )


def label_dataset(
    geometries: Dataset, scheme: Scheme, out: Path, processes: int, limit: int | None = None
) -> Generator[RunProgress, None, None]:
    """Label every geometry of a data set; yields after each one.

    Parameters
    ----------
    processes : worker processes, one thread each.
    limit : stop after this many new labels (shards stay for the next call).

    Raises
    ------
    InputError
        If the shards are of other geometries or another scheme, or every geometry failed.
    """
    run = labelling(geometries, scheme, out)
    return run.steps(lambda rows: results(geometries, scheme, rows, processes, out), limit)


def results(
    geometries: Dataset, scheme: Scheme, rows: list[int], processes: int, out: Path
) -> Iterator[tuple[int, dict | str]]:
    """Labels of some rows of a data set, in the order in which they are done, or why not."""
    tasks = ((row, _structure(geometries, row), scheme) for row in rows)
    return unordered(_label_one, tasks, processes, str(folder_of(out)))


def _structure(geometries: Dataset, row: int) -> Structure | str:
    """A row of a data set, or why it is no structure: it must not end the run."""
    try:
        return geometries.structure(row)
    except InputError as error:
        return _reason(error)


def _label_one(task: tuple[int, Structure | str, Scheme]) -> tuple[int, dict | str]:
    row, structure, scheme = task
    if isinstance(structure, str):
        return row, structure
    try:
        return row, scheme.function()(structure, **scheme.options)
    except Exception as error:  # noqa: BLE001 (PySCF and tblite raise a dozen types)
        return row, _reason(error)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _held(part: Dataset, geometries: Dataset, rows: dict[tuple[int, int], int]) -> set[int] | None:
    """The rows of which a shard has the labels; None if it was made from other geometries."""
    keys = list(zip(part.molecule.tolist(), part.geometry.tolist(), strict=True))
    if part.smiles != geometries.smiles or not rows.keys() >= set(keys):
        return None
    held = [rows[key] for key in keys]
    same = geometries.select(np.array(held, dtype=int))
    alike = (
        (part.numbers, same.numbers),
        (part.positions, same.positions.astype(part.positions.dtype)),
        (part.charge, same.charge),
        (part.multiplicity, same.multiplicity),
    )
    return set(held) if all(np.array_equal(own, other) for own, other in alike) else None
