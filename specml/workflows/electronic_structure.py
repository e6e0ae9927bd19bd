"""Kohn-Sham matrices of molecules and what follows from them, predicted without an SCF.

``specml hamiltonian`` and the API (``specml.electrons``) call it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from specml.errors import DomainError
from specml.hamiltonian import observables
from specml.hamiltonian.cubes import DENSITY, CubeGrid, check_size, orbital_index
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.observables import Orbitals
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.hamiltonian.solutions import far_from_learned
from specml.hamiltonian.support import check as check_support
from specml.structure import Structure
from specml.units import BOHR
from specml.workflows import limits, single_points
from specml.workflows.failure import Failure


@dataclass(frozen=True)
class ElectronicStructureSettings:
    """The options of a predicted electronic structure, with the defaults of the command.

    Parameters
    ----------
    optimize : relax a structure made from a SMILES with GFN2-xTB, else keep RDKit's geometry.
    cubes : what is also written as a cube file: ``homo``, ``lumo``, ``homo-1``, ``lumo+1``, the
        number of an orbital from 1, or ``density``; in whatever case.
    cube_spacing_bohr, cube_margin_bohr : of their grids: largest distance of neighbouring points,
        and from the outermost nuclei to the edge.

    Raises
    ------
    InputError
        A spacing or a margin that is not positive.
    """

    optimize: bool = True
    cubes: tuple[str, ...] = ()
    cube_spacing_bohr: float = 0.25
    cube_margin_bohr: float = 5.0

    def __post_init__(self) -> None:
        limits.require("cube_spacing_bohr", limits.positive, self.cube_spacing_bohr)
        limits.require("cube_margin_bohr", limits.positive, self.cube_margin_bohr)
        names = (name.strip().lower() for name in self.cubes)
        object.__setattr__(self, "cubes", tuple(name for name in names if name))

    @property
    def grid(self) -> CubeGrid:
        """The grid of the cubes, for :mod:`specml.hamiltonian.cubes`."""
        return CubeGrid(self.cube_spacing_bohr, self.cube_margin_bohr)


@dataclass(frozen=True, eq=False)
class ElectronicStructure:
    """The predicted electronic structure of one molecule, and how it was made.

    Parameters
    ----------
    settings : the options.
    card : the card of the model.
    geometry : where the geometry comes from, in words.
    orbitals : the molecular orbitals, with the molecule, its basis and the matrix.
    dipole : dipole moment, (3,) e bohr, about the centre of mass.
    mulliken, loewdin : charges, (n_atoms,) e.
    mayer, wiberg : bond orders, (n_atoms, n_atoms).
    doubt : why the errors of the model may not hold, a phrase; empty where nothing says so.
    """

    settings: ElectronicStructureSettings
    card: Mapping[str, Any]
    geometry: str
    orbitals: Orbitals
    dipole: np.ndarray
    mulliken: np.ndarray
    loewdin: np.ndarray
    mayer: np.ndarray
    wiberg: np.ndarray
    doubt: str = ""

    @property
    def warnings(self) -> list[str]:
        """Everything a reader of the numbers should know."""
        advice = "the model has learned molecules near their minima, its errors are unknown here"
        return [f"{self.doubt}: {advice}; specml scf calculates"] if self.doubt else []

    @property
    def structure(self) -> Structure:
        """The molecule at the geometry of the matrix."""
        return self.orbitals.molecule.structure


def check(
    structures: Sequence[Structure],
    settings: ElectronicStructureSettings,
    model: HamiltonianPredictor,
) -> None:
    """Refuse what the model has no answer for, and orbitals that are not there.

    Raises
    ------
    DomainError
        A charged or open-shell molecule, or an element the model does not know.
    InputError
        The name of an orbital that a molecule does not have.
    """
    for structure in structures:
        _checked(structure, settings, model)


def _checked(
    structure: Structure, settings: ElectronicStructureSettings, model: HamiltonianPredictor
) -> Molecule:
    """The molecule in the basis of the model; errors as :func:`check`."""
    molecule = Molecule.in_basis(structure, model.basis)
    fix = "Leave it out, or calculate it: specml scf."
    check_support(molecule, model.elements, DomainError, fix)
    if settings.cubes:
        check_size(structure.positions / BOHR, settings.grid)
    for name in settings.cubes:
        if name != DENSITY:
            orbital_index(molecule.n_occupied, molecule.n_functions, name)
    return molecule


def run(
    structures: Sequence[Structure],
    settings: ElectronicStructureSettings | None = None,
    model: str | Path | HamiltonianPredictor | None = None,
    device: str = "cpu",
) -> Iterator[ElectronicStructure | Failure]:
    """The electronic structure of each molecule in order, as it is done.

    Parameters
    ----------
    settings : the options; the defaults of the command if None.
    model : a name from ``specml models``, the path of a card, a loaded model, or None for the
        shipped one.
    device : torch device name.

    Raises
    ------
    WeightsError
        No such model or device.
    """
    chosen = settings or ElectronicStructureSettings()
    calculate = partial(_calculate, chosen, single_points.load(model, device))
    return single_points.answers(calculate, structures, chosen.optimize)


def _calculate(
    settings: ElectronicStructureSettings,
    model: HamiltonianPredictor,
    structure: Structure,
    geometry: str,
) -> ElectronicStructure:
    """The matrix of one molecule and its observables; errors as :func:`check`."""
    molecule = _checked(structure, settings, model)
    orbitals = observables.orbitals(molecule, model.fock(molecule))
    occupied = orbitals.coefficients[:, : orbitals.n_occupied]
    gap = orbitals.gap if orbitals.n_occupied < len(orbitals.energies) else np.inf
    return ElectronicStructure(
        settings=settings,
        card=model.card,
        geometry=geometry,
        orbitals=orbitals,
        dipole=observables.dipole(orbitals),
        mulliken=observables.mulliken_charges(orbitals),
        loewdin=observables.loewdin_charges(orbitals),
        mayer=observables.mayer_bond_orders(orbitals),
        wiberg=observables.wiberg_bond_orders(orbitals),
        doubt=far_from_learned(molecule, occupied, gap) or "",
    )
