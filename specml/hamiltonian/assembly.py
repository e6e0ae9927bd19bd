"""From atomic coefficients to a Kohn-Sham matrix, without a grid and without a Fock build.

The predictor and the guess assemble with it what the network says; training starts from its terms.

    F[D] = T + V_ne + J[D] - a/2 K[D] + V,       V = sum_k c_k (mu nu|k) + d_k (mu nu k)

V stands for the potential of exchange and correlation. The network predicts its coefficients c and
d; J and K come from three-centre integrals; a is the share of exact exchange of the functional. D
is the density of F itself: this small self-consistent field starts from T + V_SAP and takes
Pulay's DIIS (J. Comput. Chem. 1982, 3, 556) in an orthonormal basis.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pyscf import lib

from specml.hamiltonian.layout import flat_index
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.network import CHARGES, HEIGHTS
from specml.reference.auxiliary import Auxiliary, auxiliary
from specml.reference.one_electron import OneElectron, inverse_root, one_electron

SETTLED = 0.1  # of the error with the K before
CONVERGED, CYCLES = 3e-5, 40  # hartree, largest element of the commutator; what is left then stays


@dataclass(frozen=True)
class Integrals:
    """What a geometry contributes without a network.

    Parameters
    ----------
    molecule : the molecule they are of; without ghost atoms.
    one : the matrices of one electron.
    auxiliary : the three-centre integrals.
    """

    molecule: Molecule
    one: OneElectron
    auxiliary: Auxiliary

    @classmethod
    def of(cls, molecule: Molecule) -> "Integrals":
        """The integrals of a molecule; errors as :func:`specml.reference.auxiliary.auxiliary`."""
        return cls(molecule, one_electron(molecule.mol), auxiliary(molecule.mol))

    @cached_property
    def root(self) -> np.ndarray:
        """S^-1/2 or alike (:func:`inverse_root`), (nao, m)."""
        return inverse_root(self.one.overlap)


def assemble(integrals: Integrals, rows: np.ndarray, exchange: float) -> np.ndarray:
    """The matrix F of the module, (nao, nao) in hartree.

    Parameters
    ----------
    rows : (n_atoms, kinds, length of a row), the network's output.
    exchange : a, share of exact exchange.
    """
    index = flat_index(integrals.molecule.numbers)
    flat = rows.transpose(1, 0, 2).reshape(rows.shape[1], -1)[:, index].astype(np.float64)
    potential = integrals.auxiliary.potential(flat[CHARGES], flat[HEIGHTS])
    start = lowest(integrals.one.matrix, integrals.root, integrals.molecule.n_occupied)
    return self_consistent(integrals, potential, exchange, start)[0]


def refined(
    integrals: Integrals, fock: np.ndarray, occupied: np.ndarray, exchange: float
) -> np.ndarray | None:
    """Better orbitals from the true matrix of orbitals (nao, n): a step of the SCF at no build.

    V becomes what makes F[D] of the module that matrix at its density. What then changes with the
    density and is not followed is V alone, where diagonalising the matrix follows nothing. None
    where the small field does not converge.

    Parameters
    ----------
    fock : (nao, nao), hartree, of any method.
    exchange : its share of exact exchange.
    """
    k = _share(integrals, exchange, occupied)
    potential = fock - integrals.one.core - integrals.auxiliary.coulomb(occupied) + k
    matrix, converged = self_consistent(integrals, potential, exchange, occupied, k)
    if not converged:
        return None
    return lowest(matrix, integrals.root, occupied.shape[1])


def self_consistent(
    integrals: Integrals,
    potential: np.ndarray,
    exchange: float,
    occupied: np.ndarray,
    k: np.ndarray | None = None,
) -> tuple[np.ndarray, bool]:
    """F of a fixed V (nao, nao), hartree, from orbitals (nao, n), and whether it converged.

    K costs ten times what J does and changes little with the density: it is built anew only when
    the field with the K before has settled.

    Parameters
    ----------
    k : a/2 K of these orbitals, where it is known.
    """
    core = integrals.one.core + potential
    part = SETTLED if exchange else 0.0
    with lib.with_omp_threads(1):  # waking PySCF's threads takes longer than what it does here
        if k is None:
            k = _share(integrals, exchange, occupied)
        for _ in range(CYCLES):
            matrix, occupied, errors = _settled(integrals, core - k, occupied, part)
            converged = errors[0 if exchange else -1] < CONVERGED  # with a K of these orbitals
            if converged or not exchange:
                break
            k = _share(integrals, exchange, occupied)
    back = integrals.one.overlap @ integrals.root
    return back @ matrix @ back.T, converged


def _settled(
    integrals: Integrals, fixed: np.ndarray, occupied: np.ndarray, part: float
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """fixed + J in the orthonormal basis, its orbitals and the commutators on the way.

    Parameters
    ----------
    part : the share of the first commutator down to which it goes.
    """
    diis = lib.diis.DIIS()
    root = integrals.root
    dual = root.T @ integrals.one.overlap
    errors: list[float] = []
    while len(errors) < CYCLES:
        own = root.T @ (fixed + integrals.auxiliary.coulomb(occupied)) @ root
        orbitals = dual @ occupied
        error = own @ orbitals @ orbitals.T
        error -= error.T
        matrix = diis.update(own, xerr=error)
        errors.append(float(np.abs(error).max()))
        if errors[-1] < CONVERGED or errors[-1] < part * errors[0]:
            break
        occupied = root @ np.linalg.eigh(matrix)[1][:, : occupied.shape[1]]
    return matrix, occupied, errors


def lowest(matrix: np.ndarray, root: np.ndarray, count: int) -> np.ndarray:
    """The orbitals (nao, count) of lowest energy; root is S^-1/2 or alike."""
    return root @ np.linalg.eigh(root.T @ matrix @ root)[1][:, :count]


def _share(integrals: Integrals, exchange: float, occupied: np.ndarray) -> np.ndarray:
    """a/2 K, (nao, nao) in hartree."""
    if not exchange:
        return np.zeros_like(integrals.one.core)
    return exchange / 2.0 * integrals.auxiliary.exchange(occupied)
