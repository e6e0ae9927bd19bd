"""The files of an electronic structure, ``<molecule>.hamiltonian.*``, written and read.

``specml hamiltonian`` and the API (``specml.electrons``) call it with an
:class:`specml.workflows.electronic_structure.ElectronicStructure`; docs/scf.md describes the keys.
"""

from pathlib import Path
from typing import Any

import numpy as np

import specml
from specml.documents import files, json_file
from specml.documents.format import Format
from specml.documents.structure import opening
from specml.hamiltonian.cubes import cube
from specml.hamiltonian.files import hdf5, molden_file
from specml.io.spectra import json_document
from specml.structure import Structure
from specml.units import BOHR, DEBYE, HARTREE
from specml.workflows.electronic_structure import ElectronicStructure, ElectronicStructureSettings

KIND = "hamiltonian"
SCHEMA = "specml/hamiltonian/1"
FUNCTIONALS = {
    "b3lyp": "B3LYP with VWN(RPA), also called VWN3, as in Gaussian (b3lypg in PySCF)",
    "b3lypg": "B3LYP with VWN(RPA), also called VWN3, as in Gaussian",
    "b3lyp5": "B3LYP with VWN5, as in ORCA and GAMESS",
}
BONDED = 0.2  # Mayer bond order; hydrogen bonds have less


def paths(
    folder: Path, structure: Structure, settings: ElectronicStructureSettings
) -> dict[str, Path]:
    """Suffix -> where it is written."""
    cubes = (f"{name}.cube" for name in settings.cubes)
    return files.paths(folder, structure.name, KIND, ("json", "h5", "molden", *cubes))


def contents(
    result: ElectronicStructure, _html: bool = False, _made_by: str = ""
) -> dict[str, bytes]:
    """Suffix -> the bytes of that file; there is no page."""
    orbitals, card = result.orbitals, result.card
    attributes = {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": result.structure.name,
        "model": card["name"],
        "method": card["method"],
        "functional": functional(card["method"]),
    }
    parts = (orbitals.energies, orbitals.coefficients, orbitals.occupations)
    return {
        "json": json_document(to_dict(result)),
        "h5": hdf5(orbitals, attributes),
        "molden": molden_file(orbitals.molecule.mol, *parts),
        **{
            f"{name}.cube": cube(orbitals, name, result.settings.grid)
            for name in result.settings.cubes
        },
    }


def read(path: Path) -> dict[str, Any]:
    """What :func:`to_dict` wrote to a ``.hamiltonian.json`` file; errors as ``json_file.load``."""
    return json_file.load(path, [SCHEMA], "specml hamiltonian")


def to_dict(result: ElectronicStructure) -> dict[str, Any]:
    """The JSON document of one molecule."""
    card, levels = result.card, table(result)
    return {
        **opening(SCHEMA, result.structure),
        "method": {
            "geometry": result.geometry,
            "xc": card["method"],
            "functional": functional(card["method"]),
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
        "warnings": result.warnings,
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
    """Mean absolute errors on held-out molecules, as the card of the model states them.

    Empty where the molecule is unlike those.
    """
    if result.warnings:
        return {}
    return dict(result.card.get("expected_error", {}))


def table(result: ElectronicStructure) -> dict[str, list]:
    """The orbitals as columns, from the lowest up: number from 1, energy, electrons."""
    orbitals = result.orbitals
    return {
        "orbital": list(range(1, len(orbitals.energies) + 1)),
        "energy_ev": (orbitals.energies * HARTREE).tolist(),
        "occupation": orbitals.occupations.tolist(),
    }


def functional(method: str) -> str:
    """What a functional by the name that PySCF has for it means, where programs differ.

    B3LYP has Vosko, Wilk and Nusair's fit to the random-phase approximation (VWN3 in their paper)
    in Gaussian and in PySCF from 2.3 on, and their fit to Monte Carlo results (VWN5) in ORCA,
    GAMESS, Turbomole and older PySCF: 0.037 hartree of water in def2-SVP.
    """
    return FUNCTIONALS.get(method.lower(), method)


def bonds(result: ElectronicStructure) -> list[dict[str, Any]]:
    """Pairs of atoms, from 0, that are bonded, with their bond orders."""
    pairs = np.argwhere(np.triu(result.mayer > BONDED)).tolist()
    return [
        {"indices": [i, j], "mayer": result.mayer[i, j], "wiberg": result.wiberg[i, j]}
        for i, j in pairs
    ]


FORMAT = Format(
    paths=lambda result, folder, _html: paths(folder, result.structure, result.settings),
    contents=contents,
    to_dict=to_dict,
    table=table,
)
