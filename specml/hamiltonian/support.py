"""Which calculations the predicted guess is for; all others are left to PySCF.

The model knows neutral closed shells of a few elements. A reason to stay away is a phrase for the
warning, not an error.
"""

from typing import Any

import numpy as np
from pyscf import gto, scf

from specml.hamiltonian.predictor import HamiltonianPredictor

MOST_ATOMS = 150  # the network's memory grows with the square of their number


def obstacle(field: Any, mol: Any, predictor: HamiltonianPredictor) -> str | None:
    """Why this mean field gets no predicted guess; None where it does."""
    return _of_method(field) or _of_molecule(mol) or _of_model(mol, predictor)


def _of_method(field: Any) -> str | None:
    """Methods whose reference is not one real, non-relativistic, closed-shell determinant."""
    if not isinstance(field.mol, gto.Mole):
        return "a periodic cell"
    if not isinstance(field, scf.hf.RHF | scf.uhf.UHF) or isinstance(field, scf.rohf.ROHF):
        return f"the method {type(field).__name__}, which is none of RHF, RKS, UHF and UKS"
    for attribute, name in (("with_x2c", "X2C"), ("with_solvent", "a solvent model")):
        if getattr(field, attribute, None):
            return name
    if hasattr(field, "mm_mol"):
        return "point charges (QM/MM)"
    if isinstance(field, scf.uhf.UHF) and field.init_guess_breaksym not in (0, 1):
        return f"init_guess_breaksym={field.init_guess_breaksym!r}"
    return None


def _of_molecule(mol: gto.Mole) -> str | None:
    if mol.symmetry:
        return "point-group symmetry (mol.symmetry)"
    if mol.has_ecp():
        return "effective core potentials"
    if mol.natm == 0 or not mol.atom_charges().any():
        return "no nuclei"
    charges = [float(mol.atom_charge(i)) for i in range(mol.natm)]
    if not np.array_equal(charges, np.round(charges)) or _changed_nuclei(mol):
        return "nuclear charges that are not those of the elements"
    if mol.charge != 0:
        return f"charge {mol.charge:+d}"
    if mol.spin != 0:
        return f"{mol.spin} unpaired electrons"
    return None


def _changed_nuclei(mol: gto.Mole) -> bool:
    return any(
        mol.atom_charge(i) not in (0, gto.charge(mol.atom_pure_symbol(i))) for i in range(mol.natm)
    )


def _of_model(mol: gto.Mole, predictor: HamiltonianPredictor) -> str | None:
    numbers = {int(z) for z in mol.atom_charges() if z > 0}
    unknown = sorted(numbers - set(predictor.elements))
    if unknown:
        symbols = ", ".join(gto.mole._symbol(z) for z in unknown)
        return f"the element {symbols}, which the model does not know"
    if mol.natm > MOST_ATOMS:
        return f"{mol.natm} atoms, more than {MOST_ATOMS}"
    return None
