"""Molecules as tokens and pairs of tokens: what the graph transformer reads.

A molecule is its heavy atoms (hydrogens that are written as atoms too), each with a few small
integers, and one integer a pair of atoms: how many bonds lie between them, and for one bond its
order. Token 0 of a batch is the read-out token (CLS).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from rdkit import Chem

# Codes of a pair. Padding is never attended to; CLS and atoms without a path between them share
# the code whose bias is zero.
PADDING, FREE, SELF = 0, 1, 2
SINGLE, DOUBLE, TRIPLE, AROMATIC = 3, 4, 5, 6
FARTHEST = 10  # bonds; beyond, all are alike
TWO_BONDS = 7
N_PAIR_CODES = TWO_BONDS + FARTHEST - 1
BONDS = {"SINGLE": SINGLE, "DOUBLE": DOUBLE, "TRIPLE": TRIPLE, "AROMATIC": AROMATIC}  # by RDKit

# Columns of a token and how many values each takes; 0 is padding, CLS has 1 in every column.
COLUMNS = ("element", "neighbours", "hydrogens", "charge", "aromatic")
SIZES = (121, 16, 7, 9, 4)
CLS = 1
MASK = 0  # element of a hidden atom: padding itself is never attended to
_UNCONNECTED = 1e6  # RDKit writes 1e8


@dataclass(frozen=True, eq=False)
class Graph:
    """One molecule as the transformer reads it.

    Parameters
    ----------
    tokens : (n, 5) uint8, one column a feature of :data:`COLUMNS`.
    pairs : (n, n) uint8, codes of pairs.
    """

    tokens: np.ndarray
    pairs: np.ndarray

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, eq=False)
class GraphBatch:
    """Several molecules padded to one length, CLS first.

    Parameters
    ----------
    tokens : (b, n + 1, 5) integer.
    pairs : (b, n + 1, n + 1) integer.
    """

    tokens: torch.Tensor
    pairs: torch.Tensor

    @property
    def is_atom(self) -> torch.Tensor:
        """Which tokens are atoms, (b, n + 1) bool: neither CLS nor padding."""
        present = self.tokens[:, :, 1] > 0
        present[:, 0] = False
        return present


def graph(molecule: "Chem.Mol") -> Graph:
    """The graph of a molecule, atoms in its order."""
    from rdkit import Chem

    tokens = np.array([_token(atom) for atom in molecule.GetAtoms()], dtype=np.uint8)
    distance = Chem.GetDistanceMatrix(molecule)
    far = np.minimum(distance, FARTHEST) + (TWO_BONDS - 2)
    pairs = np.where(distance < _UNCONNECTED, far, FREE).astype(np.uint8)
    np.fill_diagonal(pairs, SELF)
    for bond in molecule.GetBonds():
        i, j = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        pairs[i, j] = pairs[j, i] = BONDS.get(bond.GetBondType().name, SINGLE)
    return Graph(tokens.reshape(-1, len(COLUMNS)), pairs)


def _token(atom: "Chem.Atom") -> tuple[int, int, int, int, int]:
    hydrogens = atom.GetTotalNumHs()
    return (
        atom.GetAtomicNum() + 2,
        min(atom.GetDegree() + hydrogens, SIZES[1] - 3) + 2,
        min(hydrogens, SIZES[2] - 3) + 2,
        max(-3, min(atom.GetFormalCharge(), 3)) + 5,
        atom.GetIsAromatic() + 2,
    )


def collate(graphs: Sequence[Graph]) -> GraphBatch:
    """Make one batch, padded to the largest molecule."""
    longest = max(len(each) for each in graphs) + 1
    tokens = np.zeros((len(graphs), longest, len(COLUMNS)), dtype=np.int64)
    pairs = np.zeros((len(graphs), longest, longest), dtype=np.int64)
    tokens[:, 0] = CLS
    for i, each in enumerate(graphs):
        end = len(each) + 1
        tokens[i, 1:end] = each.tokens
        pairs[i, :, :end] = FREE  # rows of padding see the molecule too: no softmax of nothing
        pairs[i, 1:end, 1:end] = each.pairs
        pairs[i, 0, 0] = SELF
    return GraphBatch(torch.from_numpy(tokens), torch.from_numpy(pairs))


def bonds_between(pairs: np.ndarray) -> np.ndarray:
    """How many bonds lie between each pair; -1 for CLS, padding and pairs without a path.

    >>> bonds_between(np.array([FREE, SELF, AROMATIC, TWO_BONDS]))
    array([-1,  0,  1,  2])
    """
    table = np.full(N_PAIR_CODES, -1)
    table[SELF] = 0
    table[[SINGLE, DOUBLE, TRIPLE, AROMATIC]] = 1
    table[TWO_BONDS:] = np.arange(2, FARTHEST + 1)
    return table[np.asarray(pairs)]
