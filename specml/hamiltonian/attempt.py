"""One attempt at a predicted guess: predict, project, build one Fock matrix, judge.

``guess`` makes one when PySCF asks for a density to start from. Nothing raised in here reaches the
caller: a guess is never worth a calculation.
"""

import time
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from pyscf import lib, scf

from specml.errors import SpecMLError
from specml.hamiltonian import guard, predictor
from specml.hamiltonian.assembly import Integrals, refined
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.hamiltonian.projection import occupied, predict
from specml.hamiltonian.scan import PreviousStep, corrected
from specml.hamiltonian.solutions import several
from specml.hamiltonian.support import EXPECTED, Obstacle, memory_obstacle, obstacle

USED = "specml"
ONE_SOLUTION = "a molecule near its minimum, with one solution; PySCF's own start chooses"


@dataclass(frozen=True)
class GuessOutcome:
    """What became of the guess, as ``mf.specml_guess``.

    Attributes
    ----------
    used : ``specml``, or the guess of PySCF that was used instead.
    reason : why not ``specml``; empty where it was used.
    expected : what a prediction would have needed; empty where it was used.
    network_s : seconds for the prediction, without loading the model and without Fock builds.
    excess : the measure of the guard, hartree per electron; None where no Fock matrix was built.
    """

    used: str
    reason: str = ""
    network_s: float = 0.0
    excess: float | None = None
    expected: str = ""

    @classmethod
    def left(cls, obstacle: Obstacle) -> "GuessOutcome":
        """The outcome of a guess that was not tried."""
        return cls("", obstacle.reason, expected=obstacle.expected)


@dataclass
class FirstPotential:
    """A density and, once it is built, its potential, kept until the SCF asks for it."""

    density: np.ndarray
    potential: Any = None


@dataclass(frozen=True)
class GuessAttempt:
    """An outcome with what it yields; None where PySCF is to start on its own.

    Attributes
    ----------
    density : the density matrix to start from.
    predicted : (nao, n) orbitals as predicted, without the correction along a scan.
    """

    outcome: GuessOutcome
    density: np.ndarray | None = None
    predicted: np.ndarray | None = None


def attempt(
    field: Any,
    molecule: Molecule,
    model: HamiltonianPredictor | None,
    device: str,
    previous: PreviousStep | None,
) -> GuessAttempt:
    """A guess for a mean field; where it is not refined, ``field`` keeps its Fock potential.

    Parameters
    ----------
    molecule : the one PySCF asks for, in the basis of the calculation.
    model, device : the model to ask; the shipped one on a torch device if None.
    previous : the step before of a scan.
    """
    try:
        model = model or _shipped(device)
        hindrance = obstacle(field, molecule, model.elements)
        if hindrance is not None:
            return GuessAttempt(GuessOutcome.left(hindrance))
        start = time.perf_counter()
        source = molecule.nuclei_in(model.basis)
        no_ghosts = source.mol.natm == molecule.mol.natm
        hindrance = memory_obstacle(field, molecule if no_ghosts else source)
        if hindrance is not None:
            return GuessAttempt(GuessOutcome.left(hindrance))
        prediction = predict(model, source, molecule)
        predicted, gap = occupied(molecule, prediction.matrix)
        orbitals = predicted
        if previous is not None and previous.fits(molecule):
            orbitals = corrected(predicted, molecule, previous)
        outcome = GuessOutcome(USED, network_s=time.perf_counter() - start)
        reason = several(source, molecule, predicted, gap, _two_spins(field))
        if reason is not None:
            return GuessAttempt(replace(outcome, reason=reason, expected=ONE_SOLUTION))
        fock, outcome = _judge(field, molecule, orbitals, outcome)
        if outcome.reason:
            return GuessAttempt(outcome, predicted=predicted)
        start = time.perf_counter()
        density = _refined(field, fock, orbitals, prediction.integrals)
        took = outcome.network_s + time.perf_counter() - start
        return GuessAttempt(replace(outcome, network_s=took), density, predicted)
    except Exception as error:  # noqa: BLE001  # the calculation goes on without it
        said = str(error) if isinstance(error, SpecMLError) else f"{type(error).__name__} ({error})"
        return GuessAttempt(GuessOutcome("", said, expected=f"an answer for {EXPECTED}"))


@lru_cache(maxsize=1)
def _shipped(device: str) -> HamiltonianPredictor:
    return predictor.load(device=device)


def _judge(
    field: Any, molecule: Molecule, orbitals: np.ndarray, outcome: GuessOutcome
) -> tuple[np.ndarray, GuessOutcome]:
    """Build the Fock matrix of the density and measure how far it is from self-consistency."""
    density, owner = _density(field, orbitals), _owner(field)
    owner._specml_first = FirstPotential(density)
    overlap = owner.get_ovlp(molecule.mol)
    potential = owner.get_veff(molecule.mol, density)
    fock = np.asarray(owner.get_fock(owner.get_hcore(molecule.mol), overlap, potential, density))
    excess = guard.excess(fock, overlap, orbitals)
    outcome = replace(outcome, excess=excess)
    if excess <= guard.LIMIT:
        return fock, outcome
    owner._specml_first = None
    reason = f"a guess {excess:.1e} hartree per electron above its own orbitals"
    reason = f"{reason} (limit {guard.LIMIT:.0e})"
    expected = "a method and a molecule close enough to those that the model has learned"
    return fock, replace(outcome, reason=reason, expected=expected)


def _refined(
    field: Any, fock: np.ndarray, orbitals: np.ndarray, integrals: Integrals | None
) -> np.ndarray:
    """The density that the matrix of the guess leads to; without integrals that of the guess."""
    owner = _owner(field)
    if integrals is not None:
        exchange = owner._numint.hybrid_coeff(owner.xc) if hasattr(owner, "xc") else 1.0
        one = fock.reshape(-1, *fock.shape[-2:])[0]  # both spins fill the same orbitals
        better = refined(integrals, one, orbitals, exchange)
        if better is not None:
            owner._specml_first = None
            return _density(field, better)
    return owner._specml_first.density


def _owner(field: Any) -> Any:
    """The field that builds: a second-order solver has it inside."""
    return getattr(field, "_scf", field)


def _density(field: Any, orbitals: np.ndarray) -> np.ndarray:
    """The density matrix, tagged with its orbitals, of one or two spins as the method has."""
    count = orbitals.shape[1]
    one = orbitals @ orbitals.T
    if _two_spins(field):
        both = np.stack((orbitals, orbitals))
        return lib.tag_array(np.stack((one, one)), mo_coeff=both, mo_occ=np.ones((2, count)))
    return lib.tag_array(2.0 * one, mo_coeff=orbitals, mo_occ=np.full(count, 2.0))


def _two_spins(field: Any) -> bool:
    return isinstance(field, scf.uhf.UHF)
