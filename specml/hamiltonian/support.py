"""Which molecules and calculations the predicted matrices are for: all rules, each stated once.

The models know neutral closed shells of a few elements. The guess for PySCF leaves all others to
PySCF, the command ``specml hamiltonian`` and the predictor refuse them, and training takes none of
them as an example. A reason is a phrase that stands after "got" in a message.
"""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import numpy as np
from pyscf import gto, scf

from specml.errors import SpecMLError, message
from specml.hamiltonian.molecule import Molecule
from specml.reference.auxiliary import memory

EXPECTED = "a neutral closed-shell molecule of elements the model knows"
EXPECTED_METHOD = "RHF, RKS, UHF or UKS of a molecule alone, in its ground state"
OWN_OCCUPATIONS = ("pyscf.scf.hf", "pyscf.scf.uhf", "pyscf.scf.smearing")  # modules of rules known
WHOLE = 1e-9  # of a nuclear charge
WARM = 0.01  # hartree; above a gap of 0.1 exp(-5) of an electron, 0.7 %
HOT = 0.05  # hartree; at 0.1 formamide takes one cycle more from filled orbitals than from minao


class Obstacle(NamedTuple):
    """Why a mean field of PySCF gets no predicted guess.

    Parameters
    ----------
    reason : what was got.
    expected : what a prediction would have needed.
    """

    reason: str
    expected: str


def molecule_obstacle(molecule: Molecule, elements: Collection[int]) -> str | None:
    """What of a molecule a model of these elements (atomic numbers) cannot answer for, if any."""
    return next(_of_molecule(molecule.mol), None) or next(_of_elements(molecule, elements), None)


def check(
    molecule: Molecule, elements: Collection[int], error: type[SpecMLError], fix: str
) -> None:
    """Raise ``error`` for a molecule that :func:`molecule_obstacle` has a reason against.

    Parameters
    ----------
    fix : what the caller can do instead, a sentence.
    """
    reason = molecule_obstacle(molecule, elements)
    if reason is not None:
        raise error(message(molecule.name, reason, EXPECTED, fix))


def obstacle(field: Any, molecule: Molecule, elements: Collection[int]) -> Obstacle | None:
    """Why a mean field of PySCF gets no predicted guess; None where it does."""
    if not isinstance(field.mol, gto.Mole):
        return Obstacle("a periodic cell", EXPECTED_METHOD)
    if reason := next(_of_method(field, molecule.mol), None):
        return Obstacle(reason, EXPECTED_METHOD)
    if reason := molecule_obstacle(molecule, elements):
        return Obstacle(reason, EXPECTED)
    return None


def memory_obstacle(field: Any, molecule: Molecule) -> Obstacle | None:
    """Whether the integrals of a molecule would take more than ``field.max_memory``."""
    needed = memory(molecule.mol) / 1e6
    if needed <= field.max_memory:
        return None
    reason = f"{needed:.0f} MB of integrals (mf.max_memory is {field.max_memory:g})"
    return Obstacle(reason, "integrals that fit; set mf.max_memory higher where there is room")


def unpaired_electrons(mol: gto.Mole) -> str | None:
    """The phrase for an open shell; None for a closed one."""
    return f"{mol.spin} unpaired electrons" if mol.spin != 0 else None


def _of_method(field: Any, mol: gto.Mole) -> Iterator[str]:
    """Methods whose reference is not one real, non-relativistic determinant of the molecule."""
    if getattr(field, "with_x2c", None) or type(field).__module__.startswith("pyscf.x2c"):
        yield "X2C, a relativistic Hamiltonian"
    one_or_two = isinstance(field, scf.hf.RHF | scf.uhf.UHF)
    if not one_or_two or isinstance(field, scf.rohf.ROHF):
        yield f"another method than RHF, RKS, UHF or UKS ({type(field).__name__})"
    if solvent := getattr(field, "with_solvent", None):
        yield f"a solvent model ({type(solvent).__name__})"
    if hasattr(field, "mm_mol"):
        yield "point charges (QM/MM)"
    if hasattr(field, "U_val"):
        yield "a Hubbard U (mf.U_val)"
    if mol.symmetry:
        yield "point-group symmetry (mol.symmetry)"
    yield from _of_occupations(field, mol)
    # PySCF breaks the symmetry of the spins by 1 and comes back; by "mix" it means to stay.
    if getattr(field, "init_guess_breaksym", 0) not in (0, 1):
        yield f"init_guess_breaksym={field.init_guess_breaksym!r}"


def _of_occupations(field: Any, mol: gto.Mole) -> Iterator[str]:
    """Whatever fills other orbitals than the lowest ones of the closed shell, wherever it is set.

    A second-order solver has a field of its own inside, on which it may have been set as well.
    """
    for owner in (field, getattr(field, "_scf", field)):
        electrons = getattr(owner, "nelec", None)
        if electrons is not None and tuple(electrons) != tuple(mol.nelec):
            yield f"electrons set on the field (mf.nelec = {tuple(map(int, electrons))})"
        if "get_occ" in vars(owner):
            yield "occupations of its own (mf.get_occ)"
        rule = getattr(type(owner).get_occ, "__module__", None)
        if rule not in OWN_OCCUPATIONS:
            yield f"occupations of its own (get_occ of {type(owner).__name__})"
        if getattr(owner, "irrep_nelec", None):
            yield "occupations of its own (mf.irrep_nelec)"
        if getattr(owner, "sigma", None) and hasattr(owner, "smearing_method"):
            if owner.mu0 is not None:
                yield "smearing around a chemical potential of its own (mf.mu0)"
            if isinstance(owner, scf.uhf.UHF) and not owner.fix_spin and owner.sigma > WARM:
                yield f"smearing of {owner.sigma:g} hartree that may move electrons between spins"
            if owner.sigma > HOT:
                yield f"smearing of {owner.sigma:g} hartree"


def _of_molecule(mol: gto.Mole) -> Iterator[str]:
    """Nuclei, functions, charge and spin, whatever the elements."""
    charges = mol.atom_charges()
    if not charges.any():
        yield "no nuclei"
    if np.abs(charges - np.round(charges)).max(initial=0.0) > WHOLE:
        yield "nuclear charges that are not whole numbers"
    if mol.cart:
        yield "Cartesian basis functions (mol.cart)"
    if mol.has_ecp():
        yield "effective core potentials"
    if mol.charge != 0:
        yield f"charge {mol.charge:+d}"
    if mol.nelectron != charges.sum():
        yield f"electrons set on the molecule ({mol.nelectron} for nuclei of {charges.sum():g})"
    if unpaired := unpaired_electrons(mol):
        yield unpaired


def _of_elements(molecule: Molecule, elements: Collection[int]) -> Iterator[str]:
    """Elements the model has not learned; ghost atoms have none."""
    unknown = sorted({int(z) for z in molecule.numbers if z > 0} - set(elements))
    if unknown:
        yield f"the element {', '.join(gto.mole._symbol(z) for z in unknown)}"
