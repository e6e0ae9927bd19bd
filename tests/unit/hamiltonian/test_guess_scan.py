"""Scanners and geometry optimisation: a guess at each step, or the density of the step before."""

import numpy as np
import pytest
from pyscf import gto, scf

from specml.hamiltonian.calculation import counted
from specml.pyscf import guess
from tests.fock_model import GOOD, SAME, BrokenFock, SpoiltFock, fails, keep, mole


def bent(step: int) -> gto.Mole:
    angle = np.deg2rad(104.0 + 2.0 * step)
    return mole(f"O 0 0 0; H 0 0.96 0; H 0 {0.96 * np.cos(angle)} {0.96 * np.sin(angle)}")


def builds(scanner, mols) -> tuple[list[int], list[float]]:
    """Fock builds and energy of every step."""
    counts, energies = [0], []
    for mol in mols:
        energies.append(scanner(mol))
        counts.append(scanner._builds[0])
    return np.diff(counts).tolist(), energies


@pytest.mark.parametrize("after", [keep, lambda field: field.density_fit().newton()])
def test_scanner_improves_on_the_step_before(after):
    mols = [bent(step) for step in range(3)]
    default, expected = builds(after(counted(scf.RHF(mols[0]))).as_scanner(), mols)
    scanner = after(guess(counted(scf.RHF(mols[0])), SpoiltFock(0.1))).as_scanner()
    seeded, found = builds(scanner, mols)
    np.testing.assert_allclose(found, expected, atol=SAME)
    assert scanner.specml_guess.used == "specml"
    assert scanner.specml_guess.excess < 1e-5  # the prediction alone has 1e-3
    assert sum(seeded) < sum(default)


def test_scanner_of_two_spins_costs_no_more_after_the_first_step():
    mols = [bent(step) for step in range(3)]
    default, expected = builds(counted(scf.UHF(mols[0])).as_scanner(), mols)
    seeded, found = builds(guess(counted(scf.UHF(mols[0])), GOOD).as_scanner(), mols)
    np.testing.assert_allclose(found, expected, atol=SAME)
    assert seeded[0] < default[0]
    assert seeded[1:] == default[1:]


@pytest.mark.filterwarnings("ignore::specml.pyscf.GuessWarning")
def test_scanner_gives_up_after_two_dropped_guesses(monkeypatch):
    monkeypatch.setattr("specml.hamiltonian.guard.LIMIT", -1.0)
    mols = [bent(step) for step in range(4)]
    scanner = guess(counted(scf.RHF(mols[0])), GOOD).as_scanner()
    default, _ = builds(counted(scf.RHF(mols[0])).as_scanner(), mols)
    seeded, _ = builds(scanner, mols)
    assert (np.array(seeded) - default).tolist() == [1, 1, 0, 0]
    assert "2 steps of this scan" in scanner.specml_guess.reason


@pytest.mark.filterwarnings("ignore::specml.pyscf.GuessWarning")
def test_scanner_falls_back_to_the_density_before():
    mols = [bent(0), bent(1)]
    bad = BrokenFock(fails)
    scanner = guess(counted(scf.RHF(mols[0])), bad).as_scanner()
    default = counted(scf.RHF(mols[0])).as_scanner()
    assert builds(scanner, mols)[0] == builds(default, mols)[0]
    assert scanner.specml_guess.used == "previous"


def test_scanner_of_forces():
    mols = [bent(0), bent(1)]
    scanner = guess(scf.RHF(mols[0]), GOOD).nuc_grad_method().as_scanner()
    for mol in mols:
        energy, gradient = scanner(mol)
        reference = scf.RHF(mol)
        assert energy == pytest.approx(reference.kernel(), abs=SAME)
        np.testing.assert_allclose(gradient, reference.Gradients().kernel(), atol=1e-5)
    assert scanner.base.specml_guess.used == "specml"


def test_scanner_over_different_molecules():
    scanner = guess(scf.RHF(mole()), GOOD).as_scanner()
    for mol in (mole(), mole("N 0 0 0; N 0 0 1.1"), mole(basis="sto-3g"), bent(0)):
        assert scanner(mol) == pytest.approx(scf.RHF(mol).kernel(), abs=SAME)
        assert scanner.specml_guess.used == "specml"


def test_a_scanner_given():
    scanner = guess(scf.RHF(mole()).as_scanner(), SpoiltFock(0.1))
    for step in range(3):
        scanner(bent(step))
    assert scanner.specml_guess.excess < 1e-5
