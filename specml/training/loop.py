"""The training loop: AdamW, warm-up and cosine decay, gradient clipping, averaged weights.

Everything needed to go on after a kill is in one checkpoint, written atomically.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from specml.models.ladder import LadderModel
from specml.training.checkpoint import resume, save
from specml.training.ladder_data import LadderData
from specml.training.losses import Weights, errors, total
from specml.training.rate import warm_cosine

# Forces of unseen molecules are half as wrong again as those of seen ones. In 2,000 steps from
# trained weights 0.1 brought their root mean square error from 116.5 to 115.7 meV/angstrom; this
# is as much over ten times as many.
WEIGHT_DECAY = 0.03


@dataclass(frozen=True)
class Schedule:
    """How long and how fast.

    Parameters
    ----------
    steps : optimiser steps in all.
    batch_size : structures in a step.
    learning_rate : peak; reached after ``warmup`` steps, zero at the end (cosine).
    ema : decay of the averaged weights, which are the ones that ship.
    clip : largest gradient norm.
    seed : of the order of the batches.
    """

    steps: int = 20_000
    batch_size: int = 16
    learning_rate: float = 1e-3
    warmup: int = 200
    ema: float = 0.999
    clip: float = 10.0
    seed: int = 0

    def rate(self, step: int) -> float:
        """Factor on the learning rate."""
        return warm_cosine(step, self.steps, self.warmup)


@dataclass(frozen=True)
class Source:
    """Training data with its share of the steps.

    Parameters
    ----------
    per_molecule : at most so many geometries of a molecule in a pass.
    """

    data: LadderData
    share: float
    per_molecule: int | None = None


@dataclass(frozen=True)
class Report:
    """State of a run: step, running training errors, seconds since the start."""

    step: int
    errors: dict[str, float]
    seconds: float


def train(
    model: LadderModel,
    sources: list[Source],
    schedule: Schedule,
    weights: Weights,
    checkpoint: Path,
    report_every: int = 200,
) -> Iterator[Report]:
    """Train, yielding a report now and then; the averaged weights end in ``model``.

    An existing checkpoint is continued, with the reference energies that ``model`` has now: the
    data may have grown. Stop by closing the iterator: the last checkpoint stays.

    Raises
    ------
    WeightsError
        The checkpoint is of another network, or damaged.
    """
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=schedule.learning_rate, weight_decay=WEIGHT_DECAY
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule.rate)
    average = AveragedModel(
        model, multi_avg_fn=get_ema_multi_avg_fn(schedule.ema), use_buffers=False
    )
    parts = {
        "model": model,
        "average": average,
        "optimizer": optimizer,
        "scheduler": scheduler,
    }
    references = model.energy.reference.clone()
    start = resume(checkpoint, parts)
    for each in (model, cast(LadderModel, average.module)):
        each.energy.reference.copy_(references)
    generator = np.random.default_rng([schedule.seed, start])
    streams = [
        source.data.batches(schedule.batch_size, model.cutoff, generator, source.per_molecule)
        for source in sources
    ]
    shares = np.array([source.share for source in sources])
    shares = shares / shares.sum()
    running: dict[str, list[float]] = {}
    began = time.monotonic()
    for step in range(start, schedule.steps):
        batch, targets = next(streams[generator.choice(len(streams), p=shares)])
        found = errors(model, batch, targets, create_graph=True)
        optimizer.zero_grad(set_to_none=True)
        total(found, weights).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), schedule.clip)
        optimizer.step()
        scheduler.step()
        average.update_parameters(model)
        for name, value in found.items():
            running.setdefault(name, []).append(value.item())
        if (step + 1) % report_every == 0 or step + 1 == schedule.steps:
            save(checkpoint, step + 1, parts)
            means = {name: float(np.mean(values)) for name, values in running.items()}
            running = {}
            yield Report(step + 1, means, time.monotonic() - began)
    model.load_state_dict(average.module.state_dict())


def evaluate(model: LadderModel, data: LadderData, batch_size: int = 32) -> dict[str, float]:
    """Mean errors over a data set, every structure once."""
    sums: dict[str, list[tuple[float, int]]] = {}
    order = np.argsort(data.dataset.n_atoms, kind="stable")
    for first in range(0, len(data), batch_size):
        chosen = order[first : first + batch_size]
        batch, targets = data.batch(chosen, model.cutoff)
        for name, value in errors(model, batch, targets, create_graph=False).items():
            sums.setdefault(name, []).append((value.item(), len(chosen)))
    return {
        name: float(np.average([v for v, _ in rows], weights=[n for _, n in rows]))
        for name, rows in sums.items()
    }
