"""A predicted initial guess for PySCF's self-consistent field.

    >>> from pyscf import dft, gto
    >>> from specml.pyscf import guess
    >>> mol = gto.M(atom="H 0 0 0; F 0 0 0.92", basis="def2-svp", verbose=0)
    >>> mf = guess(dft.RKS(mol, xc="b3lyp"))
    >>> mf.init_guess, mf.kernel() < -100.0
    ('specml', True)

The class of the mean field gets a mixin, the way PySCF's own ``density_fit`` and ``newton`` do it.
One Fock matrix is built from the predicted density; its residual (``guard``) decides. A density that
passes is handed to the SCF together with that matrix, which the SCF would have built first, so the
guess costs none. One that does not pass is dropped for PySCF's own guess: one Fock build more than
without the hook, and a warning. Nothing raised in here reaches the caller.
"""

import time
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from pyscf import lib, scf
from pyscf.soscf.newton_ah import _CIAH_SOSCF

from specml.errors import InputError, message
from specml.hamiltonian import guard, predictor
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.hamiltonian.projection import occupied, project, real_atoms
from specml.hamiltonian.scan import Previous, corrected, previous_of
from specml.hamiltonian.support import obstacle

KEY = "specml"  # of mf.init_guess
SMALLEST_GAP = 0.05  # hartree; below it which orbitals are occupied is anybody's guess


class GuessWarning(UserWarning):
    """The predicted guess was not used; the calculation starts as PySCF does without it."""


@dataclass(frozen=True)
class Outcome:
    """What became of the guess, as ``mf.specml_guess``.

    Attributes
    ----------
    used : ``specml``, or the guess of PySCF that was used instead.
    reason : why not ``specml``; empty where it was used.
    network_s : seconds spent on predicting, loading of the model and Fock builds left out.
    residual : of the guard, hartree; None where it was not asked.
    """

    used: str
    reason: str = ""
    network_s: float = 0.0
    residual: float | None = None


@dataclass
class First:
    """A density and, once it is built, its potential, kept until the SCF asks for it."""

    density: np.ndarray
    potential: Any = None


