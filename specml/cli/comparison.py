"""What ``specml compare`` does: two files in, figures of merit and two files out."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from specml.cli import comparison_report, console
from specml.cli.comparison_document import document, picture
from specml.io import outputs
from specml.io.spectra import json_document
from specml.spectra import alignment
from specml.spectra.comparison import Likeness, compare
from specml.spectra.measured import measured
from specml.spectra.predicted import predicted
from specml.spectra.spectrum import Spectrum


@dataclass(frozen=True)
class Request:
    """What the user asked for; fields as the options of the command."""

    predicted: Path
    measured: Path
    limits: tuple[float, float]
    fwhm: float | None
    fit_scale: bool
    output_dir: Path
    force: bool
    quiet: bool


@dataclass(frozen=True)
class Match:
    """Both spectra with one scale factor, and how alike they are."""

    pair: alignment.Pair
    likeness: Likeness


@dataclass(frozen=True)
class Result:
    """What was found; ``fitted`` only where it was asked for."""

    predicted: Spectrum
    measured: Spectrum
    plain: Match
    fitted: Match | None
    warnings: tuple[str, ...]

    @property
    def best(self) -> Match:
        return self.fitted or self.plain


def run(request: Request) -> None:
    """The whole command; errors are those of its parts."""
    stem = request.output_dir / f"{request.predicted.stem}.compare"
    written = {suffix: stem.with_name(f"{stem.name}.{suffix}") for suffix in ("json", "png")}
    outputs.check(written.values(), request.force)
    result = answer(request)
    outputs.publish(
        {
            written["json"]: json_document(document(request, result)),
            written["png"]: picture(result),
        }
    )
    comparison_report.show(console.output(), request, result, written)


def answer(request: Request) -> Result:
    """Read both files, align and compare them."""
    first = predicted(request.predicted)
    second = measured(request.measured, first.kind)
    pair = alignment.align(first, second, request.limits, request.fwhm)
    plain = Match(pair, compare(*pair.spectra()))
    warnings = _formulas_differ(first, second)
    fitted = None
    if request.fit_scale:
        factor = alignment.best_factor(first, second, request.limits, request.fwhm)
        pair = alignment.align(first, second, request.limits, request.fwhm, factor)
        fitted = Match(pair, compare(*pair.spectra()))
        low, high = alignment.FACTORS
        if min(factor - low, high - factor) < 0.001:
            warnings.append(f"the scale factor {factor:.3f} is an end of {low:g} to {high:g}")
    return Result(first, second, plain, fitted, tuple(warnings))


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
