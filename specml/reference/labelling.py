"""Label many geometries: in parallel, resumable, one failure never stopping the rest.

Finished labels go to shards ``<out>.parts/<n>.h5``, each written atomically; a second call skips
what any shard holds. When nothing is left the shards become ``<out>``. Failed geometries are
listed with their SMILES and reason in ``<out>.failed.tsv``.
"""

import platform
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from specml.errors import InputError, message
from specml.io import datasets
from specml.io.datasets import Dataset
from specml.parallel import unordered
from specml.structure import Structure

SHARD_S = 20.0  # seconds between shards; what a kill can lose


@dataclass(frozen=True)
class Scheme:
    """A way of labelling: ``function(structure)`` and what to write about it."""

    name: str
    module: str
    packages: tuple[str, ...]
    options: dict[str, bool | str]

    def function(self) -> Callable[..., dict]:
        from importlib import import_module

        return import_module(self.module).label

    def attributes(self) -> dict[str, str]:
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
        Scheme("fock-b3lyp", "specml.reference.fock", ("pyscf",), {"xc": "b3lyp", "fitted": True}),
        Scheme("fock-pbe", "specml.reference.fock", ("pyscf",), {"xc": "pbe", "fitted": False}),
        Scheme("gfn2", "specml.reference.xtb", ("tblite",), {}),
    )
}


@dataclass(frozen=True)
class Progress:
    """How far a run is: for a progress bar."""

    done: int
    failed: int
    total: int


def label_dataset(
    geometries: Dataset, scheme: Scheme, out: Path, processes: int, limit: int | None = None
) -> Iterator[Progress]:
    """Label every geometry of a dataset; yields after each one.

    Parameters
    ----------
    processes : worker processes, one thread each.
    limit : stop after this many new labels (shards stay for the next call).

    Raises
    ------
    InputError
        If the shards are of other geometries or another scheme, or every geometry failed.
    """
    parts = parts_of(out)
    if not parts_fit(parts, geometries, scheme):
        raise InputError(
            message(
                str(parts),
                "parts of another run (other geometries, scheme or program version)",
                "parts of this one",
                "Choose another --output, or drop them with --force.",
            )
        )
    return _label_rest(geometries, scheme, out, processes, limit)


def _label_rest(
    geometries: Dataset, scheme: Scheme, out: Path, processes: int, limit: int | None
) -> Iterator[Progress]:
    parts = parts_of(out)
    parts.mkdir(parents=True, exist_ok=True)
    failures = out.with_name(out.name + ".failed.tsv")
    done = _finished(parts) | _failed(failures, geometries)
    wanted = [
        i
        for i, key in enumerate(zip(geometries.molecule, geometries.geometry, strict=True))
        if key not in done
    ]
    total = len(wanted) if limit is None else min(limit, len(wanted))
    n_done = n_failed = 0
    shard: list[tuple[int, dict]] = []
    written = time.monotonic()
    try:
        for index, result in _results(geometries, scheme, wanted[:total], processes, parts):
            if isinstance(result, str):
                n_failed += 1
                _record_failure(failures, geometries, index, result)
            else:
                n_done += 1
                shard.append((index, result))
                if time.monotonic() - written >= SHARD_S:
                    _write_shard(parts, geometries, scheme, shard)
                    shard, written = [], time.monotonic()
            yield Progress(n_done, n_failed, total)
    finally:  # a run that is stopped keeps what it has
        if shard:
            _write_shard(parts, geometries, scheme, shard)
    if total == len(wanted):
        merge(parts, out)
        shutil.rmtree(parts)


def _results(
    geometries: Dataset, scheme: Scheme, wanted: list[int], processes: int, parts: Path
) -> Iterator[tuple[int, dict | str]]:
    starts = geometries.starts
    tasks = (
        (
            i,
            geometries.numbers[starts[i] : starts[i + 1]],
            geometries.positions[starts[i] : starts[i + 1]],
            geometries.smiles[geometries.molecule[i]],
            scheme,
        )
        for i in wanted
    )
    return unordered(_label_one, tasks, processes, str(parts))


