"""What a run is to do: temperature, time step, lengths, how often it records."""

import math
from dataclasses import dataclass

from specml import units
from specml.errors import InputError, message

BAND_LIMIT = 4000.0  # 1/cm: the end of the spectra
LAMBDA = 0.5  # of thermostatted ring-polymer dynamics: friction 2 lambda omega_k


@dataclass(frozen=True)
class DynamicsProtocol:
    """Equilibration with a thermostat, then production.

    Parameters
    ----------
    temperature : K.
    timestep : fs.
    equilibration : ps of Langevin dynamics.
    length : ps of production: NVE, or thermostatted ring polymers with more than one bead.
    replicas : independent trajectories of every molecule.
    beads : of the ring polymer; 1 is classical.
    every : steps between recorded frames.
    polarizability : recorded beside the dipole.
    friction_time : fs, relaxation time of the Langevin thermostat.
    seed : of all random numbers.
    """

    temperature: float = 300.0
    timestep: float = 0.5
    equilibration: float = 2.0
    length: float = 10.0
    replicas: int = 16
    beads: int = 1
    every: int = 4
    polarizability: bool = False
    friction_time: float = 100.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("temperature", "timestep", "length", "friction_time"):
            if not 0.0 < getattr(self, name) < math.inf:
                raise InputError(
                    message(name, getattr(self, name), "a positive number", "Check its unit.")
                )
        if self.n_frames < 2:
            raise InputError(
                message(
                    "length",
                    f"{self.length:g} ps, {self.n_frames} frames",
                    "at least two frames",
                    "Give a longer run; the length is in ps.",
                )
            )

    @property
    def method(self) -> str:
        return "md" if self.beads == 1 else "trpmd"

    @property
    def interval(self) -> float:
        """fs between frames."""
        return self.every * self.timestep

    @property
    def equilibration_steps(self) -> int:
        return round(1000.0 * self.equilibration / self.timestep)

    @property
    def n_frames(self) -> int:
        """Recorded frames: the last step is the last frame."""
        return round(1000.0 * self.length / self.interval)

    @property
    def production_steps(self) -> int:
        return self.n_frames * self.every


def record_every(timestep: float, band_limit: float = BAND_LIMIT) -> int:
    """Steps between frames that keep twice the band limit observable.

    Overtones of the highest bands then do not fold back into the spectrum.

    >>> record_every(0.5)
    4
    """
    longest = math.pi / (units.ANGULAR * 2.0 * band_limit)
    return max(1, int(longest / timestep))
