"""Evaluate boosted trees of up to 16 leaves, many molecules and trees at a time, in numpy.

Called by :mod:`specml.admet.fitting`.

A tree is evaluated without walking through it (QuickScorer, Lucchese et al., SIGIR 2015): leaves
are numbered from left to right as the bits of a word; a node whose condition x <= t fails clears
the bits of its left subtree; the lowest bit that is left is the leaf. The words of all trees and
molecules are ANDed as arrays.
"""

from dataclasses import dataclass

import numpy as np

LEAVES = 16
NODES = LEAVES - 1
ALL = np.uint16(0xFFFF)
BLOCK = 64  # molecules at a time: words of 3,000 trees stay in the second-level cache


@dataclass(frozen=True, eq=False)
class Forest:
    """T trees over U distinct conditions; the score is the sum of their leaves.

    Parameters
    ----------
    feature : (U,) column of x in each condition.
    threshold : (U,) float32, the condition is x <= threshold.
    node : (T, 15) condition of each node; absent nodes point to condition 0 and clear nothing.
    keep : (T, 15) uint16, leaves that survive a failed condition.
    leaf : (T, 16) value of each leaf.
    """

    feature: np.ndarray
    threshold: np.ndarray
    node: np.ndarray
    keep: np.ndarray
    leaf: np.ndarray

    def __len__(self) -> int:
        return len(self.leaf)

    def score(self, x: np.ndarray) -> np.ndarray:
        """Evaluate features (n, width): the (n,) sums over trees."""
        total = np.empty(len(x))
        starts = LEAVES * np.arange(len(self), dtype=np.intp)[:, None]
        values = self.leaf.astype(np.float32).ravel()
        # Smaller trees leave the last columns empty: they clear nothing.
        used = np.flatnonzero((self.keep != ALL).any(0))
        nodes = [(self.node[:, k].astype(np.intp), self.keep[:, k, None]) for k in used]
        feature, threshold = self.feature.astype(np.intp), self.threshold[:, None]
        size = max(1, min(BLOCK, len(x)))
        # Arrays that every block writes anew; "clip" because "raise" would copy what is taken.
        columns, words = (np.empty((len(feature), size), kind) for kind in (np.float32, np.uint16))
        alive, picked = np.empty((2, len(self), size), np.uint16)
        exits, reached = (np.empty(alive.shape, kind) for kind in (np.intp, np.float32))
        for begin in range(0, len(x), size):
            block = np.zeros((x.shape[1], size), np.float32)
            block[:, : len(x) - begin] = x[begin : begin + size].T
            np.take(block, feature, axis=0, out=columns, mode="clip")
            np.negative(columns <= threshold, out=words, dtype=np.uint16, casting="unsafe")
            alive.fill(ALL)
            for conditions, keep in nodes:
                np.take(words, conditions, axis=0, out=picked, mode="clip")
                np.bitwise_or(picked, keep, out=picked)
                np.bitwise_and(alive, picked, out=alive)
            lowest = np.bitwise_and(alive, np.negative(alive, out=picked), out=alive)
            np.add(starts, np.bitwise_count(lowest - np.uint16(1)), out=exits)
            np.take(values, exits, out=reached, mode="clip")
            total[begin : begin + size] = reached.sum(0, dtype=np.float64)[: len(x) - begin]
        return total


def forest(trees: list[dict]) -> Forest:
    """Make a forest of the ``tree_structure`` dictionaries of LightGBM's ``dump_model``."""
    conditions: dict[tuple[int, float], int] = {}
    node = np.zeros((len(trees), NODES), dtype=np.uint16)
    keep = np.full((len(trees), NODES), ALL, dtype=np.uint16)
    leaf = np.zeros((len(trees), LEAVES), dtype=np.float32)
    for t, tree in enumerate(trees):
        leaves: list[float] = []
        nodes: list[tuple[int, int]] = []
        _walk(tree, conditions, leaves, nodes)
        leaf[t, : len(leaves)] = leaves
        for k, (condition, kept) in enumerate(nodes):
            node[t, k], keep[t, k] = condition, kept
    pairs = list(conditions) or [(0, 0.0)]
    feature = np.array([f for f, _ in pairs], dtype=np.uint16)
    threshold = np.array([at for _, at in pairs], dtype=np.float32)
    return Forest(feature, threshold, node, keep, leaf)


def _walk(
    tree: dict,
    conditions: dict[tuple[int, float], int],
    leaves: list[float],
    nodes: list[tuple[int, int]],
) -> None:
    if "leaf_value" in tree:
        leaves.append(tree["leaf_value"])
        return
    begin = len(leaves)
    _walk(tree["left_child"], conditions, leaves, nodes)
    left = (1 << len(leaves)) - (1 << begin)
    key = (tree["split_feature"], _float32_below(tree["threshold"]))
    nodes.append((conditions.setdefault(key, len(conditions)), int(ALL) & ~left))
    _walk(tree["right_child"], conditions, leaves, nodes)


def _float32_below(threshold: float) -> float:
    """The largest single precision number that is not above: x <= it decides as x <= threshold."""
    near = np.float32(threshold)
    above = float(near) > threshold  # numpy would compare in single precision
    return float(np.nextafter(near, np.float32(-np.inf)) if above else near)
