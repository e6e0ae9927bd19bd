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
import torch
from safetensors.torch import load_file

from specml.data.batch import collate_arrays
from specml.elements import NUMBERS
from specml.errors import InputError, WeightsError, first_line, message
from specml.hamiltonian.assembly import Integrals, assemble
from specml.hamiltonian.model_card import read_card
from specml.hamiltonian.network import PotentialConfig, PotentialNetwork
from specml.inference.derivatives import chunks
from specml.inference.model_file import torch_device
from specml.units import BOHR

if TYPE_CHECKING:
    from pyscf import gto


class HamiltonianPredictor:
    """Predicts converged Kohn-Sham matrices of closed-shell molecules.

    Parameters
    ----------
    model : the network.
    card : its model card.
    device : torch device name.

    Attributes
    ----------
    name : of the model.
    method, basis : level of theory of its matrices, in PySCF's notation, lower case.
    elements : atomic numbers it knows.
    """

    def __init__(self, model: PotentialNetwork, card: dict, device: str = "cpu"):
        self.card = card
        self.name: str = card["name"]
        self.method: str = card["method"]
        self.basis: str = card["basis"]
        self.elements = tuple(sorted(NUMBERS[symbol] for symbol in card["elements"]))
        self._device = torch_device(device)
        self._model = model.to(self._device)

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
        basis = str(mol.basis).lower()
        return [
            (bool(mol.cart), "Cartesian functions", "spherical ones (cart=False)"),
            (
                basis not in (self.basis, self.basis.replace("-", "")),
                f"the basis {mol.basis!r}",
                self.basis,
            ),
            (bool(unknown), f"the nuclear charges {unknown}", f"elements {self.elements}"),
            (mol.charge != 0, f"charge {mol.charge:+d}", "neutral molecules"),
            (mol.spin != 0, f"{mol.spin} unpaired electrons", "closed shells"),
        ]

    def fock(self, mol: "gto.Mole") -> np.ndarray:
        """Kohn-Sham matrix of a molecule, (nao, nao) in hartree; errors as :meth:`check`.

        Raises
        ------
        InputError
            Also for molecules whose integrals would not fit into memory.
        """
        return self.fock_many([mol])[0]

    def fock_many(self, mols: Sequence["gto.Mole"]) -> list[np.ndarray]:
        """:meth:`fock` of several molecules."""
        for mol in mols:
            self.check(mol)
        rows = self.rows(mols)
        return [self._assembled(mol, own) for mol, own in zip(mols, rows, strict=True)]

    def _assembled(self, mol: "gto.Mole", rows: np.ndarray) -> np.ndarray:
        return assemble(Integrals.of(mol), rows, self.card["exchange"])

    def rows(self, mols: Sequence["gto.Mole"]) -> list[np.ndarray]:
        """What the network says of every atom, (n_atoms, kinds, length of a row)."""
        parameter = next(self._model.parameters())
        found: list[np.ndarray] = []
        for part in chunks([mol.natm for mol in mols]):
            chosen = mols[part]
            n_atoms = np.array([mol.natm for mol in chosen])
            batch = collate_arrays(
                np.concatenate([mol.atom_charges() for mol in chosen]),
                np.concatenate([mol.atom_coords() for mol in chosen]) * BOHR,
                n_atoms,
                np.zeros(len(chosen)),
                np.ones(n_atoms.sum()),  # masses play no part
                self._model.cutoff,
            )
            with torch.no_grad():
                rows = self._model(batch.to(parameter.device, parameter.dtype))
            found += np.split(rows.cpu().numpy(), np.cumsum(n_atoms)[:-1])
        return found


def load(path: Path | None = None, device: str = "cpu") -> HamiltonianPredictor:
    """The shipped model, or a model card by path.

    Parameters
    ----------
    device : torch device name.

    Raises
    ------
    WeightsError
        Unreadable parameters, a model of another kind, or no such device.
    """
    file, card = read_card(path)
    try:
        model = PotentialNetwork(PotentialConfig.from_card(card))
        model.load_state_dict(load_file(file.with_name(card["weights"])))
    except Exception as error:  # safetensors and torch raise a dozen different types
        raise WeightsError(
            message(
                str(file),
                first_line(error),
                "a model card whose parameter file fits its network",
                "Reinstall SpecML, or train the model again.",
            )
        ) from error
    return HamiltonianPredictor(model.eval().requires_grad_(False), card, device)
