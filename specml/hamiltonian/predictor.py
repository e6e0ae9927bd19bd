"""Load a model of Kohn-Sham matrices and ask it; for commands, the guess and Python users.

    >>> from specml.hamiltonian import predictor
    >>> model = predictor.load()
    >>> model.method, model.basis
    ('b3lyp', 'def2-svp')

Matrices are in hartree and in PySCF's order of orbitals.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias, overload

import numpy as np
import torch
from pyscf import gto

from specml.data.batch import collate_arrays
from specml.elements import NUMBERS
from specml.errors import InputError, message
from specml.hamiltonian.assembly import Integrals, assemble
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.network import PotentialConfig, PotentialNetwork
from specml.hamiltonian.support import check
from specml.inference.derivatives import chunks
from specml.inference.model_file import NETWORK, torch_device, with_parameters
from specml.io.model_cards import HAMILTONIAN, check_keys, read_card, readable
from specml.structure import Structure

OneMolecule: TypeAlias = Structure | gto.Mole | Molecule
INSTEAD = "Use a default initial guess of PySCF."


class HamiltonianPredictor:
    """Predicts converged Kohn-Sham matrices of closed-shell molecules.

    Parameters
    ----------
    model : the network.
    card : its model card.
    device : torch device name.

    Attributes
    ----------
    name : the name of the model.
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

    def check(self, source: OneMolecule) -> None:
        """Refuse what :meth:`fock` has no answer for.

        Raises
        ------
        InputError
            A molecule that the models are not for (``support``), another basis, or ghost atoms.
        """
        molecule = self.in_basis(source)
        check(molecule, self.elements, InputError, INSTEAD)
        basis = str(molecule.mol.basis).lower()
        if basis not in (self.basis, self.basis.replace("-", "")):
            got = f"the basis {molecule.mol.basis!r}"
            raise InputError(message(molecule.name, got, self.basis, INSTEAD))
        if not molecule.numbers.all():
            raise InputError(message(molecule.name, "ghost atoms", "nuclei alone", INSTEAD))

    def in_basis(self, source: OneMolecule) -> Molecule:
        """A structure in the basis of the model; what has a basis keeps it."""
        if isinstance(source, Structure):
            return Molecule.in_basis(source, self.basis)
        return Molecule.of(source)

    @overload
    def fock(self, molecules: OneMolecule) -> np.ndarray: ...

    @overload
    def fock(self, molecules: Sequence[OneMolecule]) -> list[np.ndarray]: ...

    def fock(self, molecules: OneMolecule | Sequence[OneMolecule]) -> np.ndarray | list[np.ndarray]:
        """Kohn-Sham matrices (nao, nao) in hartree, of one molecule or of several alike.

        Parameters
        ----------
        molecules : a structure, PySCF's ``Mole`` or both as one value, or a list of these, which
            the network sees as one batch.

        Raises
        ------
        InputError
            As :meth:`check`, and for molecules whose integrals would not fit into memory.
        """
        if not isinstance(molecules, Sequence):
            return self.fock([molecules])[0]
        chosen = [self.in_basis(source) for source in molecules]
        for molecule in chosen:
            self.check(molecule)
        return [
            assemble(Integrals.of(molecule), rows, self.card["exchange"])
            for molecule, rows in zip(chosen, self.rows(chosen), strict=True)
        ]

    def rows(self, molecules: Sequence[Molecule]) -> list[np.ndarray]:
        """What the network says of every atom, (n_atoms, kinds, length of a row)."""
        parameter = next(self._model.parameters())
        answers: list[np.ndarray] = []
        for part in chunks([len(molecule.numbers) for molecule in molecules]):
            chosen = molecules[part]
            n_atoms = np.array([len(molecule.numbers) for molecule in chosen])
            batch = collate_arrays(
                np.concatenate([molecule.numbers for molecule in chosen]),
                np.concatenate([molecule.positions for molecule in chosen]),
                n_atoms,
                np.zeros(len(chosen)),
                np.ones(n_atoms.sum()),  # masses play no part
                self._model.cutoff,
            )
            with torch.no_grad():
                rows = self._model(batch.to(parameter.device, parameter.dtype))
            answers += np.split(rows.cpu().numpy(), np.cumsum(n_atoms)[:-1])
        return answers


def load(name: str | Path | None = None, device: str = "cpu") -> HamiltonianPredictor:
    """A model by its name (``specml models``) or the path of its card; the shipped one if None.

    Parameters
    ----------
    device : torch device name.

    Raises
    ------
    WeightsError
        No such model, unreadable parameters, a model of another kind, or no such device.
    """
    path, card = read_card(name, HAMILTONIAN)
    with readable(path):
        check_keys(path, card["network"], NETWORK)
    model = with_parameters(path, card, lambda: PotentialNetwork(PotentialConfig.from_card(card)))
    return HamiltonianPredictor(model, card, device)
