"""Infrared and Raman spectra from dynamics: ``specml ir`` and ``raman`` with ``--method md``.

The molecule is relaxed, its harmonic spectrum becomes the sticks, its trajectory the curve. Both
come from the same model, unscaled, so that they can be compared line by line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from specml.spectra.dynamic import DynamicSpectra, dynamic_spectra
from specml.spectra.harmonic import Vibrations, harmonic_analysis
from specml.spectra.power import SpectralSampling
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.workflows import dynamics, limits
from specml.workflows.dynamics import DynamicsSettings, MolecularDynamics, Watch, unwatched
from specml.workflows.failure import Failure
from specml.workflows.harmonic import TOP
from specml.workflows.spectrum_kinds import SpectrumKind

if TYPE_CHECKING:
    from specml.inference.domain import Verdict
    from specml.inference.predictor import Predictor


@dataclass(frozen=True)
class DynamicSpectrumSettings:
    """What the numbers of a spectrum from dynamics depend on besides molecule and model.

    Parameters
    ----------
    dynamics : the settings of the trajectory.
    resolution_cm1 : full width of the narrowest line.
    window : window of the correlation function: ``hann``, ``blackman`` or ``gaussian``.
    laser_nm : wavelength of the exciting laser of a Raman spectrum.

    Raises
    ------
    InputError
        A value out of range.
    """

    dynamics: DynamicsSettings
    resolution_cm1: float = 10.0
    window: str = "hann"
    laser_nm: float = 532.0

    def __post_init__(self) -> None:
        limits.require("resolution_cm1", limits.positive, self.resolution_cm1)
        limits.require("window", limits.one_of("hann", "blackman", "gaussian"), self.window)
        limits.require("laser_nm", limits.laser, self.laser_nm)

    def sampling(self, highest: float = 0.0) -> SpectralSampling:
        """The axis ends at 4000 1/cm, or 5 % above the highest harmonic wavenumber."""
        top = max(TOP, 100.0 * np.ceil(1.05 * highest / 100.0))
        interval, timestep = self.dynamics.protocol.interval, self.dynamics.timestep_fs
        return SpectralSampling(interval, timestep, self.resolution_cm1, self.window, float(top))


@dataclass(frozen=True)
class SpectraFromDynamics:
    """Spectra of one molecule from its dynamics, beside its harmonic ones.

    Parameters
    ----------
    kind, settings : what was asked for.
    run : the trajectory.
    vibrations, verdict : harmonic, at the geometry the run began with, and its domain.
    spectra : everything that the trajectory holds.
    curves : key in the files -> curve; the first one is drawn.
    """

    kind: SpectrumKind
    settings: DynamicSpectrumSettings
    run: MolecularDynamics
    vibrations: Vibrations
    verdict: "Verdict"
    spectra: DynamicSpectra
    curves: dict[str, Spectrum]

    @property
    def structure(self) -> Structure:
        """The minimum, where the dynamics began."""
        return self.vibrations.expansion.structure

    @property
    def card(self) -> Mapping:
        """The card of the model."""
        return self.run.card

    @property
    def sticks(self) -> Spectrum:
        """The harmonic sticks of the first curve."""
        if self.kind.polarizability:
            sticks = self.vibrations.raman(scaled=False)
            if sticks is not None:
                return sticks
        return self.vibrations.infrared(scaled=False)

    @property
    def warnings(self) -> list[str]:
        """Sentences about what a reader of the spectrum should know."""
        texts = list(self.vibrations.warnings) + self.run.warnings
        if not self.verdict.inside:
            texts.insert(0, "outside the domain of the model: " + "; ".join(self.verdict.reasons))
        return texts


def settings_of(kind: SpectrumKind, settings: DynamicSpectrumSettings) -> DynamicSpectrumSettings:
    """The settings with the polarizability recorded where the kind of spectrum needs it.

    Raises
    ------
    InputError
        A trajectory that is too short for the resolution.
    """
    recorded = replace(settings.dynamics, polarizability=kind.polarizability)
    settings = replace(settings, dynamics=recorded)
    settings.sampling().n_lags(recorded.protocol.n_frames - 1)
    return settings


def run(
    structures: Sequence[Structure],
    kind: SpectrumKind,
    settings: DynamicSpectrumSettings,
    predictor: "Predictor",
    folder: Path,
    force: bool = False,
    watch: Watch = unwatched,
) -> Iterator[SpectraFromDynamics | Failure]:
    """Spectra of molecules in their order; parameters and errors as in :func:`dynamics.run`."""
    settings = settings_of(kind, settings)
    temperature = settings.dynamics.temperature_k
    for made in dynamics.run(structures, settings.dynamics, predictor, folder, force, watch):
        if isinstance(made, Failure):
            yield made
            continue
        (expansion,) = predictor.expand([made.structure], polarizability=kind.polarizability)
        (verdict,) = predictor.domain([made.structure])
        vibrations = harmonic_analysis(expansion, temperature=temperature)
        sampling = settings.sampling(vibrations.wavenumbers.max())
        spectra = dynamic_spectra(made.trajectory, sampling, temperature)
        curves = _curves(kind, spectra, settings.laser_nm)
        yield SpectraFromDynamics(kind, settings, made, vibrations, verdict, spectra, curves)


def _curves(kind: SpectrumKind, spectra: DynamicSpectra, laser_nm: float) -> dict[str, Spectrum]:
    if spectra.raman is not None and kind.polarizability:
        raman = spectra.raman
        return {
            "activity_a4_amu_cm": raman.activity(),
            "parallel_a4_amu_cm": raman.parallel(),
            "perpendicular_a4_amu_cm": raman.perpendicular(),
            "depolarization_ratio": raman.depolarization(),
            "cross_section_cm2_sr_cm": raman.cross_section(laser_nm),
        }
    if spectra.infrared is None:
        raise TypeError("a run without dipoles")
    return {"intensity_km_mol_cm": spectra.infrared}
