"""A predicted spectrum above, the measured one mirrored below, wavenumbers falling to the right.

``documents.comparison`` draws it for ``specml compare``.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from specml.plots.spectrum import CURVE, DPI, EMPTY, FONT, SIZE, STICK, SUBSCRIPT


@dataclass(frozen=True)
class ComparisonLabels:
    """The texts beside the axes of a comparison.

    Parameters
    ----------
    title : text on the left, in bold; digits become subscripts.
    note : small text on the right: the figures of merit.
    predicted, measured : names of the two curves.
    axis : quantity and unit of the ordinate.
    """

    title: str
    note: str
    predicted: str
    measured: str
    axis: str


def figure(
    x: np.ndarray,
    predicted: np.ndarray,
    measured: np.ndarray,
    shared: bool,
    labels: ComparisonLabels,
) -> Figure:
    """Draw a predicted curve above the axis and a measured one below it.

    Parameters
    ----------
    x, predicted, measured : (m,) wavenumbers in 1/cm and the two curves on them.
    shared : whether one scale holds for both (absolute spectra); else each has its maximum at 1.
    labels : the texts beside the axes.
    """
    drawing = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(drawing)
    axes = drawing.add_axes((0.105, 0.115, 0.875, 0.8))
    curves = predicted, measured
    tops = [1.0, 1.0] if shared else [float(y.max()) if y.max() > 0.0 else EMPTY for y in curves]
    up, down = (y / top for y, top in zip(curves, tops, strict=True))
    axes.fill_between(x, up, color=CURVE, alpha=0.12, linewidth=0.0)
    axes.fill_between(x, -down, color=STICK, alpha=0.12, linewidth=0.0)
    axes.plot(x, up, color=CURVE, linewidth=1.0)
    axes.plot(x, -down, color=STICK, linewidth=1.0)
    axes.axhline(0.0, color="black", linewidth=0.5)
    axes.set_xlim(x.max(), x.min())
    extent = 1.15 * (max(float(up.max()), float(down.max()), 0.0) or EMPTY)
    axes.set_ylim(-extent, extent)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{abs(value):g}"))
    family = FONT["family"]
    for text, place, color in ((labels.predicted, 0.97, CURVE), (labels.measured, 0.03, STICK)):
        vertical = "top" if place > 0.5 else "bottom"
        axes.text(
            0.01,
            place,
            text,
            transform=axes.transAxes,
            va=vertical,
            color=color,
            family=family,
            size=8,
            parse_math=False,
        )
    axes.set_xlabel("wavenumber / cm⁻¹", **FONT)
    axes.set_ylabel(labels.axis, **FONT)
    title = labels.title.translate(SUBSCRIPT)
    axes.set_title(title, loc="left", weight="bold", family=family, size=11, parse_math=False)
    axes.set_title(labels.note, loc="right", color="#555555", family=family, size=7.5)
    axes.minorticks_on()
    axes.tick_params(axis="y", which="minor", left=False)
    axes.tick_params(labelsize=8, width=0.7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_linewidth(0.7)
    return drawing
