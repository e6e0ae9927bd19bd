"""The page in a browser: clicked, typed at, and watched."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import specml
from specml.cli.app import app
from specml.report.html import render
from tests import browser
from tests.cli.fake import FakePredictor
from tests.unit.report.pages import named

CHROMIUM = browser.find()
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no Chromium here: `apt-get install chromium`, or name a program in CHROMIUM",
)
HOSTILE = "</script><b>x</b><img src=x>"
NO_WEBGL = """
    for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas]) {
      const { getContext } = prototype;
      prototype.getContext = function (kind, ...rest) {
        return kind.startsWith("webgl") ? null : getContext.call(this, kind, ...rest);
      };
    }
"""
ATOMS = "report.molecule.atoms.map((atom) => [atom.x, atom.y, atom.z])"


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Path:
    """A page of 12 atoms as the command writes it, and one of nuclei with a hostile name."""
    where = tmp_path_factory.mktemp("pages")
    words = ["ir", "--smiles", "CCCO", "--conformers", "1", "--html", "--output-dir", str(where)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(specml, "load", lambda *args, **kwargs: FakePredictor())
        assert CliRunner().invoke(app, words).exit_code == 0
    (where / "nuclei.html").write_bytes(render(named(HOSTILE)))
    return where


@pytest.fixture(scope="module")
def propanol(files):
    with browser.Browser(CHROMIUM) as opened:
        opened.open(files / "CCCO.ir.html")
        opened.evaluate("first = report.row")
        yield opened


@pytest.fixture
def page(propanol):
    """The page at rest, as after opening; nothing a test does to it makes it complain."""
    propanol.evaluate("report.play(false); report.chart.show(); report.choose(first)")
    yield propanol
    assert propanol.complaints == []


@pytest.fixture
def document(files) -> dict:
    return json.loads((files / "CCCO.ir.json").read_text())


def point(page, x: float, height: float) -> list[float]:
    """Where in the window a wavenumber is, ``height`` of the plot above its base line."""
    return page.evaluate(
        f"""(() => {{
          const {{ plot }} = report.chart;
          const place = plot.over.getBoundingClientRect();
          const [across, base] = [plot.valToPos({x}, "x"), plot.valToPos(0, "y")];
          return [place.x + across, place.y + base - {height} * place.height];
        }})()"""
    )


def displacement(page, document: dict) -> np.ndarray:
    """The next movement of the atoms that is worth the name, (n, 3) from their places at rest."""
    rest = np.array(document["structure"]["positions_angstrom"])
    for _ in range(600):
        moved = np.array(page.evaluate(ATOMS)) - rest
        if np.abs(moved).max() > 0.05:
            return moved
        time.sleep(0.05)
    raise AssertionError("the atoms do not move")


def alike(moved: np.ndarray, mode: dict) -> float:
    """Cosine between a movement and the displacements of a mode."""
    expected = np.array(mode["displacements"])
    return float((moved * expected).sum() / np.linalg.norm(moved) / np.linalg.norm(expected))


def test_clicking_a_peak_sets_its_mode_in_motion(page, document):
    """The O-H stretch, which was not chosen at first: it moves, to and fro, and nothing else."""
    mode = document["modes"][-1]
    assert "O-H stretch" in mode["assignment"]
    assert page.evaluate("report.row") != len(document["modes"]) - 1
    page.click(*point(page, mode["wavenumber_scaled_cm1"], 0.02))
    assert page.evaluate("report.row") == len(document["modes"]) - 1
    assert "O-H stretch" in page.evaluate("document.getElementById('chosen').textContent")
    assert page.evaluate("document.querySelector('tr.chosen th').textContent") == str(mode["mode"])
    page.evaluate("document.getElementById('play').click()")
    first = displacement(page, document)
    page.evaluate(f"seen = {ATOMS}.flat()")
    before = page.picture()
    page.wait(f"Math.max(...{ATOMS}.flat().map((v, i) => Math.abs(v - seen[i]))) > 0.05")
    second = displacement(page, document)
    assert page.picture() != before
    assert np.abs(second - first).max() > 0.0
    for moved in (first, second):
        assert abs(alike(moved, mode)) > 0.9999
        assert all(abs(alike(moved, other)) < 0.5 for other in document["modes"][:-1])


def test_a_row_of_the_table_does_the_same(page, document):
    page.evaluate("document.querySelectorAll('tbody tr')[7].click()")
    page.evaluate("document.getElementById('play').click()")
    assert abs(alike(displacement(page, document), document["modes"][7])) > 0.9999
    page.evaluate("document.getElementById('play').click()")
    resting = page.evaluate(ATOMS)
    time.sleep(0.2)
    assert page.evaluate(ATOMS) == resting


def test_a_stick_below_the_base_line_is_its_own_mode(page, document):
    """Two C-H stretches within a few 1/cm: on the curve they are one band, as sticks two."""
    positions = [mode["wavenumber_scaled_cm1"] for mode in document["modes"]]
    page.evaluate(f"report.chart.show({positions[-4] - 20}, {positions[-4] + 20})")
    page.wait(f"report.chart.plot.scales.x.max < {positions[-4] + 21}")
    page.click(*point(page, positions[-4], -0.1))
    assert page.evaluate("report.row") == len(positions) - 4


def test_dragging_enlarges_and_all_shows_all(page):
    across = "report.chart.plot.scales.x.max - report.chart.plot.scales.x.min"
    whole = page.evaluate(across)
    (x, y), (end, _) = point(page, 1800.0, 0.2), point(page, 900.0, 0.2)
    row = page.evaluate("report.row")
    page.drag(x, y, end, y)
    page.wait(f"{across} < 1000")
    assert page.evaluate(across) == pytest.approx(900.0, abs=20.0)
    assert page.evaluate("report.row") == row
    page.evaluate("document.getElementById('zoom-all').click()")
    page.wait(f"{across} === {whole}")


def test_the_axis_falls_to_the_right(page):
    assert point(page, 3000.0, 0.0)[0] < point(page, 1000.0, 0.0)[0]


def test_keys(page):
    page.evaluate("document.querySelector('tr.chosen button').focus()")
    row = page.evaluate("report.row")
    page.press("ArrowUp")
    assert page.evaluate("report.row") == row - 1
    assert page.evaluate("document.activeElement.textContent") == str(row)
    page.evaluate("document.getElementById('plot').focus()")
    page.press("ArrowLeft")
    assert page.evaluate("report.row") == row
    page.press("+")
    page.wait("report.chart.plot.scales.x.max - report.chart.plot.scales.x.min < 2100")
    page.press(" ")
    assert page.evaluate("report.molecule.playing") is True


def test_only_one_row_takes_the_tab_key(page):
    assert page.evaluate("document.querySelectorAll('tbody button[tabindex=\"0\"]').length") == 1


def test_nothing_but_the_file_was_asked_for(page, files):
    """The last test of this page: whatever the others did, no address was opened."""
    assert page.requests == [(files / "CCCO.ir.html").as_uri()]


def test_rows_about_atoms_and_hostile_names_and_no_webgl(files):
    """As for nuclei: nothing moves, and there are no controls of a motion."""
    with browser.Browser(CHROMIUM) as nuclei:
        nuclei.open(files / "nuclei.html")
        nuclei.click(*point(nuclei, 7.0, 0.1))
        assert nuclei.evaluate("report.row") == 1
        assert nuclei.evaluate("report.molecule.marked") == [1, 2]
        assert nuclei.evaluate("document.querySelectorAll('.motion').length") == 0
        assert nuclei.evaluate("document.querySelector('h1').textContent") == HOSTILE
        assert nuclei.evaluate("document.querySelectorAll('b, img').length") == 0
        assert nuclei.evaluate("document.title").startswith(HOSTILE)
        assert nuclei.complaints == []
        nuclei.call("Page.addScriptToEvaluateOnNewDocument", source=NO_WEBGL)
        nuclei.open(files / "nuclei.html")
        nuclei.evaluate("report.choose(1)")
        assert "no WebGL" in nuclei.evaluate("document.getElementById('view').textContent")
        assert nuclei.evaluate("report.row") == 1
