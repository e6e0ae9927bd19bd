"""The exchange-correlation part of a GGA on a grid, quicker than PySCF's.

Called by :mod:`specml.reference.two_grids` and :mod:`specml.reference.fock`.

With D = U diag(n) U^T (its rank is the number of occupied orbitals, a fifth of the basis) and
psi_i(r) = sum_mu U_mu,i chi_mu(r) the density and its gradient are

    rho = sum_i n_i psi_i^2,    grad rho = 2 sum_i n_i psi_i grad psi_i.

The potential matrix is V + V^T, V_mu,nu = sum_g chi_mu (v_0 / 2 + v_1 . grad) chi_nu, with v_0
the weighted derivative of the energy by rho and v_1 that by grad rho.

Open shells have these for alpha and for beta, and one energy of both densities.

The basis functions chi of a geometry are evaluated once and kept for all cycles. The grid is cut
into compact blocks, and a block knows only the functions that do not vanish on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyscf import dft, gto

BLOCK = 1024  # points: the arrays of a block fit into the second-level cache
# Functions below it on all of a block are left out: 1e-12 hartree, 1e-7 meV/angstrom.
NEGLIGIBLE = 1e-10
SECOND = ((0, 1, 2), (1, 3, 4), (2, 4, 5))  # where PySCF puts xx, xy, xz, yy, yz, zz
LARGEST_CACHE = 1.5e9  # bytes of basis functions; beyond it they are evaluated in every cycle


@dataclass(frozen=True)
class GridBlock:
    """Points of a grid, and the basis functions that matter there.

    Attributes
    ----------
    coords : (points, 3), bohr.
    weights : (points,)
    functions : (active,) indices of basis functions.
    values : (4, active, points): the functions and their x, y and z derivatives.
    """

    coords: np.ndarray
    weights: np.ndarray
    functions: np.ndarray
    values: np.ndarray


class CachedIntegrator(dft.numint.NumInt):  # type: ignore[misc]  # PySCF has no types
    """PySCF's integrator with the GGA potential of the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self._points: np.ndarray | None = None
        self._blocks: list[GridBlock] = []

    def nr_rks(
        self,
        mol: gto.Mole,
        grids: dft.Grids,
        xc_code: str,
        dms: np.ndarray,
        relativity: int = 0,
        hermi: int = 1,
        max_memory: float = 2000,
        verbose: int | None = None,
    ) -> tuple[float, float, np.ndarray]:
        """Electrons, energy and potential matrix (nao, nao), as PySCF's.

        What is not a GGA of one real symmetric density matrix is left to PySCF.
        """
        if np.ndim(dms) != 2 or hermi != 1 or self._xc_type(xc_code) != "GGA":
            return super().nr_rks(mol, grids, xc_code, dms, relativity, hermi, max_memory, verbose)
        electrons, energy, potential = self._potential(mol, grids, xc_code, np.asarray(dms)[None])
        return electrons[0], energy, potential[0]

    def nr_uks(
        self,
        mol: gto.Mole,
        grids: dft.Grids,
        xc_code: str,
        dms: np.ndarray,
        relativity: int = 0,
        hermi: int = 1,
        max_memory: float = 2000,
        verbose: int | None = None,
    ) -> tuple[np.ndarray, float, np.ndarray]:
        """Electrons (2,), energy and potentials (2, nao, nao) of alpha and beta, as PySCF's."""
        if np.shape(dms)[:-2] != (2,) or hermi != 1 or self._xc_type(xc_code) != "GGA":
            return super().nr_uks(mol, grids, xc_code, dms, relativity, hermi, max_memory, verbose)
        return self._potential(mol, grids, xc_code, np.asarray(dms))

    def _potential(
        self, mol: gto.Mole, grids: dft.Grids, xc_code: str, dms: np.ndarray
    ) -> tuple[np.ndarray, float, np.ndarray]:
        """Electrons (spins,), energy, potentials (spins, nao, nao); one spin is a closed shell."""
        electrons, energy = np.zeros(len(dms)), 0.0
        potential = np.zeros(dms.shape)
        natural = [_natural_orbitals(dm) for dm in dms]
        for block in self._cached(mol, grids):
            psi = [orbitals[block.functions].T @ block.values for _, orbitals in natural]
            rho, slopes, per_electron = self._local(xc_code, block, natural, psi)
            weighted = rho[:, 0] * block.weights
            electrons += weighted.sum(axis=1)
            energy += weighted.sum(axis=0) @ per_electron
            where = np.ix_(block.functions, block.functions)
            for spin, slope in enumerate(slopes):
                ket = np.einsum("cig,cg->ig", block.values, slope)
                potential[spin][where] += block.values[0] @ ket.T
        return electrons, energy, potential + potential.transpose(0, 2, 1)

    def gradient(
        self, mol: gto.Mole, grids: dft.Grids, xc_code: str, dms: np.ndarray
    ) -> np.ndarray:
        """Derivative of the energy by the nuclei, (n_atoms, 3), without the response of the grid.

        With X = D chi and Y = D (v_0 / 2 + v_1 . grad) chi it is, for an atom A and each spin,

        -2 sum over mu on A and g of  Y_mu grad chi_mu + X_mu (v_0 / 2 + v_1 . grad) grad chi_mu.

        Parameters
        ----------
        dms : (spins, nao, nao), one for a closed shell.
        """
        natural = [_natural_orbitals(dm) for dm in dms]
        by_function = np.zeros((3, mol.nao))
        for block in self._cached(mol, grids):
            psi = [orbitals[block.functions].T @ block.values for _, orbitals in natural]
            slopes = self._local(xc_code, block, natural, psi)[1]
            second = _basis(mol, block.coords, 2)[4:]
            for (occupations, orbitals), values, slope in zip(natural, psi, slopes, strict=True):
                back = orbitals * occupations
                x = back @ values[0]
                y = back[block.functions] @ np.einsum("cg,cig->ig", slope, values)
                y += x[block.functions] * slope[0]
                by_function[:, block.functions] += np.einsum("aig,ig->ai", block.values[1:], y)
                for b in range(3):
                    scaled = x * slope[1 + b]
                    for a in range(3):
                        by_function[a] += np.einsum("ig,ig->i", second[SECOND[a][b]], scaled)
        slices = mol.aoslice_by_atom()[:, 2:]
        return np.array([-2.0 * by_function[:, p0:p1].sum(axis=1) for p0, p1 in slices])

    def _local(
        self,
        xc_code: str,
        block: GridBlock,
        natural: list[tuple[np.ndarray, np.ndarray]],
        psi: list[np.ndarray],
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """rho with gradient and (v_0 / 2, v_1), each (spins, 4, points); energy per electron."""
        rho = np.array(
            [
                np.einsum("ig,cig->cg", values[0] * occupations[:, None], values)
                for (occupations, _), values in zip(natural, psi, strict=True)
            ]
        )
        rho[:, 1:] *= 2.0
        given = rho if len(rho) == 2 else rho[0]
        energy_and_slopes = self.eval_xc_eff(xc_code, given, 1, xctype="GGA", spin=len(rho) - 1)
        slopes = energy_and_slopes[1].reshape(rho.shape) * block.weights
        slopes[:, 0] *= 0.5
        return rho, slopes, energy_and_slopes[0]

    def _cached(self, mol: gto.Mole, grids: dft.Grids) -> Iterator[GridBlock]:
        if self._points is grids.coords:
            yield from self._blocks
            return
        self._points, self._blocks = None, []
        keep = 32 * mol.nao * len(grids.weights) < LARGEST_CACHE
        for block in _blocks(mol, grids):
            if keep:
                self._blocks.append(block)
            yield block
        if keep:
            self._points = grids.coords


def _natural_orbitals(dm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """n and U of D = U diag(n) U^T, without the null space."""
    occupations, orbitals = np.linalg.eigh(np.asarray(dm))
    kept = np.abs(occupations) > 1e-12 * np.abs(occupations).max()
    return occupations[kept], orbitals[:, kept]


def _blocks(mol: gto.Mole, grids: dft.Grids) -> Iterator[GridBlock]:
    # The smaller weights, 6 % of them, hold 1e-13 electrons; some are there to pad the grid.
    weighted = np.flatnonzero(np.abs(grids.weights) > 1e-14)
    for points in _halved(grids.coords, weighted):
        coords = grids.coords[points]
        values = _basis(mol, coords, 1)
        functions = np.flatnonzero(np.abs(values[0]).max(axis=1) > NEGLIGIBLE)
        yield GridBlock(coords, grids.weights[points], functions, values[:, functions])


def _halved(coords: np.ndarray, points: np.ndarray) -> list[np.ndarray]:
    """Cut the points in two across their longest extent until the pieces are small."""
    if len(points) <= BLOCK:
        return [points]
    here = coords[points]
    order = np.argsort(here[:, np.argmax(np.ptp(here, axis=0))])
    middle = len(points) // 2
    return _halved(coords, points[order[:middle]]) + _halved(coords, points[order[middle:]])


def _basis(mol: gto.Mole, coords: np.ndarray, order: int) -> Any:
    """(components, nao, points): the basis functions and their derivatives up to ``order``."""
    return mol.eval_gto(f"GTOval_sph_deriv{order}", coords).transpose(0, 2, 1)
