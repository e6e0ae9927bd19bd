"""Self-consistency on a fine grid with the cycles on a coarse one.

Called by :mod:`specml.reference.dft`.

The energy on the fine grid is E[D] + X_f[D], X being exchange and correlation. About a density
D_k the coarse grid's X_c becomes

    X[D] = X_c[D] + tr Delta (D - D_k) + X_f[D_k] - X_c[D_k],    Delta = V_f[D_k] - V_c[D_k],

which has the fine grid's value and slope at D_k. Its minimum is D_k+1. Only the second
derivative of X_f - X_c is missing, so that an error shrinks by a factor of a thousand from one
D_k to the next: two potentials on the fine grid are enough where the usual cycles need seven
(defect correction, as in multigrid methods: Brandt, Math. Comp. 31, 333 (1977), section 5).
"""

from typing import Any

import numpy as np
from pyscf import dft

from specml.reference.exchange_correlation import CachedIntegrator
from specml.reference.open_shell import stable_density

# Hartree; until the first correction is made, no density is worth more. Tighter saves no cycle
# later, looser leaves errors of the forces five times as large.
ROUGH_TOL = 1e-4
# Norm of the last change of Delta between occupied and virtual orbitals, hartree: what is
# missing after it is a thousand times smaller.
SETTLED = 1e-4
MOST_CORRECTIONS = 7  # after the rough one


class _Corrected(CachedIntegrator):
    """The coarse grid's integrator with X and its slope as above."""

    constant: float = 0.0
    delta: Any = 0.0

    def nr_rks(
        self, mol: Any, grids: Any, xc_code: str, dms: np.ndarray, *more: Any, **named: Any
    ) -> tuple[float, float, np.ndarray]:
        coarse = super().nr_rks(mol, grids, xc_code, dms, *more, **named)
        return self._moved(dms, *coarse)

    def nr_uks(
        self, mol: Any, grids: Any, xc_code: str, dms: np.ndarray, *more: Any, **named: Any
    ) -> tuple[np.ndarray, float, np.ndarray]:
        coarse = super().nr_uks(mol, grids, xc_code, dms, *more, **named)
        return self._moved(dms, *coarse)

    def _moved(self, dms: np.ndarray, electrons: Any, energy: float, potential: np.ndarray) -> Any:
        energy += self.constant + np.sum(self.delta * dms)
        return electrons, energy, potential + self.delta


def converge(
    field: dft.rks.RKS | dft.uks.UKS,
    coarse: dft.Grids,
    fine: dft.Grids,
    start: np.ndarray | None = None,
) -> bool:
    """Converge a GGA on the fine grid, as ``field.conv_tol`` and its slope say.

    Afterwards the field has the fine grid and a ``CachedIntegrator``, as if the cycles had run
    there.

    Parameters
    ----------
    field : not yet run.
    start : density matrix, or one a spin; without it the coarse grid finds one, in open shells a
        stable one.

    Returns
    -------
    Whether it converged.
    """
    exact, field._numint, field.grids = CachedIntegrator(), _Corrected(), coarse
    tolerance, slope = field.conv_tol, field.conv_tol_grad
    field.conv_tol, field.conv_tol_grad = ROUGH_TOL, None
    if start is None:
        field.kernel()
        start = stable_density(field) if field.mol.spin else field.make_rdm1()
    _correct(field, exact, fine, start)
    field.conv_tol, field.conv_tol_grad = tolerance, slope
    settled = False
    for _ in range(MOST_CORRECTIONS):
        if settled or not field.converged:
            break
        settled = _correct(field, exact, fine, field.make_rdm1()) < SETTLED
    field._numint, field.grids = exact, fine
    return settled and bool(field.converged)


def _correct(
    field: dft.rks.RKS | dft.uks.UKS, exact: CachedIntegrator, fine: dft.Grids, density: np.ndarray
) -> float:
    """Move to D_k+1 from D_k; the norm of Delta's change between occupied and virtual orbitals."""
    corrected = field._numint
    name = "nr_uks" if field.mol.spin else "nr_rks"
    _, energy, potential = getattr(exact, name)(field.mol, fine, field.xc, density)
    _, seen, present = getattr(corrected, name)(field.mol, field.grids, field.xc, density)
    change = potential - present
    corrected.delta = corrected.delta + change
    corrected.constant += energy - seen - np.sum(change * density)
    field.kernel(density)
    if not field.mol.spin:
        return _coupling(field.mo_coeff, field.mo_occ, change)
    each = zip(field.mo_coeff, field.mo_occ, change, strict=True)
    return float(np.linalg.norm([_coupling(*spin) for spin in each]))


def _coupling(orbitals: np.ndarray, occupations: np.ndarray, change: np.ndarray) -> float:
    """Norm of a matrix between occupied and virtual orbitals."""
    occupied = occupations > 0
    return float(np.linalg.norm(orbitals[:, ~occupied].T @ change @ orbitals[:, occupied]))
