"""What ``specml hamiltonian`` does: molecules in, matrices and observables out.

Everything that can be refused is refused before anything is computed. The files of a molecule
appear together when it is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import specml
from specml.cli import console
from specml.cli.hamiltonian_report import SCHEMA, document, show
from specml.errors import DomainError, message
from specml.hamiltonian import files as contents
from specml.hamiltonian import observables, predictor
from specml.hamiltonian.calculation import molecule
from specml.hamiltonian.observables import Orbitals
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.hamiltonian.support import molecule_obstacle
from specml.io import outputs
from specml.io.spectra import json_document
from specml.structure import Structure
from specml.workflows.geometry import settled
from specml.workflows.inputs import structures_of

SUFFIXES = ("json", "h5", "molden")


@dataclass(frozen=True)
class Request:
    """What the user asked for; fields as the options of the command."""

    files: tuple[Path, ...]
    smiles: tuple[str, ...]
    charges: tuple[int, ...]
    optimize: bool
    cubes: tuple[str, ...]
    model: Path | None
    device: str
    output_dir: Path
    force: bool
    quiet: bool


@dataclass(frozen=True)
class Result:
    """One molecule.

    Parameters
    ----------
    geometry : where it comes from.
    dipole : (3,) e bohr, about the centre of mass.
    mulliken, loewdin : (n_atoms,) e.
    mayer, wiberg : (n_atoms, n_atoms) bond orders.
    """

    structure: Structure
    geometry: str
    orbitals: Orbitals
    dipole: np.ndarray
    mulliken: np.ndarray
    loewdin: np.ndarray
    mayer: np.ndarray
    wiberg: np.ndarray


def run(request: Request) -> None:
    """The whole command; errors are those of its parts."""
    found = structures_of(request.files, request.smiles, request.charges)
    model = predictor.load(request.model, device=request.device)
    for structure in found:
        _check(structure, model, request.cubes)
    written = {s.name: files(request, s.name) for s in found}
    outputs.check([p for paths in written.values() for p in paths.values()], request.force)
    card: Mapping[str, Any] = getattr(model, "card", {"name": model.name})
    terminal = console.output()
    for structure in found:
        result = calculate(model, *settled(structure, request.optimize))
        paths = written[structure.name]
        outputs.publish(render(request, card, model, result, paths))
        show(terminal, request, card, model, result, paths)


def _check(structure: Structure, model: HamiltonianPredictor, cubes: tuple[str, ...]) -> None:
    """Refuse what the model has no answer for, and orbitals that are not there."""
    mol = molecule(structure, model.basis)
    reason = molecule_obstacle(mol, model)
    if reason is not None:
        raise DomainError(
            message(
                structure.name,
                reason,
                "a neutral closed-shell molecule of elements the model knows",
                "Leave it out, or calculate it: specml scf.",
            )
        )
    for name in cubes:
        if name != "density":
            contents.orbital_index(mol.nelectron // 2, mol.nao, name)


def files(request: Request, name: str) -> dict[str, Path]:
    """Suffix -> where it is written."""
    suffixes = (*SUFFIXES, *(f"{cube}.cube" for cube in request.cubes))
    return {s: request.output_dir / f"{name}.hamiltonian.{s}" for s in suffixes}


def calculate(model: HamiltonianPredictor, structure: Structure, geometry: str) -> Result:
    """The matrix of one molecule and its observables."""
    mol = molecule(structure, model.basis)
    found = observables.orbitals(mol, model.fock(mol))
    return Result(
        structure=structure,
        geometry=geometry,
        orbitals=found,
        dipole=observables.dipole(found),
        mulliken=observables.mulliken_charges(found),
        loewdin=observables.loewdin_charges(found),
        mayer=observables.mayer_bond_orders(found),
        wiberg=observables.wiberg_bond_orders(found),
    )


def render(
    request: Request,
    card: Mapping[str, Any],
    model: HamiltonianPredictor,
    result: Result,
    written: dict[str, Path],
) -> dict[Path, bytes]:
    """The contents of every file of one molecule."""
    found = result.orbitals
    attributes = {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": result.structure.name,
        "model": model.name,
        "method": model.method,
    }
    parts = (found.energies, found.coefficients, found.occupations)
    cubes = {written[f"{name}.cube"]: contents.cube(found, name) for name in request.cubes}
    return {
        written["json"]: json_document(document(card, model, result)),
        written["h5"]: contents.hdf5(found, attributes),
        written["molden"]: contents.molden_file(found.mol, *parts),
        **cubes,
    }
