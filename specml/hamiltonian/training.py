"""Training of the network of potentials; ``benchmarks`` has the script that calls it.

The loss of a molecule is the root of its error per atom (``targets``),

    sqrt(e / n),

a root because the cycles of a self-consistent field grow with the logarithm of the error: halving
a small error is worth as much as halving a large one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from specml.data.batch import Batch, collate_arrays
from specml.hamiltonian.layout import flat_index
from specml.hamiltonian.network import PotentialNetwork
from specml.hamiltonian.targets import Problem
from specml.training.loop import GradientDescent, Loss, Schedule, TrainingReport, optimise

WEIGHT_DECAY = 1e-2
BACKBONE_RATE = 0.5  # of the learning rate: the representation comes with a past


@dataclass(frozen=True)
class ProblemBatch:
    """A batch to learn from.

    Parameters
    ----------
    batch : the atoms of all molecules, as the network takes them.
    problems : for each molecule L, t, f, where its coefficients stand in its rows, and how many
        atoms it has.
    """

    batch: Batch
    problems: list[tuple[Tensor, Tensor, float, Tensor, int]]


class ProblemPool:
    """Problems as tensors, and random batches of them."""

    def __init__(self, problems: Sequence[Problem], cutoff: float, device: str = "cpu"):
        self.cutoff, self.device = cutoff, device
        self.problems = list(problems)
        self._tensors = [
            (
                torch.as_tensor(p.root, device=device),
                torch.as_tensor(p.target, device=device),
                p.floor,
                torch.as_tensor(flat_index(p.numbers), device=device),
                len(p.numbers),
            )
            for p in self.problems
        ]

    def sample(self, chosen: np.ndarray) -> ProblemBatch:
        """The batch of the problems whose numbers are ``chosen``."""
        own = [self.problems[i] for i in chosen]
        n_atoms = np.array([len(p.numbers) for p in own])
        batch = collate_arrays(
            np.concatenate([p.numbers for p in own]),
            np.concatenate([p.positions for p in own]),
            n_atoms,
            np.zeros(len(own)),
            np.ones(n_atoms.sum()),
            self.cutoff,
        )
        return ProblemBatch(
            batch.to(self.device, torch.float32), [self._tensors[i] for i in chosen]
        )

    def samples(self, generator: np.random.Generator, size: int) -> Iterator[ProblemBatch]:
        """Endless batches, every problem once before any comes again."""
        while True:
            order = generator.permutation(len(self.problems))
            for start in range(0, len(order) - size + 1, size):
                yield self.sample(order[start : start + size])


def errors(rows: Tensor, sample: ProblemBatch) -> Tensor:
    """The error e per atom of each molecule, (n_molecules,), hartree^2."""
    each, start = [], 0
    for root, target, floor, index, n_atoms in sample.problems:
        own = rows[start : start + n_atoms].transpose(0, 1).flatten(1)[:, index]
        start += n_atoms
        left = root @ own.flatten() - target
        each.append((left @ left + floor) / n_atoms)
    return torch.stack(each)


def loss(rows: Tensor, sample: ProblemBatch) -> Tensor:
    """The loss, a scalar in hartree: the mean of the module's formula."""
    return torch.sqrt(errors(rows, sample).clamp(min=1e-12)).mean()


def _average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """Exponential average whose window grows with the steps done until ``decay`` sets it."""

    def update(average: Tensor, current: Tensor, n: Tensor | int) -> Tensor:
        return average + (current - average) * max(1.0 - decay, 10.0 / (int(n) + 10.0))

    return update


def train_potentials(
    model: PotentialNetwork,
    problems: Sequence[Problem],
    schedule: Schedule,
    checkpoint: Path,
    report_every: int = 200,
    stop: int | None = None,
) -> Iterator[TrainingReport]:
    """Train, yielding a report now and then; the averaged weights end in ``model``.

    An existing checkpoint is continued.

    Parameters
    ----------
    stop : pause at this step; a later call goes on.

    Raises
    ------
    WeightsError
        The checkpoint is of another network, or damaged.
    """
    backbone = list(model.representation.parameters())
    ids = {id(p) for p in backbone}
    rest = [p for p in model.parameters() if id(p) not in ids]
    rate = schedule.learning_rate
    groups = [{"params": backbone, "lr": BACKBONE_RATE * rate}, {"params": rest, "lr": rate}]
    descent = GradientDescent(rate, schedule.rate, schedule.clip, WEIGHT_DECAY, groups)
    average = AveragedModel(model, avg_fn=_average(schedule.ema))

    def losses(start: int) -> Iterator[Loss]:
        generator = np.random.default_rng([schedule.seed, start])
        pool = ProblemPool(problems, model.cutoff, str(next(model.parameters()).device))
        for sample in pool.samples(generator, schedule.batch_size):
            value = loss(model(sample.batch), sample)
            yield value, {"loss": value}

    last = min(schedule.steps, stop or schedule.steps)
    return optimise(model, losses, last, descent, report_every, checkpoint, average)


def polish(
    model: PotentialNetwork,
    problems: Sequence[Problem],
    held: Sequence[Problem],
    rounds: int,
) -> list[float]:
    """Solve for the last linear maps with everything before them fixed, in double precision.

    The squared error is quadratic in their weights; L-BFGS goes down it in ``rounds`` of 20
    iterations and stops where the error of ``held`` is smallest. Ends in the best weights; returns
    the roots of the mean error per atom of ``held``, hartree, before and after each round.
    """
    model.double()
    pools = [ProblemPool(part, model.cutoff) for part in (problems, held)]
    samples = [_precise(pool.sample(np.arange(len(pool.problems)))) for pool in pools]
    with torch.no_grad():
        fixed = [model.describe(sample.batch) for sample in samples]
    weights = [head.weight for head in (model.invariant, *model.equivariant)]
    optimizer = torch.optim.LBFGS(
        weights,
        max_iter=20,
        history_size=50,
        line_search_fn="strong_wolfe",
        tolerance_grad=0.0,  # errors are squares of 1e-4 hartree
        tolerance_change=0.0,
    )

    def mean(which: int) -> Tensor:
        rows = model.read(samples[which].batch, fixed[which])
        return errors(rows, samples[which]).mean()

    def closure() -> Tensor:
        optimizer.zero_grad()
        error = mean(0)
        error.backward()
        return error

    with torch.no_grad():
        history = [float(mean(1).sqrt())]
    best = [w.detach().clone() for w in weights]
    for _ in range(rounds):
        optimizer.step(closure)
        with torch.no_grad():
            history.append(float(mean(1).sqrt()))
        if history[-1] == min(history):
            best = [w.detach().clone() for w in weights]
    with torch.no_grad():
        for weight, kept in zip(weights, best, strict=True):
            weight.copy_(kept)
    model.float()
    return history


def _precise(sample: ProblemBatch) -> ProblemBatch:
    problems = [(root.double(), t.double(), *rest) for root, t, *rest in sample.problems]
    return ProblemBatch(sample.batch.to("cpu", torch.float64), problems)  # type: ignore[arg-type]


def validation(model: PotentialNetwork, problems: Sequence[Problem]) -> float:
    """The mean of sqrt(e / n) over problems, hartree."""
    device = str(next(model.parameters()).device)
    pool = ProblemPool(problems, model.cutoff, device)
    parts = []
    with torch.no_grad():
        for start in range(0, len(problems), 32):
            sample = pool.sample(np.arange(start, min(start + 32, len(problems))))
            parts.append(errors(model(sample.batch), sample).sqrt())
    return float(torch.cat(parts).mean())
