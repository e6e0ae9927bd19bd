"""The figure of an NMR spectrum: axes that fall, labels that stand apart, lone signals n high."""

import numpy as np
import pytest

from specml.plots.nmr import DPI, HEIGHT, TITLE, WIDTH, NMRPanel, nmr_figure, nmr_png


def panel(nucleus: str, positions: list[float], heights: list[float], fwhm: float) -> NMRPanel:
    x = np.linspace(-20.0, 230.0, 50001)
    half = fwhm / 2.0
    y = sum(
        h * half / np.pi / ((x - p) ** 2 + half**2) for p, h in zip(positions, heights, strict=True)
    )
    names = [f"CH{k}" for k in range(len(positions))]
    return NMRPanel(nucleus, x, y + 0.0 * x, np.array(positions), np.array(heights), names, fwhm)


@pytest.fixture
def toluene() -> list[NMRPanel]:
    carbon = panel("13C", [21.4, 125.3, 128.2, 129.0, 137.8], [1, 1, 2, 2, 1], 0.8)
    return [panel("1H", [2.34, 7.1, 7.2], [3, 3, 2], 0.04), carbon]


def test_axes_fall_and_say_what_they_are(toluene):
    drawing = nmr_figure(toluene, "C₇H₈", "note")
    proton, carbon = drawing.axes
    assert proton.get_xlim() == (10.5, -0.5)
    assert carbon.get_xlim() == (220.0, -10.0)
    assert carbon.get_xlabel() == "¹³C chemical shift / ppm"
    assert proton.get_title(loc="left") == "C₇H₈"
    assert [t.get_text() for t in proton.texts] == ["2.34 CH₀", "7.10 CH₁", "7.20 CH₂"]
    assert carbon.texts[0].get_text() == "21.4 CH₀"


def test_a_lone_signal_of_n_nuclei_is_n_high():
    axes = nmr_figure([panel("1H", [2.0], [3.0], 0.04)], "CH4", "").axes[0]
    assert axes.lines[0].get_ydata().max() == pytest.approx(3.0, rel=0.01)


def test_texts_do_not_overlap_and_stay_inside(toluene):
    drawing = nmr_figure(toluene, "C₇H₈", "note")
    renderer = drawing.canvas.get_renderer()
    for axes in drawing.axes:
        boxes = [text.get_window_extent(renderer) for text in axes.texts]
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
        assert all(drawing.bbox.contains(*box.min) and drawing.bbox.contains(*box.max)
                   for box in boxes)  # fmt: skip


def test_signals_beyond_the_usual_range_are_inside_the_axis():
    axes = nmr_figure([panel("1H", [-3.0, 16.0], [1, 1], 0.04)], "H2", "").axes[0]
    high, low = axes.get_xlim()
    assert low < -3.0
    assert high > 16.0


def test_png(toluene):
    data = nmr_png(toluene, "C₇H₈", "note")
    assert data.startswith(b"\x89PNG")
    width, height = (int.from_bytes(data[k : k + 4]) for k in (16, 20))
    assert (width, height) == (round(WIDTH * DPI), round((2 * HEIGHT + TITLE) * DPI))


def test_figures_stay_as_they_were_drawn(toluene):
    """The sheet of the files is not that of a figure in a notebook."""
    drawing = nmr_figure(toluene, "C₇H₈", "note")
    nmr_figure([*toluene[:1], panel("13C", [-2.3], [1.0], 0.8)], "CH4", "")
    assert [len(axes.texts) for axes in drawing.axes] == [3, 5]


def test_a_file_does_not_show_the_one_before(toluene):
    first = nmr_png(toluene, "C₇H₈", "note")
    other = [panel("1H", [0.23], [4.0], 0.04), panel("13C", [-2.3], [1.0], 0.8)]
    assert nmr_png(other, "CH4", "") != first
    assert nmr_png(toluene, "C₇H₈", "note") == first
