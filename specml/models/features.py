"""What every network hands to the heads."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Features:
    """Atomic features; n_channels is the width of the network.

    Parameters
    ----------
    scalars : (n_atoms, n_channels)
    vectors : (n_atoms, 3, n_channels), or None for an invariant network.
    tensors : (n_atoms, 5, n_channels) in the basis of ``nn.cartesian``, or None.
    """

    scalars: Tensor
    vectors: Tensor | None = None
    tensors: Tensor | None = None
