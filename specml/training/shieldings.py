"""Training of the shielding model: molecules in several geometries, two kinds of shifts.

Loss of a nucleus with label delta, predicted d and scale b (both in units of the element's
spread, so that hydrogen and carbon count alike):

    |d - delta| + |d - delta| / b + log b       (the error in the last two without its gradient)

The first term trains the shift, the others the uncertainty: b -> mean absolute error.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from specml.data.batch import Batch, collate_arrays
from specml.models.shielding import NUCLEI, ShieldingModel
from specml.training.loop import Schedule

GEOMETRY_WEIGHTS = {"dft": 0.4, "gfn2": 0.4, "mmff": 0.2}


@dataclass(frozen=True)
class Labelled:
    """A molecule with shifts, in one or several geometries.

    Parameters
    ----------
    numbers : (n_atoms,) atomic numbers.
    geometries : source -> (n_atoms, 3) angstrom.
    dft, experiment : (n_atoms,) ppm, NaN where there is none.
    """

    name: str
    numbers: np.ndarray
    geometries: dict[str, np.ndarray]
    dft: np.ndarray
    experiment: np.ndarray


def collate_labelled(
    molecules: list[Labelled], sources: list[str], cutoff: float
) -> tuple[Batch, Tensor, Tensor]:
    """Batch of float32 tensors and its labels: DFT and experiment, each (n_atoms,)."""
    n_atoms = np.array([len(m.numbers) for m in molecules])
    batch = collate_arrays(
        np.concatenate([m.numbers for m in molecules]),
        np.concatenate([m.geometries[s] for m, s in zip(molecules, sources, strict=True)]),
        n_atoms,
        np.zeros(len(molecules)),
        np.ones(n_atoms.sum()),  # masses play no part in a shielding
        cutoff,
    ).to("cpu", torch.float32)
    labels = (np.concatenate([getattr(m, k) for m in molecules]) for k in ("dft", "experiment"))
    dft, experiment = (torch.as_tensor(x, dtype=torch.float32) for x in labels)
    return batch, dft, experiment


def draw_sources(molecules: list[Labelled], generator: np.random.Generator) -> list[str]:
    """A geometry source for each molecule, among those it has."""
    chosen = []
    for molecule in molecules:
        names = [s for s in GEOMETRY_WEIGHTS if s in molecule.geometries]
        weights = np.array([GEOMETRY_WEIGHTS[s] for s in names])
        chosen.append(str(generator.choice(names, p=weights / weights.sum())))
    return chosen


def loss(model: ShieldingModel, shifts, batch: Batch, dft: Tensor, experiment: Tensor) -> Tensor:  # type: ignore[no-untyped-def]
    spread = model.spread[model.column[batch.numbers].clamp(min=0)]
    total = dft.new_zeros(())
    for label, value, scale in (
        (dft, shifts.dft, shifts.dft_scale),
        (experiment, shifts.experiment, shifts.experiment_scale),
    ):
        known = ~torch.isnan(label)
        error = ((value - label)[known] / spread[known]).abs()
        scale = (scale / spread)[known]
        total = total + (error * 10.0 + 0.1 * (error.detach() / scale + scale.log())).sum()
    return total / max(1, int((~torch.isnan(dft)).sum()))


def fit_spread(model: ShieldingModel, molecules: list[Labelled]) -> None:
    """Mean and spread of the shifts of every element, from the training molecules."""
    numbers = np.concatenate([m.numbers for m in molecules])
    shifts = np.concatenate([m.dft for m in molecules])
    for row, number in enumerate(NUCLEI):
        values = shifts[(numbers == number) & ~np.isnan(shifts)]
        model.mean[row] = float(values.mean())
        model.spread[row] = float(values.std())


def batches(
    molecules: list[Labelled], size: int, cutoff: float, generator: np.random.Generator
) -> Iterator[tuple[Batch, Tensor, Tensor]]:
    """Endless; molecules of similar size together, so that the neighbour tables stay full."""
    sizes = np.array([len(m.numbers) for m in molecules])
    while True:
        order = np.argsort(sizes + generator.uniform(0.0, 8.0, len(sizes)), kind="stable")
        groups = [order[i : i + size] for i in range(0, len(order) - size + 1, size)]
        for index in generator.permutation(len(groups)):
            chosen = [molecules[i] for i in groups[index]]
            yield collate_labelled(chosen, draw_sources(chosen, generator), cutoff)
