"""The files of an electronic structure, ``<molecule>.hamiltonian.*``, written and read.

``specml hamiltonian`` and the API (``specml.electrons``) call it with an
:class:`specml.workflows.electronic_structure.ElectronicStructure`; docs/scf.md describes the keys.
"""

from pathlib import Path
from typing import Any

import numpy as np

import specml
from specml.documents import json_file
from specml.documents.structure import described
from specml.hamiltonian.files import cube, hdf5, molden_file
from specml.io.spectra import json_document
from specml.structure import Structure
from specml.units import BOHR, DEBYE, HARTREE
from specml.workflows.electronic_structure import ElectronicStructure, ElectronicStructureSettings

KIND = "hamiltonian"
SCHEMA = "specml/hamiltonian/1"
BONDED = 0.2  # Mayer bond order; hydrogen bonds have less


def suffixes(
    structure: Structure,  # noqa: ARG001
    settings: ElectronicStructureSettings,
    html: bool = False,  # noqa: ARG001
) -> tuple[str, ...]:
    """The files of one molecule, by what stands behind ``<molecule>.hamiltonian.``.

    Parameters
    ----------
    html : asked of every kind of document; of this one there is no page.
    """
    return ("json", "h5", "molden", *(f"{name}.cube" for name in settings.cubes))


def contents(
    result: ElectronicStructure,
    html: bool = False,  # noqa: ARG001
) -> dict[str, bytes]:
    """Suffix -> the bytes of that file."""
    orbitals, card = result.orbitals, result.card
    attributes = {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": result.structure.name,
        "model": card["name"],
        "method": card["method"],
    }
    parts = (orbitals.energies, orbitals.coefficients, orbitals.occupations)
    return {
        "json": json_document(to_dict(result)),
        "h5": hdf5(orbitals, attributes),
        "molden": molden_file(orbitals.molecule.mol, *parts),
        **{f"{name}.cube": cube(orbitals, name) for name in result.settings.cubes},
    }


def read(path: Path) -> dict[str, Any]:
    """The document of a ``.hamiltonian.json`` file, as :func:`to_dict` made it.

    Raises
    ------
    InputError
        A file that cannot be read or holds something else.
    """
    return json_file.load(path, [SCHEMA], "specml hamiltonian")


def to_dict(result: ElectronicStructure) -> dict[str, Any]:
    """The JSON document of one molecule."""
    structure, card, levels = result.structure, result.card, table(result)
    return {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": described(structure),
        "method": {
            "geometry": result.geometry,
            "xc": card["method"],
            "basis": card["basis"],
            "basis_functions": len(result.orbitals.energies),
            "electrons": result.orbitals.molecule.mol.nelectron,
        },
        **quantities(result),
        "dipole_vector_debye": result.dipole * BOHR / DEBYE,
        "orbital_energies_ev": levels["energy_ev"],
        "occupations": levels["occupation"],
        "mulliken_charges_e": result.mulliken,
        "loewdin_charges_e": result.loewdin,
        "bonds": bonds(result),
        "expected_error": expected_error(result),
        "model": {key: card[key] for key in ("name", "version") if key in card},
    }


def quantities(result: ElectronicStructure) -> dict[str, float]:
    """The numbers that say most of a molecule, with their units in the keys."""
    orbitals = result.orbitals
    return {
        "homo_ev": orbitals.homo * HARTREE,
        "lumo_ev": orbitals.lumo * HARTREE,
        "gap_ev": orbitals.gap * HARTREE,
        "dipole_debye": float(np.linalg.norm(result.dipole * BOHR / DEBYE)),
    }


def expected_error(result: ElectronicStructure) -> dict[str, float]:
    """Mean absolute errors on held-out molecules, as the card of the model states them."""
    return dict(result.card.get("expected_error", {}))


def table(result: ElectronicStructure) -> dict[str, list]:
    """The orbitals as columns, from the lowest up: number from 1, energy, electrons."""
    orbitals = result.orbitals
    return {
        "orbital": list(range(1, len(orbitals.energies) + 1)),
        "energy_ev": (orbitals.energies * HARTREE).tolist(),
        "occupation": orbitals.occupations.tolist(),
    }


def bonds(result: ElectronicStructure) -> list[dict[str, Any]]:
    """Pairs of atoms, from 0, that are bonded, with their bond orders."""
    pairs = np.argwhere(np.triu(result.mayer > BONDED)).tolist()
    return [
        {"indices": [i, j], "mayer": result.mayer[i, j], "wiberg": result.wiberg[i, j]}
        for i, j in pairs
    ]
