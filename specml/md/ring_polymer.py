"""The free ring polymer: P beads on springs, moved exactly in its normal modes.

``md.integrator`` moves the beads with it.

A quantum particle at temperature T is a classical ring of P beads at temperature P T,

    H_P = sum_k p_k^2 / 2m + m omega_P^2 (x_k - x_(k+1))^2 / 2 + V(x_k),    omega_P = P k T / hbar

whose free part has the modes x~ = C x with omega_k = 2 omega_P sin(k pi / P). Mode 0 is the
centroid (times the root of P). One bead is the classical particle.

Source: M. Ceriotti, M. Parrinello, T. E. Markland, D. E. Manolopoulos, J. Chem. Phys. 133, 124104
(2010), eq. 17 to 24.
"""

import numpy as np
import torch
from torch import Tensor

from specml import units


def normal_mode_matrix(n_beads: int) -> np.ndarray:
    """Compute C, (P, P): an orthonormal row for each mode of the ring."""
    bead = np.arange(n_beads)
    rows = [np.full(n_beads, 1.0 / np.sqrt(n_beads))]
    for k in range(1, n_beads):
        angle = 2.0 * np.pi * k * bead / n_beads
        if 2 * k == n_beads:
            rows.append((-1.0) ** bead / np.sqrt(n_beads))
        else:
            wave = np.cos(angle) if 2 * k < n_beads else np.sin(angle)
            rows.append(np.sqrt(2.0 / n_beads) * wave)
    return np.array(rows)


def mode_frequencies(n_beads: int, temperature: float) -> np.ndarray:
    """Compute omega_k, (P,) rad/fs, of a particle at a temperature in K."""
    kt = units.BOLTZMANN * temperature
    chain = n_beads * kt / (units.HBAR * units.TIME_UNIT)
    return 2.0 * chain * np.sin(np.pi * np.arange(n_beads) / n_beads)


class RingPolymer:
    """The free motion of the beads of a ring polymer.

    Parameters
    ----------
    n_beads : number of beads P; 1 is a classical particle.
    temperature : temperature of the quantum particle, K.
    device : where the tensors are.
    """

    def __init__(self, n_beads: int, temperature: float, device: torch.device | str = "cpu"):
        self.n_beads = n_beads
        self.frequencies = mode_frequencies(n_beads, temperature)
        self._matrix = torch.as_tensor(normal_mode_matrix(n_beads)).to(device)
        self._omega = torch.as_tensor(self.frequencies).to(device)[:, None, None]

    def to_modes(self, beads: Tensor) -> Tensor:
        """Transform beads (P, n, 3) to modes: C x."""
        return beads if self.n_beads == 1 else torch.tensordot(self._matrix, beads, dims=1)

    def to_beads(self, modes: Tensor) -> Tensor:
        """Transform modes (P, n, 3) to beads: C^T x~."""
        return modes if self.n_beads == 1 else torch.tensordot(self._matrix.T, modes, dims=1)

    def move(self, positions: Tensor, velocities: Tensor, time: float) -> tuple[Tensor, Tensor]:
        """Move positions and velocities of the modes for ``time`` fs of free motion, exactly."""
        if self.n_beads == 1:
            return positions + time * velocities, velocities
        angle = self._omega * time
        cosine = torch.cos(angle)
        # sin(omega t) / omega is t for the centroid: sinc without dividing by zero.
        sine = time * torch.sinc(angle / torch.pi)
        return (
            cosine * positions + sine * velocities,
            cosine * velocities - self._omega**2 * sine * positions,
        )
