"""What the network learns: linear least-squares problems, one a geometry.

A local potential with coefficients x = (c, d) leaves of a label F the error

    e(x) = x^T G x - 2 g^T x + f = sum over i <= j of  w_ij^2 R_ij^2,
    R = C^T [F + a/2 K - T - V_SAP - V(x)] C

in the basis of the orbitals C of F. G, g and f are made once; training needs the matrices of the
basis no more. The same G without the heights d serves the whole potential b, whose target has no K.

The weights say what a self-consistent field sees: w^2 = 1 / (2 (e_a - e_i)) hartree for an
occupied and a virtual orbital, so that e is (up to a factor) the second-order error of the energy
of the guess; pairs of two occupied or two virtual orbitals, which move no density, count less.
"""

from dataclasses import dataclass

import numpy as np
from pyscf import lib
from scipy.linalg import eigh

from specml.hamiltonian.assembly import Integrals
from specml.reference.auxiliary import BLOCK, Auxiliary, auxiliary
from specml.reference.dft import molecule
from specml.reference.one_electron import one_electron
from specml.structure import Structure

OCCUPIED, VIRTUAL = 0.2, 0.1  # weights w of pairs of a kind
RIDGE = 1e-7  # of the diagonal of G; keeps the solutions that scale the network small


@dataclass(frozen=True)
class Problem:
    """One geometry to learn from; n is the number of auxiliary functions.

    Parameters
    ----------
    numbers, positions : of the atoms; angstrom.
    gram : (2 n, 2 n), G; charges before heights.
    local, whole : (2 n,) and (n,), the coefficients of smallest error.
    floors : errors of both, hartree^2.
    """

    numbers: np.ndarray
    positions: np.ndarray
    gram: np.ndarray
    local: np.ndarray
    whole: np.ndarray
    floors: tuple[float, float]


def integrals_of(structure: Structure) -> Integrals:
    """The integrals of a geometry in def2-SVP."""
    mol = molecule(structure)
    return Integrals(structure.numbers, one_electron(mol), auxiliary(mol))


def orbital_weights(energies: np.ndarray, n_occupied: int) -> np.ndarray:
    """w of the module, (nao, nao)."""
    weights = np.full((len(energies), len(energies)), VIRTUAL)
    weights[:n_occupied, :n_occupied] = OCCUPIED
    gaps = np.maximum(energies[None, n_occupied:] - energies[:n_occupied, None], 0.1)
    weights[:n_occupied, n_occupied:] = np.sqrt(0.5 / gaps)
    weights[n_occupied:, :n_occupied] = weights[:n_occupied, n_occupied:].T
    return weights


def problem(structure: Structure, fock: np.ndarray, exchange: float) -> Problem:
    """The least-squares problem of a label (nao, nao), hartree.

    Parameters
    ----------
    exchange : share of exact exchange of its functional; without any the yardstick is the matrix
        itself, in atomic orbitals and with equal weights.
    """
    integrals = integrals_of(structure)
    energies, orbitals = eigh(fock, integrals.one.overlap)
    n_occupied = int(structure.numbers.sum()) // 2
    whole = fock - integrals.one.matrix
    local = whole
    if exchange:
        k = integrals.auxiliary.exchange(orbitals[:, :n_occupied])
        local = whole + exchange / 2.0 * k
        weights = orbital_weights(energies, n_occupied)
    else:
        orbitals, weights = np.eye(len(fock)), np.ones_like(fock)
    rows = np.tril_indices(len(fock))

    def seen(matrices: np.ndarray) -> np.ndarray:
        return ((orbitals.T @ matrices @ orbitals) * weights)[..., *rows]

    aux = integrals.auxiliary
    design = _design(aux, orbitals, weights)
    gram = design @ design.T
    n = len(aux.metric)
    local_best, local_floor = _solved(gram, design, seen(local))
    whole_best, whole_floor = _solved(gram[:n, :n], design[:n], seen(whole))
    return Problem(
        structure.numbers,
        structure.positions,
        gram.astype(np.float32),
        local_best,
        whole_best,
        (local_floor, whole_floor),
    )


def _design(aux: Auxiliary, orbitals: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted matrices of all auxiliary functions, (2 n, pairs of orbitals)."""
    packed = lib.pack_tril(weights)
    rows = []
    for triangles in (aux.coulomb, aux.local):
        for start in range(0, len(triangles), BLOCK):
            matrices = lib.unpack_tril(triangles[start : start + BLOCK])
            rows.append(lib.pack_tril(orbitals.T @ (matrices @ orbitals)) * packed)
    return np.concatenate(rows)


def _solved(gram: np.ndarray, design: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients of smallest error, and that error."""
    scale = np.sqrt(gram.diagonal())
    scaled = gram / np.outer(scale, scale) + RIDGE * np.eye(len(gram))
    best = np.linalg.solve(scaled, design @ target / scale) / scale
    return best, float(((target - best @ design) ** 2).sum())
