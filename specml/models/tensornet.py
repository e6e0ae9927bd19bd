"""TensorNet: Cartesian rank-2 features (Simeon & De Fabritiis, NeurIPS 2023, arXiv 2306.06482).

``models.ladder`` builds it by name.

Every atom holds n_channels 3x3 matrices X = I + A + S (trace, antisymmetric, symmetric
traceless). Embedding: X_i = sum_j f_Z(Z_i, Z_j) (w_I 1 + w_A [rhat]_x + w_S Y2(rhat)). Interaction
with messages M_i = sum_j f_I(r) I_j + f_A(r) A_j + f_S(r) S_j of the mixed features Y:

    Y <- Y M + M Y  (O(3)-equivariant),   X <- X + dY + dY^2 / ...

Matrix products of 3x3 blocks are written as broadcast sums: batched tiny matmuls are slow on CPUs.
"""

import torch
from torch import Tensor, nn

from specml.data.batch import Batch
from specml.models.features import AtomicFeatures
from specml.nn.cartesian import traceless_basis
from specml.nn.edges import edges
from specml.nn.gather import gather
from specml.nn.radial import RadialBasis, envelope


class TensorNet(nn.Module):
    """The TensorNet representation: scalars and matrices.

    Parameters
    ----------
    n_channels : width of the features.
    n_layers : number of interaction layers after the embedding.
    n_radial : number of radial basis functions.
    cutoff : distance of the farthest neighbours, angstrom.
    """

    def __init__(
        self, n_channels: int = 64, n_layers: int = 2, n_radial: int = 16, cutoff: float = 5.0
    ):
        super().__init__()
        self.n_channels = n_channels
        self.cutoff = cutoff
        self.radial = RadialBasis(n_radial, cutoff)
        self.embedding = _Embedding(n_channels, n_radial)
        self.layers = nn.ModuleList(
            _TensorNetInteraction(n_channels, n_radial) for _ in range(n_layers)
        )
        self.out = nn.Sequential(
            nn.LayerNorm(3 * n_channels), nn.Linear(3 * n_channels, n_channels), nn.SiLU()
        )
        self.register_buffer("basis", traceless_basis(), persistent=False)

    def forward(self, batch: Batch) -> AtomicFeatures:
        """Compute the features of the atoms of a batch."""
        distances, directions = edges(batch, self.cutoff)
        radial = self.radial(distances)
        weight = envelope(distances, self.cutoff)[..., None]
        x = self.embedding(batch, radial, weight, directions)
        for layer in self.layers:
            x = layer(x, radial, weight, batch.neighbors)
        scalars = self.out(_norms(x))
        vectors = torch.stack(
            [x[:, 2, 1] - x[:, 1, 2], x[:, 0, 2] - x[:, 2, 0], x[:, 1, 0] - x[:, 0, 1]], 1
        )
        tensors = torch.einsum("aij,nijc->nac", self.basis, x)
        return AtomicFeatures(scalars, vectors, tensors)


def _decompose(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Split matrices (n, 3, 3, c) into trace, antisymmetric and symmetric traceless parts."""
    transposed = x.transpose(1, 2)
    eye = torch.eye(3, dtype=x.dtype, device=x.device)[None, :, :, None]
    trace = torch.einsum("niic->nc", x)[:, None, None] / 3.0 * eye
    return trace, (x - transposed) / 2.0, (x + transposed) / 2.0 - trace


def _norms(x: Tensor) -> Tensor:
    """Squared norms of the three parts of matrices, channel by channel, (n, 3 c)."""
    return torch.cat([(part * part).sum((1, 2)) for part in _decompose(x)], -1)


def _product(a: Tensor, b: Tensor) -> Tensor:
    """Multiply matrices (n, 3, 3, c) channel by channel."""
    return (a.unsqueeze(3) * b.unsqueeze(1)).sum(2)


class _Mix(nn.Module):
    """Mixing of channels, with one matrix each for trace, antisymmetric and symmetric parts."""

    def __init__(self, n_channels: int):
        super().__init__()
        self.parts = nn.ModuleList(nn.Linear(n_channels, n_channels, bias=False) for _ in range(3))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        i, a, s = (mix(part) for mix, part in zip(self.parts, _decompose(x), strict=True))
        return i, a, s


class _Embedding(nn.Module):
    """The first matrices of every atom, from the elements and directions of its neighbours."""

    def __init__(self, n_channels: int, n_radial: int):
        super().__init__()
        self.n_channels = n_channels
        self.element = nn.Embedding(119, n_channels)
        self.pair = nn.Linear(2 * n_channels, n_channels)
        self.filter = nn.Linear(n_radial, 3 * n_channels)
        self.norm = nn.LayerNorm(3 * n_channels)
        self.gates = nn.Sequential(
            nn.Linear(3 * n_channels, 2 * n_channels),
            nn.SiLU(),
            nn.Linear(2 * n_channels, 3 * n_channels),
            nn.SiLU(),
        )
        self.mix = _Mix(n_channels)
        levi_civita = torch.zeros(3, 3, 3)
        for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
            levi_civita[i, j, k], levi_civita[i, k, j] = 1.0, -1.0
        self.register_buffer("cross", levi_civita, persistent=False)

    def forward(self, batch: Batch, radial: Tensor, weight: Tensor, directions: Tensor) -> Tensor:
        z = self.element(batch.numbers)
        pair = torch.cat(
            [z[:, None].expand(-1, batch.neighbors.shape[1], -1), gather(z, batch.neighbors)], -1
        )
        w = self.filter(radial) * weight * self.pair(pair).repeat(1, 1, 3)
        w_i, w_a, w_s = w.split(self.n_channels, dim=-1)
        eye = torch.eye(3, dtype=z.dtype, device=z.device)
        outer = directions.unsqueeze(-1) * directions.unsqueeze(-2) - eye / 3.0
        skew = torch.einsum("nmk,kij->nmij", directions, self.cross)
        x = w_i.sum(1)[:, None, None] * eye[None, :, :, None]
        x = x + torch.einsum("nmij,nmc->nijc", skew, w_a)
        x = x + torch.einsum("nmij,nmc->nijc", outer, w_s)
        gates = self.gates(self.norm(_norms(x))).split(self.n_channels, dim=-1)
        return sum(
            gate[:, None, None] * part for gate, part in zip(gates, self.mix(x), strict=True)
        )


class _TensorNetInteraction(nn.Module):
    """One exchange of messages between neighbours."""

    def __init__(self, n_channels: int, n_radial: int):
        super().__init__()
        self.n_channels = n_channels
        self.filter = nn.Sequential(
            nn.Linear(n_radial, n_channels),
            nn.SiLU(),
            nn.Linear(n_channels, 2 * n_channels),
            nn.SiLU(),
            nn.Linear(2 * n_channels, 3 * n_channels),
            nn.SiLU(),
        )
        self.before = _Mix(n_channels)
        self.after = _Mix(n_channels)

    def forward(self, x: Tensor, radial: Tensor, weight: Tensor, neighbors: Tensor) -> Tensor:
        x = x / ((x * x).sum((1, 2), keepdim=True) + 1.0)
        parts = self.before(x)
        filters = (self.filter(radial) * weight).split(self.n_channels, dim=-1)
        message = sum(
            (gather(part, neighbors) * f[:, :, None, None]).sum(1)
            for part, f in zip(parts, filters, strict=True)
        )
        y = sum(parts)
        y = _product(y, message) + _product(message, y)
        y = y / ((y * y).sum((1, 2), keepdim=True) + 1.0)
        dx = sum(self.after(y))
        return x + dx + _product(dx, dx)
