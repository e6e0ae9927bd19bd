"""NMR spectra: shifts averaged over conformers or frames and over equivalent nuclei, as sticks.

``workflows.nmr`` calls it for ``specml nmr``.

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
    """Nuclei of one molecule, averaged over its geometries; arrays (n_atoms,) ppm.

    Parameters
    ----------
    shift, dft, uncertainty, dft_uncertainty, shielding : weighted means of
        :class:`specml.inference.shieldings.Shieldings`.
    each : (m, n_atoms) calibrated shifts of the geometries, atoms in the order of the first.
    weights : (m,) of sum one.
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
    """A group of equivalent nuclei in the spectrum, ppm.

    Parameters
    ----------
    shift, dft, uncertainty, dft_uncertainty : means over the group.
    spread : standard deviation of its shift over the geometries; NaN for one geometry.
    standard_error : of its mean over the frames of a trajectory; NaN where there are none.
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
        """How many nuclei the signal is of."""
        return len(self.group.atoms)


def average(
    geometries: Sequence[Shieldings],
    weights: np.ndarray,
    places: Sequence[np.ndarray] | None = None,
) -> AveragedShifts:
    """Weighted means over the geometries of a molecule.

    Parameters
    ----------
    weights : (m,) of sum one.
    places : (n_atoms,) for each geometry, from :func:`specml.spectra.nmr_groups.matching`; the
        order of the first where None.
    """
    tables = np.array([[getattr(g, name) for name in _QUANTITIES] for g in geometries])
    if places is not None:
        tables = np.array([t[:, place] for t, place in zip(tables, places, strict=True)])
    means = {name: _mean(tables[:, k], weights) for k, name in enumerate(_QUANTITIES)}
    return AveragedShifts(**means, each=tables[:, 0], weights=np.asarray(weights))


def _mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean over the first axis, exactly rounded sums."""
    if len(values) == 1:
        return values[0].copy()
    return np.array([math.fsum(column) for column in (np.asarray(weights)[:, None] * values).T])


def signals(
    averaged: AveragedShifts, groups: Sequence[NucleusGroup], frames: bool = False
) -> list[NMRSignal]:
    """One signal a group, in the order of the groups.

    Parameters
    ----------
    frames : the geometries are those of a trajectory, so that the mean has a standard error.
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
    if len(values) == 1:
        return float("nan")
    return float(np.sqrt(weights @ (values - weights @ values) ** 2))


def standard_error(values: np.ndarray) -> float:
    """Standard error of the mean of a series whose neighbours are correlated: from block means.

    Right when a block, a tenth of the series, is longer than the correlation time.

    >>> standard_error(np.array([1.0, 3.0]))
    1.0
    """
    blocks = [block.mean() for block in np.array_split(values, min(BLOCKS, len(values)))]
    if len(blocks) < 2:
        return float("nan")
    return float(np.std(blocks, ddof=1) / np.sqrt(len(blocks)))


def sticks(members: Sequence[NMRSignal], nucleus: str, provenance: dict[str, object]) -> Spectrum:
    """The signals of one nucleus; height = number of nuclei, in descending order of shift."""
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
    """The signals of a nucleus from low to high field, as spectra are read."""
    chosen = [signal for signal in members if signal.nucleus == nucleus]
    return sorted(chosen, key=lambda signal: (-signal.shift, signal.group.atoms))


def axis(lines: Spectrum, fwhm: float) -> np.ndarray:
    """Even grid of ten points a width over the usual range of the nucleus and every line."""
    low, high = NUCLEI[str(lines.provenance["nucleus"])].axis
    margin = 10.0 * fwhm
    if len(lines.x):
        low = min(low, math.floor(float(lines.x.min()) - margin))
        high = max(high, math.ceil(float(lines.x.max()) + margin))
    return np.linspace(low, high, round((high - low) / fwhm * 10.0) + 1)
