"""Which calculations the predicted guess is for; all others are left to PySCF.

The model knows neutral closed shells of a few elements. A reason to stay away is a phrase for the
warning, not an error.
"""

from collections.abc import Iterator
from typing import Any

from pyscf import gto, scf

from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.reference.auxiliary import memory


def obstacle(field: Any, mol: Any, model: HamiltonianPredictor) -> str | None:
    """Why this mean field gets no predicted guess; None where it does."""
    if not isinstance(field.mol, gto.Mole):
        return "a periodic cell"
    return next(_of_method(field), None) or molecule_obstacle(mol, model)


def molecule_obstacle(mol: gto.Mole, model: HamiltonianPredictor) -> str | None:
    """What of a molecule the model cannot answer for; None where it can."""
    return next(_of_molecule(mol), None) or next(_of_model(mol, model), None)


def memory_obstacle(field: Any, mol: gto.Mole) -> str | None:
    """Whether the integrals of a molecule would take more than ``field.max_memory``."""
    needed = memory(mol) / 1e6
    if needed <= field.max_memory:
        return None
    return f"{needed:.0f} MB of integrals (mf.max_memory is {field.max_memory:g})"


def _of_method(field: Any) -> Iterator[str]:
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


def _of_molecule(mol: gto.Mole) -> Iterator[str]:
    if not mol.atom_charges().any():
        yield "no nuclei"
    if mol.symmetry:
        yield "point-group symmetry (mol.symmetry)"
    if mol.cart:
        yield "Cartesian basis functions (mol.cart)"
    if mol.has_ecp():
        yield "effective core potentials"
    if mol.charge != 0:
        yield f"charge {mol.charge:+d}"
    if mol.spin != 0:
        yield f"{mol.spin} unpaired electrons"


def _of_model(mol: gto.Mole, model: HamiltonianPredictor) -> Iterator[str]:
    numbers = {int(z) for z in mol.atom_charges() if z > 0}
    unknown = sorted(numbers - set(model.elements))
    if unknown:
        symbols = ", ".join(gto.mole._symbol(z) for z in unknown)
        yield f"the element {symbols}"
