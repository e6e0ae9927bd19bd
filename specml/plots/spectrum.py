"""A vibrational spectrum as one would print it: curve, sticks, labelled bands.

The curve belongs to the left axis, the sticks to the right one. Wavenumbers fall from left to
right. Labels stand in one row above the curve, spread so that they cannot touch, each joined to
its band by a thin line.
"""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.signal import find_peaks

SIZE = (7.2, 4.2)  # inch: the width of two columns
DPI = 300
CURVE, STICK, LEADER = "#1b3a5c", "#c8553d", "#9a9a9a"
FONT = {"family": "DejaVu Sans", "size": 9}
LABEL_GAP = 1.0 / 42.0  # of the axis: a vertical label of 7.5 points and a little air
MAX_LABELS = 24
PROMINENT = 0.03  # of the highest band; lower bands are not labelled
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Labels:
    """What stands beside the axes.

    Parameters
    ----------
    title : left, in bold (usually a formula; digits become subscripts).
    note : right, small: model, width, scaling.
    curve, sticks : quantity and unit of the left and the right axis.
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
    labels: Labels,
) -> Figure:
    """Draw a spectrum.

    Parameters
    ----------
    x, y : (n,) the curve, x in 1/cm.
    positions, heights : (m,) the sticks.
    """
    drawing = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(drawing)
    left = drawing.add_axes((0.105, 0.125, 0.79, 0.775))
    right = left.twinx()
    left.set_zorder(right.get_zorder() + 1)
    left.patch.set_visible(False)
    top, tallest = max(y.max(), 1e-30), max(heights.max(initial=0.0), 1e-30)
    right.vlines(positions, 0.0, heights, color=STICK, linewidth=1.0)
    left.plot(x, y, color=CURVE, linewidth=1.1)
    left.set_xlim(x.max(), x.min())
    left.set_ylim(0.0, 1.34 * top)
    right.set_ylim(0.0, 1.34 * tallest * 1.25)  # sticks stay a little below the curve
    _decorate(left, right, labels)
    _label_bands(left, x, y)
    return drawing


def _decorate(left: Axes, right: Axes, labels: Labels) -> None:
    left.set_xlabel("wavenumber / cm⁻¹", **FONT)
    left.set_ylabel(labels.curve, color=CURVE, **FONT)
    right.set_ylabel(labels.sticks, color=STICK, **FONT)
    left.set_title(
        labels.title.translate(SUBSCRIPT), loc="left", weight="bold", family=FONT["family"], size=11
    )
    left.set_title(labels.note, loc="right", color="#555555", family=FONT["family"], size=7.5)
    for axes in (left, right):
        axes.spines["top"].set_visible(False)
        axes.tick_params(labelsize=8, direction="out", width=0.7)
        for spine in axes.spines.values():
            spine.set_linewidth(0.7)
        axes.ticklabel_format(axis="y", style="plain", useOffset=False)
    left.minorticks_on()
    left.tick_params(axis="y", which="minor", left=False)


def _label_bands(axes: Axes, x: np.ndarray, y: np.ndarray) -> None:
    bands = labelled_bands(x, y)
    if not len(bands):
        return
    low, high = float(x.min()), float(x.max())
    places = spread(x[bands], LABEL_GAP * (high - low), low, high)
    top = y.max()
    for band, place in zip(bands, places, strict=True):
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
            f"{x[band]:.0f}",
            rotation=90,
            ha="center",
            va="bottom",
            size=7.5,
            family=FONT["family"],
        )


def labelled_bands(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Indices of the maxima worth a label, in the order of x: the most prominent ones."""
    maxima, found = find_peaks(y, prominence=PROMINENT * y.max() if y.max() > 0 else 1.0)
    best = np.argsort(-found["prominences"], kind="stable")[:MAX_LABELS]
    return maxima[np.sort(best)][np.argsort(x[maxima[np.sort(best)]])]


def spread(wanted: np.ndarray, gap: float, low: float, high: float) -> np.ndarray:
    """Places at least ``gap`` apart within [low, high], least squares from the wanted ones.

    With z_i = place_i - i * gap the constraint is that z rises: isotonic regression, by pooling
    neighbours that violate it (pool adjacent violators). ``wanted`` is ascending.

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
    """The figure as a PNG file."""
    buffer = BytesIO()
    drawing.savefig(buffer, format="png", dpi=DPI, metadata={"Software": "SpecML"})
    return buffer.getvalue()
