"""The option ``--conformers``: how many, what is refused, and the geometries of a molecule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from specml.errors import InputError, message
from specml.structure import Structure

if TYPE_CHECKING:
    from specml.relax import Minimizer, Relaxed

FROM_SMILES = 4  # by default; propanol takes 9.7 s of CPU time with four, 6.7 s with one


@dataclass(frozen=True)
class Geometries:
    """Geometries of one molecule.

    Parameters
    ----------
    structures : ascending in energy; the one given where no others were asked for.
    relaxed : how each was optimised, None where it was not.
    requested, n_in_window, changed : see :class:`specml.inference.conformers.ConformerEnsemble`.
    """

    structures: tuple[Structure, ...]
    relaxed: "tuple[Relaxed | None, ...]"
    requested: int = 1
    n_in_window: int = 1
    changed: int = 0

    @property
    def left_out(self) -> str:
        """What to say of candidates that ``changed``."""
        return (
            f"{self.changed} of the geometries tried changed bonds or configuration while they "
            "relaxed, or could not be relaxed, and were left out"
        )


def wanted(structure: Structure, option: int | None, optimize: bool) -> int:
    """How many conformers; of a file the geometry is a statement, of a SMILES it is a guess."""
    if option is not None:
        return option
    return FROM_SMILES if structure.smiles is not None and optimize else 1


def check(
    structures: Sequence[Structure],
    masses: Sequence[np.ndarray | None],
    option: int | None,
    optimize: bool,
) -> None:
    """Refuse what cannot be searched, before a model is loaded.

    Raises
    ------
    InputError
        ``--conformers`` above 1 with ``--no-optimize``; bonds that cannot be perceived; several
        molecules in one structure.
    """
    if option is not None and option > 1 and not optimize:
        raise InputError(
            message(
                f"--conformers {option}",
                "--no-optimize",
                "one of the two, because conformers are embedded and must be relaxed",
                "Leave out --no-optimize, or compute geometries of your own one by one.",
            )
        )
    for structure, weights in zip(structures, masses, strict=True):
        if wanted(structure, option, optimize) > 1:
            from specml.data.topology import graph

            graph(structure, weights)


def geometries(
    predictor: "Minimizer",
    structures: Sequence[Structure],
    masses: Sequence[np.ndarray | None],
    option: int | None,
    optimize: bool,
) -> list[Geometries]:
    """Relax the single geometries in one batch, and search the conformers of the others."""
    counts = [wanted(structure, option, optimize) for structure in structures]
    single = [s for s, count in zip(structures, counts, strict=True) if count == 1]
    ends = iter(predictor.relax(single) if optimize and single else [None] * len(single))
    return [
        _given(structure, next(ends))
        if count == 1
        else _searched(predictor, structure, weights, count)
        for structure, weights, count in zip(structures, masses, counts, strict=True)
    ]


def _given(structure: Structure, end: "Relaxed | None") -> Geometries:
    return Geometries((structure if end is None else end.structure,), (end,))


def _searched(
    predictor: "Minimizer", structure: Structure, masses: np.ndarray | None, count: int
) -> Geometries:
    from specml.inference.conformers import find

    ensemble = find(structure, predictor, count, masses)
    return Geometries(
        tuple(end.structure for end in ensemble.conformers),
        ensemble.conformers,
        count,
        ensemble.n_in_window,
        ensemble.changed,
    )
