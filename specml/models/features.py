"""What every network begins with, and what it hands to the heads of ``models.ladder``."""

from dataclasses import dataclass

from torch import Tensor, nn

from specml.nn.radial import RadialBasis

ELEMENTS = 119  # rows of an embedding: atomic numbers up to 118


@dataclass(frozen=True)
class AtomicFeatures:
    """What a network knows of each atom; n_channels is the width of the network.

    Parameters
    ----------
    scalars : (n_atoms, n_channels) numbers that do not change when the molecule turns.
    vectors : (n_atoms, 3, n_channels), or None for an invariant network.
    tensors : (n_atoms, 5, n_channels) in the basis of ``nn.cartesian``, or None.
    """

    scalars: Tensor
    vectors: Tensor | None = None
    tensors: Tensor | None = None


class Representation(nn.Module):
    """A network that begins with elements and distances.

    Parameters
    ----------
    n_channels : width of the features.
    n_radial : number of functions of a distance.
    cutoff : angstrom; atoms further apart are no neighbours.
    """

    def __init__(self, n_channels: int, n_radial: int, cutoff: float):
        super().__init__()
        self.n_channels = n_channels
        self.cutoff = cutoff
        self.embedding = nn.Embedding(ELEMENTS, n_channels)
        self.radial = RadialBasis(n_radial, cutoff)
