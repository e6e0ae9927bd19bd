"""A run from start to end: equilibration, production, recording, checkpoints.

``workflows.dynamics`` runs it for ``specml md``.

Equilibration starts at the given geometry with Maxwell velocities and couples every mode to a
Langevin thermostat. Production begins where it ended, at rest as a whole (no centre-of-mass
motion, no angular momentum; ``specml.md.rigid_motion``): NVE for one bead, thermostatted
ring polymers for more.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from specml.md.checkpoint import DynamicsCheckpoint, Frames, RunParts
from specml.md.evaluation import ForceField, SystemLayout
from specml.md.integrator import DynamicsState, Integrator, kinetic_energy, thermal_speed
from specml.md.protocol import LAMBDA, DynamicsProtocol
from specml.md.rigid_motion import without_rigid_motion
from specml.md.ring_polymer import RingPolymer
from specml.md.watch import DivergenceWatch

PART = 20.0  # seconds of work between parts: what a kill can lose
LOOK = 10  # steps between looks at an equilibration
TELL = 0.25  # seconds between reports


@dataclass(frozen=True)
class DynamicsProgress:
    """How far a run is.

    Parameters
    ----------
    phase : ``equilibration`` or ``production``.
    done, total : number of steps taken and to be taken, of both phases together.
    speed : ns/day of every replica, since this call began.
    """

    phase: str
    done: int
    total: int
    speed: float


class Simulation:
    """Dynamics of many replicas of many molecules.

    Parameters
    ----------
    layout : which atoms belong to which system.
    protocol : what the run is to do.
    force_field : what computes energies, forces and dipoles.
    parts : where frames and checkpoints go.
    device : where the tensors are.
    """

    def __init__(
        self,
        layout: SystemLayout,
        protocol: DynamicsProtocol,
        force_field: ForceField,
        parts: RunParts,
        device: torch.device | str = "cpu",
    ):
        self.layout, self.protocol = layout, protocol
        self.force_field, self.parts = force_field, parts
        self.device = device
        self._masses = layout.masses(device)
        self._system = layout.system_of_atom(device)
        self._n_systems = len(layout.n_atoms)
        self._generator = torch.Generator(device=device).manual_seed(protocol.seed)
        self._ring = RingPolymer(protocol.beads, protocol.temperature, device)
        self._watch = DivergenceWatch(
            layout, protocol.temperature, protocol.timestep, protocol.beads, device
        )

    def run(self, seconds: float = PART) -> Iterator[DynamicsProgress]:
        """Go on from the last part, or begin; yields how far it is a few times a second.

        Parameters
        ----------
        seconds : seconds of work between parts.

        Raises
        ------
        DynamicsError
            A replica blew up.
        """
        last = self.parts.last(self.device)
        clock = _Clock(self.protocol, last)
        if last is None:
            state, phase, started = self._begin(), "equilibration", None
        else:
            state, phase, started = last.state, last.phase, last.started
            self.force_field.restore(last.anchor)
            self._generator.set_state(last.random)
        if phase == "equilibration":
            integrator = self._integrator(self._bath())
            end = self.protocol.equilibration_steps
            while state.step < end:
                state = self._advance(integrator, state, min(end, state.step + LOOK))
                self._watch.check(state, phase)
                if clock.part_is_due(seconds):
                    self._write([], phase, state, None)
                if clock.telling():
                    yield clock.progress(phase, state.step)
            state = self._at_rest(state)
            started = self._total(state)
            self._write([], "production", state, started)
        yield from self._produce(state, started, clock, seconds)

    def _produce(
        self, state: DynamicsState, started: torch.Tensor | None, clock: "_Clock", seconds: float
    ) -> Iterator[DynamicsProgress]:
        """Run production to its end, recording a frame every so many steps."""
        phase, protocol = "production", self.protocol
        closed = started if protocol.beads == 1 else None
        frames: list[Frames] = []
        integrator = self._integrator(self._internal())
        while state.step < protocol.production_steps:
            state = self._advance(integrator, state, state.step + protocol.every, observe=True)
            self._watch.check(state, phase, closed)
            frames.append(self._frame(state))
            if clock.part_is_due(seconds) or state.step == protocol.production_steps:
                self._write(frames, phase, state, started)
                frames = []
            if clock.telling():
                yield clock.progress(phase, state.step)
        yield clock.progress(phase, protocol.production_steps)

    def _begin(self) -> DynamicsState:
        """Put all beads at the given geometry, with velocities of the classical temperature P T."""
        start = self.layout.positions(self.device)
        positions = start.expand(self.protocol.beads, -1, -1).clone()
        speed = thermal_speed(self._masses, self.protocol.beads * self.protocol.temperature)
        velocities = speed * torch.randn(
            positions.shape, generator=self._generator, dtype=torch.float64, device=self.device
        )
        return DynamicsState(0, positions, velocities, self.force_field(positions))

    def _at_rest(self, state: DynamicsState) -> DynamicsState:
        """Return the state production begins with: no overall translation, no rotation."""
        positions, velocities = without_rigid_motion(
            state.positions, state.velocities, self._masses, self._system, self._n_systems
        )
        return DynamicsState(0, positions, velocities, self.force_field(positions))

    def _bath(self) -> np.ndarray:
        """Friction of equilibration, which acts on the centroid too, (P,) 1/fs."""
        friction = self._internal()
        friction[0] = 1.0 / self.protocol.friction_time
        return friction

    def _internal(self) -> np.ndarray:
        """Friction of production: 2 lambda omega_k, none on the centroid, (P,) 1/fs."""
        return 2.0 * LAMBDA * self._ring.frequencies

    def _integrator(self, friction: np.ndarray) -> Integrator:
        p = self.protocol
        return Integrator(
            self.force_field,
            self._masses,
            p.timestep,
            p.temperature,
            self._ring,
            friction,
            self._generator,
        )

    @staticmethod
    def _advance(
        integrator: Integrator, state: DynamicsState, stop: int, observe: bool = False
    ) -> DynamicsState:
        """Go on to step ``stop``, and observe dipole and polarizability there if asked to."""
        while state.step < stop:
            state = integrator.step(state, observe and state.step + 1 == stop)
        return state

    def _total(self, state: DynamicsState) -> torch.Tensor:
        """Total energy of every system, (n_systems,) eV."""
        moving = kinetic_energy(state.velocities, self._masses, self._system, self._n_systems)
        return (moving + state.evaluation.energy).sum(0)

    def _frame(self, state: DynamicsState) -> Frames:
        """Collect what is recorded: means over the beads, and the centroid's kinetic energy."""
        seen, velocity = state.evaluation, state.velocities.mean(0)
        kinetic = kinetic_energy(velocity, self._masses, self._system, self._n_systems)
        frame = {
            "positions": state.positions.mean(0).float(),
            "velocities": velocity.float(),
            "potential_energy": seen.energy.mean(0),
            "kinetic_energy": kinetic,
        }
        if seen.dipole is not None:
            frame["dipole"] = seen.dipole.mean(0)
        if seen.polarizability is not None:
            frame["polarizability"] = seen.polarizability.mean(0)
        return {name: values.cpu().numpy() for name, values in frame.items()}

    def _write(
        self, frames: list[Frames], phase: str, state: DynamicsState, started: torch.Tensor | None
    ) -> None:
        """Write a part that holds the frames and this state."""
        stacked = {k: np.stack([f[k] for f in frames]) for k in frames[0]} if frames else {}
        random, anchor = self._generator.get_state(), self.force_field.anchor()
        self.parts.write(stacked, DynamicsCheckpoint(phase, state, random, anchor, started))


