"""Infrared intensities in the double-harmonic approximation.

``A_k = N_A / (12 eps0 c^2) |d mu / d Q_k|^2`` (napierian, summed over nothing: a degenerate set is
the sum of its partners), 974.88 km/mol for 1 e^2/amu.

Source: E. B. Wilson, J. C. Decius, P. C. Cross, "Molecular Vibrations" (1955), chapter 7.
"""

import numpy as np

from specml import units
from specml.spectra.normal_modes import NormalModes

# km/mol: what stands below is forbidden by symmetry, and the number is that of rounding and of the
# convergence of the geometry.
INACTIVE = 0.01


def infrared_intensities(modes: NormalModes, dipole_derivatives: np.ndarray) -> np.ndarray:
    """Integrated molar absorption of every fundamental, (m,) km/mol.

    Parameters
    ----------
    dipole_derivatives : (3, 3n) e.
    """
    return units.INFRARED * (modes.along(dipole_derivatives) ** 2).sum(axis=0)
