"""Schemes ``fock-*``: converged Kohn-Sham matrices in def2-SVP, from PySCF.

``b3lyp``: density fitting; converged on the coarsest grid of PySCF (level 0), then one matrix of
that density on the grid of level 1. ``pbe`` (the level of MD17-Hamiltonian): exact integrals and
the default grid; F = S C eps C^T S with the orbitals of the last cycle, which differs from a
matrix built anew of their density by less than a model can see, and saves that build.
"""

from typing import Any

import numpy as np
from pyscf import dft, lib

from specml.errors import ReferenceFailure, message
from specml.reference.dft import BASIS, molecule
from specml.reference.exchange_correlation import CachedIntegrator
from specml.structure import Structure

# hartree; with the fitted scheme the elements move by 2e-5 hartree on average, most of it the grid
CONV_TOL_FITTED, CONV_TOL = 1e-6, 1e-9
SETTINGS = {
    "basis": BASIS,
    "conv_tol_hartree": f"{CONV_TOL_FITTED} fitted, else {CONV_TOL}",
    "order": "PySCF, spherical",
}


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
    if fitted:
        density = field.make_rdm1()
        field.grids = dft.Grids(field.mol)
        field.grids.level = 1
        matrix = field.get_fock(dm=density)
    else:
        half = field.get_ovlp() @ field.mo_coeff
        matrix = (half * field.mo_energy) @ half.T
    return {"fock": matrix[np.tril_indices(len(matrix))]}


def _converged(structure: Structure, xc: str, fitted: bool) -> dft.rks.RKS:
    field = dft.RKS(molecule(structure), xc=xc)
    if fitted:
        field = field.density_fit()
        field.grids.level = 0
    field._numint = CachedIntegrator()
    field.chkfile = None  # nobody reads it
    field.conv_check = False  # one more cycle for nothing
    field.conv_tol = CONV_TOL_FITTED if fitted else CONV_TOL
    field.kernel()
    if not field.converged:
        raise ReferenceFailure(
            message(
                structure.name,
                f"an SCF that stopped after {field.cycles} cycles",
                f"convergence to {field.conv_tol} hartree",
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
