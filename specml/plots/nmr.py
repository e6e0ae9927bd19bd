"""NMR spectra, a panel for each nucleus: curve and sticks in numbers of nuclei, labelled signals.

``documents.nmr`` draws them. The curve is scaled by half pi times its width, so that a lone signal
of n nuclei is n high, as its stick is. Shifts fall from left to right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from specml.nuclei import NUCLEI, Nucleus
from specml.plots.spectrum import CURVE, FONT, LEADER, STICK, SUBSCRIPT, png, spread
from specml.spectra.bands import MOST

DPI = 200  # a third of the time of 300, which batches feel
WIDTH, HEIGHT, TITLE = 7.2, 2.75, 0.3  # inch: of the figure, of a panel, of the line above it
LABEL_GAP = 1.0 / 50.0  # of the axis
HEADROOM = 1.85  # of the highest signal: the room of the labels


@dataclass(frozen=True, eq=False)
class NMRPanel:
    """The spectrum of one nucleus, which is a panel of the figure.

    Parameters
    ----------
    nucleus : name of its row in :mod:`specml.nuclei`.
    x, y : (n,) shifts in ppm, and a curve whose area is one for each nucleus.
    positions, heights : (m,) shifts of the signals in ppm, and numbers of their nuclei.
    labels : (m,) names of the signals.
    fwhm : full width at half maximum of the curve, ppm.
    """

    nucleus: str
    x: np.ndarray
    y: np.ndarray
    positions: np.ndarray
    heights: np.ndarray
    labels: Sequence[str]
    fwhm: float

    @property
    def row(self) -> Nucleus:
        """The row of the nucleus, which has its range, ticks and decimals."""
        return NUCLEI[self.nucleus]


def nmr_figure(panels: Sequence[NMRPanel], title: str, note: str) -> Figure:
    """Draw the spectra of several nuclei below each other, on a figure of their own.

    Parameters
    ----------
    panels : the spectra, from top to bottom.
    title : text on the left, in bold: name and formula.
    note : small text on the right.
    """
    return _drawn(_sheet(tuple(panel.nucleus for panel in panels)), panels, title, note)


def nmr_png(panels: Sequence[NMRPanel], title: str, note: str) -> bytes:
    """Draw the same as a PNG file.

    One sheet serves all figures of the same nuclei, one after the other: to make the axes and their
    ticks takes a third of the time of a figure, which batches feel.
    """
    return png(_drawn(_reused(tuple(panel.nucleus for panel in panels)), panels, title, note))


@cache
def _reused(nuclei: tuple[str, ...]) -> Figure:
    """The sheet that serves all figures of these nuclei."""
    return _sheet(nuclei)


def _drawn(sheet: Figure, panels: Sequence[NMRPanel], title: str, note: str) -> Figure:
    """Draw these spectra on a sheet in the place of those before."""
    for axes, panel in zip(sheet.axes, panels, strict=True):
        for old in (*axes.lines, *axes.collections, *axes.texts):
            old.remove()
        _draw(axes, panel)
    top, family = sheet.axes[0], FONT["family"]
    style = {"weight": "bold", "family": family, "size": 11, "parse_math": False}
    top.set_title(title, loc="left", y=1.01, **style)
    top.set_title(note, loc="right", y=1.01, color="#555555", family=family, size=7.5)
    return sheet


def _sheet(nuclei: tuple[str, ...]) -> Figure:
    """Make a figure of empty axes below each other, one for each nucleus."""
    height = HEIGHT * len(nuclei) + TITLE
    sheet = Figure(figsize=(WIDTH, height), dpi=DPI)
    FigureCanvasAgg(sheet)
    for k, nucleus in enumerate(nuclei):
        bottom = (HEIGHT * (len(nuclei) - 1 - k) + 0.5) / height
        axes = sheet.add_axes((0.075, bottom, 0.905, (HEIGHT - 0.6) / height))
        axes.set_xlabel(f"{NUCLEI[nucleus].display} chemical shift / ppm", **FONT)
        axes.set_ylabel("nuclei", **FONT)
        # Looking for room for them takes a quarter of the time of a figure.
        axes.xaxis.set_label_coords(0.5, -0.14)
        axes.yaxis.set_label_coords(-0.042, 0.5)
        axes.set_title("", y=1.0)
        axes.xaxis.set_major_locator(MultipleLocator(NUCLEI[nucleus].tick))
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_linewidth(0.7)
        axes.tick_params(labelsize=8, width=0.7)
    return sheet


def _draw(axes: Axes, panel: NMRPanel) -> None:
    """Draw the curve, the sticks and the labels of one panel."""
    (low, high), margin = panel.row.shown, panel.row.margin
    low = min(low, float(np.min(panel.positions, initial=np.inf)) - margin)
    high = max(high, float(np.max(panel.positions, initial=-np.inf)) + margin)
    scaled = panel.y * np.pi * panel.fwhm / 2.0
    top = max(float(scaled.max(initial=0.0)), float(panel.heights.max(initial=0.0)), 1.0)
    axes.vlines(panel.positions, 0.0, panel.heights, color=STICK, linewidth=1.6, alpha=0.7)
    axes.plot(panel.x, scaled, color=CURVE, linewidth=0.9)
    axes.set_xlim(high, low)
    axes.set_ylim(0.0, HEADROOM * top)
    axes.set_yticks(np.arange(0, int(top) + 1, max(1, round(top / 6.0))))
    _label(axes, panel, low, high, top)


def _label(axes: Axes, panel: NMRPanel, low: float, high: float, top: float) -> None:
    """Write the names of the most prominent signals above them."""
    chosen = np.argsort(-panel.heights, kind="stable")[:MOST]
    chosen = chosen[np.argsort(panel.positions[chosen], kind="stable")]
    places = spread(panel.positions[chosen], LABEL_GAP * (high - low), low, high)
    leaders = []
    for signal, place in zip(chosen.tolist(), places.tolist(), strict=True):
        x, y = float(panel.positions[signal]), float(panel.heights[signal])
        leaders.append(
            [(x, y + 0.015 * top), (x, 1.05 * top), (place, 1.13 * top), (place, 1.16 * top)]
        )
        name = panel.labels[signal].translate(SUBSCRIPT)
        axes.text(
            place,
            1.18 * top,
            f"{panel.row.text(x)} {name}",
            rotation=90,
            ha="center",
            va="bottom",
            size=7,
            family=FONT["family"],
        )
    axes.add_collection(LineCollection(leaders, colors=LEADER, linewidths=0.5), autolim=False)
