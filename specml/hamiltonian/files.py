"""Orbitals as files: HDF5 and molden; contents as bytes, which ``documents`` collects.

Molden comes from PySCF's own writer; cubes are in ``cubes``.
"""

import io
import json
from collections.abc import Mapping

import h5py
import numpy as np
from pyscf import gto
from pyscf.tools import molden

from specml.errors import InputError, message
from specml.hamiltonian.observables import Orbitals

HIGHEST = 4  # angular momentum that a molden file can hold: g


def hdf5(orbitals: Orbitals, attributes: Mapping[str, object]) -> bytes:
    """Matrices and what is needed to read them.

    ``fock``, ``overlap``, ``coefficients``, ``energies``, ``occupations``, ``density``, each with
    its unit; ``ao_labels``; ``numbers`` and ``positions``; the basis in full as JSON, attributes
    of the root.
    """
    mol = orbitals.molecule.mol
    arrays = {
        "fock": (orbitals.fock, "hartree"),
        "overlap": (orbitals.overlap, "1"),
        "coefficients": (orbitals.coefficients, "1"),
        "energies": (orbitals.energies, "hartree"),
        "occupations": (orbitals.occupations, "electrons"),
        "density": (orbitals.density, "electrons"),
        "numbers": (mol.atom_charges(), "1"),
        "positions": (mol.atom_coords(unit="Angstrom"), "angstrom"),
    }
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs.update(attributes)
        file.attrs["ao_order"] = "PySCF"
        file.attrs["basis"] = mol.basis
        file.attrs["basis_functions"] = json.dumps(mol._basis, sort_keys=True)
        for name, (array, unit) in arrays.items():
            file.create_dataset(name, data=array).attrs["unit"] = unit
        file.create_dataset("ao_labels", data=mol.ao_labels(), dtype=h5py.string_dtype())
    return buffer.getvalue()


def molden_file(
    mol: gto.Mole, energies: np.ndarray, coefficients: np.ndarray, occupations: np.ndarray
) -> bytes:
    """A molden file of orbitals (nao, n) with their energies in hartree and their occupations.

    Raises
    ------
    InputError
        Functions beyond g, which the format does not have; PySCF would leave them out.
    """
    if reason := molden_obstacle(mol):
        raise InputError(
            message(
                "molden file", reason, "functions up to g", "Take the orbitals from another file."
            )
        )
    text = io.StringIO()
    molden.header(mol, text)
    molden.orbital_coeff(mol, text, coefficients, ene=energies, occ=occupations)
    return text.getvalue().encode()


def molden_obstacle(mol: gto.Mole) -> str | None:
    """Why a molden file cannot hold the basis functions of a molecule; None where it can."""
    highest = max((mol.bas_angular(shell) for shell in range(mol.nbas)), default=0)
    return f"{'spdfghiklmnoqrtuvwxyz'[highest]} functions" if highest > HIGHEST else None
