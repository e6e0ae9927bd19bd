"""Label many geometries: in parallel, resumable, one failure never stopping the rest.

Finished labels go to shards ``<out>.parts/<n>.h5``, each written atomically; a second call skips
what any shard holds. When nothing is left the shards become ``<out>``. Failed geometries are
listed with their reason in ``<out>.failed.tsv``.
"""

import multiprocessing
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from specml.errors import SpecMLError
from specml.io import datasets
from specml.io.datasets import Dataset
from specml.structure import Structure

SHARD = 16  # geometries; what a kill can lose


@dataclass(frozen=True)
class Scheme:
    """A way of labelling: ``function(structure)`` and what to write about it."""

    name: str
    module: str
    packages: tuple[str, ...]
    options: dict[str, bool]

    def function(self) -> Callable[..., dict]:
        from importlib import import_module

        return import_module(self.module).label

    def attributes(self) -> dict[str, str]:
        from importlib import import_module

        settings = {k: str(v) for k, v in import_module(self.module).SETTINGS.items()}
        versions = {f"version_{p}": version(p) for p in self.packages}
        return {"scheme": self.name, "python": platform.python_version(), **settings, **versions}


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("b3lyp-svp", "specml.reference.dft", ("pyscf",), {}),
        Scheme("b3lyp-svp+response", "specml.reference.dft", ("pyscf",), {"response": True}),
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
    """
    parts = out.with_name(out.name + ".parts")
    parts.mkdir(parents=True, exist_ok=True)
    failures = out.with_name(out.name + ".failed.tsv")
    done = _finished(parts) | _failed(failures)
    wanted = [
        i
        for i, key in enumerate(zip(geometries.molecule, geometries.geometry, strict=True))
        if key not in done
    ]
    total = len(wanted) if limit is None else min(limit, len(wanted))
    n_done = n_failed = 0
    shard: list[tuple[int, dict]] = []
    for index, result in _results(geometries, scheme, wanted[:total], processes):
        if isinstance(result, str):
            n_failed += 1
            with failures.open("a") as file:
                molecule, geometry = geometries.molecule[index], geometries.geometry[index]
                file.write(f"{molecule}\t{geometry}\t{' '.join(result.split())}\n")
        else:
            n_done += 1
            shard.append((index, result))
            if len(shard) == SHARD:
                _write_shard(parts, geometries, scheme, shard)
                shard = []
        yield Progress(n_done, n_failed, total)
    if shard:
        _write_shard(parts, geometries, scheme, shard)
    if total == len(wanted):
        merge(parts, out)
        shutil.rmtree(parts)


def _results(
    geometries: Dataset, scheme: Scheme, wanted: list[int], processes: int
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
    # "spawn": forked children inherit torch and OpenMP state that deadlocks.
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _single_thread) as pool:
        yield from pool.imap_unordered(_label_one, tasks)


def _single_thread() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle


def _label_one(
    task: tuple[int, np.ndarray, np.ndarray, str, Scheme],
) -> tuple[int, dict | str]:
    index, numbers, positions, name, scheme = task
    try:
        structure = Structure(numbers, positions, name=name)
        return index, scheme.function()(structure, **scheme.options)
    except (SpecMLError, RuntimeError, ValueError, ArithmeticError, MemoryError) as error:
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


def _failed(failures: Path) -> set[tuple[int, int]]:
    if not failures.exists():
        return set()
    rows = (line.split("\t") for line in failures.read_text().splitlines())
    return {(int(molecule), int(geometry)) for molecule, geometry, *_ in rows}


def merge(parts: Path, out: Path) -> None:
    """Join the shards of a folder into one file, ordered by molecule and geometry."""
    joined = datasets.concatenate([datasets.read(p) for p in sorted(parts.glob("*.h5"))])
    datasets.write(out, joined.select(np.lexsort((joined.geometry, joined.molecule))))
