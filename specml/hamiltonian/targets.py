"""What the network learns: linear least-squares problems, one a geometry.

A local potential with coefficients x = (c, d) leaves of a label F the error

    e(x) = sum over i <= j of  w_ij^2 R_ij^2,      R = C^T [F + a/2 K - T - V_SAP - V(x)] C

in the basis of the orbitals C of F. V is linear in x. With A of a row for each pair i <= j and a
column for each coefficient, b the same of what V shall become, and A^T A = L^T L,

    e(x) = |A x - b|^2 = |L x - t|^2 + f,          L^T t = A^T b,      f = |b|^2 - |t|^2

L, t and f are made once; training needs the matrices of the basis no more. L without the heights
d serves the whole potential as well, whose target has no K. (x^T A^T A x would be as cheap, but
auxiliary functions nearly depend on each other: in single precision it rounds e by (5e-4 hartree)^2
for water.)

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
RIDGE = 1e-7  # of the diagonal of A^T A; keeps the solutions that scale the network small
NEGLIGIBLE = 1e-13  # part of the largest eigenvalue of A^T A below which a direction is noise


@dataclass(frozen=True)
class Problem:
    """One geometry to learn from; n is the number of auxiliary functions.

    Parameters
    ----------
    numbers, positions : of the atoms; angstrom.
    root : (rank, 2 n), L; charges before heights.
    targets : (2, rank), t of the local and of the whole potential.
    floors : f of both, hartree^2.
    local, whole : (2 n,) and (n,), coefficients of small error, which scale the network.
    """

    numbers: np.ndarray
    positions: np.ndarray
    root: np.ndarray
    targets: np.ndarray
    floors: tuple[float, float]
    local: np.ndarray
    whole: np.ndarray


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
    wanted = np.stack([seen(local), seen(whole)])
    gram, side = design @ design.T, design @ wanted.T
    scale = np.sqrt(gram.diagonal())
    sizes, vectors = eigh(gram / np.outer(scale, scale))
    kept = sizes > NEGLIGIBLE * sizes[-1]
    sizes, vectors = np.sqrt(sizes[kept]), vectors[:, kept]
    targets = (vectors / sizes).T @ (side / scale[:, None])
    floors = np.maximum((wanted**2).sum(1) - (targets**2).sum(0), 0.0)  # rounding
    n = len(aux.metric)
    return Problem(
        structure.numbers,
        structure.positions,
        ((vectors * sizes).T * scale).astype(np.float32),
        targets.T.astype(np.float32),
        (float(floors[0]), float(floors[1])),
        _solved(gram, side[:, 0]),
        _solved(gram[:n, :n], side[:n, 1]),
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


def _solved(gram: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Coefficients of small error."""
    scale = np.sqrt(gram.diagonal())
    scaled = gram / np.outer(scale, scale) + RIDGE * np.eye(len(gram))
    return np.linalg.solve(scaled, side / scale) / scale
