"""Gibbs energies of one minimum do not depend on where its optimisation began."""

from functools import cache

import numpy as np
import pytest

import specml
from specml.data.sampling import conformer
from specml.inference.predictor import Predictor
from specml.spectra.thermochemistry import NOISE
from specml.structure import Structure
from specml.units import KJ_PER_MOL
from specml.workflows import harmonic
from specml.workflows.harmonic_settings import HarmonicSettings
from specml.workflows.harmonic_spectra import HarmonicSpectra
from specml.workflows.spectrum_kinds import INFRARED


@cache
def model() -> Predictor:
    return specml.load("specml-xtb")


def noisy(smiles: str, count: int) -> list[Structure]:
    """The conformer as embedded and with noise of 0.05 angstrom."""
    first, random = conformer(smiles), np.random.default_rng(0)
    moves = [np.zeros_like(first.positions)]
    moves += [random.normal(0.0, 0.05, first.positions.shape) for _ in range(count - 1)]
    return [first.with_positions(first.positions + move) for move in moves]


def spectra(starts: list[Structure]) -> list[HarmonicSpectra]:
    settings = HarmonicSettings(conformers=1)
    answers = list(harmonic.run(starts, INFRARED, settings, model()))
    return [answer for answer in answers if isinstance(answer, HarmonicSpectra)]


@pytest.mark.parametrize(
    "smiles", ["CC(C)=O", pytest.param("C1CCOC1", marks=pytest.mark.validation)]
)
def test_soft_modes_are_the_same_from_noisy_starts(smiles):
    """Acetone had 141 and 148 kJ/mol, its methyl rotors 10.6 and 10.2i 1/cm."""
    found = spectra(noisy(smiles, 3))
    values = [one.vibrations.thermochemistry for one in found]
    energies = [(one.vibrations.expansion.energy) / KJ_PER_MOL for one in found]
    gibbs = [value.gibbs_energy / KJ_PER_MOL for value in values]
    assert len(found) == 3
    assert np.ptp(energies) < 0.01
    assert np.ptp(gibbs) < 0.2
    assert {value.n_imaginary for value in values} == {0}
    assert {value.n_soft for value in values} == {1}
    for one in found:
        assert one.vibrations.wavenumbers[0] > -NOISE


def test_down_from_a_flat_saddle():
    """2-Butanone as embedded relaxed to 40i, where it stayed as 28i did for others."""
    (one,) = spectra(noisy("CCC(C)=O", 1))
    assert one.vibrations.wavenumbers[0] > 30.0
    assert one.vibrations.thermochemistry.n_imaginary == 0
    assert not [warning for warning in one.warnings if "imaginary mode(s)" in warning]
