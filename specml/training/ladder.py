"""Training of the ladder of theories, from sources of different labels, and its errors.

``training.run`` makes of it the stages of ``specml train``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from specml.models.ladder import LadderModel
from specml.training.ladder_data import LadderData
from specml.training.loop import GradientDescent, Loss, Schedule, TrainingReport, optimise
from specml.training.losses import LossWeights, errors, total

# Forces of unseen molecules are half as wrong again as those of seen ones. In 2,000 steps from
# trained weights 0.1 brought their root mean square error from 116.5 to 115.7 meV/angstrom; this
# is as much over ten times as many.
WEIGHT_DECAY = 0.03


@dataclass(frozen=True)
class TrainingSource:
    """Training data with its share of the steps.

    Parameters
    ----------
    per_molecule : the most geometries of a molecule that a pass takes.
    """

    data: LadderData
    share: float
    per_molecule: int | None = None


def train(
    model: LadderModel,
    sources: list[TrainingSource],
    schedule: Schedule,
    weights: LossWeights,
    checkpoint: Path,
    report_every: int = 200,
) -> Iterator[TrainingReport]:
    """Train, yielding a report now and then; the averaged weights end in ``model``.

    An existing checkpoint is continued, with the reference energies that ``model`` has now: the
    data may have grown. Stop by closing the iterator: the last checkpoint stays.

    Raises
    ------
    WeightsError
        The checkpoint is of another network, or damaged.
    """
    average = AveragedModel(
        model, multi_avg_fn=get_ema_multi_avg_fn(schedule.ema), use_buffers=False
    )
    references = model.energy.reference.clone()

    def losses(start: int) -> Iterator[Loss]:
        for each in (model, cast(LadderModel, average.module)):
            each.energy.reference.copy_(references)
        generator = np.random.default_rng([schedule.seed, start])
        return _losses(model, sources, schedule, weights, generator)

    descent = GradientDescent(schedule.learning_rate, schedule.rate, schedule.clip, WEIGHT_DECAY)
    return optimise(model, losses, schedule.steps, descent, report_every, checkpoint, average)


def _losses(
    model: LadderModel,
    sources: list[TrainingSource],
    schedule: Schedule,
    weights: LossWeights,
    generator: np.random.Generator,
) -> Iterator[Loss]:
    """The loss of a batch of one source, drawn by their shares, again and again."""
    streams = [
        source.data.batches(schedule.batch_size, model.cutoff, generator, source.per_molecule)
        for source in sources
    ]
    shares = np.array([source.share for source in sources])
    shares = shares / shares.sum()
    while True:
        batch, targets = next(streams[generator.choice(len(streams), p=shares)])
        own = errors(model, batch, targets, create_graph=True)
        yield total(own, weights), own


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
