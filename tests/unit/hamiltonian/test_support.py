"""The rules for charge, spin and elements: one statement, which all who ask agree with."""

import numpy as np
import pytest
from pyscf import gto, scf

from specml.errors import DomainError, InputError
from specml.hamiltonian.layout import ELEMENTS
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.network import PotentialConfig, PotentialNetwork
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.hamiltonian.support import EXPECTED, obstacle
from specml.hamiltonian.targets import problem
from specml.models.ladder import NetworkConfig
from specml.structure import Structure
from specml.workflows import electronic_structure

BASIS = "def2-svp"
REFUSED = {
    "charge -1": Structure([8, 1], [[0, 0, 0], [0, 0, 0.97]], charge=-1, name="odd"),
    "1 unpaired electrons": Structure(
        [8, 1], [[0, 0, 0], [0, 0, 0.97]], multiplicity=2, name="odd"
    ),
    "the element Na": Structure([11, 1], [[0, 0, 0], [0, 0, 1.9]], name="odd"),
}


@pytest.fixture(scope="module")
def model() -> HamiltonianPredictor:
    config = PotentialConfig(NetworkConfig(n_channels=8, n_layers=1, n_radial=6), width=6)
    facts = {"name": "test", "method": "b3lyp", "basis": BASIS, "exchange": 0.2}
    card = facts | {"elements": ["H", "C", "N", "O", "F", "S", "Cl"]}
    return HamiltonianPredictor(PotentialNetwork(config).eval(), card)


@pytest.mark.parametrize("reason", REFUSED)
def test_predictor_command_guess_and_training_refuse_the_same(model, reason):
    structure = REFUSED[reason]
    molecule = Molecule.in_basis(structure, BASIS)
    said = f"odd: got {reason}"
    with pytest.raises(InputError, match=f"{said}; expected {EXPECTED}"):
        model.fock(molecule)
    with pytest.raises(DomainError, match=f"{said}; expected {EXPECTED}"):
        electronic_structure.check(
            [structure], electronic_structure.ElectronicStructureSettings(), model
        )
    with pytest.raises(InputError, match=f"{said}; expected {EXPECTED}"):
        problem(structure, np.zeros((1, 1)), 0.2)
    assert obstacle(scf.UHF(molecule.mol), molecule, model.elements).reason == reason


def test_training_and_the_shipped_card_know_the_same_elements(model):
    assert model.elements == ELEMENTS


def test_ghost_atoms_have_no_matrix_of_their_own(model):
    ghost = gto.M(atom="F 0 0 0; H 0 0 0.92; ghost-O 0 0 3", basis=BASIS, verbose=0)
    with pytest.raises(InputError, match="ghost atoms"):
        model.fock(ghost)
