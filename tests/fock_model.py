"""A model of Kohn-Sham matrices without a network: PySCF's converged matrix, spoilt at will."""

from typing import ClassVar

import numpy as np
from pyscf import gto, scf

from specml.hamiltonian.molecule import Molecule
from specml.reference.one_electron import one_electron

SAME = 1e-8  # hartree
WATER = "O 0 0 0.1174; H 0 0.7572 -0.4696; H 0 -0.7572 -0.4696"


def mole(atom: str = WATER, basis: str = "6-31g", **settings) -> gto.Mole:
    return gto.M(atom=atom, basis=basis, verbose=0, **settings)


def keep(field):
    return field


class SpoiltFock:
    """F + error (T + V_SAP - F), with F the converged Hartree-Fock matrix in 6-31G.

    Parameters
    ----------
    error : 0 is exact, 1 is the superposition of atomic potentials.
    """

    name = "spoilt"
    method = "hf"
    basis = "6-31g"
    card: ClassVar[dict] = {"name": name, "method": method, "basis": basis}
    elements = (1, 6, 7, 8, 9, 16, 17)

    def __init__(self, error: float = 0.02):
        self.error = error
        self._converged: dict[bytes, np.ndarray] = {}

    def fock(self, molecule: Molecule) -> np.ndarray:
        mol = molecule.mol
        key = mol.atom_coords().tobytes()
        if key not in self._converged:
            field = scf.RHF(mol)
            field.kernel()
            self._converged[key] = field.get_fock()
        exact = self._converged[key]
        return exact + self.error * (one_electron(mol).matrix - exact)


class BrokenFock(SpoiltFock):
    """A model that fails in a way of its own."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def fock(self, molecule):
        return self.answer(super().fock(molecule))


def fails(_):
    raise MemoryError("no room")


GOOD = SpoiltFock(0.02)
