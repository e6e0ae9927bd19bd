"""Nuclei that give one signal: equivalent by the pattern of bonds.

``spectra.nmr_groups`` makes one signal of each class.

Two atoms are equivalent when the pattern of elements and bonds looks the same from both (RDKit's
canonical ranks without breaking ties, bond orders left out so that resonance structures do not
split what is one). This averages over everything that moves on the time scale of NMR: methyl
groups, NMe2, rotation about single bonds, inversion of nitrogen, flips of rings; also over the two
hydrogens of a CH2 beside a stereocentre, which stay different in truth.

Double bonds do not rotate. The two substituents at one end of C=C, of the C=N of an imine or oxime,
are told apart where the other end tells them apart: cis or trans to its higher-ranked substituent.
"""

from collections.abc import Sequence

import numpy as np
from rdkit import Chem

LINEAR = 0.3  # sine of the angle at the far end below which it has no sides (allenes)
CIS, TRANS = 1, 2
WALK = 8  # bonds


def classes(molecule: Chem.Mol, positions: np.ndarray) -> np.ndarray:
    """Number the atoms by class, (n_atoms,): equal where equivalent, the same in every order of
    atoms.

    Parameters
    ----------
    molecule : the molecule as a graph, from :func:`specml.data.topology.graph`.
    positions : (n_atoms, 3) angstrom; they decide what is cis and trans.
    """
    neighbours = [[n.GetIdx() for n in atom.GetNeighbors()] for atom in molecule.GetAtoms()]
    colours = _refined(_ranks(molecule), neighbours)
    while True:
        sides = _sides(molecule, positions, colours, neighbours)
        if not sides.any():
            return colours
        keys = list(zip(colours.tolist(), sides.tolist(), strict=True))
        colours = _refined(_numbered(keys), neighbours)


def _ranks(molecule: Chem.Mol) -> np.ndarray:
    """Classes of elements, isotopes and bonds without orders.

    RDKit's ranks compare neighbourhoods, which look alike all over a cage such as cuneane; walks of
    k bonds that return to their atom, the diagonal of A^k, tell its corners apart.
    """
    skeleton = Chem.RWMol()
    for atom in molecule.GetAtoms():
        node = Chem.Atom(atom.GetAtomicNum())
        node.SetIsotope(atom.GetIsotope())
        node.SetNoImplicit(True)
        skeleton.AddAtom(node)
    for bond in molecule.GetBonds():
        skeleton.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    plain = skeleton.GetMol()
    plain.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(plain)
    ranks = Chem.CanonicalRankAtoms(plain, breakTies=False, includeChirality=False)
    bonded = Chem.GetAdjacencyMatrix(plain).astype(np.int64)
    walks = [np.diag(np.linalg.matrix_power(bonded, k)).tolist() for k in range(3, WALK + 1)]
    return _numbered(list(zip(ranks, *walks, strict=True)))


def _numbered(keys: Sequence) -> np.ndarray:
    """Replace each key by its place among the different ones, sorted."""
    place = {key: k for k, key in enumerate(sorted(set(keys)))}
    return np.array([place[key] for key in keys])


def _refined(colours: np.ndarray, neighbours: list[list[int]]) -> np.ndarray:
    """Split classes by the classes of the neighbours until nothing splits."""
    while True:
        keys = [
            (own, *sorted(colours[around].tolist()))
            for own, around in zip(colours.tolist(), neighbours, strict=True)
        ]
        finer = _numbered(keys)
        if len(set(finer.tolist())) == len(set(colours.tolist())):
            return finer
        colours = finer


def _sides(
    molecule: Chem.Mol, positions: np.ndarray, colours: np.ndarray, neighbours: list[list[int]]
) -> np.ndarray:
    """(n_atoms,) CIS or TRANS where a double bond tells two equal substituents apart, else 0."""
    sides = np.zeros(len(colours), dtype=int)
    for bond in molecule.GetBonds():
        if bond.GetBondType() != Chem.BondType.DOUBLE:
            continue
        for near, far in (
            (bond.GetBeginAtom(), bond.GetEndAtom()),
            (bond.GetEndAtom(), bond.GetBeginAtom()),
        ):
            a, b = near.GetIdx(), far.GetIdx()
            pair = [i for i in neighbours[a] if i != b]
            others = sorted((i for i in neighbours[b] if i != a), key=lambda i: -colours[i])
            if not _rigid(near, far) or len(pair) != 2 or colours[pair[0]] != colours[pair[1]]:
                continue
            if not others or (len(others) == 2 and colours[others[0]] == colours[others[1]]):
                continue
            same = _same_side(positions, a, b, pair, others[0])
            if same is not None:
                sides[pair] = (CIS, TRANS) if same == 0 else (TRANS, CIS)
    return sides


def _rigid(near: Chem.Atom, far: Chem.Atom) -> bool:
    """Tell whether a double bond does not turn.

    That is so of C=C, and of C=N where neither a hydrogen on N nor a donor on C lets it turn or
    exchange.
    """
    if near.GetAtomicNum() != 6 or near.GetFormalCharge() or far.GetFormalCharge():
        return False
    if far.GetAtomicNum() == 6:
        return True
    inert = all(
        n.GetAtomicNum() in (1, 6) or n.GetIdx() == far.GetIdx() for n in near.GetNeighbors()
    )
    return far.GetAtomicNum() == 7 and inert and far.GetTotalNumHs(includeNeighbors=True) == 0


def _same_side(positions: np.ndarray, a: int, b: int, pair: list[int], other: int) -> int | None:
    """Find which of the pair at a is beside ``other`` at b; None where there are no sides."""
    axis = positions[b] - positions[a]
    axis = axis / np.linalg.norm(axis)
    ways = positions[[*pair, other]] - positions[[a, a, b]]
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    across = ways - np.outer(ways @ axis, axis)
    if np.linalg.norm(across, axis=1).min() < LINEAR:
        return None
    return int(np.argmax(across[:2] @ across[2]))
