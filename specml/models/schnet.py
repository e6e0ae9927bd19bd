"""SchNet: continuous-filter convolutions (Schuett et al., JCP 2018, 148, 241722).

``models.ladder`` builds it by name.

    x_i <- x_i + W2 ssp(W1 sum_j (V x_j) * W(r_ij))

Invariant features only: the baseline that equivariant networks are compared with.
"""

import torch
from torch import Tensor, nn

from specml.data.batch import Batch
from specml.models.features import AtomicFeatures, Representation
from specml.nn.edges import edges
from specml.nn.gather import gather
from specml.nn.radial import envelope


class SchNet(Representation):
    """The SchNet representation: scalars only.

    Parameters
    ----------
    n_channels : width of the features.
    n_layers : number of interaction blocks.
    n_radial : number of radial basis functions.
    cutoff : distance of the farthest neighbours, angstrom.
    """

    def __init__(
        self, n_channels: int = 64, n_layers: int = 3, n_radial: int = 20, cutoff: float = 5.0
    ):
        super().__init__(n_channels, n_radial, cutoff)
        self.layers = nn.ModuleList(
            _SchNetInteraction(n_channels, n_radial) for _ in range(n_layers)
        )

    def forward(self, batch: Batch) -> AtomicFeatures:
        """Compute the scalars of the atoms of a batch."""
        distances, _ = edges(batch, self.cutoff)
        basis = self.radial(distances)
        weight = envelope(distances, self.cutoff)[..., None]
        x = self.embedding(batch.numbers)
        for layer in self.layers:
            x = x + layer(x, basis, weight, batch.neighbors)
        return AtomicFeatures(x)


class _SchNetInteraction(nn.Module):
    """One continuous-filter convolution."""

    def __init__(self, n_channels: int, n_radial: int):
        super().__init__()
        self.filter = nn.Sequential(
            nn.Linear(n_radial, n_channels), _ShiftedSoftplus(), nn.Linear(n_channels, n_channels)
        )
        self.before = nn.Linear(n_channels, n_channels, bias=False)
        self.after = nn.Sequential(
            nn.Linear(n_channels, n_channels), _ShiftedSoftplus(), nn.Linear(n_channels, n_channels)
        )

    def forward(self, x: Tensor, basis: Tensor, weight: Tensor, neighbors: Tensor) -> Tensor:
        filters = self.filter(basis) * weight
        return self.after((gather(self.before(x), neighbors) * filters).sum(1))


class _ShiftedSoftplus(nn.Module):
    """The activation ln(1 + e^x) - ln 2."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.softplus(x) - torch.log(x.new_tensor(2.0))
