"""Raman spectrum of a trajectory: isotropic and anisotropic scattering, activity, cross-section.

``spectra.dynamic`` computes it for ``specml md`` and ``specml spectrum``.

With the polarizability alpha = a 1 + beta (beta traceless) and densities P of their fluxes::

    isotropic      P_a     from a_dot
    anisotropic    P_g     from 3/2 tr(beta_dot beta_dot) = 1/2 sum (xx-yy)^2 + 3 sum xy^2
    activity       S(nu) = (45 P_a + 7 P_g) / kT                  angstrom^4/amu per 1/cm
    parallel       45 P_a + 4 P_g         perpendicular   3 P_g
    depolarization 3 P_g / (45 P_a + 4 P_g)                       0 to 3/4
    Stokes         dsigma/dOmega(nu)  of S(nu) at nu, laser and temperature (specml.spectra.raman)

The areas of S are the harmonic activities 45 a'^2 + 7 g'^2 at any temperature; cross-section and
Bose factor are applied point by point.

Source: M. Thomas, M. Brehm, R. Fligg, P. Voehringer, B. Kirchner, PCCP 15, 6608 (2013).
"""

from dataclasses import dataclass, replace

import numpy as np

from specml.spectra.md_infrared import as_spectrum, mass_weight
from specml.spectra.power import PowerDensity, SpectralSampling, flux_density
from specml.spectra.raman import raman_cross_sections
from specml.spectra.spectrum import Spectrum

DARK = 1e-3  # of the strongest scattering: below it a ratio of two noises says nothing


@dataclass(frozen=True, eq=False)
class RamanDensities:
    """Densities of mean and anisotropy, angstrom^4/amu per 1/cm, and how they were made.

    Parameters
    ----------
    isotropic : P_a / kT, what the mean polarizability scatters.
    anisotropic : P_g / kT, what its anisotropy scatters.
    sampling : how the trajectory was recorded and how the spectrum was made.
    temperature : temperature of the ensemble, K.
    provenance : facts that every spectrum made of this carries.
    """

    isotropic: PowerDensity
    anisotropic: PowerDensity
    sampling: SpectralSampling
    temperature: float
    provenance: dict[str, object]

    def activity(self) -> Spectrum:
        """Return the activity of both polarisations, 45 a'^2 + 7 g'^2 in angstrom^4/amu."""
        return self._spectrum(45.0, 7.0, "activity")

    def parallel(self) -> Spectrum:
        """Return what is scattered with the polarisation of the laser, 45 a'^2 + 4 g'^2."""
        return self._spectrum(45.0, 4.0, "parallel")

    def perpendicular(self) -> Spectrum:
        """Return what is scattered across the polarisation of the laser, 3 g'^2."""
        return self._spectrum(0.0, 3.0, "perpendicular")

    def depolarization(self) -> Spectrum:
        """Return perpendicular over parallel scattering; zero where next to nothing scatters."""
        above, below = self.perpendicular(), self.parallel()
        bright = below.y > DARK * below.y.max(initial=0.0)
        ratio = np.divide(above.y, below.y, out=np.zeros_like(above.y), where=bright)
        return replace(above, y=ratio, y_unit="1", label="depolarization", standard_error=None)

    def cross_section(self, laser_nm: float = 532.0) -> Spectrum:
        """Return the Stokes cross-section in cm^2/sr per 1/cm, for a laser line of so many nm."""
        activity = self.activity()
        x = activity.x
        ones = raman_cross_sections(x, np.ones_like(x), laser_nm, self.temperature)
        error = activity.standard_error
        return replace(
            activity,
            y=ones * activity.y,
            y_unit="cm^2/sr per 1/cm",
            standard_error=None if error is None else ones * error,
            provenance={**activity.provenance, "laser_nm": laser_nm},
        )

    def _spectrum(self, isotropic: float, anisotropic: float, label: str) -> Spectrum:
        density = self.isotropic.times(isotropic).plus(self.anisotropic.times(anisotropic))
        unit = "angstrom^4/amu per 1/cm"
        made = as_spectrum(density, "raman", unit, self.sampling, self.provenance)
        return replace(made, label=label)


def raman_densities(
    polarizabilities: np.ndarray,
    sampling: SpectralSampling,
    temperature: float,
    provenance: dict[str, object] | None = None,
) -> RamanDensities:
    """Compute both parts of the scattering from the polarizabilities of a trajectory.

    Parameters
    ----------
    polarizabilities : (n_replicas, n_frames, 3, 3) angstrom^3; an antisymmetric part is dropped.
    sampling : how they were recorded and how the spectrum is wanted.
    temperature : temperature of the sampled ensemble, K.
    provenance : further facts that the spectra shall carry.

    Raises
    ------
    InputError
        The temperature is not positive, or the trajectory is too short.
    """
    symmetric = 0.5 * (polarizabilities + np.swapaxes(polarizabilities, -1, -2))
    mean = np.trace(symmetric, axis1=-2, axis2=-1) / 3.0
    deviator = symmetric - mean[..., None, None] * np.eye(3)
    weight = mass_weight(temperature)
    made = {"temperature_k": temperature, "replicas": len(symmetric), **(provenance or {})}
    return RamanDensities(
        flux_density(mean, sampling).times(weight),
        flux_density(deviator, sampling).times(1.5 * weight),
        sampling,
        temperature,
        made,
    )
