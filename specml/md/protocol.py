"""What a run of dynamics is to do: temperature, time step, lengths, how often it records.

``workflows.dynamics`` makes a protocol of the options of ``specml md``.
"""

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
    equilibration : length of the Langevin dynamics at the start, ps.
    length : length of production, ps: NVE, or thermostatted ring polymers with more than one bead.
    replicas : number of independent trajectories of every molecule.
    beads : number of beads of the ring polymer; 1 is classical dynamics.
    every : number of steps between recorded frames.
    polarizability : whether it is recorded beside the dipole.
    friction_time : relaxation time of the Langevin thermostat, fs.
    seed : seed of all random numbers.

    Raises
    ------
    InputError
        A number that is not positive, or a run of fewer than two frames.
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
        """Name of the method of production: ``md`` or ``trpmd``."""
        return "md" if self.beads == 1 else "trpmd"

    @property
    def interval(self) -> float:
        """Time between recorded frames, fs."""
        return self.every * self.timestep

    @property
    def equilibration_steps(self) -> int:
        """Number of steps of equilibration."""
        return round(1000.0 * self.equilibration / self.timestep)

    @property
    def n_frames(self) -> int:
        """Number of recorded frames; the last step of production is the last of them."""
        return round(1000.0 * self.length / self.interval)

    @property
    def production_steps(self) -> int:
        """Number of steps of production, a multiple of ``every``."""
        return self.n_frames * self.every


def record_every(timestep: float, band_limit: float = BAND_LIMIT) -> int:
    """Compute how many steps may lie between frames that keep twice the band limit observable.

    Overtones of the highest bands then do not fold back into the spectrum.

    Parameters
    ----------
    timestep : fs.
    band_limit : highest wavenumber of the spectra, 1/cm.

    >>> record_every(0.5)
    4
    """
    longest = math.pi / (units.ANGULAR * 2.0 * band_limit)
    return max(1, int(longest / timestep))
