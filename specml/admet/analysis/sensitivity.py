"""How strongly the state of an atom depends on the input of another, by the bonds between them.

Called by the analyses in ``benchmarks``.

S_k is the mean, over pairs of atoms k bonds apart, of the Frobenius norm of the derivative of the
state of one after the last layer but one with respect to the summed embeddings of the other. What
is far away and matters little is over-squashed (Topping et al., ICLR 2022, arXiv 2111.14522).
"""

import numpy as np
import torch

from specml.admet.transformer.encoder import GraphTransformer
from specml.admet.transformer.graph import Graph, bonds_between, collate

CHUNK = 256  # rows of the Jacobian at a time


def sensitivity(encoder: GraphTransformer, molecule: Graph) -> np.ndarray:
    """S_k from k = 0 (the atom itself) to the most distant pair, (farthest + 1,); NaN: no pair."""
    norms = atom_norms(encoder, molecule)
    distance = bonds_between(molecule.pairs)
    return np.array(
        [
            norms[distance == k].mean() if (distance == k).any() else np.nan
            for k in range(distance.max() + 1)
        ]
    )


def atom_norms(encoder: GraphTransformer, molecule: Graph) -> np.ndarray:
    """(n, n) Frobenius norms: state of the row's atom by input of the column's atom."""
    batch = collate([molecule])
    with torch.no_grad():
        inputs, bias = encoder.embed(batch), encoder.bias(batch)

    def states(x: torch.Tensor) -> torch.Tensor:
        for layer in list(encoder.layers)[:-1]:
            x, _ = layer(x, bias)
        return x[0, 1:]

    jacobian = torch.func.jacrev(states, chunk_size=CHUNK)(inputs)
    blocks = jacobian[:, :, 0, 1:].detach()  # (n, width, n, width)
    return blocks.square().sum(dim=(1, 3)).sqrt().numpy()


def normalised(values: np.ndarray) -> np.ndarray:
    """Scale to the range 0 (the least sensitive distance of the molecule) to 1."""
    low, high = np.nanmin(values), np.nanmax(values)
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