class _Clock:
    """Wall time: tells when a part is due, when to report, and how fast the run goes."""

    def __init__(self, protocol: DynamicsProtocol, last: DynamicsCheckpoint | None):
        self._protocol = protocol
        self._began = self._part = self._told = time.monotonic()
        self._first = 0 if last is None else self._done(last.phase, last.state.step)

    def _done(self, phase: str, step: int) -> int:
        return step + (self._protocol.equilibration_steps if phase == "production" else 0)

    def part_is_due(self, seconds: float) -> bool:
        """Tell whether so many seconds have passed since the last part; if so, count anew."""
        due = time.monotonic() - self._part >= seconds
        if due:
            self._part = time.monotonic()
        return due

    def telling(self) -> bool:
        """Tell whether it is time for the next report."""
        due = time.monotonic() - self._told >= TELL
        if due:
            self._told = time.monotonic()
        return due

    def progress(self, phase: str, step: int) -> DynamicsProgress:
        """Report how far the run is and how fast it went since it began."""
        protocol, done = self._protocol, self._done(phase, step)
        elapsed = max(time.monotonic() - self._began, 1e-9)
        nanoseconds = 1e-6 * protocol.timestep * (done - self._first)
        total = protocol.equilibration_steps + protocol.production_steps
        return DynamicsProgress(phase, done, total, 86400.0 * nanoseconds / elapsed)
