"""The option ``--conformers``: how many, what is refused, and the geometries of a molecule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from specml.errors import InputError, message
from specml.spectra.ensemble import boltzmann_weights, degeneracies
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
    requested, in_window, changed : see :class:`specml.inference.conformers.ConformerEnsemble`.
    energies_by : name of the model that the energies are of; empty for the one that relaxed them.
    """

    structures: tuple[Structure, ...]
    relaxed: "tuple[Relaxed | None, ...]"
    requested: int = 1
    in_window: "tuple[Relaxed, ...]" = ()
    changed: int = 0
    energies_by: str = ""

    @property
    def n_in_window(self) -> int:
        """How many different conformers were found, of which the lowest were kept."""
        return max(len(self.in_window), 1)

    def kept_share(self, temperature: float, masses: np.ndarray | None = None) -> float:
        """How much of all conformers found the kept ones are at a temperature (K), 0 to 1.

        Boltzmann weights from energies, as those of the kept ones; masses (n_atoms,) amu.
        """
        if len(self.in_window) <= len(self.structures):
            return 1.0
        counts = degeneracies([end.structure for end in self.in_window], masses)
        energies = [end.energy for end in self.in_window]
        weights = boltzmann_weights(energies, counts, temperature)
        return float(weights[: len(self.structures)].sum())

    def with_energies(self, energies: Sequence[float], name: str) -> "Geometries":
        """The same conformers with energies (eV) of another model, the lowest of them kept.

        Parameters
        ----------
        energies : of ``in_window``, one each.
        name : of the model.
        """
        ends = [replace(end, energy=e) for end, e in zip(self.in_window, energies, strict=True)]
        ends.sort(key=lambda end: end.energy)
        kept = tuple(ends[: len(self.structures)])
        structures = tuple(end.structure for end in kept)
        return replace(
            self, structures=structures, relaxed=kept, in_window=tuple(ends), energies_by=name
        )

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
        ensemble.in_window,
        ensemble.changed,
    )
