"""Attention rollout against the eigenmodes of the molecular graph.

Called by the analyses in ``benchmarks``.

Rollout R = A'_L ... A'_1 with A'_l = (A_l + 1) / 2 says how much of each input token reaches each
output token (Abnar & Zuidema, ACL 2020, arXiv 2005.00928). The graph Laplacian L = D - B is that
of tokens: B is one for bonds, for CLS and every atom, and for atoms of different fragments.

Modes of L that are also modes of R are *captured*: the largest overlap C_ij = |<a_i|l_j>| with a
mode a_i of R exceeds 0.9, CLS left out of both and the trivial first mode of each left out. With n
of them captured and the eigenvalues a_i of R::

    zeta = n eta,    eta = sum over captured |a| / sum |a|

Fallani et al., J. Cheminform. 17, 25 (2025) mark the captured modes of L and sum the eigenvalues of
R that stand at the same places of its own list (``eta``). ``matched_eta`` sums the eigenvalues of
the modes of R that do the capturing. Both are the same if captured modes lie on the diagonal of C.
"""

from dataclasses import dataclass

import numpy as np

from specml.admet.transformer.graph import FREE, bonds_between

THRESHOLD = 0.9


@dataclass(frozen=True)
class ModeOverlap:
    """How much of the graph the rollout holds; symbols as in the module.

    Parameters
    ----------
    captured : n, the number of modes of the graph that are captured.
    eta, matched_eta : their share of the eigenvalues of the rollout, by place and by match.
    """

    captured: int
    eta: float
    matched_eta: float

    @property
    def zeta(self) -> float:
        """zeta of the module, as Fallani et al. define it."""
        return self.captured * self.eta

    @property
    def matched_zeta(self) -> float:
        """zeta from the eigenvalues of the modes that do the capturing."""
        return self.captured * self.matched_eta


def rollout(attention: np.ndarray) -> np.ndarray:
    """The (n, n) product of the layers, the last one on the left.

    Parameters
    ----------
    attention : (layers, n, n), mean over heads.
    """
    product = np.eye(attention.shape[-1])
    for layer in attention:
        product = 0.5 * (layer + np.eye(len(layer))) @ product
    return product


def laplacian(pairs: np.ndarray) -> np.ndarray:
    """The (n, n) graph Laplacian of the tokens of one molecule, from their pair codes."""
    joined = ((bonds_between(pairs) == 1) | (np.asarray(pairs) == FREE)).astype(float)
    np.fill_diagonal(joined, 0.0)
    return np.diag(joined.sum(axis=1)) - joined


def overlap(product: np.ndarray, graph_laplacian: np.ndarray) -> ModeOverlap:
    """Compare the modes of a rollout with those of the graph; CLS is token 0.

    Where the Laplacian is degenerate its modes are those of ``numpy.linalg.eigh``.
    """
    values, vectors = np.linalg.eig(product)
    order = np.argsort(-np.abs(values), kind="stable")
    weights = np.abs(values[order])[1:]
    modes = _without_cls(vectors[:, order].real)[:, 1:]
    graph_modes = _without_cls(np.linalg.eigh(graph_laplacian)[1])[:, 1:]
    overlaps = np.abs(modes.T @ graph_modes)
    captured = overlaps.max(axis=0) > THRESHOLD
    capturing = np.unique(overlaps.argmax(axis=0)[captured])
    total = weights.sum()
    return ModeOverlap(
        int(captured.sum()),
        float(weights[captured].sum() / total),
        float(weights[capturing].sum() / total),
    )


def _without_cls(vectors: np.ndarray) -> np.ndarray:
    """Columns without their first component, of length one (zero if nothing else is left)."""
    kept = vectors[1:]
    lengths = np.linalg.norm(kept, axis=0)
    return kept / np.where(lengths > 1e-12, lengths, np.inf)
