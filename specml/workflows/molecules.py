"""Molecules in any form that a caller of the API has them in, as structures."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from rdkit import Chem

from specml.errors import InputError, SpecMLError, message
from specml.io import ase_atoms, structures
from specml.io.file_names import file_name
from specml.structure import Structure
from specml.workflows.failure import Failure
from specml.workflows.inputs import from_smiles

# What stands for molecules: SMILES, path, structure, or many of these.
Molecules = Any


def one_or_many(x: Molecules, charge: int | None = None) -> tuple[list[Structure | Failure], bool]:
    """The molecules of a value, and whether it stands for one of them.

    Parameters
    ----------
    x : a SMILES, the path of a structure file, a :class:`specml.structure.Structure`, ASE Atoms, an
        RDKit molecule, or an iterable of these. A text is a path where a file of that name exists
        or its ending is one of a structure file. Members of an iterable that cannot be read are
        failures.
    charge : total charge, e, of molecules that do not state one.

    Raises
    ------
    InputError
        A single value that cannot be read.
    """
    if isinstance(x, str | Path | Structure | Atoms | Chem.Mol):
        members = _read(x, charge)
        return list(members), len(members) == 1
    if not isinstance(x, Iterable):
        raise _no_molecule(x)
    every: list[Structure | Failure] = []
    for member in x:
        try:
            every += _read(member, charge)
        except SpecMLError as error:
            every.append(Failure(str(member), error))
    return every, False


def _read(x: object, charge: int | None) -> list[Structure]:
    if isinstance(x, Structure):
        return [x]
    if isinstance(x, Atoms):
        return [ase_atoms.structure(x, charge)]
    if isinstance(x, Chem.Mol):
        return [_from_rdkit(x, charge)]
    if isinstance(x, Path) or (isinstance(x, str) and _is_path(x)):
        return structures.read(Path(x), charge)
    if isinstance(x, str):
        return [from_smiles(x, charge)]
    raise _no_molecule(x)


def _is_path(text: str) -> bool:
    if Path(text).suffix.lower() in structures.FORMATS:
        return True
    try:
        return Path(text).is_file()
    except OSError:  # longer than a name may be
        return False


def _no_molecule(x: object) -> InputError:
    forms = "a SMILES, a path, a Structure, ASE Atoms, an RDKit molecule, or an iterable of these"
    return InputError(message("molecule", f"a {type(x).__name__}", forms, "Convert it to one."))


def _from_rdkit(molecule: Chem.Mol, charge: int | None) -> Structure:
    """An RDKit molecule, with its coordinates if they are in space, else from its SMILES."""
    smiles = Chem.MolToSmiles(Chem.RemoveHs(molecule))
    name = molecule.GetProp("_Name").strip() if molecule.HasProp("_Name") else ""
    spatial = molecule.GetNumConformers() > 0 and molecule.GetConformer().Is3D()
    bare = any(atom.GetTotalNumHs() for atom in molecule.GetAtoms())
    if not spatial or bare:
        return from_smiles(smiles, charge)
    total = Chem.GetFormalCharge(molecule)
    if charge is not None and charge != total:
        raise _two_charges(charge, total)
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    return Structure(
        numbers,
        molecule.GetConformer().GetPositions(),
        total,
        name=name or file_name(smiles),
        mol_block=Chem.MolToMolBlock(molecule),
    )


def _two_charges(asked: int, stated: object) -> InputError:
    got = f"{asked:+d}, and {stated} from the molecule"
    return InputError(message("charge", got, "one charge", "Leave charge out."))
