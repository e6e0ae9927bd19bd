"""PaiNN with a rank-2 channel: scalars, vectors and symmetric traceless tensors.

``models.ladder`` builds it by name; the shipped ladder models are of this kind.

The l = 2 features let an atom see angles between its neighbours after one message and carry the
anisotropic polarizability without a detour. Messages, filters W linear in the radial basis and
x_j a function of the neighbour's scalars:

    ds_i = sum_j x^s_j W^s(r)
    dv_i = sum_j x^v_j W^v(r) rhat + v_j x^vv_j W^vv(r)
    dt_i = sum_j x^t_j W^t(r) Y2(rhat) + t_j x^tt_j W^tt(r),      Y2_a(rhat) = rhat . B_a rhat

Updates, with U, V, P, Q mixing channels only and gates a from the invariants of the atom:

    ds_i = a_1 + a_2 <Uv, Vv> + a_3 <Pt, Qt>
    dv_i = a_4 Uv + a_5 (Qt) Vv
    dt_i = a_6 Pt + a_7 (Uv (x) Vv)_2 + a_8 (Pt Qt)_2

where ( )_2 is the symmetric traceless part.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from specml.data.batch import Batch
from specml.models.features import AtomicFeatures, Representation
from specml.models.painn import SMOOTHING
from specml.nn.cartesian import traceless_basis
from specml.nn.edges import edges
from specml.nn.gather import gather


class TensorPaiNN(Representation):
    """PaiNN with rank-2 features: scalars, vectors and tensors.

    Parameters
    ----------
    n_channels : width of scalars, vectors and tensors.
    n_layers : number of message and update pairs.
    n_radial : number of radial basis functions.
    cutoff : distance of the farthest neighbours, angstrom.
    smoothing : s in the norms of vectors and tensors, see
        :class:`specml.models.ladder.NetworkConfig`.
    """

    def __init__(
        self,
        n_channels: int = 64,
        n_layers: int = 3,
        n_radial: int = 16,
        cutoff: float = 5.0,
        smoothing: float = SMOOTHING,
    ):
        super().__init__(n_channels, n_radial, cutoff)
        self.messages = nn.ModuleList(
            _Message(n_channels, n_radial, first=layer == 0) for layer in range(n_layers)
        )
        self.updates = nn.ModuleList(_Update(n_channels, smoothing) for _ in range(n_layers))
        basis = traceless_basis()
        self.register_buffer("basis", basis, persistent=False)
        # (Pt Qt)_2 in the five-component basis: c_abd = tr(B_a sym(B_b B_d)).
        product = torch.einsum("aij,bik,dkj->abd", basis, basis, basis)
        self.register_buffer("product", (product + product.transpose(1, 2)) / 2, persistent=False)

    def forward(self, batch: Batch) -> AtomicFeatures:
        """Compute scalars, vectors and tensors of the atoms of a batch."""
        distances, directions = edges(batch, self.cutoff)
        radial = self.radial(distances)
        y2 = torch.einsum("nmi,nmj,aij->nma", directions, directions, self.basis)
        angular = torch.cat([directions, y2], -1).transpose(1, 2)
        s = self.embedding(batch.numbers)
        # Vectors and tensors side by side: (n_atoms, 3 + 5, n_channels).
        x = s.new_zeros(len(s), 8, self.n_channels)
        for message, update in zip(self.messages, self.updates, strict=True):
            s, x = message(s, x, radial, angular, batch.neighbors)
            s, x = update(s, x, self.basis, self.product)
        return AtomicFeatures(s, x[:, :3], x[:, 3:])


class _Message(nn.Module):
    """What an atom learns from its neighbours."""

    def __init__(self, n_channels: int, n_radial: int, first: bool):
        super().__init__()
        # In the first layer the neighbours have no vectors and tensors to send yet.
        self.sizes = [n_channels] * (3 if first else 5)
        width = sum(self.sizes)
        self.context = nn.Sequential(
            nn.Linear(n_channels, n_channels), nn.SiLU(), nn.Linear(n_channels, width)
        )
        self.filter = nn.Linear(n_radial, width, bias=False)

    def forward(
        self, s: Tensor, x: Tensor, radial: Tensor, angular: Tensor, neighbors: Tensor
    ) -> tuple[Tensor, Tensor]:
        # Part by part: splitting the product instead would copy it once more on the way back.
        parts = self.context(s).split(self.sizes, dim=-1)
        filters = self.filter.weight.split(self.sizes)
        to_scalar, to_vector, to_tensor, *keep = (
            gather(part, neighbors) * F.linear(radial, weight)
            for part, weight in zip(parts, filters, strict=True)
        )
        new = torch.cat([angular[:, :3] @ to_vector, angular[:, 3:] @ to_tensor], 1)
        if keep:
            kept = [
                (gather(part, neighbors) * gate.unsqueeze(2)).sum(1)
                for part, gate in zip(x.split([3, 5], dim=1), keep, strict=True)
            ]
            new = new + torch.cat(kept, 1)
        return s + to_scalar.sum(1), x + new


class _Update(nn.Module):
    """What an atom makes of its own scalars, vectors and tensors."""

    def __init__(self, n_channels: int, smoothing: float):
        super().__init__()
        self.n_channels = n_channels
        self.smoothing = smoothing
        self.mix_vectors = nn.Linear(n_channels, 2 * n_channels, bias=False)
        self.mix_tensors = nn.Linear(n_channels, 2 * n_channels, bias=False)
        self.gates = nn.Sequential(
            nn.Linear(3 * n_channels, 2 * n_channels),
            nn.SiLU(),
            nn.Linear(2 * n_channels, 8 * n_channels),
        )

    def forward(
        self, s: Tensor, x: Tensor, basis: Tensor, product: Tensor
    ) -> tuple[Tensor, Tensor]:
        n = self.n_channels
        u, v = self.mix_vectors(x[:, :3]).split(n, dim=-1)
        p, q = self.mix_tensors(x[:, 3:]).split(n, dim=-1)
        norms = [torch.sqrt((x * x).sum(1) + self.smoothing) for x in (v, q)]
        gates = self.gates(torch.cat([s, *norms], -1)).split(n, dim=-1)
        a1, a2, a3 = gates[:3]
        a4, a5, a6, a7, a8 = (gate.unsqueeze(1) for gate in gates[3:])
        ds = a1 + a2 * (u * v).sum(1) + a3 * (p * q).sum(1)
        # B_a v for the five basis tensors serves both products: (n_atoms, 5, 3, n_channels).
        bv = torch.einsum("aij,njc->naic", basis, v)
        dv = a4 * u + a5 * (q.unsqueeze(2) * bv).sum(1)
        uv = (bv * u.unsqueeze(1)).sum(2)
        pq = torch.einsum("abd,nbc,ndc->nac", product, p, q)
        return s + ds, x + torch.cat([dv, a6 * p + a7 * uv + a8 * pq], 1)
