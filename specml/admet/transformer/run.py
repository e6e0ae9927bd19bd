"""Pretrain an encoder, epoch after epoch, with molecules held out; a killed run is resumed.

Called by the script that pretrains the encoders.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem

from specml.admet.transformer.encoder import TransformerSize
from specml.admet.transformer.graph import graph
from specml.admet.transformer.pretraining import TASKS, Pretrained, PretrainingTargets, batches
from specml.errors import WeightsError, message
from specml.io.atom_labels import AtomLabels
from specml.training.loop import GradientDescent, Loss, optimise, warm_cosine

HELD_EVERY = 20  # molecules, one is not trained on


@dataclass(frozen=True)
class PretrainingSchedule:
    """How long and how fast an encoder is pretrained.

    Parameters
    ----------
    epochs : passes over the molecules.
    batch_size : molecules in a step.
    rate : peak of the learning rate; see :func:`rate`.
    seed : seed of the order of the molecules.
    clip : largest norm of the gradients.
    """

    epochs: int
    batch_size: int = 32
    rate: float = 5e-4
    seed: int = 0
    clip: float = 0.5


@dataclass(frozen=True)
class Epoch:
    """State of a pretraining after an epoch.

    Parameters
    ----------
    number : number of the epoch, from 1.
    training, held_out : mean losses on the training and on the held-out molecules.
    """

    number: int
    training: float
    held_out: float


def pretrain(
    model: Pretrained,
    name: str,
    labels: AtomLabels,
    schedule: PretrainingSchedule,
    checkpoint: Path,
) -> Iterator[Epoch]:
    """Train on the molecules with labels but every twentieth; yields after each epoch.

    Raises
    ------
    WeightsError
        The checkpoint is of another network, or damaged.
    """
    graphs = [graph(Chem.MolFromSmiles(smiles)) for smiles in labels.smiles]
    targets = PretrainingTargets(graphs, labels, TASKS[name])
    lengths = np.array([len(each) for each in graphs])
    is_held = np.arange(len(targets.rows)) % HELD_EVERY == HELD_EVERY - 1
    kept, held = targets.rows[~is_held], targets.rows[is_held]
    per_epoch = math.ceil(len(kept) / schedule.batch_size)
    steps = per_epoch * schedule.epochs

    def losses(start: int) -> Iterator[Loss]:
        for epoch in range(_epochs(start, per_epoch, checkpoint), schedule.epochs):
            generator = np.random.default_rng([schedule.seed, epoch])
            model.train()
            for places in batches(lengths[kept], schedule.batch_size, generator):
                loss = targets.loss(model, kept[places].tolist(), generator)
                yield loss, {"loss": loss}

    descent = GradientDescent(
        schedule.rate, partial(rate, steps=steps), schedule.clip, 0.01, fused=True
    )
    for report in optimise(model, losses, steps, descent, per_epoch, checkpoint):
        number = _epochs(report.step, per_epoch, checkpoint)
        yield Epoch(number, report.errors["loss"], held_out(model, targets, held))


def _epochs(steps: int, per_epoch: int, checkpoint: Path) -> int:
    """The epochs of so many steps; raises WeightsError where a checkpoint was of other batches."""
    if steps % per_epoch:
        raise WeightsError(
            message(
                str(checkpoint),
                f"{steps} steps, no whole number of epochs of {per_epoch}",
                "a checkpoint of these molecules and this size of batches",
                "Choose another folder, or remove that file to start afresh.",
            )
        )
    return steps // per_epoch


def held_out(model: Pretrained, targets: PretrainingTargets, rows: np.ndarray) -> float:
    """Mean loss over molecules that were not trained on, the same atoms hidden each time."""
    model.eval()
    generator = np.random.default_rng(0)
    with torch.inference_mode():
        losses = [
            targets.loss(model, rows[i : i + 64].tolist(), generator).item()
            for i in range(0, len(rows), 64)
        ]
    return float(np.mean(losses)) if losses else math.nan


def rate(step: int, steps: int) -> float:
    """Factor on the learning rate: up over 3 % of the steps, then down a cosine to zero."""
    return warm_cosine(step, steps, warmup=max(1, round(0.03 * steps)))


def fresh(name: str, size: TransformerSize, seed: int) -> Pretrained:
    """An untrained model of a task; the same seed gives the same encoder for every task."""
    torch.manual_seed(seed)
    return Pretrained(TASKS[name], size)
