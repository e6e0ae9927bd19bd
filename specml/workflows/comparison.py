"""A predicted spectrum beside a measured one: what ``specml compare`` computes."""

import re
from collections import Counter
from dataclasses import dataclass

from specml.spectra import alignment
from specml.spectra.comparison import Similarity, compare
from specml.spectra.spectrum import Spectrum
from specml.workflows import limits


@dataclass(frozen=True)
class ComparisonSettings:
    """How two spectra are compared.

    Parameters
    ----------
    range_cm1 : lower and upper end, as far as both spectra reach.
    fwhm_cm1 : full width of the Lorentzian that sticks get; None takes the default.
    fit_scale : also fit one factor of the predicted wavenumbers.

    Raises
    ------
    InputError
        A width that is no positive number.
    """

    range_cm1: tuple[float, float] = (500.0, 4000.0)
    fwhm_cm1: float | None = None
    fit_scale: bool = False

    def __post_init__(self) -> None:
        limits.require("range_cm1", limits.interval, self.range_cm1)
        if self.fwhm_cm1 is not None:
            limits.require("fwhm_cm1", limits.positive, self.fwhm_cm1)


@dataclass(frozen=True)
class ScaledMatch:
    """Both spectra with one scale factor, and how alike they are.

    Parameters
    ----------
    pair : the spectra on one axis.
    similarity : the figures of merit.
    """

    pair: alignment.AlignedSpectra
    similarity: Similarity


@dataclass(frozen=True)
class SpectraComparison:
    """How alike a predicted and a measured spectrum are.

    Parameters
    ----------
    settings : how they were compared.
    predicted, measured : the spectra, as they were given.
    plain, fitted : the match with wavenumbers as predicted, and with the factor, if one was fitted.
    warnings : what a reader should know.
    """

    settings: ComparisonSettings
    predicted: Spectrum
    measured: Spectrum
    plain: ScaledMatch
    fitted: ScaledMatch | None
    warnings: tuple[str, ...]

    @property
    def best(self) -> ScaledMatch:
        """The match with the fitted factor, if there is one, else the plain one."""
        return self.fitted or self.plain


def run(predicted: Spectrum, measured: Spectrum, settings: ComparisonSettings) -> SpectraComparison:
    """Align and compare two spectra of one kind.

    Raises
    ------
    InputError
        Spectra that do not overlap.
    """
    span, width = settings.range_cm1, settings.fwhm_cm1
    pair = alignment.align(predicted, measured, span, width)
    plain = ScaledMatch(pair, compare(*pair.spectra()))
    warnings = _formulas_differ(predicted, measured)
    fitted = None
    if settings.fit_scale:
        factor = alignment.best_factor(predicted, measured, span, width)
        pair = alignment.align(predicted, measured, span, width, factor)
        fitted = ScaledMatch(pair, compare(*pair.spectra()))
        low, high = alignment.FACTORS
        if min(factor - low, high - factor) < 0.001:
            warnings.append(f"the scale factor {factor:.3f} is an end of {low:g} to {high:g}")
    return SpectraComparison(settings, predicted, measured, plain, fitted, tuple(warnings))


def _formulas_differ(first: Spectrum, second: Spectrum) -> list[str]:
    texts = [str(s.provenance.get("formula", "")) for s in (first, second)]
    counts = [_atoms(text) for text in texts]
    if all(counts) and counts[0] != counts[1]:
        return [f"{texts[0]} was predicted and {texts[1]} was measured"]
    return []


def _atoms(formula: str) -> Counter[str]:
    """Atoms of a plain formula, ``C2 H6 O``; nothing where it is written as groups.

    >>> sorted(_atoms("C H3 C N").items())
    [('C', 2), ('H', 3), ('N', 1)]
    """
    if not re.fullmatch(r"(\s*[A-Z][a-z]?\s*\d*)+\s*", formula):
        return Counter()
    atoms: Counter[str] = Counter()
    for symbol, count in re.findall(r"([A-Z][a-z]?)\s*(\d*)", formula):
        atoms[symbol] += int(count or 1)
    return atoms
