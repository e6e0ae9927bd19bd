"""A predicted initial guess for PySCF's self-consistent field; users import it as ``specml.pyscf``.

    >>> from pyscf import dft, gto
    >>> from specml.pyscf import guess
    >>> mol = gto.M(atom="H 0 0 0; F 0 0 0.92", basis="def2-svp", verbose=0)
    >>> mf = guess(dft.RKS(mol, xc="b3lyp"))
    >>> mf.init_guess
    'specml'

The class of the mean field gets a mixin, the way PySCF's own ``density_fit`` and ``newton`` do it.
One Fock matrix is built from the predicted density and decides (``guard``). A density that passes
is refined with that matrix (``assembly.refined``), which takes the place of the first step of the
SCF: the guess costs no Fock build. (Without integrals for it, as with ghost atoms, density and
matrix are handed to the SCF as they are.) One that does not pass is dropped for PySCF's own guess:
one Fock build more than without the hook, and a warning.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pyscf import lib, scf
from pyscf.lib import logger
from pyscf.soscf.newton_ah import _CIAH_SOSCF

from specml.errors import InputError, message
from specml.hamiltonian import predictor
from specml.hamiltonian.attempt import USED, FirstPotential, GuessAttempt, GuessOutcome, attempt
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.hamiltonian.scan import PreviousStep, previous_of
from specml.inference.model_file import torch_device

PYSCF_START, FROM_THE_FIRST = 1, 0  # mf.diis_start_cycle
MOST_DROPPED = 2  # steps of a scan; each has cost a Fock build
NO_CHOICE = "a guess that PySCF makes, and predictions that were used before"
LIBRARIES = ("pyscf", "specml")  # a warning is about the line that called them


class GuessWarning(UserWarning):
    """The predicted guess was not used; the calculation starts as PySCF does without it."""


class _Undecided(str):
    """The name of the predicted guess while a run has not yet decided whether to use it.

    PySCF prints ``initial guess = ...`` before it asks for a density. What was decided is printed
    when it does (:meth:`PredictedGuess.get_init_guess`).
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "predicted by SpecML, or else that of PySCF (see below)"


class _OfItsField(type):
    """PySCF tells methods apart by the module of their class, which a mixin would change.

    ``adc`` looks there for density functionals, which it refuses, and ``to_gpu`` for the class of
    the same name in gpu4pyscf. Every class made of the mixin keeps the module of the field's.
    """

    def __setattr__(cls, name: str, value: Any) -> None:
        if name == "__module__" and PredictedGuess in cls.__bases__:
            value = cls.__bases__[-1].__module__
        super().__setattr__(name, value)


