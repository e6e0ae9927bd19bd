"""The graph transformer: attention with a bias from the shortest path between two atoms.

A Graphormer: pre-norm layers with a final LayerNorm; the bias of a pair is one number a head,
learned for each distance (and bond order) and shared by all layers. Ying et al., NeurIPS 2021,
arXiv 2106.05234; in the form of Fallani et al., J. Cheminform. 17, 25 (2025), with bond orders and
formal charges added.
"""

from dataclasses import dataclass

import torch
from torch import nn

from specml.admet.transformer.graph import FREE, N_PAIR_CODES, PADDING, SIZES, GraphBatch


@dataclass(frozen=True)
class TransformerSize:
    """The size of a graph transformer.

    Parameters
    ----------
    layers : number of layers.
    width : numbers that describe a token.
    heads : attention heads of a layer.
    expansion : how many times as wide as a token the feed-forward parts are.
    """

    layers: int = 6
    width: int = 128
    heads: int = 8
    expansion: int = 2


class AttentionLayer(nn.Module):
    """Attention, then a feed-forward network, each added to what came in."""

    def __init__(self, size: TransformerSize):
        super().__init__()
        width = size.width
        self.heads = size.heads
        self.before_attention = nn.LayerNorm(width)
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.before_feed_forward = nn.LayerNorm(width)
        self.feed_forward = nn.Sequential(
            nn.Linear(width, size.expansion * width),
            nn.GELU(),
            nn.Linear(size.expansion * width, width),
        )

    def forward(
        self, states: torch.Tensor, bias: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Compute new states and the attention.

        Parameters
        ----------
        states : (b, n, width).
        bias : (b, heads, n, n), minus infinity where nothing is to be seen.

        Returns
        -------
        states : (b, n, width).
        attention : (b, heads, n, n), rows sum to one.
        """
        b, n, width = states.shape
        projected = self.queries_keys_values(self.before_attention(states))
        q, k, v = projected.view(b, n, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(q * (width // self.heads) ** -0.5, k.transpose(-1, -2)) + bias
        attention = scores.softmax(dim=-1)
        mixed = torch.matmul(attention, v).transpose(1, 2).reshape(b, n, width)
        states = states + self.out(mixed)
        return states + self.feed_forward(self.before_feed_forward(states)), attention


class GraphTransformer(nn.Module):
    """An encoder of molecules: tokens in, one state a token out; token 0 is the read-out (CLS)."""

    def __init__(self, size: TransformerSize):
        super().__init__()
        self.size = size
        self.embeddings = nn.ModuleList(
            nn.Embedding(values, size.width, padding_idx=PADDING) for values in SIZES
        )
        self.pair_bias = nn.Embedding(N_PAIR_CODES, size.heads)
        self.layers = nn.ModuleList(AttentionLayer(size) for _ in range(size.layers))
        self.last = nn.LayerNorm(size.width)
        for table in (*self.embeddings, self.pair_bias):
            nn.init.normal_(table.weight, std=0.02)

    def embed(self, batch: GraphBatch) -> torch.Tensor:
        """The sum of the embeddings of every column, (b, n, width)."""
        columns = batch.tokens.unbind(dim=-1)
        return torch.stack(
            [table(column) for table, column in zip(self.embeddings, columns, strict=True)]
        ).sum(dim=0)

    def bias(self, batch: GraphBatch) -> torch.Tensor:
        """What is added to the attention scores, (b, heads, n, n).

        Zero for CLS and unconnected pairs, minus infinity for padding.
        """
        fixed = torch.zeros(N_PAIR_CODES, 1)
        fixed[PADDING] = -torch.inf
        learned = torch.ones(N_PAIR_CODES, 1)
        learned[[PADDING, FREE]] = 0.0
        table = self.pair_bias.weight * learned + fixed
        return nn.functional.embedding(batch.pairs, table).permute(0, 3, 1, 2)

    def forward(self, batch: GraphBatch) -> torch.Tensor:
        """The states (b, n, width) after the final LayerNorm."""
        states, bias = self.embed(batch), self.bias(batch)
        for layer in self.layers:
            states, _ = layer(states, bias)
        return self.last(states)
