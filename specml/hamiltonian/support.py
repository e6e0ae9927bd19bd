"""Which molecules and calculations the predicted matrices are for: all rules, each stated once.

The models know neutral closed shells of a few elements. The guess for PySCF leaves all others to
PySCF, the command ``specml hamiltonian`` and the predictor refuse them, and training takes none of
them as an example. A reason is a phrase that stands after "got" in a message.
"""

from collections.abc import Collection, Iterator
from typing import Any

from pyscf import gto, scf

from specml.errors import SpecMLError, message
from specml.hamiltonian.molecule import Molecule
from specml.reference.auxiliary import memory

EXPECTED = "a neutral closed-shell molecule of elements the model knows"


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


def obstacle(field: Any, molecule: Molecule, elements: Collection[int]) -> str | None:
    """Why a mean field of PySCF gets no predicted guess; None where it does."""
    if not isinstance(field.mol, gto.Mole):
        return "a periodic cell"
    return next(_of_method(field, molecule.mol), None) or molecule_obstacle(molecule, elements)


def memory_obstacle(field: Any, molecule: Molecule) -> str | None:
    """Whether the integrals of a molecule would take more than ``field.max_memory``."""
    needed = memory(molecule.mol) / 1e6
    if needed <= field.max_memory:
        return None
    return f"{needed:.0f} MB of integrals (mf.max_memory is {field.max_memory:g})"


def unpaired_electrons(mol: gto.Mole) -> str | None:
    """The phrase for an open shell; None for a closed one."""
    return f"{mol.spin} unpaired electrons" if mol.spin != 0 else None


def _of_method(field: Any, mol: gto.Mole) -> Iterator[str]:
    """Methods whose reference is not one real, non-relativistic determinant of the molecule."""
    one_or_two = isinstance(field, scf.hf.RHF | scf.uhf.UHF)
    if not one_or_two or isinstance(field, scf.rohf.ROHF):
        yield "another method than RHF, RKS, UHF or UKS"
    if getattr(field, "with_x2c", None):
        yield "X2C"
    if getattr(field, "with_solvent", None):
        yield "a solvent model"
    if hasattr(field, "mm_mol"):
        yield "point charges (QM/MM)"
    if "get_occ" in vars(field):
        yield "occupations of its own (mf.get_occ)"
    # PySCF breaks the symmetry of the spins by 1 and comes back; by "mix" it means to stay.
    if getattr(field, "init_guess_breaksym", 0) not in (0, 1):
        yield f"init_guess_breaksym={field.init_guess_breaksym!r}"
    if mol.symmetry:
        yield "point-group symmetry (mol.symmetry)"


def _of_molecule(mol: gto.Mole) -> Iterator[str]:
    """Nuclei, functions, charge and spin, whatever the elements."""
    if not mol.atom_charges().any():
        yield "no nuclei"
    if mol.cart:
        yield "Cartesian basis functions (mol.cart)"
    if mol.has_ecp():
        yield "effective core potentials"
    if mol.charge != 0:
        yield f"charge {mol.charge:+d}"
    if unpaired := unpaired_electrons(mol):
        yield unpaired


def _of_elements(molecule: Molecule, elements: Collection[int]) -> Iterator[str]:
    """Elements the model has not learned; ghost atoms have none."""
    unknown = sorted({int(z) for z in molecule.numbers if z > 0} - set(elements))
    if unknown:
        yield f"the element {', '.join(gto.mole._symbol(z) for z in unknown)}"
