"""Geometries of a list of molecules, to be labelled: what ``specml sample`` does.

A long run, which may be stopped at any moment and resumed by the same call.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from specml.data.sampling import FMAX, GFN2_SURFACE, HOTTEST, SamplingSurface, sample_molecule
from specml.io import datasets, resumable
from specml.io.datasets import Dataset
from specml.io.molecule_list import read_multiplicities, read_smiles
from specml.io.shards import RunProgress, folder_of
from specml.parallel import unordered
from specml.structure import Structure


@dataclass(frozen=True)
class SamplingSettings:
    """What decides the geometries.

    Parameters
    ----------
    samples : number of geometries of each molecule.
    seed : seed of all random numbers.
    model : name or path of the model whose minima are sampled; GFN2-xTB's without.
    hottest_k : highest temperature of the samples; the lowest is 50 K.
    """

    samples: int = 24
    seed: int = 0
    model: str | None = None
    hottest_k: float = HOTTEST

    @property
    def attributes(self) -> dict[str, str]:
        """What the data set says of itself; shards of other attributes are of another run."""
        return {
            "made_by": "specml sample",
            "method": f"{self.model or 'GFN2-xTB'} minima, "
            f"classical harmonic samples at 50 to {self.hottest_k:g} K",
            "samples": str(self.samples),
            "seed": str(self.seed),
        }


def sample_list(
    molecules: Path,
    output: Path,
    settings: SamplingSettings,
    processes: int = 1,
    limit: int | None = None,
    force: bool = False,
) -> Generator[RunProgress, None, None]:
    """Sample the molecules of a csv; everything is checked before the first step is asked for.

    Parameters
    ----------
    limit, force : as :func:`specml.workflows.labelling.label_geometries`.

    Raises
    ------
    WeightsError
        A model that cannot be read.
    InputError
        A list that cannot be read, shards of another run, or every molecule failed.
    OutputError
        An output that exists, is the list or cannot be written.
    """
    surface(settings.model)  # what is wrong with a model is said before every molecule fails by it
    smiles, multiplicities = read_smiles(molecules), read_multiplicities(molecules)
    run = sampling(smiles, settings, output)
    run.prepare(molecules, force)
    kept = str(folder_of(output))

    def compute(chosen: list[int]) -> Iterator[tuple[int, list[Structure] | str]]:
        tasks = ((index, smiles[index], multiplicities[index], settings) for index in chosen)
        return unordered(_sample_one, tasks, processes, kept)

    return run.steps(compute, limit)


def sampling(
    smiles: list[str], settings: SamplingSettings, output: Path
) -> resumable.ResumableRun[list[Structure]]:
    """The run that samples every molecule of a list, by its place there."""

    def gather(sampled: list[tuple[int, list[Structure]]]) -> Dataset:
        return datasets.from_structures(
            [structure for _, structures in sampled for structure in structures],
            np.repeat([i for i, _ in sampled], [len(structures) for _, structures in sampled]),
            np.concatenate([np.arange(len(structures)) for _, structures in sampled]),
            smiles,
            attributes=settings.attributes,
        )

    def held(part: Dataset) -> set[int] | None:
        same = part.smiles == smiles and part.attributes == settings.attributes
        return set(part.molecule.tolist()) if same else None

    return resumable.ResumableRun(
        output,
        [(str(index), resumable.field(text)) for index, text in enumerate(smiles)],
        gather,
        held,
        done="sampled",
        other="other molecules or options",
    )


def _sample_one(task: tuple[int, str, int, SamplingSettings]) -> tuple[int, list[Structure] | str]:
    """Geometries, or why there are none: one bad molecule must not stop the others."""
    index, smiles, multiplicity, settings = task
    seed, own = settings.seed + index, surface(settings.model)
    try:
        sampled = sample_molecule(
            smiles, settings.samples, seed, own, settings.hottest_k, multiplicity
        )
    except Exception as error:  # noqa: BLE001 (RDKit, tblite and ase raise a dozen types)
        return index, f"{type(error).__name__}: {error}"
    return index, sampled or "its bonds changed while it relaxed"


@cache
def surface(model: str | None) -> SamplingSurface:
    """GFN2-xTB's, or that of a model, read once in each process."""
    if model is None:
        return GFN2_SURFACE
    from specml.inference.predictor import load  # torch, which GFN2-xTB does without

    predictor = load(model)
    return SamplingSurface(
        relax=lambda s: predictor.relax([s], FMAX)[0].structure,
        hessian=lambda s: predictor.expand([s], polarizability=False)[0].hessian,
    )
