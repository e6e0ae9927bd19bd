"""The loop that every network is trained by, on a line through points."""

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from specml.training.loop import GradientDescent, Schedule, optimise

X = torch.linspace(-1.0, 1.0, 8).unsqueeze(1)
SCHEDULE = Schedule(steps=12, learning_rate=0.1, warmup=2, ema=0.5)
DESCENT = GradientDescent(SCHEDULE.learning_rate, SCHEDULE.rate, clip=1.0, weight_decay=0.0)


def line() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(1, 1)


def losses(model, starts=None, scale=1.0):
    def stream(start):
        if starts is not None:
            starts.append(start)
        while True:
            loss = scale * (model(X) - 3.0 * X).square().mean()
            yield loss, {"loss": loss}

    return stream


def test_a_run_in_pieces_is_the_run_in_one(tmp_path):
    whole, piece, starts = line(), line(), []
    list(optimise(whole, losses(whole), 12, DESCENT, 5))
    steps = optimise(piece, losses(piece), 12, DESCENT, 5, tmp_path / "a.pt")
    assert next(steps).step == 5
    steps.close()
    piece = line()
    rest = optimise(piece, losses(piece, starts), 12, DESCENT, 5, tmp_path / "a.pt")
    assert [report.step for report in rest] == [10, 12]
    assert starts == [5]
    assert torch.equal(whole.weight, piece.weight)


def test_reports_are_means_since_the_last_one():
    model = line()
    every = [r.errors["loss"] for r in optimise(model, losses(model), 6, DESCENT, 1)]
    model = line()
    thirds = [r.errors["loss"] for r in optimise(model, losses(model), 6, DESCENT, 3)]
    assert thirds == pytest.approx([sum(every[:3]) / 3, sum(every[3:]) / 3])
    assert every[-1] < every[0]


def test_the_averaged_weights_end_in_the_model():
    """With decay 0.5: the first weights as they are, then half of the new ones each time."""
    model, seen = line(), []
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.5))
    steps = optimise(model, losses(model), 3, DESCENT, 1, average=average)
    for _ in range(3):
        next(steps)
        seen.append(model.weight.item())
    list(steps)
    expected = 0.5 * (0.5 * (seen[0] + seen[1]) + seen[2])
    assert model.weight.item() == pytest.approx(expected, rel=1e-5)


def test_gradients_are_clipped():
    """AdamW hides their size, plain descent would not: their norm is looked at."""
    model = line()
    norms = [
        torch.cat([p.grad.flatten() for p in model.parameters()]).norm().item()
        for _ in optimise(model, losses(model, scale=1e3), 2, DESCENT, 1)
    ]
    assert norms == pytest.approx([1.0, 1.0], rel=1e-4)
