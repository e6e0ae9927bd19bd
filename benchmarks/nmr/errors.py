"""Errors of shifts as figures: by expected error, by signal, and the line through pairs."""

import numpy as np
from rdkit import Chem
from scipy.stats import spearmanr


def summary(error: np.ndarray, expected: np.ndarray | None = None) -> dict[str, float]:
    """Mean and median absolute error; Spearman correlation with the expected error."""
    size = np.abs(error)
    found = {"n": len(size), "mae": float(size.mean()), "median": float(np.median(size))}
    if expected is not None:
        found["spearman"] = float(spearmanr(expected, size).statistic)
        edges = np.quantile(expected, [0.0, 0.25, 0.5, 0.75, 1.0])
        quarter = np.clip(np.searchsorted(edges, expected, side="right") - 1, 0, 3)
        found["expected_by_quarter"] = [float(expected[quarter == q].mean()) for q in range(4)]
        found["mae_by_quarter"] = [float(size[quarter == q].mean()) for q in range(4)]
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in found.items()}


def class_means(molecule: Chem.Mol, values: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Means over equivalent nuclei, which is what a spectrum shows: one value a signal."""
    ranks = np.array(Chem.CanonicalRankAtoms(molecule, breakTies=False))
    _, classes = np.unique(ranks[keep], return_inverse=True)
    return np.bincount(classes, values[keep]) / np.bincount(classes)


def least_absolute_line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the line with the least absolute deviations (reweighted squares)."""
    slope, intercept = np.polyfit(x, y, 1)
    for _ in range(30):
        residual = np.abs(y - slope * x - intercept)
        weights = 1.0 / np.sqrt(np.maximum(residual, 1e-3))
        slope, intercept = np.polyfit(x, y, 1, w=weights)
    return float(slope), float(intercept)
