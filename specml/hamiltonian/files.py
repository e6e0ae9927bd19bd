"""Orbitals as files: HDF5, molden, cube; contents as bytes, which ``documents`` collects.

Molden and cube come from PySCF's own writers.
"""

import io
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np
from pyscf import gto
from pyscf.tools import cubegen, molden

from specml.errors import InputError, message
from specml.hamiltonian.observables import Orbitals

SPACING = 0.25  # bohr, of a cube: fine for surfaces, coarse for the cusps at the nuclei
DENSITY = "density"  # the cube that is no orbital
MARGIN = 5.0  # bohr around the nuclei
BLOCK = 20_000  # points evaluated at once: with 500 functions 80 MB


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
    """A molden file of orbitals (nao, n) with their energies in hartree and their occupations."""
    text = io.StringIO()
    molden.header(mol, text)
    molden.orbital_coeff(mol, text, coefficients, ene=energies, occ=occupations)
    return text.getvalue().encode()


def cube(orbitals: Orbitals, name: str) -> bytes:
    """An orbital or the density on a grid, Gaussian cube, atomic units.

    Parameters
    ----------
    name : ``density`` (:data:`DENSITY`), or an orbital as :func:`orbital_index` takes it.
    """
    mol = orbitals.molecule.mol
    grid = cubegen.Cube(mol, resolution=SPACING, margin=MARGIN)
    values = []
    for points in np.split(grid.get_coords(), range(BLOCK, grid.get_ngrids(), BLOCK)):
        functions = mol.eval_gto("GTOval", points)
        if name == DENSITY:
            occupied = functions @ orbitals.coefficients[:, : orbitals.n_occupied]
            values.append(2.0 * (occupied**2).sum(axis=1))
        else:
            column = orbital_index(orbitals.n_occupied, len(orbitals.energies), name)
            values.append(functions @ orbitals.coefficients[:, column])
    field = np.concatenate(values).reshape(grid.nx, grid.ny, grid.nz)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "field.cube"
        grid.write(field, str(path), comment=f"{name} in atomic units, SpecML")
        return path.read_bytes()


def orbital_index(occupied: int, count: int, name: str) -> int:
    """The column of ``homo``, ``lumo``, ``homo-1``, ``lumo+2`` or an orbital counted from 1.

    Parameters
    ----------
    occupied, count : orbitals that are filled, and all of them.

    Raises
    ------
    InputError
        None of these, or an orbital that is not there.
    """
    index = -1
    if match := re.fullmatch(r"homo(-\d+)?|lumo(\+\d+)?|(\d+)", name, re.ASCII):
        below, above, number = match.groups()
        frontier = occupied - name.startswith("homo")
        index = int(number) - 1 if number else frontier + int(below or above or 0)
    if not 0 <= index < count:
        raise InputError(
            message(
                "--cube",
                f"{name!r}",
                f"density, homo, lumo, homo-1, lumo+1 or a number from 1 to {count}",
                "Name orbitals that the molecule has, with commas between them.",
            )
        )
    return index
