"""NMR spectra: shifts averaged over conformers or frames and over equivalent nuclei, as sticks.

``workflows.nmr_spectra`` calls it for ``specml nmr``.

    delta_i  = sum_k w_k delta_ki              over geometries k of weight w_k
    spread_i = sqrt(sum_k w_k (delta_ki - delta_i)^2)
    delta_g  = sum_(i in g) delta_i / n_g      over the n_g nuclei of a group

Shieldings are averaged, not spectra: conformers exchange faster than their signals are apart. Sums
are exactly rounded (math.fsum), so that they do not depend on the order of the atoms.

A stick stands at delta_g and is as high as the number of nuclei. There is no coupling: multiplets
collapse into their centres.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specml.inference.shieldings import Shieldings
from specml.nuclei import NUCLEI, of_element
from specml.spectra.nmr_groups import NucleusGroup
from specml.spectra.spectrum import Spectrum

BLOCKS = 10  # of a trajectory, for its standard error
_QUANTITIES = ("shift", "dft", "uncertainty", "dft_uncertainty", "shielding")


@dataclass(frozen=True, eq=False)
class AveragedShifts:
    """The shifts of the nuclei of one molecule, averaged over its geometries.

    Parameters
    ----------
    shift, dft, uncertainty, dft_uncertainty, shielding : (n_atoms,) ppm, weighted means of
        :class:`specml.inference.shieldings.Shieldings`.
    each : (m, n_atoms) ppm, calibrated shifts of the geometries, atoms in the order of the first.
    weights : (m,) weights of the geometries, whose sum is one.
    """

    shift: np.ndarray
    dft: np.ndarray
    uncertainty: np.ndarray
    dft_uncertainty: np.ndarray
    shielding: np.ndarray
    each: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class NMRSignal:
    """The signal of a group of equivalent nuclei; all numbers are in ppm.

    Parameters
    ----------
    group : the nuclei that give the signal.
    shift, dft, uncertainty, dft_uncertainty : means over the group.
    spread : standard deviation of the shift over the geometries; NaN for one geometry.
    standard_error : standard error of the mean over the frames of a trajectory; NaN where there are
        none.
    """

    group: NucleusGroup
    shift: float
    dft: float
    uncertainty: float
    dft_uncertainty: float
    spread: float
    standard_error: float

    @property
    def nucleus(self) -> str:
        """Name of the nucleus, ``13C``; empty for an element without one."""
        row = of_element(self.group.number)
        return "" if row is None else row.name

    @property
    def count(self) -> int:
        """Number of nuclei that give the signal."""
        return len(self.group.atoms)


def average(
    geometries: Sequence[Shieldings],
    weights: np.ndarray,
    places: Sequence[np.ndarray] | None = None,
) -> AveragedShifts:
    """Average the shifts of a molecule over its geometries.

    Parameters
    ----------
    geometries : shieldings and shifts of the m geometries.
    weights : (m,) weights of the geometries, whose sum is one.
    places : (n_atoms,) for each geometry, from :func:`specml.spectra.nmr_groups.matching`; the
        order of the first where None.
    """
    tables = np.array([[getattr(g, name) for name in _QUANTITIES] for g in geometries])
    if places is not None:
        tables = np.array([t[:, place] for t, place in zip(tables, places, strict=True)])
    means = {name: _mean(tables[:, k], weights) for k, name in enumerate(_QUANTITIES)}
    return AveragedShifts(**means, each=tables[:, 0], weights=np.asarray(weights))


def _mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Average over the first axis with weights, by exactly rounded sums."""
    if len(values) == 1:
        return values[0].copy()
    return np.array([math.fsum(column) for column in (np.asarray(weights)[:, None] * values).T])


def signals(
    averaged: AveragedShifts, groups: Sequence[NucleusGroup], frames: bool = False
) -> list[NMRSignal]:
    """Make one signal of each group, in the order of the groups.

    Parameters
    ----------
    averaged : shifts of the nuclei.
    groups : the groups of equivalent nuclei.
    frames : whether the geometries are those of a trajectory, so that the mean has a standard
        error.
    """
    made = []
    for group in groups:
        atoms = list(group.atoms)
        shift, dft, uncertainty, dft_uncertainty = (
            math.fsum(getattr(averaged, name)[atoms]) / len(atoms)
            for name in ("shift", "dft", "uncertainty", "dft_uncertainty")
        )
        each = np.array([math.fsum(row) / len(atoms) for row in averaged.each[:, atoms]])
        made.append(
            NMRSignal(
                group,
                shift,
                dft,
                uncertainty,
                dft_uncertainty,
                _spread(each, averaged.weights),
                standard_error(each) if frames else float("nan"),
            )
        )
    return made


def _spread(values: np.ndarray, weights: np.ndarray) -> float:
    """Standard deviation of values (m,) of unequal weights."""
    if len(values) == 1:
        return float("nan")
    return float(np.sqrt(weights @ (values - weights @ values) ** 2))


def standard_error(values: np.ndarray) -> float:
    """Estimate the standard error of the mean of a series (m,) whose neighbours are correlated.

    It is that of the means of ten blocks, which is right when a block is longer than the
    correlation time.

    >>> standard_error(np.array([1.0, 3.0]))
    1.0
    """
    blocks = [block.mean() for block in np.array_split(values, min(BLOCKS, len(values)))]
    if len(blocks) < 2:
        return float("nan")
    return float(np.std(blocks, ddof=1) / np.sqrt(len(blocks)))


def sticks(members: Sequence[NMRSignal], nucleus: str, provenance: dict[str, object]) -> Spectrum:
    """Make the spectrum of one nucleus: a stick a signal, as high as the number of its nuclei.

    The sticks come in descending order of their shifts in ppm.
    """
    chosen = by_shift(members, nucleus)
    return Spectrum(
        np.array([signal.shift for signal in chosen]),
        np.array([float(signal.count) for signal in chosen]),
        "ppm",
        "nuclei",
        "nmr",
        sticks=True,
        provenance={"nucleus": nucleus, **provenance},
        label=nucleus,
    )


def by_shift(members: Sequence[NMRSignal], nucleus: str) -> list[NMRSignal]:
    """List the signals of a nucleus from low to high field, as spectra are read."""
    chosen = [signal for signal in members if signal.nucleus == nucleus]
    return sorted(chosen, key=lambda signal: (-signal.shift, signal.group.atoms))


def axis(stick_spectrum: Spectrum, fwhm: float) -> np.ndarray:
    """Make an even grid in ppm, ten points a width, over the nucleus' usual range and every stick.

    Parameters
    ----------
    stick_spectrum : the sticks of one nucleus.
    fwhm : full width at half maximum of the signals, ppm.
    """
    low, high = NUCLEI[str(stick_spectrum.provenance["nucleus"])].axis
    margin = 10.0 * fwhm
    if len(stick_spectrum.x):
        low = min(low, math.floor(float(stick_spectrum.x.min()) - margin))
        high = max(high, math.ceil(float(stick_spectrum.x.max()) + margin))
    return np.linspace(low, high, round((high - low) / fwhm * 10.0) + 1)
