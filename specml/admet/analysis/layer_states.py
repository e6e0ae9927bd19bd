"""One pass of an encoder with everything kept."""

from dataclasses import dataclass

import torch

from specml.admet.transformer.encoder import GraphTransformer
from specml.admet.transformer.graph import Graph, GraphBatch, collate


@dataclass(frozen=True, eq=False)
class LayerStates:
    """Of one molecule with n tokens, CLS first.

    Parameters
    ----------
    states : (layers, n, width), after each layer, before the final LayerNorm.
    attention : (layers, n, n), mean over heads; rows sum to one.
    """

    states: torch.Tensor
    attention: torch.Tensor


def layer_states(encoder: GraphTransformer, molecule: Graph) -> LayerStates:
    """States and attention of every layer, in double precision of the result."""
    batch: GraphBatch = collate([molecule])
    states, attentions = [], []
    with torch.no_grad():
        x, bias = encoder.embed(batch), encoder.bias(batch)
        for layer in encoder.layers:
            x, attention = layer(x, bias)
            states.append(x[0].double())
            attentions.append(attention[0].double().mean(dim=0))
    return LayerStates(torch.stack(states), torch.stack(attentions))
