"""Groups of equivalent nuclei and what a chemist calls them: CH3, OCH2, aromatic CH, C=O, OH.

``workflows.nmr_spectra`` makes a signal of each.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from rdkit import Chem

from specml.nuclei import of_element
from specml.spectra.equivalence import classes

LABILE = (7, 8, 16)  # hydrogens on N, O and S exchange and make hydrogen bonds
BEFORE, AFTER = ("O", "N", "S", "P"), ("F", "Cl")  # OCH2, NCH; CF3, CHCl2
USUAL = {"OC=O": "COO", "OCH=O": "HCOO", "NC=O": "CON", "NCH=O": "HCON", "CH=O": "CHO"}


@dataclass(frozen=True)
class NucleusGroup:
    """Equivalent nuclei of one molecule, which share a signal.

    Parameters
    ----------
    number : atomic number of the nuclei.
    label : what a chemist calls the group, such as ``OCH2``.
    atoms : indices of the nuclei, from 0 and ascending.
    labile : whether they are hydrogens on N, O or S, whose shift depends on solvent and
        concentration.
    """

    number: int
    label: str
    atoms: tuple[int, ...]
    labile: bool


def groups(
    molecule: Chem.Mol, positions: np.ndarray, numbers: tuple[int, ...]
) -> list[NucleusGroup]:
    """List the groups of the given elements, in the order of their first atoms.

    Parameters
    ----------
    molecule : the molecule as a graph, from :func:`specml.data.topology.graph`.
    positions : (n_atoms, 3) angstrom; they decide what is cis and trans.
    numbers : atomic numbers of the elements.
    """
    members: dict[int, list[int]] = {}
    for index, key in enumerate(classes(molecule, positions).tolist()):
        members.setdefault(key, []).append(index)
    kept = []
    for indices in members.values():
        atom = molecule.GetAtomWithIdx(indices[0])
        if atom.GetAtomicNum() in numbers:
            kept.append(
                NucleusGroup(atom.GetAtomicNum(), label(atom), tuple(indices), _labile(atom))
            )
    return sorted(kept, key=lambda group: group.atoms)


def matching(molecule: Chem.Mol, first: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Find, for each atom, the one that stands in its place at another geometry, (n_atoms,).

    Embedding may exchange the two hydrogens of a C=CH2; where it did, they are exchanged back.

    Parameters
    ----------
    molecule : the molecule as a graph, from :func:`specml.data.topology.graph`.
    first, other : (n_atoms, 3) two geometries of the molecule, angstrom.
    """
    here, there = classes(molecule, first), classes(molecule, other)
    places = np.arange(len(here))
    places[np.argsort(here, kind="stable")] = np.argsort(there, kind="stable")
    return places


def label(atom: Chem.Atom) -> str:
    """Name the group of an atom; a hydrogen is named with what it is bonded to.

    Every nucleus whose row in :mod:`specml.nuclei` asks for it is named with its bonding partners
    too.
    """
    row = of_element(atom.GetAtomicNum())
    outer = row is not None and row.of_neighbour and atom.GetDegree() > 0
    centre = atom.GetNeighbors()[0] if outer else atom
    if centre.GetAtomicNum() == 1:
        return "H2"
    count = centre.GetTotalNumHs(includeNeighbors=True)
    hydrogens = f"H{count if count > 1 else ''}" if count else ""
    if centre.GetAtomicNum() != 6:
        return f"{centre.GetSymbol()}{hydrogens}"
    aromatic = centre.GetIsAromatic() and not _is_lactam(centre)
    return f"arom. C{hydrogens}" if aromatic else _carbon(centre, hydrogens)


def _is_lactam(atom: Chem.Atom) -> bool:
    """A carbonyl of a ring that counts as aromatic: uracil, caffeine, pyridone."""
    return any(
        b.GetBondType() == Chem.BondType.DOUBLE and not b.IsInRing() for b in atom.GetBonds()
    )


def _carbon(atom: Chem.Atom, hydrogens: str) -> str:
    """Name a carbon with its hydrogens: ``OCH2``, ``CHCl2``, ``CH2=``, ``≡CH``, ``C≡N``, ``COO``,
    ``C=O``.
    """
    partners = [(b.GetBondType(), b.GetOtherAtom(atom).GetSymbol()) for b in atom.GetBonds()]
    double = sorted(symbol for kind, symbol in partners if kind == Chem.BondType.DOUBLE)
    triple = [symbol for kind, symbol in partners if kind == Chem.BondType.TRIPLE]
    one = (Chem.BondType.SINGLE, Chem.BondType.AROMATIC)
    beside = Counter(symbol for kind, symbol in partners if kind in one)
    if triple:
        return f"≡C{hydrogens}" if triple == ["C"] else f"C≡{triple[0]}"
    if len(double) == 2:
        return f"{double[0]}=C={double[1]}"
    before, after = (
        "".join(f"{s}{beside[s] if beside[s] > 1 else ''}" for s in symbols if beside[s])
        for symbols in (BEFORE, AFTER)
    )
    name = f"{before}C{hydrogens}{after}"
    if double:
        name += "=" if double == ["C"] else f"={double[0]}"
    return USUAL.get(name, name)


def _labile(atom: Chem.Atom) -> bool:
    """Tell whether an atom is a hydrogen on nitrogen, oxygen or sulphur."""
    return atom.GetAtomicNum() == 1 and any(n.GetAtomicNum() in LABILE for n in atom.GetNeighbors())
