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
from specml.hamiltonian.support import memory_obstacle, obstacle
from specml.reference.one_electron import one_electron

USED = "specml"
# Hartree, predicted. Below it another set of occupied orbitals, or of two spins another solution,
# may be the one that PySCF's own guess leads to.
SMALLEST_GAP = {"restricted": 0.07, "unrestricted": 0.10}
# Exact exchange opens a gap between orbitals of one energy, half of them filled (singlet O2: 0.12);
# T + V_SAP does not. Asked only where the predicted gap is below OPEN: it costs a diagonalisation.
OPEN, DEGENERATE = 0.16, 0.002


@dataclass(frozen=True)
class GuessOutcome:
    """What became of the guess, as ``mf.specml_guess``.

    Attributes
    ----------
    used : ``specml``, or the guess of PySCF that was used instead.
    reason : why not ``specml``; empty where it was used.
    network_s : seconds for the prediction, without loading the model and without Fock builds.
    excess : the measure of the guard, hartree per electron; None where no Fock matrix was built.
    """

    used: str
    reason: str = ""
    network_s: float = 0.0
    excess: float | None = None


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
        reason = obstacle(field, molecule, model.elements)
        if reason is not None:
            return GuessAttempt(GuessOutcome("", reason))
        start = time.perf_counter()
        source = molecule.nuclei_in(model.basis)
        no_ghosts = source.mol.natm == molecule.mol.natm
        reason = memory_obstacle(field, molecule if no_ghosts else source)
        if reason is not None:
            return GuessAttempt(GuessOutcome("", reason))
        prediction = predict(model, source, molecule)
        predicted, gap = occupied(molecule, prediction.matrix)
        orbitals = predicted
        if previous is not None and previous.fits(molecule):
            orbitals = corrected(predicted, molecule, previous)
        outcome = GuessOutcome(USED, network_s=time.perf_counter() - start)
        reason = _of_gap(gap, source, _two_spins(field))
        if reason is not None:
            return GuessAttempt(replace(outcome, reason=reason))
        fock, outcome = _judge(field, molecule, orbitals, outcome)
        if outcome.reason:
            return GuessAttempt(outcome, predicted=predicted)
        start = time.perf_counter()
        density = _refined(field, fock, orbitals, prediction.integrals)
        took = outcome.network_s + time.perf_counter() - start
        return GuessAttempt(replace(outcome, network_s=took), density, predicted)
    except Exception as error:  # noqa: BLE001  # the calculation goes on without it
        said = str(error) if isinstance(error, SpecMLError) else f"{type(error).__name__} ({error})"
        return GuessAttempt(GuessOutcome("", said))


def _of_gap(gap: float, source: Molecule, two_spins: bool) -> str | None:
    """Whether several solutions may be near."""
    smallest = SMALLEST_GAP["unrestricted" if two_spins else "restricted"]
    if not gap >= smallest:  # NaN too
        return f"a predicted gap of {gap:.3f} hartree (below {smallest})"
    if gap < OPEN and occupied(source, one_electron(source.mol).matrix)[1] < DEGENERATE:
        return "frontier orbitals that are degenerate"
    return None


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
    return fock, replace(outcome, reason=f"{reason} (limit {guard.LIMIT:.0e})")


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
