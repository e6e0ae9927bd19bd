"""The search for conformers, with a force field in place of the model."""

from dataclasses import replace

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers

from specml.data.sampling import conformer
from specml.data.topology import graph
from specml.errors import SpecMLError
from specml.inference.conformers import SAME_ENERGY, ConformerEnsemble, find
from specml.relax import Relaxed
from specml.structure import Structure
from specml.units import KCAL_PER_MOL, KJ_PER_MOL


class ForceField:
    """Relaxes with MMFF94; ``spoil`` may change what comes out."""

    def __init__(self, spoil=lambda k, positions: positions):
        self.spoil = spoil
        self.names: list[str] = []

    def relax(self, structures):
        self.names += [s.name for s in structures]
        return [self._relax(k, s) for k, s in enumerate(structures)]

    def _relax(self, k: int, structure: Structure) -> Relaxed:
        molecule = Chem.Mol(graph(structure))
        ((_, energy),) = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(molecule, maxIters=2000)
        positions = self.spoil(k, molecule.GetConformer().GetPositions())
        return Relaxed(structure.with_positions(positions), True, 0.0, 9, energy * KCAL_PER_MOL)


def energies(ensemble) -> np.ndarray:
    return np.array([c.energy for c in ensemble.conformers])


@pytest.fixture(scope="module")
def propanol() -> Structure:
    return conformer("CCCO", name="propanol")


@pytest.fixture(scope="module")
def everything(propanol) -> ConformerEnsemble:
    return find(propanol, ForceField(), 8)


def test_the_lowest_are_kept_in_order(propanol, everything):
    two = find(propanol, ForceField(), 2)
    assert everything.n_in_window == len(everything.conformers) == 5
    assert (np.diff(energies(everything)) > SAME_ENERGY).all()
    assert len(two.conformers) == 2
    np.testing.assert_allclose(energies(two), energies(everything)[:2], atol=1e-3 * KJ_PER_MOL)


def test_candidates_have_names_and_conformers_that_of_the_molecule(propanol):
    """A predictor keeps the last density of each name."""
    model = ForceField()
    ensemble = find(propanol, model, 2)
    assert len(set(model.names)) == len(model.names) == 4  # the one given is one of them
    assert {c.structure.name for c in ensemble.conformers} == {"propanol"}


def test_window(propanol, everything):
    above = energies(everything) - energies(everything)[0]
    window = 0.5 * (above[2] + above[3])
    assert find(propanol, ForceField(), 8, window=window).n_in_window == 3


def test_the_order_of_atoms_does_not_matter(propanol, rng):
    order = rng.permutation(len(propanol))
    shuffled = replace(
        propanol, numbers=propanol.numbers[order], positions=propanol.positions[order], smiles=None
    )
    one, other = find(propanol, ForceField(), 3), find(shuffled, ForceField(), 3)
    np.testing.assert_allclose(energies(one), energies(other), atol=0.02 * KJ_PER_MOL)
    for first, second in zip(one.conformers, other.conformers, strict=True):
        assert (second.structure.numbers == propanol.numbers[order]).all()
        a, b = (np.sort(np.linalg.norm(p - p[k], axis=1))
                for p, k in ((first.structure.positions, 3),
                             (second.structure.positions, order.tolist().index(3))))  # fmt: skip
        np.testing.assert_allclose(a, b, atol=0.02)  # distances of the oxygen to all others


def test_broken_bonds_are_left_out(propanol):
    def tear(k: int, positions: np.ndarray) -> np.ndarray:
        scale = np.ones((len(positions), 1))
        scale[-1] = 1.0 if k < 3 else 3.0  # the hydroxyl hydrogen flies off
        return scale * positions

    ensemble = find(propanol, ForceField(tear), 4)
    assert ensemble.changed == 2
    assert ensemble.n_in_window == 3


def test_inverted_centres_are_left_out():
    def invert(k: int, positions: np.ndarray) -> np.ndarray:
        return -positions if k % 2 else positions

    ensemble = find(conformer("C[C@@H](O)F"), ForceField(invert), 4)
    assert ensemble.changed >= 1
    assert len(ensemble.conformers) >= 1


def test_what_never_keeps_its_bonds_is_relaxed_as_given(propanol):
    ensemble = find(propanol, ForceField(lambda k, p: p * 2.0), 4)
    (only,) = ensemble.conformers
    assert only.steps == 9


def test_rigid_molecules_have_one():
    assert find(conformer("C1CC1"), ForceField(), 4).n_in_window == 1


class Fragile(ForceField):
    """Fails for some candidates."""

    def __init__(self, *failing: str):
        super().__init__()
        self.failing = failing

    def _relax(self, k, structure):
        if structure.name.endswith(self.failing):
            raise SpecMLError(f"{structure.name}: SCF not converged")
        return super()._relax(k, structure)


def test_a_candidate_that_fails_is_left_out(propanol, everything):
    ensemble = find(propanol, Fragile("conformer 2"), 8)
    assert ensemble.changed == everything.changed + 1
    assert ensemble.n_in_window >= everything.n_in_window - 1


def test_where_all_candidates_fail_the_reason_is_given(propanol):
    with pytest.raises(SpecMLError, match="conformer 0: SCF not converged"):
        find(propanol, Fragile(""), 3)
