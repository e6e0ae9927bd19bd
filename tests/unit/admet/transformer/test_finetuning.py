import numpy as np
import pytest
import torch

from specml.admet.endpoints import endpoint
from specml.admet.transformer.encoder import GraphTransformer, TransformerSize
from specml.admet.transformer.finetuning import (
    FineTuned,
    FineTuningSettings,
    MeasuredGraphs,
    finetune,
)

SMILES = ["C" * n + tail for n in range(1, 9) for tail in ("O", "N", "Cl", "C")]
PROTOCOL = FineTuningSettings(epochs=25, batch_size=8, rate=1e-2)


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    return GraphTransformer(TransformerSize(layers=1, width=16, heads=2))


def test_a_class_that_follows_from_an_element_is_learned(encoder):
    y = np.array(["O" in s for s in SMILES], dtype=float)
    rows = MeasuredGraphs.of(SMILES, y)
    before = [p.clone() for p in encoder.parameters()]
    p = finetune(encoder, endpoint("herg"), rows, PROTOCOL, 0).predict(rows.graphs)
    assert p[y == 1].min() > 0.5 > p[y == 0].max()
    assert all(torch.equal(a, b) for a, b in zip(before, encoder.parameters(), strict=True))


def test_a_skewed_value_is_learned_on_its_logarithm(encoder):
    y = np.array([{"O": 300.0, "N": 0.1, "l": 10.0, "C": 1.0}[s[-1]] for s in SMILES])
    rows = MeasuredGraphs.of(SMILES, y)
    model = finetune(encoder, endpoint("vdss_lombardo"), rows, PROTOCOL, 0)
    assert model.mean == pytest.approx(np.log10(y).mean())
    assert np.abs(np.log10(model.predict(rows.graphs) / y)).mean() < 0.3


def test_the_seed_fixes_the_result(encoder):
    rows = MeasuredGraphs.of(SMILES, np.arange(len(SMILES), dtype=float))
    protocol = FineTuningSettings(epochs=2, batch_size=8)
    one, same, other = (
        finetune(encoder, endpoint("caco2_wang"), rows, protocol, seed).predict(rows.graphs)
        for seed in (1, 1, 2)
    )
    assert one == pytest.approx(same)
    assert not np.allclose(one, other, atol=1e-3)


def test_an_untrained_read_out_predicts_the_mean(encoder):
    rows = MeasuredGraphs.of(["CC", "CCC"], np.array([-5.0, -6.0]))
    model = FineTuned(encoder, endpoint("caco2_wang"), dropout=0.0)
    model.standardise(rows.y)
    torch.nn.init.zeros_(model.read_out.weight)
    torch.nn.init.zeros_(model.read_out.bias)
    assert model.predict(rows.graphs) == pytest.approx([-5.5, -5.5])
    assert rows.select(np.array([1])).y.tolist() == [-6.0]
