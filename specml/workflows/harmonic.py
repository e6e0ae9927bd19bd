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
from specml.spectra.saddle import descend, is_rough
from specml.spectra.scaling import Scaling, load, uniform
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.workflows import conformers
from specml.workflows.failure import Failure
from specml.workflows.harmonic_settings import HarmonicSettings
from specml.workflows.harmonic_spectra import Conformer, HarmonicSpectra, different, weighted
from specml.workflows.spectrum_kinds import Curve, SpectrumKind

if TYPE_CHECKING:
    from specml.inference.domain import Verdict
    from specml.inference.predictor import Predictor
    from specml.relax import Relaxed

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
            ends = [(end, *next(judged)) for end in search.relaxed]
            members = [self.conformer(*each, weights, scaling) for each in ends]
            by_gibbs = settings.conformer_weights == "gibbs"
            kept = weighted(different(members, weights), by_gibbs)
            yield self.spectra(start, kept, search, scaling)

    def conformer(
        self,
        end: "Relaxed | None",
        expansion: Expansion,
        verdict: "Verdict",
        masses: np.ndarray | None,
        scaling: Scaling,
    ) -> Conformer:
        """One geometry; of a relaxed one the minimum that its soft and imaginary modes lead to."""
        left: tuple[float, ...] = ()
        if end is not None and is_rough(expansion):
            descent = descend(self.predictor, expansion, end, self.kind.polarizability)
            end, expansion, left = descent.relaxed, descent.expansion, descent.left
            (verdict,) = self.predictor.domain([end.structure])
        return Conformer(self.analysed(expansion, masses, scaling), verdict, end, left=left)

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
            entropy=self.settings.entropy,
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
