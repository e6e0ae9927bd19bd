"""The floor under every learning curve: kernel ridge regression on Coulomb matrices.

    python benchmarks/coulomb_matrix.py ../shared/data/smiles/qm9_properties_14861.csv.gz

    M_ii = 0.5 Z_i^2.4      M_ij = Z_i Z_j / r_ij      x = eigenvalues of M, largest first
    E = sum_k alpha_k exp(-|x - x_k|^2 / 2 s^2),      alpha = (K + lambda)^-1 (E - <E>)

(Rupp, Tkatchenko, Mueller, von Lilienfeld, Phys. Rev. Lett. 2012, 108, 058301; atomic units.)
Atomisation energies of QM9 at 0 K, B3LYP/6-31G(2df,p), at geometries of MMFF94: a network that is
to be set beside it gets the same. s and lambda by the error on a fifth of the training molecules;
printed are mean absolute errors on 500 others and the slope of the learning curve, log error
against log N.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from specml.data.sampling import conformer
from specml.errors import SpecMLError
from specml.structure import Structure
from specml.units import BOHR

SIZES = (125, 250, 500, 1000, 2000)
N_TEST = 500
LONGEST = 29  # atoms of the largest molecule of QM9
LENGTHS = 2.0 ** np.arange(2, 13)
RIDGES = 10.0 ** np.arange(-10, -2)


def spectrum(structure: Structure) -> np.ndarray:
    """(LONGEST,), filled up with zeros."""
    z = structure.numbers.astype(float)
    vectors = (structure.positions[:, None] - structure.positions) / BOHR
    distances = np.linalg.norm(vectors, axis=-1) + np.eye(len(z))
    matrix = np.outer(z, z) / distances
    np.fill_diagonal(matrix, 0.5 * z**2.4)
    values = np.linalg.eigvalsh(matrix)
    values = values[np.abs(values).argsort()[::-1]]
    return np.pad(values, (0, LONGEST - len(values)))


def squared_distances(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return ((left[:, None] - right) ** 2).sum(-1)


def predicted(
    train: np.ndarray, targets: np.ndarray, test: np.ndarray, length: float, ridge: float
) -> np.ndarray:
    """Of descriptors ``test``, from squared distances within and to the training set."""
    kernel = np.exp(-squared_distances(train, train) / (2.0 * length**2))
    weights = np.linalg.solve(kernel + ridge * np.eye(len(kernel)), targets - targets.mean())
    return np.exp(-squared_distances(test, train) / (2.0 * length**2)) @ weights + targets.mean()


def best(train: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Length and ridge by the error on the last fifth."""
    kept = 4 * len(train) // 5

    def error(pair: tuple[float, float]) -> float:
        said = predicted(train[:kept], targets[:kept], train[kept:], *pair)
        return float(np.abs(said - targets[kept:]).mean())

    return min(((s, r) for s in LENGTHS for r in RIDGES), key=error)


def embedded(table: pd.DataFrame, wanted: int) -> tuple[np.ndarray, np.ndarray]:
    """Descriptors and atomisation energies (kcal/mol) of the first molecules that embed."""
    rows, targets = [], []
    for smiles, energy in zip(table["smiles"], table["u0_atom"], strict=True):
        try:
            rows.append(spectrum(conformer(smiles)))
        except SpecMLError:
            continue
        targets.append(energy)
        if len(rows) == wanted:
            break
    return np.array(rows), np.array(targets)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    arguments = parser.parse_args()
    table = pd.read_csv(arguments.table).sample(frac=1.0, random_state=0)
    descriptors, energies = embedded(table, N_TEST + max(SIZES))
    test, truth = descriptors[:N_TEST], energies[:N_TEST]
    errors = []
    for size in SIZES:
        rows = slice(N_TEST, N_TEST + size)
        length, ridge = best(descriptors[rows][:1000], energies[rows][:1000])
        said = predicted(descriptors[rows], energies[rows], test, length, ridge)
        errors.append(np.abs(said - truth).mean())
        print(f"{size:5} molecules: {errors[-1]:5.1f} kcal/mol", flush=True)
    print(f"slope {np.polyfit(np.log(SIZES), np.log(errors), 1)[0]:.2f}")


if __name__ == "__main__":
    main()
