"""Coordinates of molecules that come without: from SMILES, and from drawings in a plane.

Called by :mod:`specml.data.sampling` and :mod:`specml.io.mdl`.
"""

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
from rdkit.Geometry import Point3D

from specml.errors import InputError, message

GAP = 2.5  # angstrom between the boxes of the parts of a complex, before it relaxes


def embed(molecule: Chem.Mol, where: str, text: str, seed: int = 0) -> np.ndarray:
    """Coordinates of one ETKDG conformer, relaxed with MMFF94 where it has parameters.

    The parts of a complex are embedded apart and stood side by side; MMFF94 then draws them
    together. That is one arrangement of many.

    Parameters
    ----------
    molecule : with all its hydrogens; its conformer is replaced.
    where, text : what it comes from, and its notation, for the message.
    seed : seed of the embedding.

    Returns
    -------
    numpy.ndarray
        (n_atoms, 3) angstrom.

    Raises
    ------
    InputError
        If RDKit finds no coordinates.
    """
    parts = Chem.GetMolFrags(molecule)
    with rdBase.BlockLogs():
        if len(parts) == 1:
            _embed_one(molecule, where, text, seed)
        else:
            _side_by_side(molecule, parts, where, text, seed)
        if rdForceFieldHelpers.MMFFHasAllMoleculeParams(molecule):
            rdForceFieldHelpers.MMFFOptimizeMolecule(
                molecule, maxIters=500, ignoreInterfragInteractions=False
            )
    return np.asarray(molecule.GetConformer().GetPositions())


def _embed_one(molecule: Chem.Mol, where: str, text: str, seed: int) -> None:
    if rdDistGeom.EmbedMolecule(molecule, randomSeed=seed) < 0 and (
        rdDistGeom.EmbedMolecule(molecule, randomSeed=seed, useRandomCoords=True) < 0
    ):
        raise InputError(
            message(
                where,
                repr(text),
                "a molecule that RDKit can embed in three dimensions",
                "Give coordinates (xyz or sdf) instead.",
            )
        )


def _side_by_side(
    molecule: Chem.Mol, parts: tuple[tuple[int, ...], ...], where: str, text: str, seed: int
) -> None:
    """Embed each part by itself and stand it along x behind the ones before it."""
    conformer = Chem.Conformer(molecule.GetNumAtoms())
    edge = 0.0
    for atoms, part in zip(parts, Chem.GetMolFrags(molecule, asMols=True), strict=True):
        _embed_one(part, where, text, seed)
        positions = part.GetConformer().GetPositions()
        positions -= positions.mean(axis=0)
        positions[:, 0] += edge - positions[:, 0].min()
        edge = positions[:, 0].max() + GAP
        for atom, position in zip(atoms, positions.tolist(), strict=True):
            conformer.SetAtomPosition(atom, Point3D(*position))
    molecule.RemoveAllConformers()
    molecule.AddConformer(conformer)
