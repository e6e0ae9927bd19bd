"""One pass of a graph transformer with the states and the attention of every layer kept.

Called by the analyses of ``benchmarks/admet/pretraining.py``.
"""

from dataclasses import dataclass

import torch

from specml.admet.transformer.encoder import GraphTransformer
from specml.admet.transformer.graph import Graph, GraphBatch, collate


@dataclass(frozen=True, eq=False)
class LayerStates:
    """What the layers of a transformer make of one molecule with n tokens, CLS first.

    Parameters
    ----------
    states : (layers, n, width), after each layer, before the final LayerNorm.
    attention : (layers, n, n), mean over heads; rows sum to one.
    """

    states: torch.Tensor
    attention: torch.Tensor


def layer_states(encoder: GraphTransformer, molecule: Graph) -> LayerStates:
    """Run one molecule through an encoder; the result is in double precision."""
    batch: GraphBatch = collate([molecule])
    states, attentions = [], []
    with torch.no_grad():
        x, bias = encoder.embed(batch), encoder.bias(batch)
        for layer in encoder.layers:
            x, attention = layer(x, bias)
            states.append(x[0].double())
            attentions.append(attention[0].double().mean(dim=0))
    return LayerStates(torch.stack(states), torch.stack(attentions))
