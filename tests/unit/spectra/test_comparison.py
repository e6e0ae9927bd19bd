import numpy as np
import pytest

from specml.errors import InputError
from specml.spectra.comparison import compare, earth_movers_distance, pearson, sis, smooth, spearman
from specml.spectra.spectrum import Spectrum

GRID = np.arange(500.0, 2500.0, 1.0)


def curve(centres: list[float], grid: np.ndarray = GRID) -> Spectrum:
    heights = np.ones(len(centres))
    return Spectrum(centres, heights, "1/cm", "km/mol", "infrared", True).broaden(24.0, grid)


def test_equal_shapes_are_alike_whatever_their_height():
    a, b = curve([1000.0, 1700.0]), curve([1000.0, 1700.0])
    doubled = Spectrum(b.x, 2.0 * b.y, b.x_unit, b.y_unit, b.kind, False)
    similarity = compare(a, doubled)
    assert similarity.pearson == pytest.approx(1.0)
    assert similarity.spearman == pytest.approx(1.0)
    assert similarity.sis == pytest.approx(1.0)
    assert similarity.distance == pytest.approx(0.0, abs=1e-9)


def test_distance_is_the_shift():
    narrow = np.exp(-((GRID - 1200.0) ** 2) / 50.0)
    shifted = np.exp(-((GRID - 1250.0) ** 2) / 50.0)
    assert earth_movers_distance(GRID, narrow, shifted) == pytest.approx(50.0, rel=1e-6)


def test_similarity_falls_with_the_shift():
    reference = curve([1200.0])
    near, far = compare(reference, curve([1206.0])), compare(reference, curve([1300.0]))
    assert near.pearson > 0.8
    assert far.pearson < 0.3
    assert near.sis > far.sis
    assert near.distance < far.distance


def test_grids_may_differ():
    fine = curve([1200.0], np.arange(400.0, 2000.0, 0.5))
    assert compare(curve([1200.0]), fine).pearson == pytest.approx(1.0, abs=1e-4)
    chosen = compare(curve([1200.0]), fine, np.arange(1100.0, 1300.0))
    assert chosen.pearson == pytest.approx(1.0, abs=1e-9)


def test_numbers_by_hand():
    """Deviations -3/2 -1/2 1/2 3/2 and -13/2 -7/2 3/2 17/2: products sum to 25, squares 5, 129."""
    a, b = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 4.0, 9.0, 16.0])
    assert pearson(a, b) == pytest.approx(25.0 / np.sqrt(5.0 * 129.0))
    assert pearson(a, -a) == pytest.approx(-1.0)
    assert spearman(a, b) == pytest.approx(1.0)
    assert spearman(a, np.array([1.0, 9.0, 4.0, 16.0])) == pytest.approx(0.8)  # 1 - 6 * 2 / 60
    assert pearson(a, np.ones(4)) == 0.0
    p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    divergence = 0.25 * np.log(2.0) - 0.25 * np.log(0.5 / 0.75)
    assert sis(p, q) == pytest.approx(1.0 / (1.0 + divergence))


def test_distance_by_hand():
    """All of it over two steps of 2; half of it over two steps and half not at all."""
    x = np.array([0.0, 2.0, 4.0])
    left, right, middle = np.array([3.0, 0, 0]), np.array([0, 0, 5.0]), np.array([1.0, 0, 1.0])
    assert earth_movers_distance(x, left, right) == pytest.approx(4.0)
    assert earth_movers_distance(x, left, middle) == pytest.approx(2.0)


def test_gaussian_before_sis():
    """Two lines of sigma 10, shifted by 20: SID = d^2 / sigma^2 of the widened Gaussians.

    For Gaussians of equal sigma both Kullback-Leibler terms are d^2 / 2 sigma^2.
    """
    x = np.arange(0.0, 1000.0)
    a, b = (np.exp(-(((x - centre) / 10.0) ** 2) / 2.0) for centre in (490.0, 510.0))
    smooth_a, smooth_b = smooth(a, x), smooth(b, x)
    inside = slice(430, 570)  # beyond, the floor cuts the wings
    assert sis(smooth_a[inside], smooth_b[inside]) == pytest.approx(1.0 / (1.0 + 2.0), rel=5e-3)
    assert smooth_a.sum() == pytest.approx(a.sum())
    curves = (Spectrum(x, y, "1/cm", "", "infrared", False) for y in (a, b))
    assert compare(*curves).sis == pytest.approx(sis(smooth_a, smooth_b), rel=1e-6)


def test_bad_input_is_named():
    lines = Spectrum([1.0], [1.0], "1/cm", "km/mol", "infrared", True)
    with pytest.raises(InputError, match="sticks"):
        compare(lines, curve([1000.0]))
    with pytest.raises(InputError, match="overlap"):
        compare(curve([1000.0]), curve([1000.0], np.arange(3000.0, 3100.0)))
    with pytest.raises(InputError, match="intensity"):
        sis(np.zeros(3), np.ones(3))
