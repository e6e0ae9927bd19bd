"""Distances as smooth numbers: Bessel functions under a polynomial envelope.

Every network sees distances through these functions.

    e_k(r) = sqrt(2 / c) sin(k pi r / c) / r * u(r / c),   k = 1 ... n_radial
    u(x) = 1 - (p+1)(p+2)/2 x^p + p(p+2) x^(p+1) - p(p+1)/2 x^(p+2)        (p = 6, x < 1)

Gasteiger, Gross, Guennemann, ICLR 2020 (arXiv 2003.03123), eq. 7 and 8. Value, slope and
curvature of u vanish at the cutoff c, so energies, forces and Hessians are continuous there.
"""

import math

import torch
from torch import Tensor, nn

POWER = 6


def envelope(distances: Tensor, cutoff: float) -> Tensor:
    """Compute u(r / c): 1 at r = 0, and 0 with two vanishing derivatives from the cutoff on."""
    p = POWER
    x = (distances / cutoff).clamp(max=1.0)
    return 1.0 + x**p * (-(p + 1) * (p + 2) / 2 + x * (p * (p + 2) - x * (p * (p + 1) / 2)))


class RadialBasis(nn.Module):
    """The Bessel functions under their envelope.

    Parameters
    ----------
    n_radial : number of functions.
    cutoff : distance where all of them vanish, angstrom.
    """

    frequencies: Tensor

    def __init__(self, n_radial: int, cutoff: float):
        super().__init__()
        self.n_radial = n_radial
        self.cutoff = cutoff
        frequencies = torch.arange(1, n_radial + 1) * (math.pi / cutoff)
        self.register_buffer("frequencies", frequencies, persistent=False)

    def forward(self, distances: Tensor) -> Tensor:
        """Compute the functions (..., n_radial) at distances (...,) in angstrom."""
        scale = math.sqrt(2.0 / self.cutoff) * envelope(distances, self.cutoff) / distances
        return torch.sin(distances[..., None] * self.frequencies) * scale[..., None]
