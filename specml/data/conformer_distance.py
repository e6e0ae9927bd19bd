"""Whether two geometries of one molecule are the same conformer.

``inference.conformers`` drops duplicates with it.

Two conformers are alike when, after the best rotation, the best exchange of equivalent atoms and,
if need be, reflection, the root-mean-square distance of their atoms is small::

    d = min over P, sign of sqrt(min_R sum_i |R (x_i - <x>) - sign (y_P(i) - <y>)|^2 / n)

The atoms compared are the heavy ones, hydrogens on anything but carbon (they tell the rotamers of
an O-H) and isotopes. Atoms are equivalent by the pattern of bonds alone, so that both oxygens of
a nitro group are. Mirror images count as one because scalar spectra cannot tell them apart.
"""

from collections.abc import Sequence

import numpy as np
from rdkit import Chem

MOST_EXCHANGES = 5000  # permutations tried; tert-butyl and CF3 groups give 6 each


class ConformerDistance:
    """The distance between geometries of one molecule, which is near zero for one conformer.

    Parameters
    ----------
    molecule : the molecule as a graph, from :func:`specml.data.topology.graph`.
    """

    def __init__(self, molecule: Chem.Mol):
        self._atoms = np.array([a.GetIdx() for a in molecule.GetAtoms() if _compared(a)])
        self._exchanges = _exchanges(molecule, self._atoms)

    def distance(self, first: np.ndarray, second: np.ndarray) -> float:
        """Compute the root-mean-square distance d, angstrom, of two geometries (n_atoms, 3)."""
        x, y = (p[self._atoms] - p[self._atoms].mean(0) for p in (first, second))
        y = y[self._exchanges]
        # sum |R x - y|^2 = sum |x|^2 + |y|^2 - 2 tr(R C), C = x^T y = U S V^T. The best rotation
        # has tr = S1 + S2 + sign(det C) S3; with a reflection allowed it is the plain sum.
        overlap = np.linalg.svd(np.einsum("ia,pib->pab", x, y), compute_uv=False).sum(1).max()
        squared = (x**2).sum() + (y[0] ** 2).sum() - 2.0 * overlap
        return float(np.sqrt(max(squared, 0.0) / len(x)))

    def distinct(
        self,
        geometries: Sequence[np.ndarray] | np.ndarray,
        energies: np.ndarray,
        width: float,
        radius: float,
    ) -> list[int]:
        """Choose one geometry of each conformer, and return their indices, the lowest energy first.

        Parameters
        ----------
        geometries : m of them, each (n_atoms, 3) in angstrom.
        energies : (m,) energies of the geometries.
        width : energies further apart than this belong to different conformers, in their unit.
        radius : geometries at a distance d above this do too, angstrom.
        """
        kept: list[int] = []
        for k in np.argsort(energies, kind="stable").tolist():
            near = [i for i in kept if energies[k] - energies[i] < width]
            if all(self.distance(geometries[i], geometries[k]) > radius for i in near):
                kept.append(k)
        return kept


def _compared(atom: Chem.Atom) -> bool:
    """Tell whether an atom takes part in the comparison."""
    on_carbon = any(n.GetAtomicNum() == 6 for n in atom.GetNeighbors())
    return atom.GetAtomicNum() > 1 or atom.GetIsotope() > 0 or not on_carbon


def _exchanges(molecule: Chem.Mol, atoms: np.ndarray) -> np.ndarray:
    """List the permutations of the compared atoms that keep kinds and bonds, (p, n_compared)."""
    kinds: dict[tuple[int, int, int], int] = {}
    place = {int(atom): i for i, atom in enumerate(atoms)}
    skeleton = Chem.RWMol()
    for index in place:
        atom = molecule.GetAtomWithIdx(index)
        kind = (atom.GetAtomicNum(), atom.GetIsotope(), atom.GetDegree())
        node = Chem.Atom(6)
        node.SetIsotope(kinds.setdefault(kind, len(kinds) + 1))  # what a match must agree on
        node.SetNoImplicit(True)
        skeleton.AddAtom(node)
    for bond in molecule.GetBonds():
        i, j = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if i in place and j in place:
            skeleton.AddBond(place[i], place[j], Chem.BondType.SINGLE)
    pattern = skeleton.GetMol()
    matches = pattern.GetSubstructMatches(pattern, uniquify=False, maxMatches=MOST_EXCHANGES)
    return np.array(matches, dtype=np.int64)
