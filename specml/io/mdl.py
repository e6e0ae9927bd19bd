"""Read the MDL mol and sdf formats, V2000 and V3000, through RDKit.

Called by :mod:`specml.io.structures`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

from specml.errors import InputError, message
from specml.io.embedding import embed
from specml.io.record import MoleculeRecord


class MolRecords(Iterator[MoleculeRecord]):
    """The molecules of a file's text; one that raises does not end the iteration."""

    def __init__(self, path: Path, text: str) -> None:
        self._blocks: list[tuple[str, str]] = []
        line = 1
        for block in re.split(r"^\$\$\$\$.*\n?", text, flags=re.MULTILINE):
            if block.strip():
                self._blocks.append((f"{path}:{line}", block))
            line += block.count("\n") + 1
        self._blocks.reverse()

    def __next__(self) -> MoleculeRecord:
        """The next molecule; raises InputError naming the line its record starts at."""
        if not self._blocks:
            raise StopIteration
        return _mol(*self._blocks.pop())


def _mol(where: str, record: str) -> MoleculeRecord:
    """One MDL record, V2000 or V3000."""
    with rdBase.BlockLogs():
        molecule = Chem.MolFromMolBlock(record, sanitize=False, removeHs=False)
        if molecule is not None:
            molecule.UpdatePropertyCache(strict=False)
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise InputError(
            message(
                where,
                "a record that RDKit cannot read" if molecule is None else "no atoms",
                "an MDL mol block (V2000 or V3000)",
                "Write it again with a chemistry program, or give an xyz file.",
            )
        )
    if not molecule.GetConformer().Is3D():
        return _embedded(where, record)
    _check_atoms(where, molecule)
    return MoleculeRecord(
        where,
        np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()]),
        molecule.GetConformer().GetPositions(),
        Chem.GetFormalCharge(molecule),
        record,
        tuple(atom.GetIsotope() for atom in molecule.GetAtoms()),
        record.split("\n", maxsplit=1)[0].strip(),
    )


def _embedded(where: str, record: str) -> MoleculeRecord:
    """A flat drawing, with coordinates in space and the hydrogens that drawings leave out.

    Its wedges say which stereoisomer is meant.
    """
    with rdBase.BlockLogs():
        drawing = Chem.MolFromMolBlock(record, removeHs=False)
    if drawing is None:
        raise InputError(
            message(
                where,
                "a drawing that RDKit cannot read",
                "valences that can be",
                "Correct the drawing, or give the molecule with --smiles.",
            )
        )
    if any(atom.GetAtomicNum() == 0 for atom in drawing.GetAtoms()):
        raise InputError(message(where, "an atom of any kind", "elements", "Draw the element."))
    molecule = Chem.AddHs(drawing)
    _check_atoms(where, molecule)
    isotopes = tuple(atom.GetIsotope() for atom in molecule.GetAtoms())
    for atom in molecule.GetAtoms():
        atom.SetIsotope(0)
    positions = embed(molecule, where, "a flat drawing")
    single = len(Chem.GetMolFrags(molecule)) == 1
    return MoleculeRecord(
        where,
        np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()]),
        positions,
        Chem.GetFormalCharge(molecule),
        Chem.MolToMolBlock(molecule) if single else None,
        isotopes,
        record.split("\n", maxsplit=1)[0].strip(),
    )


def _check_atoms(where: str, molecule: Chem.Mol) -> None:
    """Refuse unpaired electrons and hydrogens without coordinates."""
    lone = next((a for a in molecule.GetAtoms() if a.GetNumRadicalElectrons()), None)
    if lone is not None:
        raise InputError(
            message(
                where,
                f"{lone.GetNumRadicalElectrons()} unpaired electron(s) on atom {lone.GetIdx() + 1} "
                f"({lone.GetSymbol()})",
                "a closed-shell molecule",
                "SpecML has no model of open shells.",
            )
        )
    bare = next((a for a in molecule.GetAtoms() if a.GetNumImplicitHs() > 0), None)
    if bare is not None:
        raise InputError(
            message(
                where,
                f"{bare.GetNumImplicitHs()} hydrogen atoms missing on atom {bare.GetIdx() + 1} "
                f"({bare.GetSymbol()})",
                "all hydrogen atoms with coordinates",
                "Add hydrogens with coordinates, or give the molecule with --smiles.",
            )
        )
