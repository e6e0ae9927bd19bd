"""The frequency that velocity Verlet shows, and the one the forces have: exact both ways.

``spectra.power`` corrects the axis of every spectrum of a trajectory with it.

A harmonic oscillator integrated with time step dt oscillates at

    omega_obs = (2/dt) arcsin(omega dt / 2)        omega = (2/dt) sin(omega_obs dt / 2)

which is 19 1/cm too high at 3700 1/cm and 0.5 fs. Its phase-space ellipse differs as well: the
velocity of velocity Verlet has the amplitude ``x omega cos(omega_obs dt / 2)``. Positions sampled
by the BAOAB splitting are exact, ``<x^2> = kT / m omega^2``, and stay so in velocity Verlet.

Source: E. Hairer, C. Lubich, G. Wanner, "Geometric Numerical Integration" (2006), section I.5;
B. Leimkuhler, C. Matthews, J. Chem. Phys. 138, 174102 (2013), for the sampling.
"""

import numpy as np

from specml import units


def true_wavenumbers(observed: np.ndarray, timestep: float) -> np.ndarray:
    """Compute the harmonic wavenumbers of lines that a trajectory shows at ``observed``.

    Parameters
    ----------
    observed : 1/cm, of any shape.
    timestep : time step of velocity Verlet, fs.

    >>> round(float(true_wavenumbers(np.array(3718.98), 0.5)), 2)
    3700.0
    """
    half = 0.5 * units.ANGULAR * timestep
    return np.sin(half * observed) / half


def observed_wavenumbers(true: np.ndarray, timestep: float) -> np.ndarray:
    """Compute where velocity Verlet puts lines of the harmonic wavenumbers ``true``, 1/cm.

    Above the stability limit ``omega dt = 2`` no trajectory has a line; the result is NaN there.
    """
    half = 0.5 * units.ANGULAR * timestep
    inside = np.abs(half * true) <= 1.0
    return np.where(inside, np.arcsin(np.where(inside, half * true, 0.0)) / half, np.nan)


def stretch(observed: np.ndarray, timestep: float) -> np.ndarray:
    """Compute ``d observed / d true``: a density over one axis times this is the other's."""
    return 1.0 / velocity_factor(observed, timestep)


def velocity_factor(observed: np.ndarray, timestep: float) -> np.ndarray:
    """Compute the recorded amplitude of the velocity over the true one, cos(omega_obs dt / 2)."""
    return np.cos(0.5 * units.ANGULAR * timestep * observed)
