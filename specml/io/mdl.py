"""Read the MDL mol and sdf formats, V2000 and V3000, through RDKit.

Called by :mod:`specml.io.structures`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

from specml.errors import InputError, message
from specml.io.record import MoleculeRecord


def records(path: Path, text: str) -> Iterator[MoleculeRecord]:
    """The molecules of a file's text; raises InputError naming the line a record starts at."""
    line = 1
    for record in re.split(r"^\$\$\$\$.*\n?", text, flags=re.MULTILINE):
        if record.strip():
            yield _mol(f"{path}:{line}", record)
        line += record.count("\n") + 1


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
        raise InputError(
            message(
                where,
                "a flat drawing (2D coordinates)",
                "coordinates in three dimensions",
                "Give the molecule with --smiles, or embed it first; a planar molecule needs "
                "'3D' in the second line of its record.",
            )
        )
    _check_atoms(where, molecule)
    return MoleculeRecord(
        where,
        np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()]),
        molecule.GetConformer().GetPositions(),
        Chem.GetFormalCharge(molecule),
        record,
    )


def _check_atoms(where: str, molecule: Chem.Mol) -> None:
    """Refuse isotopes, unpaired electrons and hydrogens without coordinates."""
    heavy = next((a for a in molecule.GetAtoms() if a.GetIsotope()), None)
    if heavy is not None:
        number, isotope = heavy.GetIdx() + 1, f"{heavy.GetIsotope()}{heavy.GetSymbol()}"
        raise InputError(
            message(
                where,
                f"the isotope {isotope} as atom {number}",
                "elements without a mass number",
                f"Write the plain element {heavy.GetSymbol()} and use --isotope "
                f"{number}={isotope} (D for 2H).",
            )
        )
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
