"""Raman activities, depolarization ratios and scattering cross-sections (Placzek, non-resonant).

``spectra.harmonic`` calls it for every molecule, and ``spectra.md_raman`` for the cross-section.

Equations, with ``a' = d alpha / d Q`` of one mode::

    mean          a  = trace(a') / 3
    anisotropy    g2 = ((xx-yy)^2 + (yy-zz)^2 + (zz-xx)^2) / 2 + 3 (xy^2 + xz^2 + yz^2)
    activity      S  = 45 a^2 + 7 g2                              angstrom^4/amu
    plane pol.    rho = 3 g2 / (45 a^2 + 4 g2)                    0 to 3/4
    unpolarised   rho = 6 g2 / (45 a^2 + 7 g2)                    0 to 6/7
    Stokes        dsigma/dOmega = (2 pi)^4 (nu0 - nu)^4 <Q^2>_0 S / 45 / (1 - exp(-h c nu / k T))

with the zero-point spread ``<Q^2>_0 = h / (8 pi^2 c nu)``; the cross-section is for plane-polarised
light scattered at 90 degrees, both polarisations collected.

Source: D. A. Long, "The Raman Effect" (2002), chapter 5; the last line agrees with section 3.3 of
the project's notes on spectra.
"""

import numpy as np

from specml import units
from specml.errors import InputError, message
from specml.spectra.normal_modes import NormalModes

# angstrom^4/amu. Silent modes of exact molecules come out below 1e-3 (geometries are converged to
# 0.002 eV/angstrom), the weakest bands that are seen above 0.1.
SILENT = 0.01
_SQUARE_CENTIMETRE = 1e-48  # cm^2 per (angstrom^6 / cm^4)
_NANOMETRE = 1e7  # 1/cm at a wavelength of 1 nm


def raman_invariants(
    modes: NormalModes, polarizability_derivatives: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the squared mean and the squared anisotropy of d alpha / d Q, each (m,)
    angstrom^4/amu.

    Parameters
    ----------
    modes : m normal modes of n atoms.
    polarizability_derivatives : (3, 3, 3n) slopes with the Cartesian coordinates, angstrom^2.
    """
    derived = modes.along(polarizability_derivatives)
    derived = 0.5 * (derived + derived.transpose(1, 0, 2))
    mean = np.trace(derived) / 3.0
    deviator = derived - mean * np.eye(3)[:, :, None]
    return mean**2, 1.5 * (deviator**2).sum(axis=(0, 1))


def raman_activities(modes: NormalModes, polarizability_derivatives: np.ndarray) -> np.ndarray:
    """Compute the scattering activity S of every fundamental, (m,) angstrom^4/amu."""
    mean, anisotropy = raman_invariants(modes, polarizability_derivatives)
    return 45.0 * mean + 7.0 * anisotropy


def depolarization_ratios(
    modes: NormalModes, polarizability_derivatives: np.ndarray, polarised: bool = True
) -> np.ndarray:
    """Ratio of perpendicular to parallel scattering, (m,); NaN, 0/0, of a mode that is silent.

    Parameters
    ----------
    modes : m normal modes of n atoms.
    polarizability_derivatives : (3, 3, 3n) slopes with the Cartesian coordinates, angstrom^2.
    polarised : whether the light is plane-polarised (a laser), else it is natural light.
    """
    mean, anisotropy = raman_invariants(modes, polarizability_derivatives)
    above, below = (3.0, 4.0) if polarised else (6.0, 7.0)
    total = 45.0 * mean + below * anisotropy
    silent = 45.0 * mean + 7.0 * anisotropy < SILENT
    return np.divide(above * anisotropy, total, out=np.full_like(total, np.nan), where=~silent)


def raman_cross_sections(
    wavenumbers: np.ndarray,
    activities: np.ndarray,
    laser_nm: float = 532.0,
    temperature: float = 298.15,
) -> np.ndarray:
    """Compute the differential Stokes cross-section of every fundamental, (m,) cm^2/sr.

    Parameters
    ----------
    wavenumbers : (m,) 1/cm; an imaginary mode (negative) gets zero.
    activities : (m,) angstrom^4/amu.
    laser_nm : vacuum wavelength of the exciting line, nm.
    temperature : K; zero is allowed.

    Raises
    ------
    InputError
        A laser or a temperature that cannot be, or a laser line below a fundamental.
    """
    highest = float(np.max(wavenumbers, initial=0.0))
    if not 0.0 < laser_nm < _NANOMETRE / max(highest, 1e-300):
        raise InputError(
            message(
                "laser line",
                f"{laser_nm} nm",
                f"a positive wavelength above the highest mode in energy ({highest:.0f} 1/cm)",
                "Use the line of the spectrometer, for example 532, 633, 785 or 1064.",
            )
        )
    if temperature < 0.0:
        raise InputError(
            message("temperature", f"{temperature} K", "zero or more", "Give it in kelvin.")
        )
    real = wavenumbers > 0.0
    nu = np.where(real, wavenumbers, 1.0)
    spread = units.PLANCK_C * units.WAVENUMBER**2 / (2.0 * nu)  # amu angstrom^2
    thermal = 1.0
    if temperature > 0.0:
        thermal = -np.expm1(-units.PLANCK_C * nu / (units.BOLTZMANN * temperature))
    light = (2.0 * np.pi * (_NANOMETRE / laser_nm - nu)) ** 4
    sections = _SQUARE_CENTIMETRE * light * spread * activities / (45.0 * thermal)
    return np.where(real, sections, 0.0)
