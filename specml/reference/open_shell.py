"""Stable solutions of unrestricted Kohn-Sham, for radicals and triplets.

Called by :mod:`specml.reference.two_grids`.

A solution may be a saddle point of the energy as a function of the orbitals, so that a neighbouring
geometry ends in another state and forces jump between them. A negative eigenvalue of the orbital
Hessian says so (Bauernschmitt & Ahlrichs, J. Chem. Phys. 104, 9047, 1996); the orbitals are then
turned along its vector and converged again.
"""

import numpy as np
from pyscf import dft

MOST_TURNS = 3  # along unstable directions


def stable_density(field: dft.uks.UKS) -> np.ndarray:
    """Density matrices (2, nao, nao) of a stable solution.

    Parameters
    ----------
    field : converged; its grid and thresholds are kept.
    """
    for _ in range(MOST_TURNS):
        turned, _, stable, _ = field.stability(return_status=True)
        if stable:
            break
        field.kernel(field.make_rdm1(turned, field.mo_occ))
    return np.asarray(field.make_rdm1())
