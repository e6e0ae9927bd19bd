"""The mirrored figure: which way up, which scale, which text."""

import numpy as np

from specml.plots.comparison import ComparisonLabels, figure
from specml.plots.spectrum import png

X = np.arange(500.5, 4000.0)
LABELS = ComparisonLabels("C2H6O", "r 0.9", "predicted by $a$", "measured: $$", "absorption")


def heights(drawing) -> list[np.ndarray]:
    return [line.get_ydata() for line in drawing.axes[0].lines[:2]]


def test_the_measured_curve_hangs_and_wavenumbers_fall():
    predicted, measured = (a * np.exp(-(((X - 1500.0) / 30.0) ** 2)) for a in (2.0, 8.0))
    drawing = figure(X, predicted, measured, False, LABELS)
    up, down = heights(drawing)
    assert (up.max(), down.min()) == (1.0, -1.0)
    up, down = heights(figure(X, predicted, measured, True, LABELS))
    assert up.max() == predicted.max()
    assert down.min() == -measured.max()
    axes = drawing.axes[0]
    low, high = axes.get_ylim()
    assert axes.get_xlim() == (X[-1], X[0])
    assert low == -high
    assert axes.get_title(loc="left") == "C₂H₆O"
    assert axes.get_xlabel() == "wavenumber / cm⁻¹"


def test_an_empty_spectrum_and_odd_titles_are_drawn():
    assert png(figure(X, 0.0 * X, 0.0 * X, False, LABELS)).startswith(b"\x89PNG")
