"""The floor under every learning curve: kernel ridge regression on Coulomb matrices.

    python benchmarks/kernels/coulomb_matrix.py ../shared/data/smiles/qm9_properties_14861.csv.gz

    M_ii = 0.5 Z_i^2.4      M_ij = Z_i Z_j / r_ij      E = <E> + sum_k alpha_k k(x, x_k)
    eigenvalues: x those of M, largest first,       k = exp(-|x - x_k|_2^2 / 2 s^2)
    rows:        x is M, rows of largest norm first, k = exp(-|x - x_k|_1 / s)

(Rupp et al., Phys. Rev. Lett. 2012, 108, 058301; Hansen et al., J. Chem.
Theory Comput. 2013, 9, 3404; atomic units; alpha = (K + lambda)^-1 (E - <E>)).
Atomisation energies of QM9 at 0 K, B3LYP/6-31G(2df,p), at geometries of MMFF94: a network that is
to be set beside it gets the same. s and lambda by the error on a fifth of the training molecules;
printed are mean absolute errors on 500 others and the slope of the learning curve, log error
against log N.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from specml.data.sampling import conformer
from specml.errors import SpecMLError
from specml.structure import Structure
from specml.units import BOHR

SIZES = (125, 250, 500, 1000, 2000)
N_TEST = 500
LONGEST = 29  # atoms of the largest molecule of QM9
LENGTHS = 2.0 ** np.arange(2, 15)
RIDGES = 10.0 ** np.arange(-10, -2)


def coulomb_matrix(structure: Structure) -> np.ndarray:
    """(n, n) in hartree."""
    z = structure.numbers.astype(float)
    vectors = (structure.positions[:, None] - structure.positions) / BOHR
    distances = np.linalg.norm(vectors, axis=-1) + np.eye(len(z))
    matrix = np.outer(z, z) / distances
    np.fill_diagonal(matrix, 0.5 * z**2.4)
    return matrix


def eigenvalues(matrix: np.ndarray) -> np.ndarray:
    """(LONGEST,), filled up with zeros."""
    values = np.linalg.eigvalsh(matrix)
    values = values[np.abs(values).argsort()[::-1]]
    return np.pad(values, (0, LONGEST - len(values)))


def rows(matrix: np.ndarray) -> np.ndarray:
    """(LONGEST (LONGEST + 1) / 2,), the upper triangle, filled up with zeros."""
    order = np.linalg.norm(matrix, axis=1).argsort()[::-1]
    missing = LONGEST - len(matrix)
    padded = np.pad(matrix[np.ix_(order, order)], (0, missing))
    return padded[np.triu_indices(LONGEST)]


def gaussian(left: np.ndarray, right: np.ndarray, length: float) -> np.ndarray:
    return np.exp(-cdist(left, right, "sqeuclidean") / (2.0 * length**2))


def laplacian(left: np.ndarray, right: np.ndarray, length: float) -> np.ndarray:
    return np.exp(-cdist(left, right, "cityblock") / length)


KINDS = {"eigenvalues": (eigenvalues, gaussian), "rows": (rows, laplacian)}
Kernel = Callable[[np.ndarray, np.ndarray, float], np.ndarray]


def predicted(
    kernel: Kernel, train: np.ndarray, targets: np.ndarray, test: np.ndarray, pair: tuple
) -> np.ndarray:
    """Of descriptors ``test``, with a pair of length and ridge."""
    length, ridge = pair
    matrix = kernel(train, train, length) + ridge * np.eye(len(train))
    weights = np.linalg.solve(matrix, targets - targets.mean())
    return kernel(test, train, length) @ weights + targets.mean()


def best(kernel: Kernel, train: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Length and ridge by the error on the last fifth."""
    kept = 4 * len(train) // 5

    def error(pair: tuple[float, float]) -> float:
        said = predicted(kernel, train[:kept], targets[:kept], train[kept:], pair)
        return float(np.abs(said - targets[kept:]).mean())

    return min(((s, r) for s in LENGTHS for r in RIDGES), key=error)


def embedded(table: pd.DataFrame, wanted: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Coulomb matrices and atomisation energies (kcal/mol) of the first molecules that embed."""
    matrices, targets = [], []
    for smiles, energy in zip(table["smiles"], table["u0_atom"], strict=True):
        try:
            matrices.append(coulomb_matrix(conformer(smiles)))
        except SpecMLError:
            continue
        targets.append(energy)
        if len(matrices) == wanted:
            break
    return matrices, np.array(targets)


def curve(kind: str, matrices: list[np.ndarray], energies: np.ndarray) -> None:
    """Print one learning curve."""
    describe, kernel = KINDS[kind]
    descriptors = np.array([describe(matrix) for matrix in matrices])
    test, truth = descriptors[:N_TEST], energies[:N_TEST]
    errors = []
    for size in SIZES:
        part = slice(N_TEST, N_TEST + size)
        pair = best(kernel, descriptors[part][:500], energies[part][:500])
        said = predicted(kernel, descriptors[part], energies[part], test, pair)
        errors.append(np.abs(said - truth).mean())
        print(f"{kind}, {size:5} molecules: {errors[-1]:5.1f} kcal/mol", flush=True)
    print(f"{kind}: slope {np.polyfit(np.log(SIZES), np.log(errors), 1)[0]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    arguments = parser.parse_args()
    table = pd.read_csv(arguments.table).sample(frac=1.0, random_state=0)
    matrices, energies = embedded(table, N_TEST + max(SIZES))
    for kind in KINDS:
        curve(kind, matrices, energies)


if __name__ == "__main__":
    main()
