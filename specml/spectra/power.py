"""Power densities of a trajectory's observables over the true wavenumber axis, with error bars.

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
    interval : fs between frames.
    timestep : fs, of the velocity Verlet integrator that made them; None leaves the axis alone.
    resolution : 1/cm, full width of the narrowest line.
    window : a key of ``specml.spectra.windows.WINDOWS``.
    top : 1/cm, end of the axis.
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
        """Even grid from 0 to ``top``, at most 1 and at most an eighth of the resolution apart."""
        step = min(1.0, self.resolution / 8.0)
        return np.linspace(0.0, self.top, round(self.top / step) + 1)

    @property
    def observed(self) -> np.ndarray:
        """The same points on the axis of the trajectory."""
        if self.timestep is None:
            return self.wavenumbers
        return verlet.observed_wavenumbers(self.wavenumbers, self.timestep)

    @property
    def stretch(self) -> np.ndarray:
        if self.timestep is None:
            return np.ones_like(self.wavenumbers)
        return verlet.stretch(self.observed, self.timestep)

    def n_lags(self, n_frames: int) -> int:
        """Frames of the longest lag.

        Raises
        ------
        InputError
            A trajectory shorter than twice the longest lag; says how long it must be.
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
    mean : (p,).
    samples : (k, p).
    """

    wavenumbers: np.ndarray
    mean: np.ndarray
    samples: np.ndarray

    def times(self, factor: float | np.ndarray) -> "PowerDensity":
        return replace(self, mean=factor * self.mean, samples=factor * self.samples)

    def plus(self, other: "PowerDensity") -> "PowerDensity":
        """Sums of replicas of one trajectory: their errors are correlated, so rows are added."""
        return replace(self, mean=self.mean + other.mean, samples=self.samples + other.samples)

    @property
    def standard_error(self) -> np.ndarray | None:
        """(p,), or None from a single sample."""
        count = len(self.samples)
        return self.samples.std(0, ddof=1) / np.sqrt(count) if count > 1 else None


def power_density(series: np.ndarray, sampling: SpectralSampling) -> PowerDensity:
    """Density 2c P of series (n_replicas, n_frames, ...): its integral is the variance."""
    flat = series.reshape(*series.shape[:2], -1)
    n_lags = sampling.n_lags(series.shape[1])
    rows = _transform(flat, n_lags, sampling)
    mean = rows.mean(0)
    if len(flat) == 1:
        rows = _transform(_blocks(flat[0], n_lags), n_lags, sampling)
    return PowerDensity(sampling.wavenumbers, mean, rows)


def flux_density(series: np.ndarray, sampling: SpectralSampling) -> PowerDensity:
    """Density of the time derivative, in units of the series squared per fs^2 and 1/cm."""
    half = 0.5 * units.ANGULAR * sampling.interval * sampling.observed
    # (omega / omega_obs)^2 (omega_obs h/2 / sin)^2 / h^2, finite at zero.
    ratio = np.ones_like(half)
    np.divide(sampling.wavenumbers, sampling.observed, out=ratio, where=sampling.observed > 0.0)
    gain = (ratio / (np.sinc(half / np.pi) * sampling.interval)) ** 2
    return power_density(np.diff(series, axis=1), sampling).times(gain)


def _transform(series: np.ndarray, n_lags: int, sampling: SpectralSampling) -> np.ndarray:
    correlation = autocorrelation(series, n_lags)
    chosen = window(sampling.window)
    density = cosine_transform(correlation, sampling.interval, chosen, sampling.observed)
    return units.ANGULAR / np.pi * density * sampling.stretch


def _blocks(series: np.ndarray, n_lags: int) -> np.ndarray:
    count = max(1, min(BLOCKS, len(series) // (2 * n_lags)))
    length = len(series) // count
    return series[: count * length].reshape(count, length, -1)
