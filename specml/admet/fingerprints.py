"""How alike molecules are: Tanimoto coefficients of circular fingerprints, against many at once.

Called by the scorer (:mod:`specml.admet.scorer`) and by its training.

    T(a, b) = |a and b| / |a or b|

Environments of radius 2 with their counts, 2048 bits (RDKit's count simulation). The reference
molecules are held as a table of bits by molecules, so that the intersections of one molecule with
all of them are the sum of the rows of its own bits.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

SIZE = 2048
_generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=SIZE, countSimulation=True)


def on_bits(molecules: Sequence[Chem.Mol]) -> list[np.ndarray]:
    """The positions of the bits that are set, one array a molecule."""
    return [
        np.array(_generator.GetFingerprint(mol).GetOnBits(), dtype=np.uint16) for mol in molecules
    ]


class ReferenceMolecules:
    """The molecules that others are compared with.

    Parameters
    ----------
    positions : set bits of all molecules, one after another.
    lengths : (n,) number of set bits of each.
    """

    def __init__(self, positions: np.ndarray, lengths: np.ndarray) -> None:
        self.positions = positions.astype(np.uint16)
        self.lengths = lengths.astype(np.uint16)

    @cached_property
    def _table(self) -> np.ndarray:
        table = np.zeros((SIZE, len(self)), dtype=np.uint8)
        table[self.positions, np.repeat(np.arange(len(self)), self.lengths)] = 1
        return table

    @cached_property
    def _lengths(self) -> np.ndarray:
        return self.lengths.astype(np.float32)

    @classmethod
    def of_bits(cls, bits: Sequence[np.ndarray]) -> "ReferenceMolecules":
        """Make the table from what :func:`on_bits` gives."""
        positions = np.concatenate(bits) if bits else np.zeros(0)
        return cls(positions, np.array([len(b) for b in bits], dtype=int))

    def __len__(self) -> int:
        return len(self.lengths)

    def similarity(self, bits: Sequence[np.ndarray]) -> np.ndarray:
        """The Tanimoto coefficients, (n, n_references) float32; without any bit all are zero."""
        table = np.empty((len(bits), len(self)), dtype=np.float32)
        for row, on in zip(table, bits, strict=True):
            self._compare(on, row)
        return table

    def _compare(self, on: np.ndarray, row: np.ndarray) -> None:
        """Write the similarities of one molecule into ``row``, (n_references,) float32."""
        # 255 common bits fit into a byte, and bytes are added eight times as fast.
        counts = np.zeros(len(self), dtype=np.uint8 if len(on) < 256 else np.uint16)
        for position in on:  # row by row the counts stay in the cache
            np.add(counts, self._table[position], out=counts)
        union = np.subtract(self._lengths + np.float32(len(on)), counts, dtype=np.float32)
        np.divide(counts, np.maximum(union, 1.0, out=union), out=row)

    def reordered(self, order: np.ndarray) -> "ReferenceMolecules":
        """The molecules of positions ``order``, in that order."""
        lengths = self.lengths.astype(np.intp)
        first, lengths = (np.cumsum(lengths) - lengths)[order], lengths[order]
        shift = first - (np.cumsum(lengths) - lengths)
        places = np.arange(lengths.sum()) + np.repeat(shift, lengths)
        return ReferenceMolecules(self.positions[places], lengths)


class Nearest:
    """The highest similarity to each of several sets of reference molecules.

    Molecules that are in the same sets lie beside each other here, so that one pass over the
    similarities gives the highest of every kind, and few kinds are left to look through for a set.

    Parameters
    ----------
    rows : positions of the molecules of each set in the reference, for at most 64 sets; each
        molecule is in some set.
    """

    def __init__(self, reference: ReferenceMolecules, rows: Sequence[np.ndarray]) -> None:
        kind = np.zeros(len(reference), dtype=np.uint64)  # bit k: a member of set k
        bits = [np.uint64(1 << k) for k in range(len(rows))]
        for bit, positions in zip(bits, rows, strict=True):
            kind[positions] |= bit
        order = np.argsort(kind, kind="stable")
        kinds, self._starts = np.unique(kind[order], return_index=True)
        self._kinds_of = [np.flatnonzero(kinds & bit) for bit in bits]
        self._reference = reference.reordered(order)

    def __call__(self, bits: Sequence[np.ndarray]) -> np.ndarray:
        """The highest similarity of n molecules to each set, (n_sets, n) float32."""
        highest = np.empty((len(bits), len(self._starts)), dtype=np.float32)
        row = np.empty(len(self._reference), dtype=np.float32)
        for best, on in zip(highest, bits, strict=True):
            self._reference._compare(on, row)
            np.maximum.reduceat(row, self._starts, out=best)
        return np.array([highest[:, kinds].max(1) for kinds in self._kinds_of])