class PredictedGuess:
    """Mixin of a PySCF mean field; made by :func:`guess`."""

    __name_mixin__ = "SpecML"
    _keys = frozenset({"specml_guess"})

    def __init__(self, field: Any, model: HamiltonianPredictor | None, device: str) -> None:
        self.__dict__.update(field.__dict__)
        self._specml_model, self._specml_device = model, device
        self._specml_default = field.init_guess
        self._specml_first: First | None = None
        self._specml_previous: Previous | None = None
        self._specml_predicted: np.ndarray | None = None
        self._specml_warned = False
        self.specml_guess: Outcome | None = None
        self.init_guess = KEY

    def get_init_guess(self, mol: Any = None, key: Any = "minao", **kwargs: Any) -> Any:
        """PySCF asks this for the density to start from."""
        if not isinstance(key, str) or key != KEY:
            return super().get_init_guess(mol, key, **kwargs)  # type: ignore[misc]
        mol = self.mol if mol is None else mol
        outcome, density = _attempt(self, mol)
        if density is None:
            density, used = self._left_to_pyscf(mol, kwargs)
            outcome = replace(outcome, used=used)
            self._warn(outcome)
        self.specml_guess = outcome
        return density

    def _left_to_pyscf(self, mol: Any, kwargs: dict) -> tuple[Any, str]:
        """What PySCF would have started from, and its name."""
        previous = self._specml_previous
        if previous is not None and previous.fits(mol):
            return previous.density, "previous"
        default = self._specml_default
        density = super().get_init_guess(mol, default, **kwargs)  # type: ignore[misc]
        return density, default if isinstance(default, str) else "given"

    def _warn(self, outcome: Outcome) -> None:
        if not self._specml_warned:
            self._specml_warned = True
            text = message(
                "specml.pyscf.guess",
                outcome.reason,
                "a neutral closed-shell molecule like those it was trained on",
                f"Starting from {outcome.used!r} instead; say so without specml to be rid of this.",
            )
            warnings.warn(text, GuessWarning, stacklevel=2)

    def get_veff(self, mol: Any = None, dm: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The effective potential; that of a guess is built once and handed out once more."""
        first = self._specml_first
        if first is None or dm is not first.density:
            return super().get_veff(mol, dm, *args, **kwargs)  # type: ignore[misc]
        if first.potential is None:
            first.potential = super().get_veff(mol, dm, *args, **kwargs)  # type: ignore[misc]
            return first.potential
        self._specml_first = None
        return first.potential

    def reset(self, mol: Any = None) -> Any:
        """Forget what belongs to the old molecule."""
        self._specml_first = None
        return super().reset(mol)  # type: ignore[misc]

    def as_scanner(self) -> Any:
        """A scanner that starts each step from the prediction, corrected by the step before."""
        scanner = super().as_scanner()  # type: ignore[misc]
        if isinstance(scanner, GuessScanner):
            return scanner
        return lib.set_class(scanner, (GuessScanner, scanner.__class__), scanner.__class__.__name__)

    def __reduce__(self) -> Any:
        """Classes made at run time cannot be pickled by name; the plain one can."""
        plain = lib.drop_class(self.__class__, PredictedGuess)
        return _restore, (plain,), self.__getstate__()


class GuessScanner:
    """Mixin of a scanner of a :class:`PredictedGuess`."""

    __name_mixin__ = ""

    def __call__(self, mol_or_geom: Any, **kwargs: Any) -> Any:
        if "dm0" not in kwargs and self.init_guess == KEY:  # type: ignore[attr-defined]
            self._specml_previous = previous_of(self, self._specml_predicted)
            if self._specml_previous is not None:
                self.mo_coeff = None  # else PySCF starts from it and asks for no guess
        return super().__call__(mol_or_geom, **kwargs)  # type: ignore[misc]


def guess(field: Any, model: Path | HamiltonianPredictor | None = None, device: str = "cpu") -> Any:
    """A mean field that starts from a predicted density.

    Parameters
    ----------
    field : any molecular mean field of PySCF; it is not changed.
    model : a loaded model, the path of a model card, or None for the shipped one.
    device : torch device name.

    Returns
    -------
    A mean field of a class of its own, to be used as the one given. ``specml_guess`` says after
    ``kernel()`` what was used and why.

    Raises
    ------
    InputError
        Something that is no mean field.
    WeightsError
        A model card that cannot be used.
    """
    if not isinstance(field, scf.hf.SCF):
        raise InputError(
            message(
                "specml.pyscf.guess",
                f"an object of class {type(field).__name__}",
                "a mean field of PySCF, such as dft.RKS(mol)",
                "Wrap the mean field before the method that is built on it.",
            )
        )
    if isinstance(field, PredictedGuess):
        return field
    if isinstance(model, Path):
        model = predictor.load(model, device)
    seeded = PredictedGuess(field, model, device)
    if isinstance(field, _CIAH_SOSCF):
        # It builds its Fock matrices with the mean field inside.
        seeded._scf = guess(field._scf, model, device)
    bases: tuple = (PredictedGuess, field.__class__)
    if isinstance(field, lib.SinglePointScanner):
        bases = (GuessScanner, *bases)
    return lib.set_class(seeded, bases)


def _restore(plain: type) -> Any:
    return lib.set_class(plain.__new__(plain), (PredictedGuess, plain))


@lru_cache(maxsize=1)
def _shipped(device: str) -> HamiltonianPredictor:
    return predictor.load(device=device)


def _attempt(field: Any, mol: Any) -> tuple[Outcome, Any]:
    """The outcome and the density to use, None where there is none; raises nothing."""
    field._specml_predicted = None
    try:
        model = field._specml_model or _shipped(field._specml_device)
        reason = obstacle(field, mol, model)
        if reason is not None:
            return Outcome("", reason), None
        start = time.perf_counter()
        orbitals, gap = _predict(field, mol, model)
        outcome = Outcome(KEY, network_s=time.perf_counter() - start)
        if not gap >= SMALLEST_GAP:  # NaN too
            reason = f"a predicted gap of {gap:.3f} hartree"
            return replace(outcome, reason=reason), None
        return _judge(field, mol, orbitals, outcome)
    except Exception as error:  # noqa: BLE001  # a guess is never worth a calculation
        return Outcome("", f"{type(error).__name__} ({error})"), None


def _predict(field: Any, mol: Any, model: HamiltonianPredictor) -> tuple[np.ndarray, float]:
    """Occupied orbitals in the basis of the calculation, and the predicted gap."""
    source = real_atoms(mol, model.basis)
    own, gap = occupied(source, model.fock(source))
    orbitals = project(own, source, mol)
    field._specml_predicted = orbitals
    previous = field._specml_previous
    if previous is not None and previous.fits(mol):
        orbitals = corrected(orbitals, mol, previous)
    return orbitals, gap


def _judge(
    field: Any, mol: Any, orbitals: np.ndarray, outcome: Outcome
) -> tuple[Outcome, np.ndarray | None]:
    """Build the Fock matrix of the density and look at its residual."""
    density = _density(field, orbitals)
    owner = getattr(field, "_scf", field)
    owner._specml_first = First(density)
    overlap = owner.get_ovlp(mol)
    potential = owner.get_veff(mol, density)
    fock = owner.get_fock(owner.get_hcore(mol), overlap, potential, density)
    found = guard.residual(np.asarray(fock), overlap, orbitals)
    outcome = replace(outcome, residual=found)
    if found <= guard.LIMIT:
        return outcome, density
    owner._specml_first = None
    reason = f"a guess with the residual {found:.3f} hartree (at most {guard.LIMIT:g})"
    return replace(outcome, reason=reason), None


def _density(field: Any, orbitals: np.ndarray) -> np.ndarray:
    """The density matrix, tagged with its orbitals, of one or two spins as the method has."""
    count = orbitals.shape[1]
    if isinstance(field, scf.uhf.UHF):
        one = orbitals @ orbitals.T
        orbitals = np.stack((orbitals, orbitals))
        return lib.tag_array(np.stack((one, one)), mo_coeff=orbitals, mo_occ=np.ones((2, count)))
    total = 2.0 * orbitals @ orbitals.T
    return lib.tag_array(total, mo_coeff=orbitals, mo_occ=np.full(count, 2.0))
