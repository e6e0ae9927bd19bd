"""How alike molecules are: Tanimoto coefficients of circular fingerprints, against many at once.

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
    """Positions of the bits that are set, one array a molecule."""
    return [
        np.array(_generator.GetFingerprint(mol).GetOnBits(), dtype=np.uint16) for mol in molecules
    ]


class Reference:
    """Molecules to compare with.

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

    @classmethod
    def of_bits(cls, bits: Sequence[np.ndarray]) -> "Reference":
        """Of what :func:`on_bits` gives."""
        positions = np.concatenate(bits) if bits else np.zeros(0)
        return cls(positions, np.array([len(b) for b in bits], dtype=int))

    def __len__(self) -> int:
        return len(self.lengths)

    def similarity(self, bits: Sequence[np.ndarray]) -> np.ndarray:
        """(n, n_references) float32; molecules without any bit resemble nothing."""
        found = np.empty((len(bits), len(self)), dtype=np.float32)
        lengths = self.lengths.astype(np.float32)
        for row, on in zip(found, bits, strict=True):
            # 255 common bits fit into a byte, and bytes are added eight times as fast.
            kind = np.uint8 if len(on) < 256 else np.uint16
            counts: np.ndarray = np.zeros(len(self), dtype=kind)
            for position in on:  # row by row the counts stay in the cache
                np.add(counts, self._table[position], out=counts)
            common = counts.astype(np.float32)
            np.divide(common, np.maximum(lengths + len(on) - common, 1.0), out=row)
        return found
