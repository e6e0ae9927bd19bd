"""What the network learns: linear least-squares problems, one a geometry, made before training.

Called by the script that trains the model.

A potential V with coefficients x = (c, d) (``assembly``) leaves of a label F with the density D and
the orbitals C the error

    e(x) = sum over i <= j of  w_ij^2 R_ij^2,    R = C^T [F - T - V_ne - J[D] + a/2 K[D] - V(x)] C.

V is linear in x. With A of a row for each pair i <= j and a column for each coefficient, b the same
of what V shall become, and A^T A = L^T L,

    e(x) = |A x - b|^2 = |L x - t|^2 + f,          L^T t = A^T b,      f = |b|^2 - |t|^2

L, t and f are made once; training needs no matrix in a basis any more. (x^T A^T A x would be as
cheap, but auxiliary functions nearly depend on each other: in single precision it rounds e by
(5e-4 hartree)^2 for water.)

The weights say what a self-consistent field sees: w^2 = 1 / (2 (e_a - e_i)) hartree for an
occupied and a virtual orbital, so that e is (up to a factor) the second-order error of the energy
of the guess; pairs of two occupied or two virtual orbitals, which move no density, count less.
"""

from dataclasses import dataclass

import numpy as np
from pyscf import lib
from scipy.linalg import eigh

from specml.errors import InputError
from specml.hamiltonian.assembly import Integrals
from specml.hamiltonian.layout import ELEMENTS
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.support import check
from specml.reference.auxiliary import BLOCK, Auxiliary
from specml.reference.dft import BASIS
from specml.structure import Structure

OCCUPIED, VIRTUAL = 0.2, 0.1  # weights w of pairs of a kind
RIDGE = 1e-7  # of the diagonal of A^T A; keeps the solutions that scale the network small
NEGLIGIBLE = 1e-13  # part of the largest eigenvalue of A^T A below which a direction is noise


@dataclass(frozen=True)
class Problem:
    """One geometry to learn from; n is the number of auxiliary functions.

    Parameters
    ----------
    numbers, positions : atomic numbers (n_atoms,) and positions (n_atoms, 3) in angstrom.
    root : (rank, 2 n), L; charges before heights.
    target : (rank,), t.
    floor : f, hartree^2.
    best : (2 n,), coefficients of small error, which scale the network.
    """

    numbers: np.ndarray
    positions: np.ndarray
    root: np.ndarray
    target: np.ndarray
    floor: float
    best: np.ndarray


def integrals_of(structure: Structure) -> Integrals:
    """The integrals of a geometry in def2-SVP, the basis of the labels.

    Raises
    ------
    InputError
        A molecule that the models are not for (``support``), so that none learns from it.
    """
    molecule = Molecule.in_basis(structure, BASIS)
    check(molecule, ELEMENTS, InputError, "Leave it out of the training data.")
    return Integrals.of(molecule)


def orbital_weights(energies: np.ndarray, n_occupied: int) -> np.ndarray:
    """The weights w of the module, (nao, nao), of orbital energies (nao,) in hartree."""
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

    Raises
    ------
    InputError
        As :func:`integrals_of`.
    """
    integrals = integrals_of(structure)
    one, aux = integrals.one, integrals.auxiliary
    energies, orbitals = eigh(fock, one.overlap)
    n_occupied = integrals.molecule.n_occupied
    occupied = orbitals[:, :n_occupied]
    wanted = fock - one.core - aux.coulomb(occupied)
    if exchange:
        wanted += exchange / 2.0 * aux.exchange(occupied)
        weights = orbital_weights(energies, n_occupied)
    else:
        orbitals, weights = np.eye(len(fock)), np.ones_like(fock)
    design = _design(aux, orbitals, weights)
    b = ((orbitals.T @ wanted @ orbitals) * weights)[np.tril_indices(len(fock))]
    gram, side = design @ design.T, design @ b
    scale = np.sqrt(gram.diagonal())
    scaled = gram / np.outer(scale, scale)
    sizes, vectors = np.linalg.eigh(scaled)
    kept = sizes > NEGLIGIBLE * sizes[-1]
    roots, vectors = np.sqrt(sizes[kept]), vectors[:, kept]
    target = (vectors / roots).T @ (side / scale)
    ridge = scaled + RIDGE * np.eye(len(gram))
    return Problem(
        structure.numbers,
        structure.positions,
        ((vectors * roots).T * scale).astype(np.float32),
        target.astype(np.float32),
        max(float(b @ b - target @ target), 0.0),  # rounding
        np.linalg.solve(ridge, side / scale) / scale,
    )


def _design(aux: Auxiliary, orbitals: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted matrices of all auxiliary functions, (2 n, pairs of orbitals)."""
    packed = lib.pack_tril(weights)
    kinds = []
    for triangles in (aux.fitted, aux.local()):
        rows = np.empty_like(triangles)
        for start in range(0, len(rows), BLOCK):
            matrices = lib.unpack_tril(triangles[start : start + BLOCK])
            seen = orbitals.T @ (matrices @ orbitals)
            rows[start : start + BLOCK] = lib.pack_tril(seen) * packed
        kinds.append(rows)
    return np.concatenate([aux.root @ kinds[0], kinds[1]])
