"""From positions to the distances and directions that every network begins with."""

import torch
from torch import Tensor

from specml.data.batch import Batch
from specml.nn.gather import gather


def edges(batch: Batch, cutoff: float) -> tuple[Tensor, Tensor]:
    """Compute distances (n_atoms, n_slots) in angstrom and unit vectors (n_atoms, n_slots, 3).

    They point from an atom to its neighbour. Empty slots get the length of the cutoff and so drop
    out of every sum.
    """
    vectors = gather(batch.positions, batch.neighbors) - batch.positions[:, None]
    empty = torch.tensor([cutoff, 0.0, 0.0], dtype=vectors.dtype, device=vectors.device)
    vectors = torch.where(batch.filled[..., None], vectors, empty)
    distances = torch.linalg.vector_norm(vectors, dim=-1)
    return distances, vectors / distances[..., None]
