"""How the results of one workflow are written: the same for the command line and the API."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from specml.documents import files
from specml.errors import InputError, message
from specml.spectra.spectrum import Spectrum

if TYPE_CHECKING:
    from matplotlib.figure import Figure

R = TypeVar("R")


def _no_curves(_result: object) -> dict[str, Spectrum]:
    return {}


@dataclass(frozen=True)
class Format(Generic[R]):
    """The written form of a result, as functions of it.

    Parameters
    ----------
    paths : (result, folder, html) -> suffix -> where it is written.
    contents : (result, html, made_by) -> suffix -> the bytes of that file; ``made_by`` is the
        command or the call, for pages that say how they were made.
    to_dict : the JSON document.
    table : the main table, column -> one value a row.
    figure : the figure, or None where there is none.
    curves : key -> spectrum; the first one is the one that is drawn.
    large : writes what is too large to be held as bytes (a trajectory) into a folder.
    """

    paths: Callable[[R, Path, bool], dict[str, Path]]
    contents: Callable[[R, bool, str], dict[str, bytes]]
    to_dict: Callable[[R], dict[str, Any]]
    table: Callable[[R], dict[str, list]]
    figure: "Callable[[R], Figure] | None" = None
    curves: Callable[[R], dict[str, Spectrum]] = _no_curves
    large: Callable[[R, Path], object] | None = None

    def write(
        self, result: R, folder: Path, html: bool = False, made_by: str = ""
    ) -> dict[str, Path]:
        """Write all files of a result, or none of them; returns suffix -> path.

        Raises
        ------
        OutputError
            If one cannot be written.
        """
        written = self.paths(result, folder, html)
        if self.large is not None:
            self.large(result, folder)
        contents = self.contents(result, html, made_by)
        files.publish({written[suffix]: data for suffix, data in contents.items()})
        return written

    def spectrum(self, result: R, name: str | None = None) -> Spectrum:
        """A curve by its key, or the first one.

        Raises
        ------
        InputError
            If there is no such curve.
        """
        curves = self.curves(result)
        key = next(iter(curves), "") if name is None else name
        if key not in curves:
            known = "one of " + ", ".join(curves) if curves else "a result with a spectrum"
            got = "none" if not curves else repr(name)
            raise InputError(message("spectrum", got, known, "Name one of them."))
        return curves[key]
