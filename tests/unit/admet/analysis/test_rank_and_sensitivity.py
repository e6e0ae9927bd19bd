import numpy as np
import pytest
import torch
from rdkit import Chem

from specml.admet.analysis.layer_states import layer_states
from specml.admet.analysis.rank_collapse import residual, residuals
from specml.admet.analysis.sensitivity import atom_norms, normalised, sensitivity
from specml.admet.transformer.encoder import GraphTransformer, TransformerSize
from specml.admet.transformer.graph import collate, graph


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    encoder = GraphTransformer(TransformerSize(layers=3, width=8, heads=2)).eval()
    for parameter in encoder.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return encoder


def test_tokens_that_are_alike_have_no_residual():
    assert residual(np.ones((5, 3))) == 0.0


def test_residual_by_hand():
    # X = [[2, 1], [0, -3]], mean (1, -1), rest [[1, 2], [-1, -2]]: column sums 2 and 4, row sums 3.
    # X itself: column sums 2 and 4, row sums 3 and 3.
    assert residual(np.array([[2.0, 1.0], [0.0, -3.0]])) == pytest.approx(1.0)
    # Shifted by 10: column sums 22 and 18, row sums 23 and 17.
    shifted = np.array([[12.0, 11.0], [10.0, 7.0]])
    assert residual(shifted) == pytest.approx(np.sqrt(4.0 * 3.0 / (22.0 * 23.0)))


def test_trace_ends_where_the_encoder_does(encoder):
    molecule = graph(Chem.MolFromSmiles("CCO"))
    found = layer_states(encoder, molecule)
    with torch.no_grad():
        last = encoder(collate([molecule]))[0]
        torch.testing.assert_close(encoder.last(found.states[-1].float()), last)
    assert found.attention.shape == (3, 4, 4)
    assert found.attention.sum(-1) == pytest.approx(np.ones((3, 4)), abs=1e-6)
    assert residuals(found.states.numpy()).shape == (3,)


def test_an_encoder_that_passes_its_input_on(encoder):
    for layer in encoder.layers:
        for part in (layer.out, layer.feed_forward[2]):
            torch.nn.init.zeros_(part.weight)
    found = sensitivity(encoder, graph(Chem.MolFromSmiles("CCCO")))
    assert found == pytest.approx([np.sqrt(8.0), 0.0, 0.0, 0.0])


def test_derivative_by_finite_difference(encoder):
    molecule = graph(Chem.MolFromSmiles("CC=O"))
    encoder = encoder.double()
    batch = collate([molecule])
    with torch.no_grad():
        inputs, bias = encoder.embed(batch), encoder.bias(batch)

    def state(x):
        for layer in list(encoder.layers)[:-1]:
            x, _ = layer(x, bias)
        return x[0, 1].detach().numpy()

    columns = []
    for k in range(8):
        shift = torch.zeros_like(inputs)
        shift[0, 3, k] = 1e-5
        columns.append((state(inputs + shift) - state(inputs - shift)) / 2e-5)
    expected = np.linalg.norm(np.array(columns))
    assert atom_norms(encoder, molecule)[0, 2] == pytest.approx(expected, rel=1e-6)


def test_fragments_have_no_distance(encoder):
    assert len(sensitivity(encoder, graph(Chem.MolFromSmiles("CC.O")))) == 2


def test_normalised_from_zero_to_one():
    assert normalised(np.array([4.0, 2.0, np.nan, 3.0])) == pytest.approx(
        [1.0, 0.0, np.nan, 0.5], nan_ok=True
    )