class PredictedGuess(metaclass=_OfItsField):
    """Mixin of a PySCF mean field; made by :func:`guess`."""

    __name_mixin__ = "SpecML"
    _keys = frozenset({"specml_guess"})
    mol: Any
    damp: Any
    diis_start_cycle: int
    _scf: Any

    def __init__(self, field: Any, model: HamiltonianPredictor | None, device: str) -> None:
        self.__dict__.update(field.__dict__)
        self._specml_model, self._specml_device = model, device
        self._specml_chosen = True
        self._specml_first: FirstPotential | None = None
        self._specml_previous: PreviousStep | None = None
        self._specml_predicted: np.ndarray | None = None
        self._specml_warned = self._specml_running = self._specml_printing = False
        self._specml_dropped = 0
        self.specml_guess: GuessOutcome | None = None

    @property
    def init_guess(self) -> Any:
        """``specml`` unless another guess was chosen since.

        It is no attribute of the instance: PySCF copies those into objects that it makes of this
        one, and one without the mixin must not bear the name.
        """
        if self._specml_chosen:
            undecided = self._specml_running or self._specml_printing
            return _Undecided(USED) if undecided else USED
        return self._specml_default

    @init_guess.setter
    def init_guess(self, value: Any) -> None:
        self._specml_chosen = isinstance(value, str) and value == USED
        if not self._specml_chosen:
            self.__dict__["init_guess"] = value

    @property
    def _specml_default(self) -> Any:
        """The guess that PySCF makes instead: as set by the user, or that of the class."""
        own = self.__dict__.get("init_guess")
        return super().init_guess if own is None else own  # type: ignore[misc]

    @contextmanager
    def _one_run(self) -> Iterator[None]:
        """What is set for a prediction ends with the run that asked for it."""
        if self._specml_running:
            yield
            return
        start, self.specml_guess, self._specml_running = self.diis_start_cycle, None, True
        try:
            yield
        finally:
            self.diis_start_cycle, self._specml_running = start, False
            self._specml_previous = None
            _owner(self)._specml_first = None

    def scf(self, *args: Any, **kwargs: Any) -> Any:
        """Run as PySCF does."""
        with self._one_run():
            return super().scf(*args, **kwargs)  # type: ignore[misc]

    def kernel(self, *args: Any, **kwargs: Any) -> Any:
        """Run as PySCF does."""
        with self._one_run():
            return super().kernel(*args, **kwargs)  # type: ignore[misc]

    def dump_flags(self, verbose: Any = None) -> Any:
        """As PySCF prints them, which is before it is decided where the SCF starts."""
        self._specml_printing = True
        try:
            return super().dump_flags(verbose)  # type: ignore[misc]
        finally:
            self._specml_printing = False

    def get_init_guess(self, mol: Any = None, key: Any = "minao", **kwargs: Any) -> Any:
        """PySCF asks this for the density to start from."""
        if not isinstance(key, str) or key != USED:
            return super().get_init_guess(mol, key, **kwargs)  # type: ignore[misc]
        molecule = Molecule.of(self.mol if mol is None else mol)
        previous, self._specml_previous = self._specml_previous, None
        reason = self._stays_away()
        tried = (
            GuessAttempt(GuessOutcome("", reason, expected=NO_CHOICE))
            if reason
            else attempt(self, molecule, self._specml_model, self._specml_device, previous)
        )
        self._specml_predicted = tried.predicted
        self.specml_guess = tried.outcome
        if not self._specml_running:  # whoever asked may change the density or the method
            _owner(self)._specml_first = None
        if tried.density is not None:
            self._specml_dropped = 0
            self._first_matrix_counts()
            logger.info(self, "initial guess = %s (%.1e hartree per electron above its own "
                        "orbitals)", USED, tried.outcome.excess)  # fmt: skip
            return tried.density
        logger.info(self, "The predicted guess is not used: got %s; expected %s",
                    tried.outcome.reason, tried.outcome.expected)  # fmt: skip
        self._specml_dropped += tried.outcome.excess is not None
        if previous is not None and previous.fits(molecule):
            used, density = "previous", previous.density
            logger.info(self, "Initial guess from the step before.")
        else:
            default = self._specml_default
            used = default if isinstance(default, str) else "given"
            density = super().get_init_guess(molecule.mol, default, **kwargs)  # type: ignore[misc]
        self.specml_guess = replace(tried.outcome, used=used)
        self._warn(self.specml_guess)
        return density

    def _stays_away(self) -> str:
        """Why no prediction is tried; empty where one is."""
        given = self._specml_default
        if not isinstance(given, str) or given.startswith("chk"):
            return "a guess of your own (mf.init_guess)"
        if isinstance(self, GuessScanner) and self._specml_dropped >= MOST_DROPPED:
            return f"{MOST_DROPPED} steps of this scan in a row where it was dropped"
        return ""

    def _first_matrix_counts(self) -> None:
        """DIIS extrapolates from the first Fock matrix on.

        PySCF leaves it out, because that of minao is far off; that of a prediction saves a build
        more (docs/scf.md). A setting of the user stays.
        """
        if self._specml_running and self.diis_start_cycle == PYSCF_START and not self.damp:
            self.diis_start_cycle = FROM_THE_FIRST

    def _warn(self, outcome: GuessOutcome) -> None:
        if not self._specml_warned:
            self._specml_warned = True
            text = message(
                "specml.pyscf.guess",
                outcome.reason,
                outcome.expected,
                f"PySCF starts from {outcome.used!r}, as without guess().",
            )
            warnings.warn(text, GuessWarning, stacklevel=line_of_the_user())

    def get_veff(self, mol: Any = None, dm: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The effective potential; that of a guess is built once and handed out twice."""
        first = self._specml_first
        if first is None or dm is not first.density:
            return super().get_veff(mol, dm, *args, **kwargs)  # type: ignore[misc]
        if first.potential is None:
            first.potential = super().get_veff(mol, dm, *args, **kwargs)  # type: ignore[misc]
        else:
            self._specml_first = None
        return first.potential

    def reset(self, mol: Any = None) -> Any:
        """Forget what belongs to the old molecule."""
        self._specml_first = None
        return super().reset(mol)  # type: ignore[misc]

    def _transfer_attrs_(self, dst: Any) -> Any:
        """PySCF calls it for ``to_ks``, ``to_hf`` and their like, which make a new object."""
        field = super()._transfer_attrs_(dst)  # type: ignore[misc]
        field = guess(field, self._specml_model, self._specml_device)
        field._specml_chosen = self._specml_chosen
        return field

    def view(self, cls: Any) -> Any:
        """PySCF's view; of a class without the mixin nothing of it is left."""
        seen = super().view(cls)  # type: ignore[misc]
        return seen if issubclass(cls, PredictedGuess) else _forget(seen)

    def undo_guess(self) -> Any:
        """The mean field without the mixin, as PySCF's ``undo_df`` and ``undo_soscf`` have it."""
        cls = type(self)
        for mixin in (GuessScanner, PredictedGuess):
            if issubclass(cls, mixin):
                cls = lib.drop_class(cls, mixin)
        plain = _forget(lib.view(self, cls))
        inside = plain.__dict__.get("_scf")
        if isinstance(inside, PredictedGuess):
            plain._scf = inside.undo_guess()
        return plain

    def to_gpu(self, *args: Any, **kwargs: Any) -> Any:
        """PySCF's, without the mixin: the fields of gpu4pyscf start as they do on their own."""
        return self.undo_guess().to_gpu(*args, **kwargs)

    def as_scanner(self) -> Any:
        """A scanner that starts each step from the prediction, corrected by the step before."""
        scanner = super().as_scanner()  # type: ignore[misc]
        if isinstance(scanner, GuessScanner):
            return scanner
        return lib.set_class(scanner, (GuessScanner, scanner.__class__), scanner.__class__.__name__)

    def __reduce__(self) -> Any:
        """Classes made at run time cannot be pickled by name; the one below can."""
        plain = lib.drop_class(self.__class__, PredictedGuess)
        return _restore, (plain,), self.__getstate__()


class GuessScanner:
    """Mixin of a scanner of a :class:`PredictedGuess`."""

    __name_mixin__ = ""
    init_guess: Any
    _specml_predicted: np.ndarray | None

    def __call__(self, mol_or_geom: Any, **kwargs: Any) -> Any:
        if "dm0" not in kwargs and self.init_guess == USED:
            self._specml_previous = previous_of(self, self._specml_predicted)
            if self._specml_previous is not None:
                self.mo_coeff = None  # else PySCF starts from it and asks for no guess
        return super().__call__(mol_or_geom, **kwargs)  # type: ignore[misc]


def guess(
    field: Any, model: str | Path | HamiltonianPredictor | None = None, device: str = "cpu"
) -> Any:
    """A mean field that starts from a predicted density.

    Parameters
    ----------
    field : any molecular mean field of PySCF; it is not changed.
    model : a loaded model, a name from ``specml models``, the path of a model card, or None for the
        shipped one.
    device : torch device name, for the shipped model or one given by its name.

    The integrals of a prediction take 8 naux nao (nao + 1) bytes of memory, naux being the number
    of functions of def2-universal-jfit. More than ``mf.max_memory`` (4000 MB, unless set) are not
    made, and PySCF starts on its own; docs/scf.md has a table of sizes.

    Returns
    -------
    A mean field to be used as the one given. After ``kernel()`` its ``specml_guess`` says what was
    used and why; None where the run was given a density to start from.

    Raises
    ------
    InputError
        Something that is no mean field, or no model.
    WeightsError
        A model card that cannot be used, or no such device.
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
    model = given_model(model, device)
    seeded = PredictedGuess(field, model, device)
    if isinstance(field, _CIAH_SOSCF):
        seeded._scf = guess(field._scf, model, device)
    bases: tuple[type, ...] = (PredictedGuess, field.__class__)
    if isinstance(field, lib.SinglePointScanner):
        bases = (GuessScanner, *bases)
    return lib.set_class(seeded, bases)


def given_model(
    model: str | Path | HamiltonianPredictor | None, device: str
) -> HamiltonianPredictor | None:
    """The model meant, loaded where it has a name; None stays the shipped one.

    Raises
    ------
    InputError, WeightsError
        As :func:`guess`, before anything is computed.
    """
    torch_device(device)
    if isinstance(model, str | Path):
        return predictor.load(model, device)
    if model is not None and not hasattr(model, "fock"):
        got = f"an object of class {type(model).__name__}"
        known = "a loaded model, a name from `specml models` or the path of a model card"
        raise InputError(message("model", got, known, "Leave it out for the shipped model."))
    return model


def line_of_the_user() -> int:
    """The ``stacklevel`` of a warning of the caller about the first line outside of libraries."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back and str(frame.f_globals.get("__name__")).split(".")[0] in LIBRARIES:
        level, frame = level + 1, frame.f_back
    return level


def _forget(field: Any) -> Any:
    """Remove what the mixin keeps in an object that no longer has it."""
    for key in [name for name in vars(field) if name.startswith(("_specml", "specml"))]:
        del field.__dict__[key]
    return field


def _owner(field: Any) -> Any:
    """Who builds the Fock matrices: of a second-order solver, the field inside."""
    return getattr(field, "_scf", field)


def _restore(plain: Any) -> Any:
    return lib.set_class(plain.__new__(plain), (PredictedGuess, plain))
