"""One step of dynamics as a function of the state.

``md.simulation`` makes every step of a run with it.

    B   v += f/m dt/2
    A   free motion for dt/2 (of the ring polymer; x += v dt/2 for one bead)
    O   v~_k <- e^(-g_k dt) v~_k + sqrt(1 - e^(-2 g_k dt)) sqrt(P kT / m) xi      in every mode k
    A
    B   with the forces at the new positions

Without friction g this is velocity Verlet (NVE). With one friction it is Langevin dynamics in the
BAOAB order, which samples positions of harmonic motion exactly at any stable step. With
g_k = omega_k for the internal modes of a ring polymer and none on its centroid it is thermostatted
ring-polymer molecular dynamics with lambda = 1/2 (g_k = 2 lambda omega_k).

Sources: B. Leimkuhler, C. Matthews, J. Chem. Phys. 138, 174102 (2013); J. Liu, D. Li, X. Liu,
J. Chem. Phys. 145, 024103 (2016); M. Rossi, M. Ceriotti, D. E. Manolopoulos, J. Chem. Phys. 140,
234116 (2014).
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from specml import units
from specml.md.evaluation import ForceField, SystemEvaluation
from specml.md.ring_polymer import RingPolymer


@dataclass(frozen=True)
class DynamicsState:
    """Everything the next step depends on, but for the random numbers.

    Parameters
    ----------
    step : number of steps taken since the phase began.
    positions : (P, n_atoms, 3) angstrom.
    velocities : (P, n_atoms, 3) angstrom/fs.
    evaluation : energies and forces at the positions.
    """

    step: int
    positions: Tensor
    velocities: Tensor
    evaluation: SystemEvaluation


class Integrator:
    """The rule that turns the state of all systems into the next one.

    Parameters
    ----------
    force_field : what computes energies and forces.
    masses : (n_atoms,) amu.
    timestep : fs.
    temperature : temperature of the thermostat, K.
    ring : the free motion of the beads.
    friction : (P,) 1/fs for each mode of the ring polymer; zeros for dynamics without a thermostat.
    generator : source of the random numbers.
    """

    def __init__(
        self,
        force_field: ForceField,
        masses: Tensor,
        timestep: float,
        temperature: float,
        ring: RingPolymer,
        friction: np.ndarray,
        generator: torch.Generator,
    ):
        self.force_field = force_field
        self.timestep = timestep
        self.ring = ring
        self.generator = generator
        self._kick = 0.5 * timestep / (masses[:, None] * units.TIME_UNIT**2)
        decay = torch.as_tensor(np.exp(-friction * timestep))[:, None, None].to(masses.device)
        spread = thermal_speed(masses, ring.n_beads * temperature)
        self._decay = decay
        self._noise = torch.sqrt(1.0 - decay**2) * spread
        self._thermostat = bool(friction.any())

    def step(self, state: DynamicsState, observe: bool = False) -> DynamicsState:
        """Make one step and return the state after it.

        Where ``observe`` is true, dipole and polarizability are computed there as well.
        """
        v = state.velocities + self._kick * state.evaluation.forces
        q, u = self.ring.to_modes(state.positions), self.ring.to_modes(v)
        if self._thermostat:
            q, u = self.ring.move(q, u, 0.5 * self.timestep)
            u = self._decay * u + self._noise * self._random(u)
            q, u = self.ring.move(q, u, 0.5 * self.timestep)
        else:
            q, u = self.ring.move(q, u, self.timestep)
        x, v = self.ring.to_beads(q), self.ring.to_beads(u)
        evaluation = self.force_field(x, observe)
        return DynamicsState(state.step + 1, x, v + self._kick * evaluation.forces, evaluation)

    def _random(self, like: Tensor) -> Tensor:
        """Normal random numbers of the shape and type of a tensor."""
        return torch.randn(
            like.shape, generator=self.generator, dtype=like.dtype, device=like.device
        )


def thermal_speed(masses: Tensor, temperature: float) -> Tensor:
    """Compute the root of kT/m, (n_atoms, 1) angstrom/fs, for masses in amu and kelvin."""
    kt = units.BOLTZMANN * temperature / units.TIME_UNIT**2
    return torch.sqrt(kt / masses)[:, None]


def kinetic_energy(velocities: Tensor, masses: Tensor, system: Tensor, n_systems: int) -> Tensor:
    """Sum the kinetic energies of the atoms of each system, (..., n_systems) eV.

    Parameters
    ----------
    velocities : (..., n_atoms, 3) angstrom/fs.
    masses : (n_atoms,) amu.
    system : (n_atoms,) index of the system of each atom.
    n_systems : number of systems.
    """
    own = 0.5 * units.TIME_UNIT**2 * masses * velocities.square().sum(-1)
    return own.new_zeros(*own.shape[:-1], n_systems).index_add_(-1, system, own)
