"""Harmonic infrared and Raman spectra: what ``specml ir``, ``specml raman`` and the API compute.

Molecules go through the model together, ``CHUNK`` at a time. One that fails does not stop the
others: a :class:`specml.workflows.failure.Failure` stands in its place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from specml.errors import InputError, SpecMLError, message
from specml.expansion import Expansion
from specml.spectra.ensemble import mixture
from specml.spectra.harmonic import Vibrations, harmonic_analysis
from specml.spectra.saddle import descend, is_saddle
from specml.spectra.scaling import Scaling, load, uniform
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.workflows import conformers
from specml.workflows.failure import Failure
from specml.workflows.harmonic_settings import HarmonicSettings
from specml.workflows.harmonic_spectra import Conformer, HarmonicSpectra, weighted
from specml.workflows.spectrum_kinds import Curve, SpectrumKind

if TYPE_CHECKING:
    from specml.inference.predictor import Predictor

CHUNK = 32  # molecules: what an interruption can lose
TOP = 4000.0  # 1/cm; the curve reaches further only for a higher band


def check(structures: Sequence[Structure], settings: HarmonicSettings) -> None:
    """Refuse what can be refused before a model is loaded.

    Raises
    ------
    InputError
        Isotopes that do not fit a molecule, or conformers that cannot be searched.
    """
    masses = [settings.masses(structure) for structure in structures]
    conformers.check(structures, masses, settings.conformers, settings.optimize)


def run(
    structures: Sequence[Structure],
    kind: SpectrumKind,
    settings: HarmonicSettings,
    predictor: "Predictor",
) -> Iterator[HarmonicSpectra | Failure]:
    """Spectra of molecules in their order, each chunk as soon as it is done.

    Raises
    ------
    InputError
        If the model has no polarizability and the kind needs one.
    """
    if kind.polarizability and not predictor.has_polarizability:
        raise _no_polarizability(predictor.name)
    job = _Job(kind, settings, predictor)
    for start in range(0, len(structures), CHUNK):
        yield from job.chunk(structures[start : start + CHUNK])


@dataclass(frozen=True)
class _Job:
    """The part of a run that is the same for all its molecules."""

    kind: SpectrumKind
    settings: HarmonicSettings
    predictor: "Predictor"

    def chunk(self, structures: Sequence[Structure]) -> Iterator[HarmonicSpectra | Failure]:
        """Answer molecules together or, if that fails, one by one."""
        try:
            answers: list[HarmonicSpectra | Failure] = list(self.together(structures))
        except SpecMLError as error:
            if len(structures) > 1:
                for structure in structures:
                    yield from self.chunk([structure])
                return
            answers = [Failure(structures[0].name, error)]
        yield from answers

    def together(self, structures: Sequence[Structure]) -> Iterator[HarmonicSpectra]:
        """Relax, expand, judge and analyse molecules and their conformers in one batch."""
        self.predictor.check_elements(structures)
        settings, kind = self.settings, self.kind
        masses = [settings.masses(structure) for structure in structures]
        searches = conformers.geometries(
            self.predictor, structures, masses, settings.conformers, settings.optimize
        )
        everything = [structure for search in searches for structure in search.structures]
        expansions = self.predictor.expand(everything, polarizability=kind.polarizability)
        judged = iter(zip(expansions, self.predictor.domain(everything), strict=True))
        scaling = chosen_scaling(settings.scale, self.predictor)
        for start, weights, search in zip(structures, masses, searches, strict=True):
            members = []
            for end in search.relaxed:
                expansion, verdict = next(judged)
                members.append(Conformer(self.analysed(expansion, weights, scaling), verdict, end))
            if settings.optimize and all(is_saddle(m.vibrations.modes) for m in members):
                members = [self.below(members[0], weights, scaling)]
            by_gibbs = settings.conformer_weights == "gibbs"
            yield self.spectra(start, weighted(members, by_gibbs), search, scaling)

    def below(self, conformer: Conformer, masses: np.ndarray | None, scaling: Scaling) -> Conformer:
        """The minimum that the imaginary modes of a geometry lead to."""
        expansion = conformer.vibrations.expansion
        descent = descend(self.predictor, expansion, self.kind.polarizability)
        vibrations = self.analysed(descent.expansion, masses, scaling)
        (verdict,) = self.predictor.domain([descent.expansion.structure])
        return Conformer(vibrations, verdict, descent.relaxed, left=descent.left)

    def analysed(
        self, expansion: Expansion, masses: np.ndarray | None, scaling: Scaling
    ) -> Vibrations:
        """Vibrations of an expansion with the settings of the run; masses (n_atoms,) in amu."""
        return harmonic_analysis(
            expansion,
            masses=masses,
            scaling=scaling,
            temperature=self.settings.temperature_k,
            laser_nm=self.settings.laser_nm,
        )

    def spectra(
        self,
        start: Structure,
        members: tuple[Conformer, ...],
        search: conformers.Geometries,
        scaling: Scaling,
    ) -> HarmonicSpectra:
        """Sticks and curves of conformers whose weights are known."""
        width = self.settings.fwhm_cm1
        sticks = {
            curve.key: mixture(
                [_sticks(curve, member.vibrations) for member in members],
                [member.weight for member in members],
            )
            for curve in self.kind.curves
        }
        x = grid(np.concatenate([lines.x for lines in sticks.values()]), width)
        curves = {key: lines.broaden(width, grid=x) for key, lines in sticks.items()}
        return HarmonicSpectra(
            self.kind,
            self.settings,
            self.predictor.card,
            start,
            members,
            search,
            scaling,
            sticks,
            curves,
        )


def _sticks(curve: Curve, vibrations: Vibrations) -> Spectrum:
    sticks = curve.sticks(vibrations)
    if sticks is None:
        raise _no_polarizability(vibrations.expansion.source)
    return sticks


def _no_polarizability(model: str) -> InputError:
    return InputError(
        message(model, "no polarizability", "a model that has one", "See `specml models`.")
    )


def chosen_scaling(scale: str | float, predictor: "Predictor") -> Scaling:
    """``auto``: what was fitted for the model, ``none``, or a factor."""
    if scale == "auto":
        return load(predictor.name)
    return Scaling() if scale == "none" else uniform(float(scale))


def grid(positions: np.ndarray, fwhm: float) -> np.ndarray:
    """The axis of a curve, (n,) 1/cm: 0 to 4000, further for a higher line, ten points a width.

    Parameters
    ----------
    positions : where the lines are, 1/cm.
    fwhm : full width of a line at half maximum, 1/cm.
    """
    top = max(TOP, 100.0 * np.ceil((np.max(positions, initial=0.0) + 10.0 * fwhm) / 100.0))
    step = min(1.0, fwhm / 10.0)
    return np.linspace(0.0, top, round(top / step) + 1)
