"""Training of the shielding model; the recipe of ``specml-nmr`` runs it.

Loss of a nucleus with label delta, prediction d and scale b, all in units of the spread of its
element, so that all elements count alike:

    10 |d - delta| + 0.1 (|d - delta| / b + log b)      (d held fixed in the second part)

The first part trains the shift, the second the uncertainty: its minimum over b is at the mean
absolute error (a Laplace distribution).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from specml.data.batch import Batch, collate_arrays
from specml.models.shielding import OUTPUTS, PredictedShifts, ShieldingModel
from specml.training.loop import GradientDescent, Loss, Schedule, TrainingReport, optimise
from specml.training.shielding_data import LabelledMolecule, ShieldingBatch, ShieldingPool

CLIP = 5.0  # largest gradient norm
WEIGHT_DECAY = 1e-4


def loss(model: ShieldingModel, shifts: PredictedShifts, sample: ShieldingBatch) -> Tensor:
    """The loss, a scalar: a sum over labels of both kinds, over the number of DFT labels."""
    spread = model.spread[model.column[sample.batch.numbers].clamp(min=0)]
    total = sample.dft.new_zeros(())
    for label, value, scale in (
        (sample.dft, shifts.dft, shifts.dft_scale),
        (sample.experiment, shifts.experiment, shifts.experiment_scale),
    ):
        known = ~torch.isnan(label)
        error = ((value - label)[known] / spread[known]).abs()
        b = (scale / spread)[known]
        total = total + (10.0 * error + 0.1 * (error.detach() / b + b.log())).sum()
    return total / max(1, int((~torch.isnan(sample.dft)).sum()))


def fit_spread(model: ShieldingModel, molecules: Sequence[LabelledMolecule]) -> None:
    """Mean and spread of the DFT shifts of every element, from the training molecules."""
    numbers = np.concatenate([m.numbers for m in molecules])
    shifts = np.concatenate([m.dft for m in molecules])
    for row, number in enumerate(model.numbers):
        values = shifts[(numbers == number) & ~np.isnan(shifts)]
        model.mean[row] = float(values.mean())
        model.spread[row] = float(values.std())


def train_shieldings(
    model: ShieldingModel,
    molecules: Sequence[LabelledMolecule],
    schedule: Schedule,
    checkpoint: Path,
    sources: dict[str, float],
    report_every: int = 500,
) -> Iterator[TrainingReport]:
    """Train, yielding a report now and then; the averaged weights end in ``model``.

    An existing checkpoint is continued. The network is compiled: the first steps take minutes.

    Parameters
    ----------
    sources : how often each source of geometries is drawn.

    Raises
    ------
    WeightsError
        The checkpoint is of another network, or damaged.
    """
    fit_spread(model, molecules)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(schedule.ema))

    def losses(start: int) -> Iterator[Loss]:
        compiled = torch.compile(model, dynamic=False)
        generator = np.random.default_rng([schedule.seed, start])
        for sample in ShieldingPool(molecules, model.cutoff, sources).samples(generator):
            value = loss(model, compiled(sample.batch), sample)
            yield value, {"loss": value}

    descent = GradientDescent(schedule.learning_rate, schedule.rate, CLIP, WEIGHT_DECAY)
    return optimise(model, losses, schedule.steps, descent, report_every, checkpoint, average)


def predictions(
    model: ShieldingModel, molecules: Sequence[LabelledMolecule], source: str, batch_size: int = 32
) -> list[PredictedShifts]:
    """Shifts of every molecule at its geometry from ``source``, in the order given."""
    predicted: list[PredictedShifts] = []
    for start in range(0, len(molecules), batch_size):
        chosen = molecules[start : start + batch_size]
        n_atoms = [len(m.numbers) for m in chosen]
        with torch.no_grad():
            shifts = model(_batch(chosen, source, model.cutoff))
        columns = [
            getattr(shifts, name).split(n_atoms) for name in PredictedShifts.__dataclass_fields__
        ]
        predicted += [PredictedShifts(*row) for row in zip(*columns, strict=True)]
    return predicted


def _batch(molecules: Sequence[LabelledMolecule], source: str, cutoff: float) -> Batch:
    n_atoms = np.array([len(m.numbers) for m in molecules])
    return collate_arrays(
        np.concatenate([m.numbers for m in molecules]),
        np.concatenate([m.geometries[source] for m in molecules]),
        n_atoms,
        np.zeros(len(molecules)),
        np.ones(n_atoms.sum()),  # masses play no part in a shielding
        cutoff,
    ).to("cpu", torch.float32)


def calibrate_scales(
    model: ShieldingModel, molecules: Sequence[LabelledMolecule], source: str
) -> None:
    """Scale the expected errors so that their mean is the mean error on molecules not trained on.

    Training sees only its own, smaller errors. The factor goes into the bias of the outputs, which
    are logarithms.
    """
    shifts = predictions(model, molecules, source)
    bias = cast(nn.Linear, model.head[-1]).bias.data.view(len(model.nuclei), OUTPUTS)
    for kind, name in enumerate(("dft", "experiment")):
        for row, number in enumerate(model.numbers):
            errors, scales = [], []
            for own, predicted in zip(molecules, shifts, strict=True):
                label = getattr(own, name)
                known = (own.numbers == number) & ~np.isnan(label)
                errors.append(np.abs(getattr(predicted, name).numpy() - label)[known])
                scales.append(getattr(predicted, f"{name}_scale").numpy()[known])
            if len(np.concatenate(errors)):
                factor = np.concatenate(errors).mean() / np.concatenate(scales).mean()
                bias[row, 2 + kind] += float(np.log(factor))
