"""Schemes ``fock-*``: converged Kohn-Sham matrices in def2-SVP, from PySCF.

    F = S C eps C^T S

with the orbitals of the last cycle. It differs from a matrix built anew of their density by less
than the model can see (4e-5 hartree in the largest element), and saves that build.

``b3lyp``: density fitting and a grid of PySCF's level 1, reached from its level 0. Against
PySCF's own defaults the elements of three molecules moved by 3 to 4e-6 hartree on average, at a
fifth of the time. ``pbe`` (the level of MD17-Hamiltonian): exact integrals and the default grid.
"""

from typing import Any

import numpy as np
from pyscf import dft, lib

from specml.errors import ReferenceFailure, message
from specml.reference.dft import BASIS, molecule
from specml.reference.exchange_correlation import CachedIntegrator
from specml.structure import Structure

CONV_TOL = 1e-7  # hartree; the largest element of F is then converged to some 1e-5
COARSE_TOL = 1e-5
SETTINGS = {"basis": BASIS, "conv_tol_hartree": CONV_TOL, "order": "PySCF, spherical"}


def label(structure: Structure, xc: str, fitted: bool) -> dict[str, Any]:
    """``fock``: the lower triangle of F, row by row, in hartree and PySCF's order of orbitals.

    Parameters
    ----------
    xc : functional, in PySCF's notation.
    fitted : density fitting and the small grid, or exact integrals and the default grid.

    Raises
    ------
    ReferenceFailure
        If the self-consistent field does not converge, or for elements beyond Kr.
    """
    lib.num_threads(1)
    field = _converged(structure, xc, fitted)
    overlap = field.get_ovlp()
    half = overlap @ field.mo_coeff
    matrix = (half * field.mo_energy) @ half.T
    return {"fock": matrix[np.tril_indices(len(matrix))]}


def _converged(structure: Structure, xc: str, fitted: bool) -> dft.rks.RKS:
    field = dft.RKS(molecule(structure), xc=xc)
    field._numint = CachedIntegrator()
    field.chkfile = None  # nobody reads it
    guess = None
    if fitted:
        field = field.density_fit()
        field.grids.level = 0
        field.conv_tol = COARSE_TOL
        field.kernel()
        guess = field.make_rdm1()
        field.grids = dft.Grids(field.mol)
        field.grids.level = 1
    field.conv_tol = CONV_TOL
    field.kernel(guess)
    if not field.converged:
        raise ReferenceFailure(
            message(
                structure.name,
                f"an SCF that stopped after {field.cycles} cycles",
                f"convergence to {CONV_TOL} hartree",
                "Check the geometry.",
            )
        )
    return field


def unpacked(triangle: np.ndarray) -> np.ndarray:
    """The symmetric matrix of a lower triangle, in double precision."""
    size = int((np.sqrt(8 * len(triangle) + 1) - 1) / 2)
    matrix = np.zeros((size, size))
    matrix[np.tril_indices(size)] = triangle
    return matrix + np.tril(matrix, -1).T
