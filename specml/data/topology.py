"""The bonds of a structure as an RDKit molecule: as its source states them, else from distances.

The conformer search and the groups of equivalent nuclei start from these graphs.
"""

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDetermineBonds
from scipy.spatial.distance import pdist, squareform

from specml.data.sampling import topology_survived
from specml.elements import COVALENT_RADII
from specml.errors import InputError, message
from specml.structure import Structure

MOST_ORDERS = 10_000  # assignments of bond orders tried; ordinary molecules need a few
SAME_MASS = 1e-6  # amu
TOUCHING = 1.15  # times the sum of covalent radii; bicyclopentane's bridgeheads are at 1.23


def graph(structure: Structure, masses: np.ndarray | None = None) -> Chem.Mol:
    """Make an RDKit molecule with the bonds, configuration and geometry of a structure.

    Atoms are in the order of the structure. Bonds come from the SMILES or the mol block of the
    structure if they fit its geometry, else from interatomic distances (rdDetermineBonds).
    Configuration (R/S, E/Z) is always that of the geometry.

    Parameters
    ----------
    structure : the molecule at a geometry.
    masses : (n_atoms,) amu; atoms that differ from the standard weight become isotopes.

    Raises
    ------
    InputError
        Bonds cannot be perceived, or there is more than one molecule.
    """
    with rdBase.BlockLogs():
        molecule = _stated(structure) or _perceived(structure)
    _check_one(structure, molecule)
    if masses is not None:
        for atom, mass, usual in zip(molecule.GetAtoms(), masses, structure.masses, strict=True):
            atom.SetIsotope(round(mass) if abs(mass - usual) > SAME_MASS else 0)
    return _placed(molecule, structure.positions)


def skeleton(structure: Structure) -> Chem.Mol:
    """Do the same as :func:`graph` where no bond orders fit: every bond is a single one.

    rdDetermineBonds finds no orders for some groups, sulfonic acid beside nitro for one; which
    nuclei are equivalent does not depend on orders.

    Raises
    ------
    InputError
        There is more than one molecule.
    """
    molecule = _bare(structure)
    rdDetermineBonds.DetermineConnectivity(molecule)
    molecule.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(molecule)
    _check_one(structure, molecule)
    return molecule.GetMol()


def bonds(molecule: Chem.Mol) -> np.ndarray:
    """List the bonds of a molecule, (n_bonds, 2) atom indices."""
    pairs = [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in molecule.GetBonds()]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def same_molecule(molecule: Chem.Mol, structure: Structure) -> bool:
    """Tell whether a geometry has the bonds and the configuration of the graph, atom by atom."""
    pairs = bonds(molecule)
    if not topology_survived(structure, pairs) or _touching(structure, pairs):
        return False
    moved = _placed(molecule, structure.positions)
    return _configuration(moved) == _configuration(molecule)


def _touching(structure: Structure, pairs: np.ndarray) -> bool:
    """Tell whether two atoms without a bond are as close as if they had one."""
    radii = COVALENT_RADII[structure.numbers]
    close = squareform(pdist(structure.positions)) < TOUCHING * (radii[:, None] + radii)
    close[tuple(pairs.T)] = close[tuple(pairs.T[::-1])] = False
    return bool(np.triu(close, 1).any())


def _placed(molecule: Chem.Mol, positions: np.ndarray) -> Chem.Mol:
    """Copy a molecule to these coordinates, with the configuration they show."""
    placed = Chem.Mol(molecule)
    conformer = Chem.Conformer(molecule.GetNumAtoms())
    conformer.SetPositions(np.array(positions))
    placed.RemoveAllConformers()
    placed.AddConformer(conformer)
    with rdBase.BlockLogs():
        Chem.AssignStereochemistryFrom3D(placed)
    return placed


def _configuration(molecule: Chem.Mol) -> tuple[list, list]:
    """List the handedness of every centre and E or Z of every double bond, in order."""
    return (
        [atom.GetChiralTag() for atom in molecule.GetAtoms()],
        [bond.GetStereo() for bond in molecule.GetBonds()],
    )


def _stated(structure: Structure) -> Chem.Mol | None:
    """Read the bonds from the SMILES or the mol block; None if there is none that fits the
    geometry.
    """
    if structure.smiles is not None:
        molecule = Chem.MolFromSmiles(structure.smiles)
        molecule = molecule and Chem.AddHs(molecule)
    elif structure.mol_block is not None:
        molecule = Chem.MolFromMolBlock(structure.mol_block, removeHs=False)
    else:
        return None
    numbers = [] if molecule is None else [a.GetAtomicNum() for a in molecule.GetAtoms()]
    if numbers != structure.numbers.tolist():
        return None
    return molecule if topology_survived(structure, bonds(molecule)) else None


def _check_one(structure: Structure, molecule: Chem.Mol) -> None:
    pieces = len(Chem.GetMolFrags(molecule))
    if pieces > 1:
        raise InputError(
            message(
                f"{structure.name}: bonds",
                f"{pieces} separate molecules",
                "one molecule, whose bonds hold it together",
                "Give each by itself; ir and raman take the geometry as it is with --conformers 1.",
            )
        )


def _bare(structure: Structure) -> Chem.RWMol:
    """Make a molecule of the atoms and coordinates alone."""
    molecule = Chem.RWMol()
    for number in structure.numbers.tolist():
        atom = Chem.Atom(number)
        atom.SetNoImplicit(True)
        molecule.AddAtom(atom)
    conformer = Chem.Conformer(len(structure))
    conformer.SetPositions(np.array(structure.positions))
    molecule.AddConformer(conformer)
    return molecule


def _perceived(structure: Structure) -> Chem.Mol:
    """Perceive the bonds from the distances and the charge."""
    molecule = _bare(structure)
    try:
        rdDetermineBonds.DetermineBonds(
            molecule, charge=structure.charge, embedChiral=False, maxIterations=MOST_ORDERS
        )
        Chem.SanitizeMol(molecule)
    except (ValueError, RuntimeError) as error:  # RDKit's errors of valence are ValueErrors
        raise _no_bonds(structure, str(error).strip().splitlines()[0]) from error
    radical = next((a for a in molecule.GetAtoms() if a.GetNumRadicalElectrons()), None)
    if radical is not None:
        raise _no_bonds(
            structure, f"an open valence on {radical.GetSymbol()}{radical.GetIdx() + 1}"
        )
    return molecule.GetMol()


def _no_bonds(structure: Structure, reason: str) -> InputError:
    return InputError(
        message(
            f"{structure.name}: bonds",
            f"no bonds that fit the distances and the charge {structure.charge:+d} ({reason})",
            "a geometry near a minimum of a closed-shell molecule",
            "Give the molecule as sdf, mol or SMILES, or check --charge; ir and raman do without "
            "bonds with --conformers 1.",
        )
    )
