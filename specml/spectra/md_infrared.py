"""Infrared spectrum of a trajectory, in absolute units.

``spectra.dynamic`` computes it for ``specml md`` and ``specml spectrum``.

    S(nu) = N_A / (6 eps0 c k_B T) integral <mu_dot(0) . mu_dot(t)> e^(-i omega t) dt

For harmonic motion its band areas are the km/mol of the harmonic analysis,
``N_A/(12 eps0 c^2) |d mu/dQ|^2``, at any temperature. The flux form holds the harmonic quantum
correction already (h-bar cancels), so no other is applied. Of ring-polymer dynamics the dipole is
the mean over the beads: the correlation function is then Kubo's, and the formula the same.

Source: R. Ramirez, T. Lopez-Ciudad, P. Kumar, D. Marx, J. Chem. Phys. 121, 3973 (2004).
"""

import numpy as np

from specml import units
from specml.errors import InputError, message
from specml.spectra.power import PowerDensity, SpectralSampling, flux_density
from specml.spectra.spectrum import Spectrum


def infrared_spectrum(
    dipoles: np.ndarray,
    sampling: SpectralSampling,
    temperature: float,
    provenance: dict[str, object] | None = None,
) -> Spectrum:
    """Compute the integrated molar absorption per wavenumber, km/mol per 1/cm, with its standard
    error.

    Parameters
    ----------
    dipoles : (n_replicas, n_frames, 3) e*angstrom.
    sampling : how they were recorded and how the spectrum is wanted.
    temperature : temperature of the sampled ensemble, K.
    provenance : further facts that the spectrum shall carry.

    Raises
    ------
    InputError
        The temperature is not positive, or the trajectory is too short.
    """
    density = flux_density(dipoles, sampling)
    return as_spectrum(
        density.times(units.INFRARED * mass_weight(temperature)),
        "infrared",
        "km/mol per 1/cm",
        sampling,
        {"temperature_k": temperature, "replicas": len(dipoles), **(provenance or {})},
    )


def mass_weight(temperature: float) -> float:
    """Compute ``1/kT`` for a flux in 1/fs, in amu/(angstrom/fs)^2.

    It turns a variance of Q-dot into 1/amu.

    Raises
    ------
    InputError
        The temperature (K) is not positive.
    """
    if not 0.0 < temperature < np.inf:
        raise InputError(
            message("temperature", f"{temperature} K", "more than zero", "Give it in kelvin.")
        )
    return units.TIME_UNIT**2 / (units.BOLTZMANN * temperature)


def as_spectrum(
    density: PowerDensity,
    kind: str,
    unit: str,
    sampling: SpectralSampling,
    provenance: dict[str, object],
) -> Spectrum:
    """Make a Spectrum of a density, with the window, resolution and interval in its provenance."""
    made: dict[str, object] = {
        "window": sampling.window,
        "resolution": sampling.resolution,
        "interval_fs": sampling.interval,
        "verlet_timestep_fs": sampling.timestep,
        **provenance,
    }
    return Spectrum(
        density.wavenumbers,
        density.mean,
        "1/cm",
        unit,
        kind,
        False,
        made,
        standard_error=density.standard_error,
    )
