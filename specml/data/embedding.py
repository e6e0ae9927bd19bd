"""Starting geometries of the conformers of a molecule: ETKDG, then MMFF94.

``inference.conformers`` relaxes these geometries with a model.

The molecule is written as canonical SMILES and read again, so that its coordinates do not depend
on the order of the atoms in the input; they are put back into that order at the end. Method:
S. Wang et al., J. Chem. Inf. Model. 60, 2044 (2020).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers, rdMolDescriptors

from specml.errors import InputError, message
from specml.units import KCAL_PER_MOL

SEED = 20260101
FEWEST, MOST = 20, 500  # embeddings: for each rotatable bond and one more, and in all
STEPS = 1000  # of the force field


@dataclass(frozen=True, eq=False)
class EmbeddedConformers:
    """Geometries with their atoms in the order of the graph.

    Parameters
    ----------
    positions : (m, n_atoms, 3) angstrom.
    energies : (m,) eV, of MMFF94; zeros where it has no parameters.
    """

    positions: np.ndarray
    energies: np.ndarray


def embed(molecule: Chem.Mol, least: int, name: str) -> EmbeddedConformers:
    """Embed a molecule many times and relax each geometry with MMFF94 where it has parameters.

    Parameters
    ----------
    molecule : from :func:`specml.data.topology.graph`; its conformer is the reference of
        :func:`keep_labels`.
    least : the smallest number of embeddings; flexible molecules get more.
    name : name of the molecule in messages.

    Raises
    ------
    InputError
        Nothing can be embedded.
    """
    with rdBase.BlockLogs():
        canonical, places = _canonical(molecule)
        rotors = rdMolDescriptors.CalcNumRotatableBonds(canonical)
        count = min(max(least, FEWEST * (1 + rotors)), MOST)
        if not (_embed(canonical, count, False) or _embed(canonical, count, True)):
            raise InputError(
                message(
                    f"{name}: conformers",
                    "no geometry from RDKit",
                    "a molecule that RDKit can embed in three dimensions",
                    "Use --conformers 1 for one geometry, or give another as xyz or sdf.",
                )
            )
        energies = _force_field(canonical)
    reference = molecule.GetConformer().GetPositions()
    positions = [c.GetPositions()[places] for c in canonical.GetConformers()]
    return EmbeddedConformers(
        np.array([keep_labels(molecule, reference, p) for p in positions]),
        energies,
    )


def _canonical(molecule: Chem.Mol) -> tuple[Chem.Mol, np.ndarray]:
    """Order the atoms as in canonical SMILES, and say where each atom of the input stands there."""
    text = Chem.MolToSmiles(Chem.RemoveHs(molecule))
    canonical = Chem.AddHs(Chem.MolFromSmiles(text))
    places = canonical.GetSubstructMatch(molecule, useChirality=True)
    if len(places) == molecule.GetNumAtoms() == canonical.GetNumAtoms():
        return canonical, np.array(places)
    # SMILES cannot hold it (an unusual centre): embed it in the order of the input.
    return Chem.Mol(molecule), np.arange(molecule.GetNumAtoms())


def _embed(molecule: Chem.Mol, count: int, random: bool) -> int:
    """Embed ``count`` geometries in place and return how many there are."""
    settings: Any = rdDistGeom.ETKDGv3()  # RDKit's stubs lack the types of its fields
    settings.randomSeed = SEED
    settings.useRandomCoords = random
    settings.clearConfs = True
    return len(rdDistGeom.EmbedMultipleConfs(molecule, count, settings))


def _force_field(molecule: Chem.Mol) -> np.ndarray:
    """Relax all conformers in place and return their energies, (m,) eV."""
    if not rdForceFieldHelpers.MMFFHasAllMoleculeParams(molecule):
        return np.zeros(molecule.GetNumConformers())
    ends = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(molecule, maxIters=STEPS)
    return np.array([energy for _, energy in ends]) * KCAL_PER_MOL


def keep_labels(molecule: Chem.Mol, reference: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Exchange hydrogens of one atom so that each stands on the side it has in the reference.

    Embedding does not tell the hydrogens of a CH2 from each other. Which of them is which matters
    to whoever follows an atom from conformer to conformer.

    Parameters
    ----------
    molecule : the graph that both geometries belong to.
    reference, positions : (n_atoms, 3) angstrom; a corrected copy of ``positions`` is returned.
    """
    positions = positions.copy()
    for atom in molecule.GetAtoms():
        around = [n.GetIdx() for n in atom.GetNeighbors()]
        hydrogens = [i for i in around if molecule.GetAtomWithIdx(i).GetAtomicNum() == 1]
        plain = [i for i in hydrogens if molecule.GetAtomWithIdx(i).GetIsotope() == 0]
        if len(plain) < 2 or len(around) != 4:
            continue
        if _handedness(reference[around]) * _handedness(positions[around]) < 0.0:
            positions[plain[:2]] = positions[plain[1::-1]]
    return positions


def _handedness(corners: np.ndarray) -> float:
    """Compute the signed volume of a tetrahedron of four corners, (4, 3)."""
    return float(np.linalg.det(corners[1:] - corners[0]))
