"""Vibrational density of states of a trajectory: the power spectrum of its velocities.

``spectra.dynamic`` computes it for ``specml spectrum``.

    D(nu) = 1/kT sum_i m_i 2c integral <v_i(0) . v_i(t)> e^(-i omega t) dt,    integral D dnu = f

with f the number of moving degrees of freedom, if all of them hold kT. Velocities of velocity
Verlet are too small by ``cos(omega_obs dt / 2)``, which is divided out.
"""

import numpy as np

from specml.spectra import verlet
from specml.spectra.md_infrared import as_spectrum, mass_weight
from specml.spectra.power import SpectralSampling, flux_density, power_density
from specml.spectra.spectrum import Spectrum


def density_of_states(
    masses: np.ndarray,
    sampling: SpectralSampling,
    temperature: float,
    *,
    velocities: np.ndarray | None = None,
    positions: np.ndarray | None = None,
    provenance: dict[str, object] | None = None,
) -> Spectrum:
    """Compute the vibrational density of states, in degrees of freedom per 1/cm.

    Parameters
    ----------
    masses : (n,) amu.
    sampling : how the trajectory was recorded and how the spectrum is wanted.
    temperature : temperature of the sampled ensemble, K.
    velocities : (n_replicas, n_frames, n, 3) angstrom/fs; where None, differences of the positions
        take their place.
    positions : (n_replicas, n_frames, n, 3) angstrom; used only without velocities.
    provenance : further facts that the spectrum shall carry.
    """
    root = np.sqrt(masses)[:, None]
    if velocities is not None:
        density = power_density(root * velocities, sampling)
        if sampling.timestep is not None:
            factor = verlet.velocity_factor(sampling.observed, sampling.timestep)
            density = density.times(factor**-2)
    elif positions is not None:
        density = flux_density(root * positions, sampling)
    else:
        raise TypeError("density_of_states needs velocities or positions")
    made = {"temperature_k": temperature, **(provenance or {})}
    density = density.times(mass_weight(temperature))
    return as_spectrum(density, "density of states", "1 per 1/cm", sampling, made)
