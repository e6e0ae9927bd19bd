"""Infrared intensities in the double-harmonic approximation.

``spectra.harmonic`` calls it for every molecule.

``A_k = N_A / (12 eps0 c^2) |d mu / d Q_k|^2`` (napierian; a degenerate set is
the sum of its partners, which are listed one by one), 974.88 km/mol for 1 e^2/amu.

Source: E. B. Wilson, J. C. Decius, P. C. Cross, "Molecular Vibrations" (1955), chapter 7.
"""

import numpy as np

from specml import units
from specml.spectra.normal_modes import NormalModes

# km/mol: what stands below is forbidden by symmetry, and the number is that of rounding and of the
# convergence of the geometry.
INACTIVE = 0.01


def infrared_intensities(modes: NormalModes, dipole_derivatives: np.ndarray) -> np.ndarray:
    """Compute the integrated molar absorption of every fundamental, (m,) km/mol.

    Parameters
    ----------
    modes : m normal modes of n atoms.
    dipole_derivatives : (3, 3n) slopes of the dipole with the Cartesian coordinates, e.
    """
    return units.INFRARED * (modes.along(dipole_derivatives) ** 2).sum(axis=0)
