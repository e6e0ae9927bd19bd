"""A molecule's percentiles among approved drugs, as a radar plot.

The angle of an endpoint is its place in the table, the distance from the centre its percentile, 0
to 100; the dashed circle is the median drug. High is not good by itself: that depends on the
endpoint. Drawn for ``specml admet show --radar``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from specml.plots.spectrum import FONT

SIZE, DPI = (7.6, 7.0), 150  # inch
COLOURS = {
    "absorption": "#3b78b5",
    "distribution": "#3f9e8f",
    "metabolism": "#b5893b",
    "excretion": "#8a5fb0",
    "toxicity": "#b5473b",
}
OTHER = "#555555"  # groups of a user's own model
LONGEST = 30  # characters of a title that stays on one line
LABELS = 116.0  # radius, where the plot ends at 100


def radar(row: Mapping[str, Any], endpoints: Sequence[Any]) -> Figure:
    """Draw the percentiles of a row of a scored table; endpoints without one are left out.

    Parameters
    ----------
    row : with ``<name>_percentile`` of each endpoint, and ``scored_smiles``.
    """
    shown = [e for e in endpoints if row[f"{e.name}_percentile"] is not None]
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    axes: Any = figure.add_axes((0.19, 0.127, 0.62, 0.673), projection="polar")
    axes.set_theta_direction(-1)
    axes.set_theta_offset(np.pi / 2.0)
    angles = 2.0 * np.pi * np.arange(len(shown)) / max(len(shown), 1)
    values = np.array([row[f"{e.name}_percentile"] for e in shown])
    if shown:
        axes.fill(angles, values, color="#3b78b5", alpha=0.12, lw=0)
        axes.plot(np.append(angles, angles[0]), np.append(values, values[0]), color="#777777", lw=1)
    for angle, value, endpoint in zip(angles, values, shown, strict=True):
        colour = COLOURS.get(endpoint.group, OTHER)
        axes.plot([angle], [value], "o", color=colour, ms=6, clip_on=False, zorder=3)
        _label(axes, angle, endpoint.title, colour)
    circle = np.linspace(0.0, 2.0 * np.pi, 181)
    axes.plot(circle, np.full_like(circle, 50.0), "--", color="#999999", lw=0.9)
    axes.set_ylim(0.0, 100.0)
    axes.set_yticks([25, 50, 75, 100], ["25", "50", "75", "100"], size=7, color="#777777")
    axes.set_xticks(angles, [""] * len(shown))
    axes.grid(color="#dddddd", lw=0.6)
    axes.spines["polar"].set_color("#bbbbbb")
    _legend(figure, shown)
    smiles = row["scored_smiles"]
    title = smiles if len(smiles) <= 80 else smiles[:77] + "..."
    figure.text(0.03, 0.965, title, size=9, family=FONT["family"], weight="bold")
    note = "percentile of the prediction among approved drugs; dashed: the median drug"
    figure.text(0.03, 0.94, note, size=8, family=FONT["family"], color="#555555")
    return figure


def _label(axes: Any, angle: float, text: str, colour: str) -> None:
    """Write the title of an endpoint outside the circle, growing away from it."""
    side = np.sin(angle)
    align = "center" if abs(side) < 0.15 else ("left" if side > 0 else "right")
    axes.text(
        angle,
        LABELS if align == "center" else LABELS - 8.0,
        broken(text),
        ha=align,
        va="center",
        size=7.5,
        color=colour,
        family=FONT["family"],
    )


def broken(title: str) -> str:
    r"""Break a title into lines: what stands in brackets apart, the rest halved if it is long.

    >>> broken("Lipophilicity (log D at pH 7.4)"), broken("Volume of distribution at steady state")
    ('Lipophilicity\n(log D at pH 7.4)', 'Volume of distribution\nat steady state')
    """
    lines = title.replace(" (", "\n(").split("\n")
    return "\n".join(_halved(line) if len(line) > LONGEST else line for line in lines)


def _halved(line: str) -> str:
    """Break a line at the space nearest to its middle."""
    spaces = [k for k, letter in enumerate(line) if letter == " "]
    if not spaces:
        return line
    middle = min(spaces, key=lambda k: abs(k - len(line) / 2))
    return f"{line[:middle]}\n{line[middle + 1 :]}"


def _legend(figure: Figure, shown: Sequence[Any]) -> None:
    groups = list(dict.fromkeys(endpoint.group for endpoint in shown))
    step = min(0.19, 0.95 / max(len(groups), 1))
    for k, group in enumerate(groups):
        x = 0.03 + step * k
        colour = COLOURS.get(group, OTHER)
        figure.text(x, 0.025, f"● {group}", size=8.5, color=colour, family=FONT["family"])
