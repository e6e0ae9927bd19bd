"""JCAMP-DX files, read back by an independent package and by a parser of the rules themselves."""

import re

import jcamp as independent
import numpy as np
import pytest

from specml.errors import InputError
from specml.io.jcamp import LINE, jcamp

X = np.linspace(0.0, 4000.0, 4001)
Y = 250.0 / (1.0 + ((X - 1700.3) / 5.0) ** 2) + 1e-3


def spectrum(x=X, y=Y, **changes) -> str:
    record = {
        "title": "a $$ title ## with α",
        "data_type": "INFRARED SPECTRUM",
        "y_units": "L/(mol cm)",
        "formula": "C2H5ClO",
        "origin": "SpecML",
        "notes": {"line shape": "Lorentzian"},
    }
    return jcamp(x, y, **(record | changes)).decode("ascii")


def parse(text: str) -> tuple[dict[str, str], list[tuple[float, list[int]]]]:
    """Labelled records and the (X++(Y..Y)) lines, by the letter of JCAMP-DX 4.24, section 5."""
    labels, lines = {}, []
    for line in text.splitlines():
        if line.startswith("##"):
            label, value = line[2:].split("=", 1)
            assert label not in labels
            labels[label] = value
        else:
            x, *y = line.split()
            lines.append((float(x), [int(v) for v in y]))
    return labels, lines


def test_required_records():
    labels, _ = parse(spectrum())
    assert list(labels)[:2] == ["TITLE", "JCAMP-DX"]
    assert list(labels)[-2:] == ["XYDATA", "END"]
    assert labels["JCAMP-DX"] == "5.01"
    assert labels["DATA TYPE"] == "INFRARED SPECTRUM"
    assert labels["XUNITS"] == "1/CM"
    assert labels["XYDATA"] == "(X++(Y..Y))"
    assert labels["MOLFORM"] == "C2 H5 Cl O"
    assert labels["TITLE"] == "a $ $ title # # with ?"
    assert labels["$LINE SHAPE"] == "Lorentzian"
    assert {"ORIGIN", "OWNER", "YUNITS"} <= set(labels)


def test_data_follow_the_records():
    """X checks, FIRSTY, NPOINTS and the factors say the same as the ordinates."""
    labels, lines = parse(spectrum())
    ordinates = np.concatenate([y for _, y in lines])
    first, step = float(labels["FIRSTX"]), float(labels["DELTAX"])
    starts = np.cumsum([0] + [len(y) for _, y in lines])[:-1]
    np.testing.assert_allclose([x for x, _ in lines], first + step * starts)
    assert len(ordinates) == int(labels["NPOINTS"]) == len(X)
    assert float(labels["LASTX"]) == X[-1]
    recovered = ordinates * float(labels["YFACTOR"])
    np.testing.assert_allclose(recovered, Y, atol=1e-9 * Y.max())
    assert float(labels["FIRSTY"]) == pytest.approx(recovered[0], rel=1e-8)
    assert float(labels["MAXY"]) == pytest.approx(Y.max(), rel=1e-8)


def test_lines_fit_the_format():
    text = spectrum(y=-Y)
    assert max(len(line) for line in text.splitlines() if not line.startswith("##")) <= LINE
    assert re.fullmatch(r"[\x0a\x20-\x7e]*", text)


@pytest.mark.parametrize("step", [1.0, 0.25, -1.0])
def test_an_independent_reader_agrees(tmp_path, step):
    x = np.arange(1000.0, 1500.0, abs(step))[:: int(np.sign(step))]
    y = np.cos(x / 50.0)
    path = tmp_path / "a.jdx"
    path.write_text(spectrum(x, y))
    found = independent.readfile(path)
    np.testing.assert_allclose(found["x"], x, atol=1e-9)
    np.testing.assert_allclose(found["y"], y, atol=2e-9)


def test_flat_spectrum_and_uneven_grid():
    _, lines = parse(spectrum(y=np.zeros_like(X)))
    assert not np.concatenate([y for _, y in lines]).any()
    with pytest.raises(InputError, match="uneven"):
        spectrum(x=X**1.01)