def _label_one(
    task: tuple[int, np.ndarray, np.ndarray, str, Scheme],
) -> tuple[int, dict | str]:
    index, numbers, positions, name, scheme = task
    try:
        structure = Structure(numbers, positions, name=name)
        return index, scheme.function()(structure, **scheme.options)
    except Exception as error:  # noqa: BLE001 (PySCF and tblite raise a dozen types)
        return index, f"{type(error).__name__}: {error}"


def _write_shard(
    parts: Path, geometries: Dataset, scheme: Scheme, shard: list[tuple[int, dict]]
) -> None:
    indices = np.array([index for index, _ in shard])
    dataset = datasets.from_structures(
        [geometries.structure(i) for i in indices],
        geometries.molecule[indices],
        geometries.geometry[indices],
        geometries.smiles,
        [labels for _, labels in shard],
        scheme.attributes(),
    )
    number = max((int(p.stem) for p in parts.glob("*.h5")), default=-1) + 1
    datasets.write(parts / f"{number:06d}.h5", dataset)


def _finished(parts: Path) -> set[tuple[int, int]]:
    keys: set[tuple[int, int]] = set()
    for path in parts.glob("*.h5"):
        part = datasets.read(path)
        keys |= set(zip(part.molecule.tolist(), part.geometry.tolist(), strict=True))
    return keys


def parts_of(out: Path) -> Path:
    """The folder of the shards of an output."""
    return out.with_name(out.name + ".parts")


def parts_fit(parts: Path, geometries: Dataset, scheme: Scheme) -> bool:
    """Whether every shard was made with this scheme from these geometries."""
    keys = zip(geometries.molecule.tolist(), geometries.geometry.tolist(), strict=True)
    rows = {key: i for i, key in enumerate(keys)}
    attributes = scheme.attributes()
    return all(
        part.attributes == attributes and _fits(part, geometries, rows)
        for part in map(datasets.read, parts.glob("*.h5"))
    )


def _fits(part: Dataset, geometries: Dataset, rows: dict[tuple[int, int], int]) -> bool:
    keys = list(zip(part.molecule.tolist(), part.geometry.tolist(), strict=True))
    if part.smiles != geometries.smiles or not rows.keys() >= set(keys):
        return False
    same = geometries.select(np.array([rows[key] for key in keys], dtype=int))
    return np.array_equal(part.numbers, same.numbers) and np.array_equal(
        part.positions, same.positions.astype(part.positions.dtype)
    )


def _record_failure(failures: Path, geometries: Dataset, index: int, reason: str) -> None:
    fields = (*_row(geometries, index), " ".join(reason.split()))
    with failures.open("a") as file:
        file.write("\t".join(fields) + "\n")


def _row(geometries: Dataset, index: int) -> tuple[str, str, str]:
    """What names a geometry in the list of failures."""
    molecule = geometries.molecule[index]
    smiles = " ".join(geometries.smiles[molecule].split())
    return str(molecule), str(geometries.geometry[index]), smiles


def _failed(failures: Path, geometries: Dataset) -> set[tuple[int, int]]:
    """Geometries that failed before; rows of other molecules do not count."""
    if not failures.exists():
        return set()
    rows = {tuple(line.split("\t")[:3]) for line in failures.read_text().splitlines()}
    return {
        (int(geometries.molecule[i]), int(geometries.geometry[i]))
        for i in range(len(geometries))
        if _row(geometries, i) in rows
    }


def merge(parts: Path, out: Path) -> None:
    """Join the shards of a folder into one file, ordered by molecule and geometry.

    Raises
    ------
    InputError
        If there is none.
    """
    shards = [datasets.read(p) for p in sorted(parts.glob("*.h5"))]
    if not shards:
        raise InputError(
            message(
                str(out),
                "no geometry that did not fail",
                "at least one",
                f"The reasons are in {out}.failed.tsv; remove that file to try again.",
            )
        )
    joined = datasets.concatenate(shards)
    datasets.write(out, joined.select(np.lexsort((joined.geometry, joined.molecule))))
