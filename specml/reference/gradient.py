"""The gradient of a density-fitted closed-shell hybrid energy, quicker than PySCF's.

With C the occupied orbitals (D = 2 C C^T), V_PQ = (P|Q), q = V^-1 (P|mn) D_mn and
b_P,ij = V^-1 (P|ij), the Coulomb and exchange energies change with a nucleus by

    dE = sum d(mn|P) G_mn,P + sum dV_PQ g_PQ,
    G_mn,P = D_mn q_P - 2 a sum_ij C_mi C_nj b_P,ij,
    g_PQ = -q_P q_Q / 2 + a sum_ij b_P,ij b_Q,ij,

a being the share of exact exchange. A common shift of m, n and P changes nothing, so the
derivative by the fitting function P follows from those by m and n: PySCF computes it as a third
set of integrals, and contracts every set with one index at a time.
"""

from collections.abc import Iterator

import numpy as np
import scipy.linalg
from pyscf import dft, gto, lib
from pyscf.gto.moleintor import getints, make_cintopt

FITTING_SLICE = 40  # functions P at a time: their integrals stay in the cache


def gradient(field: dft.rks.RKS) -> np.ndarray:
    """Derivative of the energy by the nuclei, (n_atoms, 3) in hartree/bohr.

    Parameters
    ----------
    field : converged, its ``_numint`` a ``CachedIntegrator``; the response of the grid is left
        out, as in PySCF by default.
    """
    mol, dm = field.mol, np.asarray(field.make_rdm1())
    exchange = field._numint.hybrid_coeff(field.xc)
    total = field._numint.gradient(mol, field.grids, field.xc, dm)
    return total + _one_electron(field, dm) + _two_electron(field, dm, exchange)


def _one_electron(field: dft.rks.RKS, dm: np.ndarray) -> np.ndarray:
    """Nuclear repulsion, kinetic energy, attraction by the nuclei, and the moving overlap."""
    mol, plain = field.mol, field.nuc_grad_method()
    total = plain.grad_nuc()
    core, overlap = plain.hcore_generator(mol), plain.get_ovlp(mol)
    weighted = plain.make_rdm1e(field.mo_energy, field.mo_coeff, field.mo_occ)
    for atom, (p0, p1) in enumerate(mol.aoslice_by_atom()[:, 2:]):
        total[atom] += np.einsum("xij,ij->x", core(atom), dm)
        total[atom] -= 2.0 * np.einsum("xij,ij->x", overlap[:, p0:p1], weighted[p0:p1])
    return total


def _two_electron(field: dft.rks.RKS, dm: np.ndarray, exchange: float) -> np.ndarray:
    """Coulomb and exact exchange."""
    mol, fitting = field.mol, field.with_df.auxmol
    occupied = field.mo_coeff[:, field.mo_occ > 0]
    coulomb, pairs = _fitted(field, occupied)
    flat = pairs.reshape(len(pairs), -1)
    metric = exchange * flat @ flat.T - np.outer(coulomb, coulomb) / 2.0
    by_fitting = -2.0 * np.einsum("xpq,pq->xp", fitting.intor("int2c2e_ip1"), metric)
    by_orbital = np.zeros((3, mol.nao))
    for p0, p1, integrals in _derivatives(mol, fitting):
        transition = -2.0 * exchange * occupied @ pairs[p0:p1] @ occupied.T
        transition += coulomb[p0:p1, None, None] * dm
        slopes = np.array([_contract(component, transition) for component in integrals])
        by_orbital -= 2.0 * slopes.sum(axis=1)
        by_fitting[:, p0:p1] += 2.0 * slopes.sum(axis=2)
    return _by_atom(mol, by_orbital) + _by_atom(fitting, by_fitting)


def _contract(integrals: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """(P, n, m) and (P, n, m) -> (P, m), summed over n."""
    return np.einsum("pnm,pnm->pm", integrals, transition)


def _fitted(field: dft.rks.RKS, occupied: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """q (naux,) and b (naux, occupied, occupied).

    PySCF keeps L^-1 (P|mn) with V = L L^T, so that V^-1 (P|mn) = L^-T of what it keeps.
    """
    lower = scipy.linalg.cholesky(field.with_df.auxmol.intor("int2c2e", hermi=1), lower=True)
    kept = lib.unpack_tril(np.concatenate(list(field.with_df.loop())))
    pairs = occupied.T @ (kept @ occupied)
    naux, n_occupied = pairs.shape[:2]
    both = np.column_stack([pairs.reshape(naux, -1), 2.0 * np.einsum("pii->p", pairs)])
    solved = scipy.linalg.solve_triangular(lower, both, trans="T", lower=True)
    return solved[:, -1], solved[:, :-1].reshape(naux, n_occupied, n_occupied)


def _derivatives(mol: gto.Mole, fitting: gto.Mole) -> Iterator[tuple[int, int, np.ndarray]]:
    """Slices p0:p1 of P with (nabla m n|P) as (3, P, n, m)."""
    both = mol + fitting
    tables = both._atm, both._bas, both._env
    name = mol._add_suffix("int3c2e_ip1")
    optimizer = make_cintopt(*tables, name)
    starts = fitting.ao_loc
    shell = 0
    while shell < fitting.nbas:
        end = shell + 1
        while end < fitting.nbas and starts[end + 1] - starts[shell] <= FITTING_SLICE:
            end += 1
        where = (0, mol.nbas, 0, mol.nbas, mol.nbas + shell, mol.nbas + end)
        integrals = getints(name, *tables, where, cintopt=optimizer)
        yield starts[shell], starts[end], integrals.transpose(0, 3, 2, 1)
        shell = end


def _by_atom(mol: gto.Mole, by_function: np.ndarray) -> np.ndarray:
    slices = mol.aoslice_by_atom()[:, 2:]
    return np.array([by_function[:, p0:p1].sum(axis=1) for p0, p1 in slices])
