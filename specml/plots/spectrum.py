"""A vibrational spectrum as one would print it: curve, sticks, labelled bands.

``documents`` draws infrared and Raman spectra with it; all other figures use its style.

The curve stands in the upper panel, the sticks it is made of hang in the lower one. Wavenumbers
fall from left to right. SpectrumLabels stand in one row above the curve, spread so that they cannot
touch, each joined to its band by a thin line.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from specml.spectra.bands import band_positions, prominent_bands

SIZE = (7.2, 4.2)  # inch: the width of two columns
DPI = 300
CURVE, STICK, LEADER = "#1b3a5c", "#c8553d", "#9a9a9a"
FONT: dict[str, Any] = {"family": "DejaVu Sans", "size": 9}
LABEL_GAP = 1.0 / 46.0  # of the axis: a vertical label of 7.5 points and a little air
HEADROOM = 1.4  # of the highest band: the room of the labels
EMPTY = 1.0  # extent of the axis of a spectrum without bands
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class SpectrumLabels:
    """The texts beside the axes of a spectrum.

    Parameters
    ----------
    title : text on the left, in bold: usually name and formula.
    note : small text on the right: model, width, scaling.
    curve, sticks : quantity and unit of the upper and the lower panel.
    """

    title: str
    note: str
    curve: str
    sticks: str


def figure(
    x: np.ndarray,
    y: np.ndarray,
    positions: np.ndarray,
    heights: np.ndarray,
    labels: SpectrumLabels,
    reach: float = 0.0,
) -> Figure:
    """Draw a spectrum: its curve with labelled bands, and its sticks in the lower panel.

    Parameters
    ----------
    x, y : (n,) the curve, x in 1/cm.
    positions, heights : (m,) the sticks.
    reach : 1/cm, how far a stick may be from the maximum that it names; see ``spectra.bands``.
    """
    drawing = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(drawing)
    upper = drawing.add_axes((0.105, 0.345, 0.875, 0.575))
    lower = drawing.add_axes((0.105, 0.115, 0.875, 0.19), sharex=upper)
    upper.plot(x, y, color=CURVE, linewidth=1.1)
    upper.set_xlim(x.max(), x.min())
    upper.set_ylim(0.0, HEADROOM * (y.max(initial=0.0) or EMPTY))
    lower.vlines(positions, 0.0, heights, color=STICK, linewidth=1.1)
    lower.set_ylim(1.1 * (heights.max(initial=0.0) or EMPTY), 0.0)  # the sticks hang
    _decorate(upper, lower, labels)
    bands = prominent_bands(x, y)
    names = band_positions(x[bands], positions, heights, reach) if reach else x[bands]
    _label_bands(upper, x, y, bands, names)
    return drawing


def _decorate(upper: Axes, lower: Axes, labels: SpectrumLabels) -> None:
    """Set ranges, ticks and texts of the two panels."""
    upper.set_ylabel(labels.curve, color=CURVE, **FONT)
    lower.set_ylabel(labels.sticks, color=STICK, **FONT)
    lower.set_xlabel("wavenumber / cm⁻¹", **FONT)
    family = FONT["family"]
    upper.set_title(
        labels.title, loc="left", weight="bold", family=family, size=11, parse_math=False
    )
    upper.set_title(labels.note, loc="right", color="#555555", family=family, size=7.5)
    lower.minorticks_on()
    for axes in (upper, lower):
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_linewidth(0.7)
        axes.tick_params(labelsize=8, width=0.7)
        axes.tick_params(axis="y", which="minor", left=False)
        axes.yaxis.set_major_locator(MaxNLocator(6 if axes is upper else 3))
    upper.tick_params(axis="x", which="both", bottom=False, labelbottom=False)
    upper.figure.align_ylabels([upper, lower])


def _label_bands(
    axes: Axes, x: np.ndarray, y: np.ndarray, bands: np.ndarray, names: np.ndarray
) -> None:
    if not len(bands):
        return
    low, high = float(x.min()), float(x.max())
    places = spread(x[bands], LABEL_GAP * (high - low), low, high)
    top = y.max()
    for band, name, place in zip(bands, names, places, strict=True):
        axes.plot(
            [x[band], x[band], place, place],
            [y[band] + 0.012 * top, 1.05 * top, 1.11 * top, 1.135 * top],
            color=LEADER,
            linewidth=0.5,
            solid_joinstyle="round",
        )
        axes.text(
            place,
            1.15 * top,
            f"{name:.0f}",
            rotation=90,
            ha="center",
            va="bottom",
            size=7.5,
            family=FONT["family"],
        )


def spread(wanted: np.ndarray, gap: float, low: float, high: float) -> np.ndarray:
    """Find places at least ``gap`` apart within [low, high] that are closest to the wanted ones.

    With z_i = place_i - i * gap the constraint is that z rises: isotonic regression by least
    squares, which pools neighbours that violate it (pool adjacent violators). ``wanted`` is
    ascending.

    >>> spread(np.array([1.0, 1.0, 9.0]), 1.0, 0.0, 10.0).tolist()
    [0.5, 1.5, 9.0]
    """
    offsets = gap * np.arange(len(wanted))
    pools: list[tuple[float, int]] = []
    for value in wanted - offsets:
        pools.append((float(value), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, n), (b, m) = pools[-2:]
            pools[-2:] = [((a * n + b * m) / (n + m), n + m)]
    relaxed = np.repeat([value for value, _ in pools], [count for _, count in pools])
    last = high - gap * (len(wanted) - 1)
    return np.clip(relaxed, low, max(low, last)) + offsets


def png(drawing: Figure) -> bytes:
    """Write a figure as the bytes of a PNG file."""
    buffer = BytesIO()
    fast = {"compress_level": 3}  # of 9: 40 ms less a figure, which batches feel, for 40 kB more
    drawing.savefig(
        buffer, format="png", dpi=drawing.dpi, metadata={"Software": "SpecML"}, pil_kwargs=fast
    )
    return buffer.getvalue()
