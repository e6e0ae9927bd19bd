"""``specml sample``: geometries of molecules, to be labelled."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specml.cli import options
from specml.cli.label import finish, refuse_input, start_afresh

if TYPE_CHECKING:
    from specml.data.sampling import Surface
    from specml.structure import Structure

SHARD = 64  # molecules; what a kill can lose


def sample(
    molecules: Annotated[Path, typer.Argument(help="csv or csv.gz with a column `smiles`.")],
    output: Annotated[Path, typer.Option(help="HDF5 file of the geometries.")],
    samples: Annotated[int, typer.Option(help="Geometries of each molecule.", min=1)] = 24,
    seed: Annotated[int, typer.Option(help="Of all random numbers.", min=0)] = 0,
    model: Annotated[
        str | None, typer.Option(help="Model whose minima are sampled, in place of GFN2-xTB's.")
    ] = None,
    hottest_k: Annotated[
        float,
        typer.Option(
            "--hottest-k",
            help="Temperatures lie between 50 K and this.",
            min=50,
            callback=options.positive,
        ),
    ] = 600.0,
    processes: options.Processes = 1,
    limit: options.Limit = None,
    force: options.Force = False,
) -> None:
    """Sample geometries about minima, thermally displaced; a second call resumes the first."""
    from specml.cli.tasks import resumable, watch
    from specml.errors import InputError, message
    from specml.io import outputs
    from specml.io.molecule_list import read_smiles

    _surface(model)  # what is wrong with a model is said before every molecule fails by it
    smiles = read_smiles(molecules)
    refuse_input(molecules, output)
    outputs.check([output], force, "--output")
    start_afresh(output)
    task = Task(smiles, samples, seed, output, model, hottest_k)
    finished = task.finished()
    with resumable(f"{output}.parts"):
        done, failed = watch("molecules", task.run(finished, processes, limit))
    if not output.exists() and len(task.finished()) == len(smiles):
        raise InputError(
            message(
                str(molecules),
                f"{len(smiles)} failed, none sampled",
                "a molecule that can be sampled",
                f"Reasons are in {task.failures}.",
            )
        )
    finish(output, done, failed)


@dataclass(frozen=True)
class Task:
    """All molecules of a file, sampled in shards ``<output>.parts/<n>.h5``."""

    smiles: list[str]
    samples: int
    seed: int
    output: Path
    model: str | None
    hottest: float

    @property
    def parts(self) -> Path:
        return self.output.with_name(self.output.name + ".parts")

    @property
    def failures(self) -> Path:
        return self.output.with_name(self.output.name + ".failed.tsv")

    @property
    def attributes(self) -> dict[str, str]:
        return {
            "made_by": "specml sample",
            "method": f"{self.model or 'GFN2-xTB'} minima, "
            f"classical harmonic samples at 50 to {self.hottest:g} K",
            "samples": str(self.samples),
            "seed": str(self.seed),
        }

    def run(
        self, finished: set[int], processes: int, limit: int | None
    ) -> Iterator[tuple[int, int, int]]:
        """Sample what is not ``finished``.

        Yield (done, failed, total) after each molecule; write the output when none is left.
        """
        from specml.reference.labelling import merge

        self.parts.mkdir(exist_ok=True)
        if self.failures.exists():  # a corrected molecule gets another chance and no stale reason
            self.failures.write_text("".join(f"{row}\n" for row in self._failed().values()))
        wanted = [i for i in range(len(self.smiles)) if i not in finished]
        chosen = wanted[:limit]
        done = failed = 0
        shard: list[tuple[int, list[Structure]]] = []
        for index, result in self._results(chosen, processes):
            if isinstance(result, str):
                failed += 1
                with self.failures.open("a") as file:
                    file.write(f"{index}\t{self.smiles[index]}\t{' '.join(result.split())}\n")
            else:
                done += 1
                shard.append((index, result))
            if len(shard) == SHARD:
                self._write(shard)
                shard = []
            yield done, failed, len(chosen)
        if shard:
            self._write(shard)
        if len(chosen) == len(wanted) and any(self.parts.glob("*.h5")):
            merge(self.parts, self.output)
        if len(chosen) == len(wanted):
            shutil.rmtree(self.parts)

    def _results(
        self, chosen: list[int], processes: int
    ) -> Iterator[tuple[int, "list[Structure] | str"]]:
        from specml.parallel import unordered

        work = (
            (i, self.smiles[i], self.samples, self.seed + i, self.model, self.hottest)
            for i in chosen
        )
        return unordered(_sample_one, work, processes, str(self.parts))

    def finished(self) -> set[int]:
        """Molecules that are in a shard or have failed with the SMILES they have now.

        Raises
        ------
        InputError
            If the shards were made with another file, number of samples or seed.
        """
        from specml.errors import InputError, message
        from specml.io import datasets

        finished: set[int] = set()
        for path in sorted(self.parts.glob("*.h5")):
            part = datasets.read(path)
            if part.smiles != self.smiles or part.attributes != self.attributes:
                raise InputError(
                    message(
                        str(self.parts),
                        "parts of another run (other molecules or options)",
                        "parts of this one",
                        "Repeat the first command, or remove that folder.",
                    )
                )
            finished |= set(part.molecule.tolist())
        return finished | set(self._failed())

    def _failed(self) -> dict[int, str]:
        """Index -> row of the list of failures, where the SMILES has not been changed since."""
        if not self.failures.exists():
            return {}
        now = {(str(index), smiles): index for index, smiles in enumerate(self.smiles)}
        rows = [row for row in self.failures.read_text().splitlines() if row.count("\t") > 1]
        keys = [tuple(row.split("\t")[:2]) for row in rows]
        return {now[key]: row for key, row in zip(keys, rows, strict=True) if key in now}

    def _write(self, shard: list[tuple[int, "list[Structure]"]]) -> None:
        import numpy as np

        from specml.io import datasets

        structures = [s for _, found in shard for s in found]
        dataset = datasets.from_structures(
            structures,
            np.repeat([index for index, _ in shard], [len(found) for _, found in shard]),
            np.concatenate([np.arange(len(found)) for _, found in shard]),
            self.smiles,
            attributes=self.attributes,
        )
        number = max((int(p.stem) for p in self.parts.glob("*.h5")), default=-1) + 1
        datasets.write(self.parts / f"{number:06d}.h5", dataset)


def _sample_one(
    task: tuple[int, str, int, int, str | None, float],
) -> tuple[int, "list[Structure] | str"]:
    """Geometries, or why there are none: one bad molecule must not stop the others."""
    from specml.data.sampling import sample_molecule

    index, smiles, samples, seed, model, hottest = task
    try:
        found = sample_molecule(smiles, samples, seed, _surface(model), hottest)
    except Exception as error:  # noqa: BLE001 (RDKit, tblite and ase raise a dozen types)
        return index, f"{type(error).__name__}: {error}"
    return index, found or "its bonds changed while it relaxed"


@cache
def _surface(model: str | None) -> "Surface":
    """GFN2-xTB's, or that of a model, read once in each process."""
    from specml.data.sampling import FMAX, GFN2_SURFACE, Surface

    if model is None:
        return GFN2_SURFACE
    from specml.inference.predictor import load

    predictor = load(model)
    return Surface(
        relax=lambda s: predictor.relax([s], FMAX)[0].structure,
        hessian=lambda s: predictor.expand([s], polarizability=False)[0].hessian,
    )
