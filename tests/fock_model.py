"""A model of Kohn-Sham matrices without a network: PySCF's converged matrix, spoilt at will."""

import numpy as np
from pyscf import gto, scf

from specml.reference.one_electron import one_electron


class SpoiltFock:
    """F + error (T + V_SAP - F), with F the converged Hartree-Fock matrix in 6-31G.

    Parameters
    ----------
    error : 0 is exact, 1 is the superposition of atomic potentials.
    """

    name = "spoilt"
    method = "hf"
    basis = "6-31g"
    elements = (1, 6, 7, 8, 9, 16, 17)

    def __init__(self, error: float = 0.02):
        self.error = error
        self._converged: dict[bytes, np.ndarray] = {}

    def fock(self, mol: gto.Mole) -> np.ndarray:
        key = mol.atom_coords().tobytes()
        if key not in self._converged:
            field = scf.RHF(mol)
            field.kernel()
            self._converged[key] = field.get_fock()
        exact = self._converged[key]
        return exact + self.error * (one_electron(mol).matrix - exact)
