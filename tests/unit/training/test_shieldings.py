"""Training of shieldings on a handful of made-up molecules."""

import numpy as np
import pytest
import torch

from specml.models.ladder import NetworkConfig
from specml.models.shielding import ShieldingModel
from specml.training.loop import Schedule
from specml.training.shielding_data import BUCKETS, SOURCES, LabelledMolecule, ShieldingPool
from specml.training.shieldings import (
    calibrate_scales,
    fit_spread,
    loss,
    predictions,
    train_shieldings,
)

NETWORK = NetworkConfig("painn", n_channels=16, n_layers=1, n_radial=8, cutoff=4.0)


def methane(stretch: float, name: str = "methane") -> LabelledMolecule:
    """CH4 whose shifts follow its bond length; an experimental label on carbon only."""
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3.0)
    positions = np.concatenate([np.zeros((1, 3)), 1.09 * stretch * corners])
    dft = np.array([100.0 * stretch] + [5.0 * stretch] * 4)
    return LabelledMolecule(
        name,
        np.array([6, 1, 1, 1, 1]),
        {"dft": positions, "mmff": 1.01 * positions},
        dft,
        np.array([100.0 * stretch + 2.0] + [np.nan] * 4),
    )


@pytest.fixture
def molecules() -> list[LabelledMolecule]:
    return [methane(stretch) for stretch in np.linspace(0.9, 1.1, 400)]


def test_a_batch_has_the_shape_of_its_bucket_and_every_label(
    molecules: list[LabelledMolecule],
) -> None:
    sample = next(ShieldingPool(molecules, 4.0, SOURCES).samples(np.random.default_rng(0)))
    slots, n_atoms = BUCKETS[0]
    assert sample.batch.neighbors.shape == (n_atoms, slots)
    real = sample.batch.numbers > 0
    assert int(real.sum()) == n_atoms // 5 * 5
    assert torch.equal(real, ~torch.isnan(sample.dft))
    assert int((~torch.isnan(sample.experiment)).sum()) == n_atoms // 5
    assert not sample.batch.filled[~real].any()


def test_empty_places_change_no_shift(molecules: list[LabelledMolecule]) -> None:
    model = ShieldingModel(NETWORK)
    fit_spread(model, molecules)
    sample = next(
        ShieldingPool(molecules, 4.0, {"dft": 1.0, "mmff": 0.0}).samples(np.random.default_rng(0))
    )
    packed = model(sample.batch).dft
    by_label = {float(m.dft[0]): m for m in molecules}
    first = by_label[min(by_label, key=lambda label: abs(label - float(sample.dft[0])))]
    alone = predictions(model, [first], "dft")[0].dft
    assert torch.allclose(packed[:5], alone, atol=1e-4)
    assert torch.isnan(packed[sample.batch.numbers == 0]).all()


def test_the_spread_is_that_of_the_element(molecules: list[LabelledMolecule]) -> None:
    model = ShieldingModel(NETWORK)
    fit_spread(model, molecules)
    carbon = np.array([m.dft[0] for m in molecules])
    row = model.numbers.index(6)
    assert float(model.mean[row]) == pytest.approx(carbon.mean(), rel=1e-5)
    assert float(model.spread[row]) == pytest.approx(carbon.std(), rel=1e-5)


def test_the_scale_of_least_loss_is_the_mean_absolute_error(
    molecules: list[LabelledMolecule],
) -> None:
    model = ShieldingModel(NETWORK)
    fit_spread(model, molecules)
    sample = next(ShieldingPool(molecules, 4.0, SOURCES).samples(np.random.default_rng(0)))
    with torch.no_grad():
        shifts = model(sample.batch)
    carbon = sample.batch.numbers == 6
    error = float((shifts.dft - sample.dft)[carbon].abs().mean())

    def at(scale: float) -> float:
        fixed = torch.where(carbon, torch.tensor(scale), shifts.dft_scale)
        return float(
            loss(
                model,
                type(shifts)(shifts.dft, shifts.experiment, fixed, shifts.experiment_scale),
                sample,
            )
        )

    assert at(error) < at(0.9 * error)
    assert at(error) < at(1.1 * error)


def test_training_learns_resumes_and_keeps_the_averaged_weights(
    molecules: list[LabelledMolecule], tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "compile", lambda model, **_: model)  # minutes on a CPU
    torch.manual_seed(0)
    model = ShieldingModel(NETWORK)
    checkpoint = tmp_path / "run.pt"

    def errors() -> float:
        found = predictions(model, molecules[::40], "dft")
        pairs = zip(found, molecules[::40], strict=True)
        return float(np.mean([abs(float(f.dft[0]) - m.dft[0]) for f, m in pairs]))

    fit_spread(model, molecules)
    before = errors()
    short = Schedule(steps=30, learning_rate=3e-3, warmup=5, ema=0.5)
    whole = Schedule(steps=60, learning_rate=3e-3, warmup=5, ema=0.5)
    list(train_shieldings(model, molecules, short, checkpoint, SOURCES, report_every=10))
    reports = list(train_shieldings(model, molecules, whole, checkpoint, SOURCES, report_every=10))
    assert [r.step for r in reports] == [40, 50, 60]
    assert errors() < 0.5 * before


def test_calibrated_scales_have_the_mean_of_the_errors(molecules: list[LabelledMolecule]) -> None:
    model = ShieldingModel(NETWORK)
    fit_spread(model, molecules)
    before = predictions(model, molecules[:40], "dft")
    calibrate_scales(model, molecules[:40], "dft")
    after = predictions(model, molecules[:40], "dft")
    error = np.mean(
        [abs(float(f.dft[0]) - m.dft[0]) for f, m in zip(after, molecules, strict=False)]
    )
    assert np.mean([float(f.dft_scale[0]) for f in after]) == pytest.approx(error, rel=1e-4)
    for one, other in zip(before, after, strict=True):
        assert torch.equal(one.dft, other.dft)
        assert torch.equal(one.experiment_scale[1:], other.experiment_scale[1:])  # no labels of 1H
