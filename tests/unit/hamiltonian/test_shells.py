"""Shells of a basis: order of functions, rotation, irreps."""

import numpy as np
import pytest
from pyscf import gto
from scipy.spatial.transform import Rotation

from specml.errors import InputError
from specml.hamiltonian.shells import Shells, wigner

MOLECULE = (
    "C 0 0 0; O 0.1 0.2 1.2; H 0.9 0.3 -0.5; S -1.5 0.4 -0.6; H -1.9 -0.8 -0.9; Cl 0 1.6 -0.8"
)
EVERY_ELEMENT = "H 0 0 0; C 3 0 0; N 0 3 0; O 3 3 0; F 0 0 3; S 3 0 3; Cl 0 3 3"


def _matrix(mol: gto.Mole) -> np.ndarray:
    return mol.intor("int1e_kin") + mol.intor("int1e_nuc")


@pytest.mark.parametrize("basis", ["def2-svp", "6-31g*", "def2-tzvp"])
@pytest.mark.parametrize("improper", [False, True])
def test_a_turned_molecule_has_the_turned_matrix(basis: str, improper: bool) -> None:
    mol = gto.M(atom=MOLECULE, basis=basis, spin=None, verbose=0)
    turn = Rotation.random(random_state=3).as_matrix() * (-1.0 if improper else 1.0)
    turned = mol.set_geom_(mol.atom_coords() @ turn.T, unit="Bohr", inplace=False)
    d = Shells.of(mol).rotation(turn)
    np.testing.assert_allclose(_matrix(turned), d @ _matrix(mol) @ d.T, atol=1e-9)


@pytest.mark.parametrize("basis", ["def2-svp", "6-31g*", "def2-tzvp"])
def test_blocks_go_to_irreps_and_back(basis: str) -> None:
    mol = gto.M(atom=EVERY_ELEMENT, basis=basis, spin=None, verbose=0)
    shells = Shells.of(mol)
    assert shells.start[-1] == mol.nao
    matrix = np.random.default_rng(0).normal(size=(mol.nao, mol.nao))
    np.testing.assert_allclose(shells.compose(shells.decompose(matrix)), matrix, atol=1e-12)


def test_irreps_turn_like_harmonics() -> None:
    mol = gto.M(atom="O 0 0 0; C 0.2 0.4 1.1", basis="def2-tzvp", verbose=0)
    turn = Rotation.random(random_state=1).as_matrix()
    shells = Shells.of(mol)
    d = shells.rotation(turn)
    matrix = _matrix(mol)
    before, after = shells.decompose(matrix), shells.decompose(d @ matrix @ d.T)
    for pair, parts in before.items():
        for part, other in zip(parts, after[pair], strict=True):
            l = (len(part) - 1) // 2
            np.testing.assert_allclose(wigner(l, turn) @ part, other, atol=1e-9)


def test_cartesian_functions_are_refused() -> None:
    mol = gto.M(atom="O 0 0 0", basis="def2-svp", cart=True, verbose=0)
    with pytest.raises(InputError, match="spherical"):
        Shells.of(mol)
