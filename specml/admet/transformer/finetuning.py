"""Fine-tuning: an encoder and a linear read-out trained together on the rows of one task.

The read-out sees the vector of a molecule (``embedding.pooled``) through dropout. Regressions are
learned on the scale of the endpoint, standardised, by the mean absolute error; classifications by
cross-entropy. The number of epochs is fixed, so that nothing is chosen on the held-out rows.
"""

import copy
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from rdkit import Chem
from torch import nn

from specml.admet.endpoints import BACKWARD, FORWARD, Endpoint
from specml.admet.transformer.embedding import pooled
from specml.admet.transformer.encoder import GraphTransformer
from specml.admet.transformer.graph import Graph, GraphBatch, collate, graph
from specml.admet.transformer.pretraining import batches
from specml.admet.transformer.run import rate
from specml.training.loop import GradientDescent, Loss, optimise


@dataclass(frozen=True)
class FineTuningSettings:
    """How an encoder is fine-tuned on the rows of one task.

    Parameters
    ----------
    epochs : passes over the rows.
    batch_size : molecules in a step.
    rate : peak of the learning rate; see ``run.rate``.
    dropout : share of the vector of a molecule that is left out in training.
    clip : largest norm of the gradients.
    """

    epochs: int = 12
    batch_size: int = 32
    rate: float = 5e-4
    dropout: float = 0.1
    clip: float = 0.5


@dataclass(frozen=True, eq=False)
class MeasuredGraphs:
    """Molecules with their measured values.

    Parameters
    ----------
    graphs : n molecules, as the encoder reads them.
    y : (n,) measured values.
    """

    graphs: list[Graph]
    y: np.ndarray

    @classmethod
    def of(cls, smiles: Sequence[str], y: np.ndarray) -> "MeasuredGraphs":
        """The graphs of SMILES with their measured values, (n,)."""
        return cls([graph(Chem.MolFromSmiles(s)) for s in smiles], np.asarray(y, dtype=float))

    def __len__(self) -> int:
        return len(self.graphs)

    def select(self, rows: np.ndarray) -> "MeasuredGraphs":
        """The molecules of an index array, in its order."""
        return MeasuredGraphs([self.graphs[i] for i in rows], self.y[rows])


class FineTuned(nn.Module):
    """An encoder with a read-out of one number a molecule."""

    def __init__(self, encoder: GraphTransformer, endpoint: Endpoint, dropout: float):
        super().__init__()
        self.encoder = encoder
        self.endpoint = endpoint
        self.dropout = nn.Dropout(dropout)
        self.read_out = nn.Linear(2 * encoder.size.width, 1)
        self.mean = 0.0
        self.deviation = 1.0

    def forward(self, batch: GraphBatch) -> torch.Tensor:
        """(b,): standardised value, or the logarithm of the odds of a 1."""
        vectors = pooled(self.encoder(batch), batch)
        return self.read_out(self.dropout(vectors)).squeeze(-1)

    def standardise(self, y: np.ndarray) -> None:
        """Take mean and deviation from the values to be trained on."""
        if not self.endpoint.is_classification:
            z = FORWARD[self.endpoint.transform](y)
            self.mean, self.deviation = float(z.mean()), float(z.std()) or 1.0

    def loss(self, batch: GraphBatch, y: np.ndarray) -> torch.Tensor:
        """Mean over a batch of rows with values y, (b,)."""
        output = self(batch)
        if self.endpoint.is_classification:
            wanted = torch.as_tensor(y, dtype=output.dtype)
            return nn.functional.binary_cross_entropy_with_logits(output, wanted)
        z = (FORWARD[self.endpoint.transform](y) - self.mean) / self.deviation
        return (output - torch.as_tensor(z, dtype=output.dtype)).abs().mean()

    def predict(self, graphs: Sequence[Graph], batch_size: int = 64) -> np.ndarray:
        """(n,) values in the unit of the endpoint, or probabilities."""
        self.eval()
        order = sorted(range(len(graphs)), key=lambda i: len(graphs[i]))
        values = np.empty(len(graphs))
        with torch.inference_mode():
            for first in range(0, len(order), batch_size):
                rows = order[first : first + batch_size]
                values[rows] = self(collate([graphs[i] for i in rows])).double().numpy()
        if self.endpoint.is_classification:
            return 1.0 / (1.0 + np.exp(-values))
        return BACKWARD[self.endpoint.transform](values * self.deviation + self.mean)


def finetune(
    encoder: GraphTransformer,
    endpoint: Endpoint,
    rows: MeasuredGraphs,
    protocol: FineTuningSettings,
    seed: int,
) -> FineTuned:
    """Train a copy of an encoder and a new read-out on rows; the seed fixes read-out and order."""
    torch.manual_seed(seed)
    model = FineTuned(copy.deepcopy(encoder), endpoint, protocol.dropout)
    model.standardise(rows.y)
    lengths = np.array([len(each) for each in rows.graphs])
    steps = -(-len(rows) // protocol.batch_size) * protocol.epochs
    generator = np.random.default_rng(seed)
    model.train()

    def losses(_: int) -> Iterator[Loss]:
        for _epoch in range(protocol.epochs):
            for chosen in batches(lengths, protocol.batch_size, generator):
                batch = collate([rows.graphs[i] for i in chosen])
                yield model.loss(batch, rows.y[chosen]), {}

    descent = GradientDescent(
        protocol.rate, partial(rate, steps=steps), protocol.clip, 0.01, fused=True
    )
    deque(optimise(model, losses, steps, descent, steps), maxlen=0)
    return model.eval()
