"""Velocity Verlet of many replicas with a network, one step a call: what md.py and gpu.py time."""

import numpy as np
import torch

from specml.md.evaluation import SystemLayout
from specml.md.integrator import DynamicsState, Integrator, thermal_speed
from specml.md.network import NetworkForceField
from specml.md.ring_polymer import RingPolymer
from specml.models.ladder import LadderModel

TEMPERATURE, TIMESTEP = 300.0, 0.5  # K, fs
EVERY_RUNG = slice(0, None)


class Replicas:
    """The replicas of a molecule and the step that moves them.

    Parameters
    ----------
    model : network of energies, on its device.
    layout : the replicas.
    device : of the network.
    dtype : of the network; positions are in double precision.
    compiled : compile the network first.
    """

    def __init__(
        self,
        model: LadderModel,
        layout: SystemLayout,
        device: str,
        dtype: torch.dtype = torch.float32,
        compiled: bool = False,
    ):
        field = NetworkForceField(
            model, EVERY_RUNG, EVERY_RUNG, layout, dtype=dtype, compiled=compiled
        )
        masses = layout.masses(device)
        ring = RingPolymer(1, TEMPERATURE, device)
        unused = torch.Generator(device=device)  # without friction nothing is drawn
        self._integrator = Integrator(
            field, masses, TIMESTEP, TEMPERATURE, ring, np.zeros(1), unused
        )
        start = layout.positions(device)[None]
        # Drawn on the CPU: the same velocities on every device.
        chance = torch.Generator().manual_seed(0)
        noise = torch.randn(start.shape, generator=chance, dtype=torch.float64).to(device)
        self.state = DynamicsState(
            0, start, thermal_speed(masses, TEMPERATURE) * noise, field(start)
        )

    def step(self) -> None:
        self.state = self._integrator.step(self.state)
