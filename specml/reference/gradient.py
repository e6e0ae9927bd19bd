"""The gradient of a density-fitted hybrid energy, quicker than PySCF's.

Called by :mod:`specml.reference.dft`.

With C the occupied orbitals (D = 2 C C^T), V_PQ = (P|Q), q = V^-1 (P|mn) D_mn and
b_P,ij = V^-1 (P|ij), the Coulomb and exchange energies change with a nucleus by

    dE = sum d(mn|P) G_mn,P + sum dV_PQ g_PQ,
    G_mn,P = D_mn q_P - 2 a sum_ij C_mi C_nj b_P,ij,
    g_PQ = -q_P q_Q / 2 + a sum_ij b_P,ij b_Q,ij,

a being the share of exact exchange. In open shells each spin has occupied orbitals and b of its
own, and half the exchange terms. A common shift of m, n and P changes nothing, so the derivative by
the fitting function P follows from those by m and n: PySCF computes it as a third set of integrals,
and contracts every set with one index at a time.
"""

from collections.abc import Iterator

import numpy as np
import scipy.linalg
from pyscf import dft, gto, lib
from pyscf.gto.moleintor import getints, make_cintopt

FITTING_SLICE = 40  # functions P at a time: their integrals stay in the cache


def gradient(field: dft.rks.RKS | dft.uks.UKS) -> np.ndarray:
    """Derivative of the energy by the nuclei, (n_atoms, 3) in hartree/bohr.

    Parameters
    ----------
    field : converged, its ``_numint`` a ``CachedIntegrator``; the response of the grid is left
        out, as in PySCF by default.
    """
    dms = np.asarray(field.make_rdm1())
    dms = dms.reshape(-1, *dms.shape[-2:])
    total = field._numint.gradient(field.mol, field.grids, field.xc, dms)
    dm = dms.sum(axis=0)
    return total + _one_electron(field, dm) + _two_electron(field, dm)


def _one_electron(field: dft.rks.RKS | dft.uks.UKS, dm: np.ndarray) -> np.ndarray:
    """Nuclear repulsion, kinetic energy, attraction by the nuclei, and the moving overlap."""
    mol, plain = field.mol, field.nuc_grad_method()
    total = plain.grad_nuc()
    core, overlap = plain.hcore_generator(mol), plain.get_ovlp(mol)
    weighted = plain.make_rdm1e(field.mo_energy, field.mo_coeff, field.mo_occ)
    weighted = np.asarray(weighted).reshape(-1, *dm.shape).sum(axis=0)
    for atom, (p0, p1) in enumerate(mol.aoslice_by_atom()[:, 2:]):
        total[atom] += np.einsum("xij,ij->x", core(atom), dm)
        total[atom] -= 2.0 * np.einsum("xij,ij->x", overlap[:, p0:p1], weighted[p0:p1])
    return total


def _two_electron(field: dft.rks.RKS | dft.uks.UKS, dm: np.ndarray) -> np.ndarray:
    """Coulomb and exact exchange."""
    mol, fitting = field.mol, field.with_df.auxmol
    shells = _occupied(field)
    exchange = field._numint.hybrid_coeff(field.xc) / len(shells)
    coulomb, pairs = _fitted(field, shells)
    metric = -np.outer(coulomb, coulomb) / 2.0
    for each in pairs:
        flat = each.reshape(len(each), -1)
        metric += exchange * flat @ flat.T
    by_fitting = -2.0 * np.einsum("xpq,pq->xp", fitting.intor("int2c2e_ip1"), metric)
    by_orbital = np.zeros((3, mol.nao))
    for p0, p1, integrals in _derivatives(mol, fitting):
        transition = coulomb[p0:p1, None, None] * dm
        for occupied, each in zip(shells, pairs, strict=True):
            transition -= 2.0 * exchange * occupied @ each[p0:p1] @ occupied.T
        slopes = np.array([_contract(component, transition) for component in integrals])
        by_orbital -= 2.0 * slopes.sum(axis=1)
        by_fitting[:, p0:p1] += 2.0 * slopes.sum(axis=2)
    return _by_atom(mol, by_orbital) + _by_atom(fitting, by_fitting)


def _occupied(field: dft.rks.RKS | dft.uks.UKS) -> list[np.ndarray]:
    """Occupied orbitals (nao, n): one set, or those of alpha and of beta."""
    occupations = np.atleast_2d(field.mo_occ)
    coefficients = np.asarray(field.mo_coeff).reshape(len(occupations), len(field.mo_coeff[0]), -1)
    return [c[:, n > 0] for c, n in zip(coefficients, occupations, strict=True)]


def _contract(integrals: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """(P, n, m) and (P, n, m) -> (P, m), summed over n."""
    return np.einsum("pnm,pnm->pm", integrals, transition)


def _fitted(
    field: dft.rks.RKS | dft.uks.UKS, shells: list[np.ndarray]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """q (naux,) and, for each spin, b (naux, occupied, occupied).

    PySCF keeps L^-1 (P|mn) with V = L L^T, so that V^-1 (P|mn) = L^-T of what it keeps.
    """
    lower = scipy.linalg.cholesky(field.with_df.auxmol.intor("int2c2e", hermi=1), lower=True)
    kept = lib.unpack_tril(np.concatenate(list(field.with_df.loop())))
    coulomb = np.zeros(len(lower))
    pairs = []
    for occupied in shells:
        right = (occupied.T @ (kept @ occupied)).reshape(len(kept), -1)
        solved = scipy.linalg.solve_triangular(lower, right, trans="T", lower=True)
        pairs.append(solved.reshape(len(kept), occupied.shape[1], -1))
        coulomb += 2.0 / len(shells) * np.einsum("pii->p", pairs[-1])
    return coulomb, pairs


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
