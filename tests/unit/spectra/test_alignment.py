"""Two spectra on one grid: cells, widths, baseline, areas, and the scale factor."""

import numpy as np
import pytest

from specml import units
from specml.errors import InputError
from specml.spectra.alignment import align, areas, bands, best_factor, widened
from specml.spectra.comparison import compare
from specml.spectra.spectrum import Spectrum

X = np.arange(400.0, 3600.5, 0.5)
LINES = np.array([800.0, 1500.0, 3000.0])
HEIGHTS = np.array([30.0, 10.0, 60.0])


def sticks(x=LINES, y=HEIGHTS) -> Spectrum:
    return Spectrum(x, y, "1/cm", "km/mol", "infrared", True)


def curve(y: np.ndarray, x: np.ndarray = X, unit: str = "absorbance", **provenance) -> Spectrum:
    return Spectrum(x, y, "1/cm", unit, "infrared", False, provenance)


def test_a_shift_by_hand():
    """Two Lorentzians of width w, d apart: they overlap as 1/(1 + d^2/w^2), and d is the distance.

    Pearson takes the means off: 1/W each, of a range W, where the overlap itself is 1/(pi w).
    """
    width, shift, span = 24.0, 12.0, 3000.0
    pair = align(
        sticks([2000.0], [1.0]),
        sticks([2000.0 + shift], [1.0]),
        limits=(500.0, 500.0 + span),
    )
    similarity = compare(*pair.spectra())
    together, mean = 1.0 / (np.pi * width), 1.0 / span
    expected = (together / (1.0 + (shift / width) ** 2) - mean) / (together - mean)
    assert similarity.pearson == pytest.approx(expected, abs=2e-3)
    assert similarity.distance == pytest.approx(shift, rel=0.02)  # wings are cut off


def test_cells_keep_the_area_of_lines_that_a_sample_would_miss():
    """Lines of width 0.05 in between the cells' centres."""
    x = np.arange(900.0, 1100.0, 0.005)
    y = sum(np.exp(-(((x - c) / 0.03) ** 2)) for c in (950.0, 1000.1, 1050.9))
    pair = align(sticks(), curve(y, x, "L/(mol cm)"), limits=(800.0, 1200.0))
    assert pair.measured.sum() * pair.step == pytest.approx(3 * 0.03 * np.sqrt(np.pi), rel=1e-4)
    assert pair.x[0] == pytest.approx(900.5)


def test_the_baseline_of_a_relative_spectrum_is_taken_off():
    y = sticks().broaden(24.0, X).y
    pair = align(sticks(), curve(0.003 * y + 0.07))
    assert pair.baselines[1] == pytest.approx(0.07, abs=0.003)
    similarity = compare(*pair.spectra())
    assert similarity.pearson == pytest.approx(1.0, abs=1e-4)
    assert similarity.sis == pytest.approx(1.0, abs=2e-3)
    assert similarity.distance == pytest.approx(0.0, abs=0.5)
    assert not pair.absolute
    assert align(sticks(), curve(y + 5.0, unit="L/(mol cm)")).baselines == (0.0, 0.0)


def test_areas_of_an_absolute_spectrum():
    y = sticks().broaden(10.0, X).y
    pair = align(sticks(), curve(2.0 * y, unit="L/(mol cm)"))
    assert pair.absolute
    predicted, measured = areas(pair)
    assert predicted == pytest.approx(HEIGHTS.sum(), rel=0.02)  # less what the wings lose
    assert measured == pytest.approx(2.0 * HEIGHTS.sum(), rel=0.02)
    found = bands(pair)
    assert len(found) == 3
    assert all(low < line < high for (low, high), line in zip(found, LINES, strict=True))
    share = areas(pair, *found[0])[1]
    assert share == pytest.approx(60.0, rel=0.05)
    assert pair.measured.sum() * pair.step / units.EXTINCTION == pytest.approx(measured)


def test_neighbouring_bands_are_one():
    y = sticks([1000.0, 1060.0, 2000.0], np.ones(3)).broaden(10.0, X).y
    assert len(bands(align(sticks([1030.0], [1.0]), curve(y)))) == 2


@pytest.mark.parametrize("factor", [0.93, 1.0184, 1.11])
def test_the_factor_comes_back(factor):
    y = sticks(factor * LINES).broaden(24.0, X).y
    assert best_factor(sticks(), curve(y)) == pytest.approx(factor, abs=2e-5)


def test_a_lorentzian_curve_is_widened():
    narrow, wide = (sticks().broaden(w, X).y for w in (10.0, 24.0))
    np.testing.assert_allclose(widened(X, narrow, 14.0), wide, atol=2e-3 * wide.max())
    ours = curve(narrow, unit="L/(mol cm)", fwhm=10.0)
    as_modes, as_curve = (align(s, curve(wide)) for s in (sticks(), ours))
    assert as_curve.fwhm == as_modes.fwhm == 24.0
    np.testing.assert_allclose(as_curve.predicted, as_modes.predicted, atol=2e-3 * wide.max())
    assert align(curve(wide, fwhm=30.0), curve(wide)).fwhm == 30.0
    assert align(curve(wide), curve(wide)).fwhm is None


def test_a_measured_peak_table_is_broadened():
    peaks = Spectrum(LINES, HEIGHTS, "1/cm", "absorbance", "infrared", True)
    assert compare(*align(sticks(), peaks).spectra()).pearson == pytest.approx(1.0)


def test_what_cannot_be_aligned():
    y = sticks().broaden(10.0, X).y
    raman = Spectrum(X, y, "1/cm", "relative", "raman", False)
    with pytest.raises(InputError, match="infrared and raman"):
        align(sticks(), raman)
    with pytest.raises(InputError, match="ranges 3700 to 4000, 400 to 3600 1/cm"):
        align(sticks(), curve(y), limits=(3700.0, 4000.0))
    with pytest.raises(InputError, match="--fwhm-cm1: got 5 for a curve of width 10"):
        align(curve(y, fwhm=10.0), curve(y), fwhm=5.0)
    with pytest.raises(InputError, match="width unknown"):
        align(curve(y), curve(y), fwhm=24.0)
    empty = align(sticks([100.0], [0.0]), curve(y))
    with pytest.raises(InputError, match="without intensity"):
        compare(*empty.spectra())


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        (curve(np.full(len(X), 0.3)), "one value from 500.5"),
        (curve(np.where(X < 450.0, 1.0, 0.3)), "one value from 500.5"),
        (sticks([100.0, 4100.0], [1.0, 1.0]), "no line from 500.5"),
    ],
)
def test_a_range_without_bands_is_refused(measured, words):
    """The rounding errors of a constant have a correlation, which says nothing."""
    with pytest.raises(InputError, match=words):
        align(sticks(), measured)
