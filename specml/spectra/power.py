"""Power densities of a trajectory's observables over the true wavenumber axis, with error bars.

``spectra.md_infrared``, ``md_raman`` and ``density_of_states`` are made of these densities.

For an observable sampled every h fs, the density of its time derivative is needed (a flux of the
dipole, of the polarizability, of the atoms). It is taken from the differences x_(n+1) - x_n,
whose transfer function is divided out exactly,

    P_flux(nu) = [omega / (2 sin(omega_obs h / 2))]^2 P_difference(nu)

A central difference would lose 2.7 % at 3000 1/cm and 0.5 fs; omega^2 times the density of x
itself would raise what leaks from the slow motion of a large dipole. With a time step of velocity
Verlet, omega and omega_obs differ (see ``specml.spectra.verlet``) and the density moves with its
area from one axis to the other.

Error bars are standard errors over replicas. A single replica is cut into blocks instead; they
are not quite independent, so its error bar is a lower bound.
"""

from dataclasses import dataclass, replace

import numpy as np

from specml import units
from specml.errors import InputError, message
from specml.spectra import verlet
from specml.spectra.correlation import autocorrelation, cosine_transform
from specml.spectra.windows import window

BLOCKS = 8  # of a single replica, if it is long enough
NYQUIST = 0.95  # of the highest observable wavenumber: beyond it the transfer function vanishes


@dataclass(frozen=True)
class SpectralSampling:
    """How an observable was sampled and how its spectrum is wanted.

    Parameters
    ----------
    interval : time between frames, fs.
    timestep : time step of the velocity Verlet integrator that made them, fs; where None, the axis
        is not corrected for it.
    resolution : full width of the narrowest line that the spectrum shall hold, 1/cm.
    window : a key of ``specml.spectra.windows.WINDOWS``.
    top : highest wavenumber of the axis, 1/cm.

    Raises
    ------
    InputError
        A number that is not positive, or frames too far apart for ``top``.
    """

    interval: float
    timestep: float | None = None
    resolution: float = 10.0
    window: str = "hann"
    top: float = 4000.0

    def __post_init__(self) -> None:
        for name in ("interval", "resolution", "top"):
            if not 0.0 < getattr(self, name) < np.inf:
                raise InputError(
                    message(name, getattr(self, name), "a positive number", "Check its unit.")
                )
        limit = NYQUIST * np.pi / (units.ANGULAR * self.interval)
        if self.timestep is not None:
            limit = float(verlet.true_wavenumbers(limit, self.timestep))
        if self.top > limit:
            raise InputError(
                message(
                    "trajectory",
                    f"a frame every {self.interval:g} fs, which shows nothing above "
                    f"{limit:.0f} 1/cm",
                    f"frames dense enough for {self.top:g} 1/cm",
                    "Record more often, or ask for a lower end of the spectrum.",
                )
            )

    @property
    def wavenumbers(self) -> np.ndarray:
        """Even grid from 0 to ``top``, (p,), in steps of at most 1 1/cm or resolution / 8."""
        step = min(1.0, self.resolution / 8.0)
        return np.linspace(0.0, self.top, round(self.top / step) + 1)

    @property
    def observed(self) -> np.ndarray:
        """The grid where the trajectory shows its points, (p,) 1/cm: moved by velocity Verlet."""
        if self.timestep is None:
            return self.wavenumbers
        return verlet.observed_wavenumbers(self.wavenumbers, self.timestep)

    @property
    def stretch(self) -> np.ndarray:
        """What a density over the trajectory's axis is multiplied by to be one over the true axis,
        (p,).
        """
        if self.timestep is None:
            return np.ones_like(self.wavenumbers)
        return verlet.stretch(self.observed, self.timestep)

    def n_lags(self, n_frames: int) -> int:
        """Return the longest lag in frames, for a trajectory of ``n_frames``.

        Raises
        ------
        InputError
            A trajectory shorter than twice the longest lag; the message says how long it must be.
        """
        lag = window(self.window).longest_lag(self.resolution)
        # A flux has one frame less than the trajectory.
        if (n_frames + 1) * self.interval < 2.0 * lag:
            raise InputError(
                message(
                    "trajectory",
                    f"{n_frames * self.interval / 1000.0:.3g} ps",
                    f"at least {2.0 * lag / 1000.0:.3g} ps a replica for a resolution of "
                    f"{self.resolution:g} 1/cm",
                    "Run it longer, or ask for a coarser resolution: "
                    f"{self.resolution * 2.0 * lag / (n_frames * self.interval):.3g} 1/cm or more.",
                )
            )
        return max(1, round(lag / self.interval))


