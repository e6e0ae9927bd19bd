"""Scheme ``b3lyp-tzvpd``: B3LYP in def2-SVP and in def2-TZVPD at one geometry.

Called by ``specml label`` (:mod:`specml.reference.labelling`).

What the larger basis adds is a rung: energy, forces and dipole of def2-TZVPD minus those of
def2-SVP. Both come from one program, one functional and one grid, so that the noise of the grid
leaves their difference. The density of def2-SVP, projected on the larger basis,

    D' = P D P^T,    P = S'^-1 S'',    S'' = <large|small>,

starts the cycles there.
"""

from typing import Any

import numpy as np
from pyscf import lib
from pyscf.scf import addons

from specml.reference import dft
from specml.reference.dft import Converged, dipole, energy, forces, kohn_sham
from specml.structure import Structure

BASIS = "def2-tzvpd"
SETTINGS = dft.SETTINGS | {"larger_basis": BASIS}


def label(structure: Structure) -> dict[str, Any]:
    """The labels of ``b3lyp-svp``, and energy, forces and dipole of def2-TZVPD; errors as there."""
    lib.num_threads(1)
    small = kohn_sham(structure)
    return dft.of_run(small) | of_run(small)


def of_run(small: Converged) -> dict[str, Any]:
    """Energy, forces and dipole of def2-TZVPD where def2-SVP has converged."""
    large = kohn_sham(small.structure, BASIS, density=projected(small))
    return {
        "energy_tzvpd": energy(large),
        "forces_tzvpd": forces(large),
        "dipole_tzvpd": dipole(large),
    }


def projected(run: Converged) -> np.ndarray:
    """The density matrices of a run in the larger basis, (nao, nao) or one a spin."""
    large = dft.molecule(run.structure, BASIS)
    density = np.asarray(run.field.make_rdm1())
    return np.asarray(addons.project_dm_nr2nr(run.field.mol, density, large))
