"""Pretraining: AdamW, warm-up and cosine decay, gradient clipping; resumes after a kill."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem

from specml.admet.transformer.encoder import TransformerSize
from specml.admet.transformer.graph import graph
from specml.admet.transformer.pretraining import TASKS, Pretrained, Targets, batches
from specml.io.atom_labels import AtomLabels
from specml.training.checkpoint import resume, save
from specml.training.rate import warm_cosine

HELD_EVERY = 20  # molecules, one is not trained on


@dataclass(frozen=True)
class Schedule:
    """How long and how fast.

    Parameters
    ----------
    epochs : passes over the molecules.
    batch_size : molecules in a step.
    rate : peak of the learning rate; see :func:`rate`.
    """

    epochs: int
    batch_size: int = 32
    rate: float = 5e-4
    seed: int = 0
    clip: float = 0.5


@dataclass(frozen=True)
class Epoch:
    """State after an epoch: mean losses in training and on held-out molecules."""

    number: int
    training: float
    held_out: float


def pretrain(
    model: Pretrained, name: str, labels: AtomLabels, schedule: Schedule, checkpoint: Path
) -> Iterator[Epoch]:
    """Train on the molecules with labels but every twentieth; yields after each epoch.

    Raises
    ------
    WeightsError
        The checkpoint is of another network, or damaged.
    """
    graphs = [graph(Chem.MolFromSmiles(smiles)) for smiles in labels.smiles]
    targets = Targets(graphs, labels, TASKS[name])
    lengths = np.array([len(each) for each in graphs])
    is_held = np.arange(len(targets.rows)) % HELD_EVERY == HELD_EVERY - 1
    kept, held = targets.rows[~is_held], targets.rows[is_held]
    steps = math.ceil(len(kept) / schedule.batch_size) * schedule.epochs
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=schedule.rate, weight_decay=0.01, fused=True
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, steps))
    parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    for epoch in range(resume(checkpoint, parts), schedule.epochs):
        generator = np.random.default_rng([schedule.seed, epoch])
        model.train()
        losses = []
        for places in batches(lengths[kept], schedule.batch_size, generator):
            loss = targets.loss(model, kept[places].tolist(), generator)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), schedule.clip)
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())
        save(checkpoint, epoch + 1, parts)
        yield Epoch(epoch + 1, float(np.mean(losses)), held_out(model, targets, held))


def held_out(model: Pretrained, targets: Targets, rows: np.ndarray) -> float:
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
