import numpy as np
import pytest

from specml.errors import InputError
from specml.spectra.scaling import uniform
from specml.spectra.spectrum import Spectrum


def sticks(kind: str = "infrared", unit: str = "km/mol") -> Spectrum:
    return Spectrum([-200.0, 1000.0, 1700.0], [5.0, 10.0, 100.0], "1/cm", unit, kind, True)


@pytest.mark.parametrize(("shape", "peak"), [("lorentzian", 2 / np.pi), ("gaussian", 0.939437)])
def test_peak_height_and_width(shape, peak):
    """epsilon_max = 43.4294 A g(0), and half of it half a width away."""
    line = Spectrum([1000.0], [10.0], "1/cm", "km/mol", "infrared", True)
    curve = line.broaden(20.0, np.array([990.0, 1000.0, 1010.0]), shape)
    assert curve.y[1] == pytest.approx(43.4294 * 10.0 * peak / 20.0, rel=1e-5)
    assert curve.y[[0, 2]] == pytest.approx(curve.y[1] / 2.0)
    assert curve.y_unit == "L/(mol cm)"


def test_area_is_kept():
    curve = sticks("raman", "angstrom^4/amu").broaden(10.0, np.arange(0.0, 3000.0, 0.5), "gaussian")
    area = np.trapezoid(curve.y, curve.x)
    assert area == pytest.approx(110.0, rel=1e-9)  # without the imaginary mode
    assert curve.y_unit == "angstrom^4/amu per 1/cm"
    assert curve.provenance == {"shape": "gaussian", "fwhm": 10.0}


def test_default_grid_covers_the_lines():
    curve = sticks().broaden(20.0)
    assert curve.x[0] == 0.0
    assert curve.x[-1] >= 1900.0
    assert curve.x[curve.y.argmax()] == pytest.approx(1700.0, abs=1.0)
    assert np.diff(curve.x).max() <= 1.0 + 1e-9


def test_spectrum_without_lines_is_a_flat_curve():
    empty = Spectrum([], [], "1/cm", "km/mol", "infrared", True)
    assert empty.broaden(10.0).y.max() == 0.0
    assert empty.normalise().y.shape == (0,)


def test_scale_and_normalise():
    assert sticks().scale(0.5).x.tolist() == [-100.0, 500.0, 850.0]
    moved = sticks().scale(uniform(0.96))
    assert moved.x[1] == pytest.approx(960.0)
    assert moved.provenance["scaling"] == "factor 0.9600"
    assert sticks().normalise().y.tolist() == [0.05, 0.1, 1.0]


def test_a_spectrum_does_not_change_under_the_hands_of_its_owner():
    x = np.array([1.0, 2.0])
    spectrum = Spectrum(x, x, "1/cm", "km/mol", "infrared", True)
    x[0] = 9.0
    assert spectrum.x[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        spectrum.y[0] = 3.0


def test_bad_input_is_named():
    with pytest.raises(InputError, match="spectrum"):
        Spectrum([1.0], [1.0, 2.0], "1/cm", "km/mol", "infrared", True)
    with pytest.raises(InputError, match="spectrum"):
        Spectrum([1.0], [np.nan], "1/cm", "km/mol", "infrared", True)
    with pytest.raises(InputError, match="broadening"):
        sticks().broaden(0.0)
    with pytest.raises(InputError, match="broadening"):
        sticks().broaden(5.0, shape="voigt")
    with pytest.raises(InputError, match="curve"):
        sticks().broaden(5.0).broaden(5.0)
