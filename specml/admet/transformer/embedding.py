"""A pretrained encoder on disk, and molecules as vectors.

Called by the scripts that compare encoders with the shipped features.

The vector of a molecule is the read-out state and behind it the mean of the states of its atoms:
what was taught to atoms is in the second half.
"""

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import save_file

from specml.admet.transformer.encoder import GraphTransformer, TransformerSize
from specml.admet.transformer.graph import Graph, GraphBatch, collate, graph
from specml.inference.model_file import with_parameters
from specml.io.model_cards import ENCODER, read_card
from specml.io.spectra import json_document

if TYPE_CHECKING:
    from rdkit import Chem

BATCH = 64  # molecules


def save(path: Path, encoder: GraphTransformer, card: dict[str, Any]) -> None:
    """Write the card (``.json``) and beside it the parameters in half precision."""
    state = {name: value.half().contiguous() for name, value in encoder.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(state, path.with_suffix(".safetensors"))
    path.write_bytes(json_document({"kind": ENCODER} | card | {"size": asdict(encoder.size)}))


def load(name: str | Path | None = None) -> GraphTransformer:
    """The encoder of a card, ready to be evaluated or to be trained further.

    Parameters
    ----------
    name : as :func:`specml.io.model_cards.card_path` takes it; the shipped encoder without.

    Raises
    ------
    WeightsError
        No such model, missing or damaged files, or parameters of another network.
    """
    path, card = read_card(name, ENCODER)
    row = {"weights": path.with_suffix(".safetensors").name}
    encoder = with_parameters(path, row, lambda: GraphTransformer(TransformerSize(**card["size"])))
    return encoder.requires_grad_(True)


def embed(molecules: Sequence["Chem.Mol"], encoder: GraphTransformer | None = None) -> np.ndarray:
    """The vectors of molecules, (n, 2 width) float32; by the shipped encoder if none is given."""
    return embed_graphs([graph(molecule) for molecule in molecules], encoder or _shipped())


def embed_graphs(graphs: Sequence[Graph], network: GraphTransformer) -> np.ndarray:
    """The vectors of molecules whose graphs are at hand; otherwise as :func:`embed`."""
    order = sorted(range(len(graphs)), key=lambda i: len(graphs[i]))
    vectors = np.zeros((len(graphs), 2 * network.size.width), dtype=np.float32)
    with torch.inference_mode():
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            batch = collate([graphs[i] for i in rows])
            vectors[rows] = pooled(network(batch), batch).numpy()
    return vectors


def pooled(states: torch.Tensor, batch: GraphBatch) -> torch.Tensor:
    """Pool a batch: (b, 2 width), the read-out state and the mean over atoms."""
    weight = batch.is_atom.unsqueeze(-1).to(states.dtype)
    mean = (states * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1.0)
    return torch.cat([states[:, 0], mean], dim=-1)


@cache
def _shipped() -> GraphTransformer:
    return load()
