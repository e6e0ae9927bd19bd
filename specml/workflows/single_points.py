"""What the workflows of matrices and of self-consistent fields share: the model and the loop."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from specml.errors import SpecMLError
from specml.hamiltonian import predictor
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.structure import Structure
from specml.workflows.failure import Failure
from specml.workflows.geometry import settled

R = TypeVar("R")


def load(
    model: str | Path | HamiltonianPredictor | None = None, device: str = "cpu"
) -> HamiltonianPredictor:
    """The model of matrices by its name or path, the shipped one if None, or the one given.

    Raises
    ------
    WeightsError
        As :func:`specml.hamiltonian.predictor.load`.
    """
    return predictor.load(model, device) if isinstance(model, str | Path | None) else model


def answers(
    calculate: Callable[[Structure, str], R], structures: Iterable[Structure], optimize: bool
) -> Iterator[R | Failure]:
    """The answer for each molecule in order, as it is done, or why there is none.

    Parameters
    ----------
    calculate : makes an answer of a geometry and of the words for where it comes from.
    optimize : relax a structure made from a SMILES with GFN2-xTB; files are used as they are.
    """
    for structure in structures:
        try:
            answer: R | Failure = calculate(*settled(structure, optimize))
        except SpecMLError as error:  # the others may do better
            answer = Failure(structure.name, error)
        yield answer
