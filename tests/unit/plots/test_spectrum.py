"""The figure: labels that cannot touch, bands worth a label, and what is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from specml.plots.spectrum import DPI, SIZE, SpectrumLabels, figure, png, spread
from specml.spectra.bands import prominent_bands

X = np.linspace(0.0, 4000.0, 4001)
LABELS = SpectrumLabels("C₂H₆O", "note", "curve / unit", "sticks / unit")


def bands(*lines: tuple[float, float]) -> np.ndarray:
    return sum(h / (1.0 + ((X - centre) / 5.0) ** 2) for centre, h in lines)


@given(arrays.arrays(float, st.integers(1, 20), elements=st.floats(0.0, 4000.0)))
def test_labels_keep_their_distance_and_order(wanted):
    wanted = np.sort(wanted)
    places = spread(wanted, 100.0, 0.0, 4000.0)
    assert np.diff(places, prepend=-100.0).min() >= 100.0 - 1e-9
    assert places.max() <= 4000.0 + 1e-9


def test_labels_with_room_stay():
    wanted = np.array([100.0, 900.0, 3000.0])
    np.testing.assert_array_equal(spread(wanted, 90.0, 0.0, 4000.0), wanted)


def test_prominent_maxima_are_labelled():
    """A band at 1.5 % of the highest is not, nor is one that is only a shoulder."""
    curve = bands((1000.0, 100.0), (2000.0, 10.0), (3000.0, 1.5), (1005.0, 30.0))
    np.testing.assert_allclose(X[prominent_bands(X, curve)], [1000.0, 2000.0], atol=2.0)


def test_the_axis_runs_backwards_and_the_labels_say_where():
    curve = bands((1000.0, 100.0), (2000.0, 50.0))
    upper, lower = figure(X, curve, np.array([1000.0, 2000.0]), np.array([2.0, 1.0]), LABELS).axes
    assert upper.get_xlim() == (4000.0, 0.0) == lower.get_xlim()
    assert [text.get_text() for text in upper.texts] == ["1000", "2000"]
    assert lower.get_xlabel() == "wavenumber / cm⁻¹"
    assert upper.get_title(loc="left") == "C₂H₆O"


def test_texts_do_not_overlap_on_paper():
    curve = bands(
        *((c, 10.0 + c / 100.0) for c in (1000, 1030, 1060, 1090, 1120, 2900, 2930, 2960))
    )
    drawing = figure(X, curve, np.array([1000.0]), np.array([1.0]), LABELS)
    renderer = drawing.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in drawing.axes[0].texts]
    assert len(boxes) == 8
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    inside = drawing.bbox
    assert all(inside.contains(*box.min) and inside.contains(*box.max) for box in boxes)


@pytest.mark.parametrize("heights", [np.array([1.0]), np.array([])])
def test_a_spectrum_without_bands_is_still_a_figure(heights):
    data = png(figure(X, 0.0 * X, 1000.0 * heights, 0.0 * heights, LABELS))
    assert data.startswith(b"\x89PNG")
    width, height = (int.from_bytes(data[k : k + 4]) for k in (16, 20))
    assert (width, height) == (round(SIZE[0] * DPI), round(SIZE[1] * DPI))
