"""SchNetPack's PaiNN with the weights of a SpecML PaiNN: two programs, one function.

Both networks then have to give the same energies and forces, so that the throughput benchmark
compares the same work and can print the difference beside the time. What differs in notation:

    SpecML                                    SchNetPack 2.1.1
    filter: rows (s, vr, vv) of every layer   one matrix for all layers, same rows, and a bias
    basis: sqrt(2/c) sin(k pi r/c)/r u(r)     sin(k pi r/c)/r; u(r) as the cutoff function
    update, channel mixing: (U, V)            (V, W), the norm of V
    update, gates: (a_ss, a_sv, a_vv)         (a_ss, a_vv, a_sv)
"""

import math
from typing import TypeVar

import torch
import torch.utils.data.dataloader
from torch import Tensor, nn

from specml.data.batch import Batch
from specml.models.ladder import LadderModel
from specml.nn.radial import envelope

# SchNetPack 2.1.1 imports this name, which torch no longer has; it uses it for annotations only.
torch.utils.data.dataloader.T_co = TypeVar("T_co", covariant=True)

from schnetpack import properties  # noqa: E402
from schnetpack.atomistic import Atomwise, Forces, PairwiseDistances  # noqa: E402
from schnetpack.model import NeuralNetworkPotential  # noqa: E402
from schnetpack.nn import BesselRBF  # noqa: E402
from schnetpack.representation import PaiNN  # noqa: E402


class Envelope(nn.Module):
    """SpecML's polynomial envelope in the shape SchNetPack expects of a cutoff function."""

    def __init__(self, cutoff: float):
        super().__init__()
        self.register_buffer("cutoff", torch.tensor(cutoff))
        self.value = cutoff

    def forward(self, distances: Tensor) -> Tensor:
        return envelope(distances, self.value)


def twin(model: LadderModel) -> NeuralNetworkPotential:
    """SchNetPack's energy and force model computing the same function as ``model``."""
    c = model.config
    painn = PaiNN(
        n_atom_basis=c.n_channels,
        n_interactions=c.n_layers,
        radial_basis=BesselRBF(n_rbf=c.n_radial, cutoff=c.cutoff),
        cutoff_fn=Envelope(c.cutoff),
        nuclear_embedding=nn.Embedding(119, c.n_channels),
        epsilon=c.smoothing,
    )
    head = Atomwise(n_in=c.n_channels, n_hidden=c.n_channels, output_key=properties.energy)
    potential = NeuralNetworkPotential(
        painn, input_modules=[PairwiseDistances()], output_modules=[head, Forces()]
    )
    weight = model.representation.embedding.weight
    potential = potential.to(weight.device, weight.dtype).eval()
    with torch.no_grad():
        _copy_representation(model, painn)
        _copy_head(model, head)
    return potential


def _copy_representation(model: LadderModel, painn: PaiNN) -> None:
    source = model.representation
    painn.embedding.weight.copy_(source.embedding.weight)
    painn.radial_basis.freqs.copy_(source.radial.frequencies)
    filters = torch.cat([message.filter.weight for message in source.messages])
    painn.filter_net.weight.copy_(filters * math.sqrt(2.0 / model.cutoff))
    painn.filter_net.bias.zero_()
    for theirs, message in zip(painn.interactions, source.messages, strict=True):
        _copy_linear(theirs.interatomic_context_net[0], message.context[0])
        _copy_linear(theirs.interatomic_context_net[1], message.context[2])
    for theirs, update in zip(painn.mixing, source.updates, strict=True):
        u, v = update.mix.weight.chunk(2)
        theirs.mu_channel_mix.weight.copy_(torch.cat([v, u]))
        _copy_linear(theirs.intraatomic_context_net[0], update.gates[0])
        last, order = update.gates[2], (0, 2, 1)
        weight, bias = last.weight.chunk(3), last.bias.chunk(3)
        theirs.intraatomic_context_net[1].weight.copy_(torch.cat([weight[k] for k in order]))
        theirs.intraatomic_context_net[1].bias.copy_(torch.cat([bias[k] for k in order]))


def _copy_head(model: LadderModel, head: Atomwise) -> None:
    """SpecML's head has one output for each rung of its ladder; the energy is their sum."""
    first, _, last = model.energy.atomic
    _copy_linear(head.outnet[0], first)
    head.outnet[1].weight.copy_(last.weight.sum(0, keepdim=True))
    head.outnet[1].bias.copy_(last.bias.sum(0, keepdim=True))


def _copy_linear(target: nn.Linear, source: nn.Linear) -> None:
    target.weight.copy_(source.weight)
    target.bias.copy_(source.bias)


def inputs_of(batch: Batch) -> dict[str, Tensor]:
    """The same molecules and neighbours, as SchNetPack's dictionary of a sparse pair list."""
    first, slot = torch.nonzero(batch.filled, as_tuple=True)
    return {
        properties.Z: batch.numbers,
        properties.R: batch.positions,
        properties.idx_i: first,
        properties.idx_j: batch.neighbors[first, slot],
        properties.offsets: batch.positions.new_zeros(len(first), 3),
        properties.idx_m: batch.structure,
        properties.n_atoms: torch.bincount(batch.structure),
    }
