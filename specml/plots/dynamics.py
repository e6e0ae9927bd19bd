"""A spectrum from dynamics: the curve with its error band over the harmonic sticks.

``documents`` draws with it what ``specml md`` and ``specml spectrum`` write.
"""

import numpy as np
from matplotlib.figure import Figure

from specml.plots.spectrum import CURVE, EMPTY, STICK, SpectrumLabels, figure
from specml.spectra.spectrum import Spectrum

BAND = 0.25  # opacity


def dynamics_figure(
    curve: Spectrum, positions: np.ndarray, heights: np.ndarray, labels: SpectrumLabels
) -> Figure:
    """Draw a curve with its standard error, and sticks in the lower panel.

    Parameters
    ----------
    curve : the spectrum of a trajectory, over 1/cm.
    positions, heights : (m,) wavenumbers in 1/cm and heights of the sticks; empty for none.
    labels : the texts beside the axes.
    """
    # Noise below zero is noise: the axis begins at zero, the error band shows its size.
    drawing = figure(curve.x, np.maximum(curve.y, 0.0), positions, heights, labels)
    if curve.standard_error is not None:
        drawing.axes[0].fill_between(
            curve.x,
            curve.y - curve.standard_error,
            curve.y + curve.standard_error,
            color=CURVE,
            alpha=BAND,
            linewidth=0.0,
        )
    return drawing


def curve_over_curve(curve: Spectrum, below: Spectrum | None, labels: SpectrumLabels) -> Figure:
    """Draw a curve with its standard error, and another one, if there is one, in the lower panel.

    Parameters
    ----------
    curve, below : spectra over 1/cm.
    labels : the texts beside the axes.
    """
    drawing = dynamics_figure(curve, np.empty(0), np.empty(0), labels)
    lower = drawing.axes[1]
    if below is None:
        lower.set_ylabel("")
        lower.set_yticks([])
        return drawing
    lower.fill_between(below.x, 0.0, below.y, color=STICK, alpha=0.6, linewidth=0.0)
    lower.set_ylim(1.1 * (float(below.y.max()) or EMPTY), 0.0)
    return drawing
