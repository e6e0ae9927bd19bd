"""Self-consistent fields of PySCF that start from a predicted density.

``specml scf`` and the API (``specml.scf``) call it. The energy is PySCF's: the guess only saves
Fock builds.
"""

import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from specml.errors import SpecMLError, message
from specml.hamiltonian.attempt import GuessOutcome
from specml.hamiltonian.calculation import FinishedField, LevelOfTheory, converge, mean_field
from specml.hamiltonian.files import molden_obstacle
from specml.hamiltonian.guess import GuessWarning, guess
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.structure import Structure
from specml.workflows import limits, single_points
from specml.workflows.failure import Failure

HYDROGEN = Structure(np.array([1, 1]), np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.74]]))


@dataclass(frozen=True)
class SCFSettings:
    """The options of a self-consistent field, with the defaults of the command.

    Parameters
    ----------
    optimize : relax a structure made from a SMILES with GFN2-xTB, else keep RDKit's geometry.
    xc : a functional as PySCF names it, or ``hf`` for Hartree-Fock.
    basis : a basis set as PySCF names it.
    density_fit : density fitting with PySCF's auxiliary basis.
    conv_tol : change of the energy at which the field has converged, hartree.
    compare : run also from PySCF's default guess.

    Raises
    ------
    InputError
        A ``conv_tol`` that is not positive.
    """

    optimize: bool = True
    xc: str = "b3lyp"
    basis: str = "def2-svp"
    density_fit: bool = False
    conv_tol: float = 1e-9
    compare: bool = False

    def __post_init__(self) -> None:
        limits.require("conv_tol", limits.positive, self.conv_tol)

    @property
    def level(self) -> LevelOfTheory:
        """The level of theory, for :mod:`specml.hamiltonian.calculation`."""
        return LevelOfTheory(self.xc, self.basis, self.density_fit, self.conv_tol)


@dataclass(frozen=True, eq=False)
class SCFRuns:
    """The self-consistent fields of one molecule, and how they were made.

    Parameters
    ----------
    settings : the options.
    card : the card of the model that predicted the guess.
    structure : the molecule at the geometry of the runs.
    geometry : where the geometry comes from, in words.
    predicted, default : the runs from the predicted guess and, if they are compared, from PySCF's.
    outcome : what became of the predicted guess.
    checkpoint : PySCF's chkfile of the run from the predicted guess.
    """

    settings: SCFSettings
    card: Mapping[str, Any]
    structure: Structure
    geometry: str
    predicted: FinishedField
    default: FinishedField | None
    outcome: GuessOutcome
    checkpoint: bytes

    @property
    def warnings(self) -> list[str]:
        """Everything a reader of the numbers should know."""
        notes = [f"guess not used: {self.outcome.reason}"] if self.outcome.reason else []
        if reason := molden_obstacle(self.predicted.field.mol):
            notes.append(
                f"no molden file, which cannot hold {reason}; the chkfile has all orbitals"
            )
        for name, one in (("specml", self.predicted), ("default", self.default)):
            if one is not None and not one.converged:
                notes.append(f"not converged after {one.cycles} cycles ({name})")
        return notes


def no_convergence(names: Sequence[str]) -> SpecMLError:
    """What to raise, when all is done, for molecules whose field did not converge."""
    return SpecMLError(
        message(
            ", ".join(names),
            "no convergence",
            "an SCF that converges within PySCF's max_cycle",
            "Check the geometry; the files hold the last cycle, and PySCF reads the chkfile.",
        )
    )


def check(structures: Sequence[Structure], settings: SCFSettings) -> None:
    """Refuse functionals and basis sets that PySCF does not have for these molecules.

    Raises
    ------
    InputError
        As :func:`specml.hamiltonian.calculation.mean_field`.
    """
    for structure in structures:
        mean_field(structure, settings.level)


def run(
    structures: Sequence[Structure],
    settings: SCFSettings | None = None,
    model: str | Path | HamiltonianPredictor | None = None,
    device: str = "cpu",
) -> Iterator[SCFRuns | Failure]:
    """The fields of each molecule in order, as they are done.

    Parameters and errors are those of :func:`specml.workflows.electronic_structure.run`.
    """
    chosen = settings or SCFSettings()
    calculate = partial(_calculate, chosen, single_points.load(model, device))
    return single_points.answers(calculate, structures, chosen.optimize)


def _warm_up(level: LevelOfTheory, model: HamiltonianPredictor) -> None:
    """Run both arms on hydrogen: the first of each loads libraries, which is not its time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GuessWarning)
        for field in (mean_field(HYDROGEN, level), guess(mean_field(HYDROGEN, level), model)):
            converge(field)


def _calculate(
    settings: SCFSettings, model: HamiltonianPredictor, structure: Structure, geometry: str
) -> SCFRuns:
    """Both runs, each with a mean field of its own."""
    level = settings.level
    default = None
    if settings.compare:
        _warm_up(level, model)
        default = converge(mean_field(structure, level))
    field = guess(mean_field(structure, level), model)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", GuessWarning)  # shown with the result
        path = Path(folder) / "scf.chk"
        predicted = converge(field, path)
        checkpoint = path.read_bytes()
    return SCFRuns(
        settings=settings,
        card=model.card,
        structure=structure,
        geometry=geometry,
        predicted=predicted,
        default=default,
        outcome=field.specml_guess,
        checkpoint=checkpoint,
    )
