"""PaiNN: equivariant message passing with vectors (Schuett, Unke, Gastegger, ICML 2021).

``models.ladder`` builds it by name.

Message (eq. 7 and 8), with the filters W linear in the radial basis:

    ds_i = sum_j phi_s(s_j) * W_s(r_ij)
    dv_i = sum_j v_j * phi_vv(s_j) * W_vv(r_ij) + sum_j phi_vs(s_j) * W_vs(r_ij) rhat_ij

Update (eq. 9 and 10), with V v and U v mixing channels only:

    ds_i = a_ss(s_i, |V v_i|) + a_sv(s_i, |V v_i|) <U v_i, V v_i>
    dv_i = a_vv(s_i, |V v_i|) U v_i
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from specml.data.batch import Batch
from specml.models.features import AtomicFeatures, Representation
from specml.nn.edges import edges
from specml.nn.gather import gather

SMOOTHING = 0.3  # of new networks; see ``models.ladder.NetworkConfig``


class PaiNN(Representation):
    """The PaiNN representation: scalars and vectors.

    Parameters
    ----------
    n_channels : width of the features.
    n_layers : number of message and update pairs.
    n_radial : number of radial basis functions.
    cutoff : distance of the farthest neighbours, angstrom.
    smoothing : s in the norms of vectors, see :class:`specml.models.ladder.NetworkConfig`.
    """

    def __init__(
        self,
        n_channels: int = 64,
        n_layers: int = 3,
        n_radial: int = 20,
        cutoff: float = 5.0,
        smoothing: float = SMOOTHING,
    ):
        super().__init__(n_channels, n_radial, cutoff)
        self.messages = nn.ModuleList(PaiNNMessage(n_channels, n_radial) for _ in range(n_layers))
        self.updates = nn.ModuleList(PaiNNUpdate(n_channels, smoothing) for _ in range(n_layers))

    def forward(self, batch: Batch) -> AtomicFeatures:
        """Compute scalars and vectors of the atoms of a batch."""
        distances, directions = edges(batch, self.cutoff)
        basis = self.radial(distances)
        s = self.embedding(batch.numbers)
        v = None  # zero before the first message
        for message, update in zip(self.messages, self.updates, strict=True):
            s, v = message(s, v, basis, directions, batch.neighbors)
            s, v = update(s, v)
        return AtomicFeatures(s, v)


class PaiNNMessage(nn.Module):
    """What an atom learns from its neighbours, equations 7 and 8."""

    def __init__(self, n_channels: int, n_radial: int):
        super().__init__()
        self.n_channels = n_channels
        self.context = nn.Sequential(
            nn.Linear(n_channels, n_channels), nn.SiLU(), nn.Linear(n_channels, 3 * n_channels)
        )
        self.filter = nn.Linear(n_radial, 3 * n_channels, bias=False)

    def forward(
        self, s: Tensor, v: Tensor | None, basis: Tensor, directions: Tensor, neighbors: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Compute the scalars (n_atoms, c) and vectors (n_atoms, 3, c) after the message."""
        # Part by part: splitting the product instead would copy it once more on the way back.
        parts = self.context(s).split(self.n_channels, dim=-1)
        filters = self.filter.weight.split(self.n_channels)

        def sent(k: int) -> Tensor:
            return gather(parts[k], neighbors) * F.linear(basis, filters[k])

        # (n, 3, slots) @ (n, slots, channels): the sum over neighbours as a matrix product.
        dv = directions.transpose(1, 2) @ sent(1)
        if v is not None:
            dv = v + dv + (gather(v, neighbors) * sent(2).unsqueeze(2)).sum(1)
        return s + sent(0).sum(1), dv


class PaiNNUpdate(nn.Module):
    """What an atom makes of its own scalars and vectors, equations 9 and 10."""

    def __init__(self, n_channels: int, smoothing: float):
        super().__init__()
        self.n_channels = n_channels
        self.smoothing = smoothing
        self.mix = nn.Linear(n_channels, 2 * n_channels, bias=False)
        self.gates = nn.Sequential(
            nn.Linear(2 * n_channels, n_channels), nn.SiLU(), nn.Linear(n_channels, 3 * n_channels)
        )

    def forward(self, s: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the scalars and vectors after the update."""
        u, w = self.mix(v).split(self.n_channels, dim=-1)
        norm = torch.sqrt((w * w).sum(1) + self.smoothing)
        a_ss, a_sv, a_vv = self.gates(torch.cat([s, norm], -1)).split(self.n_channels, dim=-1)
        return s + a_ss + a_sv * (u * w).sum(1), v + a_vv.unsqueeze(1) * u
