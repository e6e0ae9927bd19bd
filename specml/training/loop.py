"""The one training loop: AdamW, a schedule, clipped gradients, averaged weights, checkpoints.

Every network of SpecML is trained by :func:`optimise`: response models (``training.ladder``),
shieldings (``training.shieldings``), potentials (``hamiltonian.training``), and the encoder of
molecules (``admet.transformer.run``, ``admet.transformer.finetuning``). What differs between them,
data and loss, is an iterator of losses that they give it.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from specml.training.checkpoint import resume, save

# What goes down in a step, and the errors that are reported of it.
Loss = tuple[Tensor, Mapping[str, Tensor]]


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
    seed : seed of the order of the batches.
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
class GradientDescent:
    """How the weights follow the gradients.

    Parameters
    ----------
    peak : largest learning rate, of all parameters that no group gives another.
    rate : step -> factor on the learning rates.
    clip : largest norm of the gradients.
    weight_decay : the weight decay of AdamW.
    groups : parameters with learning rates of their own, as torch takes them; without, all
        parameters of the model are one group.
    fused : AdamW in one kernel, which is faster and rounds differently.
    """

    peak: float
    rate: Callable[[int], float]
    clip: float
    weight_decay: float
    groups: Sequence[dict[str, Any]] | None = None
    fused: bool | None = None


@dataclass(frozen=True)
class TrainingReport:
    """State of a run: step, running training errors, seconds since the start."""

    step: int
    errors: dict[str, float]
    seconds: float


def optimise(
    model: nn.Module,
    losses: Callable[[int], Iterator[Loss]],
    steps: int,
    descent: GradientDescent,
    report_every: int,
    checkpoint: Path | None = None,
    average: AveragedModel | None = None,
) -> Iterator[TrainingReport]:
    """Train a model, yielding a report every so many steps and at the end.

    Stop by closing the iterator: the last checkpoint stays.

    Parameters
    ----------
    losses : called once with the number of steps done before, after the checkpoint has been read;
        each item is computed with the weights the model has then.
    steps : the step to end at.
    checkpoint : where everything that is needed to go on is kept, written with every report. An
        existing one is continued. Without, the training is done in one piece.
    average : averaged weights, which ``model`` has at the end.

    Raises
    ------
    WeightsError
        The checkpoint is of another network, or damaged.
    """
    optimizer = torch.optim.AdamW(
        descent.groups or model.parameters(),
        lr=descent.peak,
        weight_decay=descent.weight_decay,
        fused=descent.fused,
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, descent.rate)
    parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    if average is not None:
        parts["average"] = average
    start = 0 if checkpoint is None else resume(checkpoint, parts)
    running: dict[str, list[float]] = {}
    began = time.monotonic()
    stream = losses(start)
    for step in range(start, steps):
        loss, errors = next(stream)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), descent.clip)
        optimizer.step()
        scheduler.step()
        if average is not None:
            average.update_parameters(model)
        for name, value in errors.items():
            running.setdefault(name, []).append(value.item())
        if (step + 1) % report_every == 0 or step + 1 == steps:
            if checkpoint is not None:
                save(checkpoint, step + 1, parts)
            means = {name: float(np.mean(values)) for name, values in running.items()}
            running = {}
            yield TrainingReport(step + 1, means, time.monotonic() - began)
    if average is not None:
        model.load_state_dict(average.module.state_dict())


def warm_cosine(step: int, steps: int, warmup: int) -> float:
    """Factor on the peak of the learning rate: one after ``warmup`` steps, zero after ``steps``.

    >>> [round(warm_cosine(step, 10, 2), 2) for step in (0, 1, 6, 10)]
    [0.5, 1.0, 0.5, 0.0]
    """
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))
