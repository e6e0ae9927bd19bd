"""A pretrained encoder on disk, and molecules as vectors.

The vector of a molecule is the read-out state and behind it the mean of the states of its atoms:
what was taught to atoms is in the second half.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from specml.admet.transformer.encoder import Encoder, Size
from specml.admet.transformer.graph import Batch, Graph, collate, graph
from specml.errors import WeightsError, first_line, message
from specml.io.spectra import json_document

if TYPE_CHECKING:
    from rdkit import Chem

SHIPPED = Path(__file__).resolve().parents[2] / "weights" / "admet" / "specml-qm-encoder.json"
BATCH = 64  # molecules


def save(path: Path, encoder: Encoder, card: dict[str, Any]) -> None:
    """Write the card (``.json``) and beside it the parameters in half precision."""
    state = {name: value.half().contiguous() for name, value in encoder.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(state, path.with_suffix(".safetensors"))
    path.write_bytes(json_document(card | {"size": asdict(encoder.size)}))


def load(path: Path = SHIPPED) -> Encoder:
    """The encoder of a card, ready to be evaluated.

    Raises
    ------
    WeightsError
        Missing or damaged files, or parameters of another network.
    """
    try:
        encoder = Encoder(Size(**json.loads(path.read_text())["size"]))
        state = load_file(path.with_suffix(".safetensors"))
        encoder.load_state_dict({name: value.float() for name, value in state.items()})
    except Exception as error:  # json, safetensors and torch raise half a dozen types
        raise WeightsError(
            message(
                str(path),
                first_line(error),
                "the card of an encoder, its parameters beside it",
                "Write both with specml.admet.transformer.embedding.save.",
            )
        ) from error
    return encoder.eval()


def embed(molecules: Sequence["Chem.Mol"], encoder: Encoder | None = None) -> np.ndarray:
    """(n, 2 width) float32, in the order of the molecules; the shipped encoder if none is given."""
    return embed_graphs([graph(molecule) for molecule in molecules], encoder or _shipped())


def embed_graphs(graphs: Sequence[Graph], network: Encoder) -> np.ndarray:
    """As :func:`embed`, of graphs."""
    order = sorted(range(len(graphs)), key=lambda i: len(graphs[i]))
    vectors = np.zeros((len(graphs), 2 * network.size.width), dtype=np.float32)
    with torch.inference_mode():
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            batch = collate([graphs[i] for i in rows])
            vectors[rows] = pooled(network(batch), batch).numpy()
    return vectors


def pooled(states: torch.Tensor, batch: Batch) -> torch.Tensor:
    """(b, 2 width): the read-out state, and the mean over atoms."""
    weight = batch.is_atom.unsqueeze(-1).to(states.dtype)
    mean = (states * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1.0)
    return torch.cat([states[:, 0], mean], dim=-1)


@cache
def _shipped() -> Encoder:
    return load()
