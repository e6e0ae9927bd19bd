"""A run that goes wrong stops at once, with the replica, the step and what happened.

``md.simulation`` checks every recorded frame, and equilibration every few steps.

Wrong are numbers that are not finite, a kinetic energy far above the thermal one, a bond stretched
to twice its length, and, without a thermostat, a total energy that is no longer the one production
began with.
"""

import numpy as np
import torch
from torch import Tensor

from specml import units
from specml.elements import COVALENT_RADII
from specml.errors import DynamicsError, message
from specml.md.evaluation import SystemLayout
from specml.md.integrator import DynamicsState, kinetic_energy

HOT = 10.0  # times the thermal kinetic energy, and
MARGIN = 1.0  # eV on top, for cold runs that start away from a minimum
STRETCHED = 2.0  # times the length at the start
BONDED = 1.3  # times the sum of the covalent radii
ENERGY = 0.05  # eV an atom of total energy gained or lost; Verlet's own breathing is about 0.001


class DivergenceWatch:
    """Stops a run whose numbers leave the range of a molecule's motion.

    Parameters
    ----------
    layout : which atoms belong to which system.
    temperature : K.
    timestep : fs.
    n_beads : number of beads of the ring polymer.
    device : where the tensors are.
    """

    def __init__(
        self,
        layout: SystemLayout,
        temperature: float,
        timestep: float,
        n_beads: int,
        device: torch.device | str = "cpu",
    ):
        self.layout = layout
        self.timestep = timestep
        self._masses = layout.masses(device)
        self._system = layout.system_of_atom(device)
        self._sizes = torch.as_tensor(layout.n_atoms).to(device)
        thermal = 1.5 * self._sizes * n_beads**2 * units.BOLTZMANN * temperature
        self._hottest = HOT * thermal + MARGIN * n_beads
        first, second = _bonds(layout)
        self._first, self._second = first.to(device), second.to(device)
        start = layout.positions(device)
        self._lengths = self._between(start)

    def _between(self, positions: Tensor) -> Tensor:
        """Lengths of the bonds at these positions, (n_beads, n_bonds) angstrom."""
        vectors = positions[..., self._first, :] - positions[..., self._second, :]
        return torch.linalg.vector_norm(vectors, dim=-1)

    def check(self, state: DynamicsState, phase: str, started: Tensor | None = None) -> None:
        """Check a state of a phase of the run.

        Parameters
        ----------
        state : positions, velocities, energies and forces.
        phase : ``equilibration`` or ``production``, for the message.
        started : (n_systems,) eV, the total energy production began with; None where it is not
            conserved.

        Raises
        ------
        DynamicsError
            Something blew up.
        """
        n_systems = len(self._sizes)
        kinetic = kinetic_energy(state.velocities, self._masses, self._system, n_systems).sum(0)
        potential = state.evaluation.energy.sum(0)
        total = kinetic + potential
        self._stop_if(~torch.isfinite(total), state, phase, "energies that are not numbers")
        hot = kinetic > self._hottest
        self._stop_if(hot, state, phase, "a kinetic energy ten times the thermal one")
        if len(self._first):
            far = (self._between(state.positions) > STRETCHED * self._lengths).any(0)
            broken = torch.zeros(n_systems, dtype=torch.bool, device=far.device)
            broken[self._system[self._first[far]]] = True
            self._stop_if(broken, state, phase, "a bond of twice its length")
        if started is not None:
            drifted = (total - started).abs() > ENERGY * self._sizes
            what = f"a total energy that moved by more than {1000 * ENERGY:g} meV an atom"
            self._stop_if(drifted, state, phase, what)

    def _stop_if(self, wrong: Tensor, state: DynamicsState, phase: str, what: str) -> None:
        """Raise a DynamicsError that names the first system for which ``wrong`` (n_systems,) is
        true.
        """
        if not bool(wrong.any()):
            return
        system = int(torch.nonzero(wrong)[0, 0])
        time = state.step * self.timestep
        raise DynamicsError(
            message(
                f"{self.layout.name_of(system)}, {phase}, step {state.step} ({time:.1f} fs)",
                what,
                "a trajectory that stays near the molecule",
                "Take a shorter time step, a lower temperature or a relaxed start; the model may "
                "also be wrong about geometries it has never seen.",
            )
        )


def _bonds(layout: SystemLayout) -> tuple[Tensor, Tensor]:
    """Find the bonds of all systems by covalent radii: indices of their first and second atoms."""
    first, second, start = [], [], 0
    for structure in layout.systems:
        i, j = np.triu_indices(len(structure), 1)
        lengths = np.linalg.norm(structure.positions[i] - structure.positions[j], axis=1)
        radii = COVALENT_RADII[structure.numbers]
        near = lengths < BONDED * (radii[i] + radii[j])
        first.append(start + i[near])
        second.append(start + j[near])
        start += len(structure)
    return torch.as_tensor(np.concatenate(first)), torch.as_tensor(np.concatenate(second))
