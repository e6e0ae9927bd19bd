"""Schemes ``fock-*`` of ``specml label``: converged Kohn-Sham matrices in def2-SVP, from PySCF.

``b3lyp``: density fitting and PySCF's grid of level 1; its elements between occupied and virtual
orbitals lie 1e-6 to 2e-6 hartree (rms) from those of the default grid. That of level 0 is 2e-4 off
(four molecules), and a self-consistent field feels it. ``pbe`` (the level of MD17-Hamiltonian):
exact integrals and the default grid.

F = S C eps C^T S with the orbitals of the last cycle, the matrix that DIIS extrapolated for it:
within 3e-6 hartree of the converged one (rms between occupied and virtual orbitals, seven
molecules), and nearer to it than a matrix built anew of their density.
"""

from typing import Any

import numpy as np
from pyscf import dft, lib

from specml.errors import ReferenceFailure, message
from specml.reference.dft import BASIS, molecule
from specml.reference.exchange_correlation import CachedIntegrator
from specml.structure import Structure

CONV_TOL_FITTED, CONV_TOL = 1e-6, 1e-9  # hartree
GRID_FITTED = 1  # level
SETTINGS = {
    "basis": BASIS,
    "conv_tol_hartree": f"{CONV_TOL_FITTED} fitted, else {CONV_TOL}",
    "grid_level": f"{GRID_FITTED} fitted, else PySCF's",
    "order": "PySCF, spherical",
}


def label(structure: Structure, xc: str, fitted: bool) -> dict[str, Any]:
    """The label ``fock``: the lower triangle of F, row by row, hartree, PySCF's order of orbitals.

    Parameters
    ----------
    xc : functional, in PySCF's notation.
    fitted : density fitting and the smaller grid, or exact integrals and the default grid.

    Raises
    ------
    ReferenceFailure
        If the self-consistent field does not converge, for open shells or elements beyond Rn.
    """
    if structure.multiplicity > 1:
        got, fix = f"multiplicity {structure.multiplicity}", "Leave it out."
        raise ReferenceFailure(message(structure.name, got, "a closed shell", fix))
    lib.num_threads(1)
    field = _converged(structure, xc, fitted)
    half = field.get_ovlp() @ field.mo_coeff
    matrix = (half * field.mo_energy) @ half.T
    return {"fock": matrix[np.tril_indices(len(matrix))]}


def _converged(structure: Structure, xc: str, fitted: bool) -> dft.rks.RKS:
    field = dft.RKS(molecule(structure), xc=xc)
    if fitted:
        field = field.density_fit()
        field.grids.level = GRID_FITTED
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
    """The symmetric matrix (nao, nao) of a lower triangle, in double precision."""
    size = int((np.sqrt(8 * len(triangle) + 1) - 1) / 2)
    matrix = np.zeros((size, size))
    matrix[np.tril_indices(size)] = triangle
    return matrix + np.tril(matrix, -1).T
