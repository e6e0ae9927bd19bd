"""The answer of every function of the API, and the way from molecules to answers.

Called by the functions of this package; a Python user holds an :class:`Answer` in the end.
"""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pandas as pd

from specml.documents import files
from specml.documents.format import Format
from specml.errors import InputError, SpecMLError, message
from specml.io.spectra import json_document
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.workflows.failure import Failure
from specml.workflows.molecules import Molecules, one_or_many

if TYPE_CHECKING:
    from matplotlib.figure import Figure

R = TypeVar("R")


@dataclass(frozen=True)
class Answer(Generic[R]):
    """The result of one molecule.

    Parameters
    ----------
    values : everything that was computed; see :mod:`specml.workflows`.
    format : how it is written.
    made_by : the call, for pages that say how they were made.
    """

    values: R
    format: Format[R]
    made_by: str

    def spectrum(self, name: str | None = None) -> Spectrum:
        """A curve: the one that the command draws, or another by its key in the JSON document."""
        return self.format.spectrum(self.values, name)

    def table(self) -> pd.DataFrame:
        """The main table: modes, signals, orbitals or figures of merit."""
        return pd.DataFrame(self.format.table(self.values))

    def to_dict(self) -> dict[str, Any]:
        """The JSON document, as it is in the file."""
        return dict(json.loads(json_document(self.format.to_dict(self.values))))

    def save(
        self, folder: str | Path = ".", html: bool = False, force: bool = False
    ) -> dict[str, Path]:
        """Write the files of the command; returns suffix -> path.

        Parameters
        ----------
        html : also write the page, where there is one.
        force : replace existing files.

        Raises
        ------
        OutputError
            An existing file without ``force``, or one that cannot be written.
        """
        files.check(self.format.paths(self.values, Path(folder), html).values(), force, "folder")
        return self.format.write(self.values, Path(folder), html, self.made_by)

    def plot(self) -> "Figure":
        """The figure of the command.

        Raises
        ------
        InputError
            If there is none.
        """
        if self.format.figure is None:
            raise InputError(
                message("plot", "a result without a figure", "one with it", "See table().")
            )
        return self.format.figure(self.values)

    def _repr_html_(self) -> str:
        """Figure and table, which a notebook shows."""
        picture = ""
        if self.format.figure is not None:
            from specml.plots.spectrum import png

            data = base64.b64encode(png(self.plot())).decode()
            picture = f'<img src="data:image/png;base64,{data}" style="max-width:720px">'
        return picture + self.table().to_html(index=False, float_format="{:.4g}".format)


Answers = Answer[R] | list[Answer[R] | Failure]


def _nothing(_structure: Structure) -> None:
    """Let every molecule reach the workflow."""


def answers(
    x: Molecules,
    charge: int | None,
    work: Callable[[list[Structure]], Iterable],
    written_as: Format,
    call: str,
    refuse: Callable[[Structure], object] = _nothing,
) -> Answers:
    """Molecules through a workflow, each to its answer or failure.

    Parameters
    ----------
    work : structures -> results and failures, in their order.
    written_as : how results are written.
    call : the name of the function, for pages that say how they were made.
    refuse : raises for a structure that is not to reach the workflow.

    Raises
    ------
    SpecMLError
        The failure of the only molecule.
    """
    given, single = one_or_many(x, charge)
    given = [_unless_refused(molecule, refuse) for molecule in given]
    results = iter(work([molecule for molecule in given if isinstance(molecule, Structure)]))
    answers: list[Answer | Failure] = []
    for molecule in given:
        result = molecule if isinstance(molecule, Failure) else next(results)
        failed = isinstance(result, Failure)
        answers.append(result if failed else Answer(result, written_as, call))
    if not single:
        return answers
    (answer,) = answers
    if isinstance(answer, Failure):
        raise answer.error
    return answer


def _unless_refused(
    molecule: Structure | Failure, refuse: Callable[[Structure], object]
) -> Structure | Failure:
    if isinstance(molecule, Structure):
        try:
            refuse(molecule)
        except SpecMLError as error:
            return Failure(molecule.name, error)
    return molecule