@dataclass(frozen=True, eq=False)
class PowerDensity:
    """A density over wavenumbers: the mean, and one row a replica or block.

    Parameters
    ----------
    wavenumbers : (p,) 1/cm.
    mean : (p,) mean over the samples.
    samples : (k, p) densities of the replicas or blocks.
    """

    wavenumbers: np.ndarray
    mean: np.ndarray
    samples: np.ndarray

    def times(self, factor: float | np.ndarray) -> "PowerDensity":
        """Return the density multiplied by a number, or by one for each wavenumber."""
        return replace(self, mean=factor * self.mean, samples=factor * self.samples)

    def plus(self, other: "PowerDensity") -> "PowerDensity":
        """Return the sum with another density of the same replicas.

        The errors of the two are correlated, so their rows are added one by one.
        """
        return replace(self, mean=self.mean + other.mean, samples=self.samples + other.samples)

    @property
    def standard_error(self) -> np.ndarray | None:
        """Standard error of the mean, (p,); None where there is a single sample."""
        count = len(self.samples)
        return self.samples.std(0, ddof=1) / np.sqrt(count) if count > 1 else None


def power_density(series: np.ndarray, sampling: SpectralSampling) -> PowerDensity:
    """Compute the density 2c P of series (n_replicas, n_frames, ...); its integral is the variance.

    Raises
    ------
    InputError
        A trajectory that is too short for the resolution.
    """
    flat = series.reshape(*series.shape[:2], -1)
    n_lags = sampling.n_lags(series.shape[1])
    rows = _transform(flat, n_lags, sampling)
    mean = rows.mean(0)
    if len(flat) == 1:
        rows = _transform(_blocks(flat[0], n_lags), n_lags, sampling)
    return PowerDensity(sampling.wavenumbers, mean, rows)


def flux_density(series: np.ndarray, sampling: SpectralSampling) -> PowerDensity:
    """Compute the density of the time derivative of series (n_replicas, n_frames, ...).

    Its unit is that of the series squared per fs^2 and 1/cm.

    Raises
    ------
    InputError
        A trajectory that is too short for the resolution.
    """
    half = 0.5 * units.ANGULAR * sampling.interval * sampling.observed
    # (omega / omega_obs)^2 (omega_obs h/2 / sin)^2 / h^2, finite at zero.
    ratio = np.ones_like(half)
    np.divide(sampling.wavenumbers, sampling.observed, out=ratio, where=sampling.observed > 0.0)
    gain = (ratio / (np.sinc(half / np.pi) * sampling.interval)) ** 2
    return power_density(np.diff(series, axis=1), sampling).times(gain)


def _transform(series: np.ndarray, n_lags: int, sampling: SpectralSampling) -> np.ndarray:
    """Densities (k, p) of series (k, n_frames, ...) over the true axis."""
    correlation = autocorrelation(series, n_lags)
    chosen = window(sampling.window)
    density = cosine_transform(correlation, sampling.interval, chosen, sampling.observed)
    return units.ANGULAR / np.pi * density * sampling.stretch


def _blocks(series: np.ndarray, n_lags: int) -> np.ndarray:
    """Cut a series (n_frames, components) into blocks that are long enough for the longest lag."""
    count = max(1, min(BLOCKS, len(series) // (2 * n_lags)))
    length = len(series) // count
    return series[: count * length].reshape(count, length, -1)
