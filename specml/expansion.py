"""What a vibrational spectrum needs to know about a molecule at one geometry.

Models and programs make expansions; ``spectra.harmonic`` turns them into spectra.
"""

from dataclasses import dataclass

import numpy as np

from specml.structure import Structure


@dataclass(frozen=True)
class Expansion:
    """Energy to second order, dipole and polarizability to first order, in the displacements.

    The last axis of every derivative is 3 n_atoms long, ordered x0 y0 z0 x1 ...

    Parameters
    ----------
    structure : the geometry at which the expansion is made.
    energy : eV.
    gradient : (3n,) eV/angstrom.
    hessian : (3n, 3n) eV/angstrom^2.
    dipole : (3,) e*angstrom.
    dipole_derivatives : (3, 3n) e.
    polarizability : (3, 3) angstrom^3, or None where the source has none.
    polarizability_derivatives : (3, 3, 3n) angstrom^2, or None.
    source : name of the model or program that it comes from.
    """

    structure: Structure
    energy: float
    gradient: np.ndarray
    hessian: np.ndarray
    dipole: np.ndarray
    dipole_derivatives: np.ndarray
    polarizability: np.ndarray | None = None
    polarizability_derivatives: np.ndarray | None = None
    source: str = ""
