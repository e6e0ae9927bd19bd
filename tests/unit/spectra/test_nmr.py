"""Averages over geometries and equivalent nuclei, sticks and curves."""

import math

import numpy as np
import pytest

from specml.inference.shieldings import Shieldings
from specml.nuclei import NUCLEI
from specml.spectra import nmr
from specml.spectra.ensemble import boltzmann_weights
from specml.spectra.nmr_groups import NucleusGroup
from specml.structure import Structure
from specml.units import BOLTZMANN

METHANE = Structure([6, 1, 1, 1, 1], 1.09 / math.sqrt(3.0) * np.array(
    [[0, 0, 0], [1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]))  # fmt: skip
GROUPS = [NucleusGroup(6, "CH4", (0,), False), NucleusGroup(1, "CH4", (1, 2, 3, 4), False)]


def shieldings(shifts) -> Shieldings:
    shifts = np.array(shifts, dtype=float)
    return Shieldings(METHANE, shifts + 1.0, shifts * 0.0 + 0.1, shifts, shifts * 0.0 + 0.2,
                      186.0 - shifts)  # fmt: skip


def test_two_conformers_with_a_known_gap(rng):
    """Shifts average with weights of the closed form 1 : exp(-gap / kT)."""
    gap = BOLTZMANN * 300.0 * math.log(3.0)
    weights = boltzmann_weights([0.0, gap], [1, 1], 300.0)
    low, high = rng.normal(size=(2, 5))
    averaged = nmr.average([shieldings(low), shieldings(high)], weights)
    np.testing.assert_allclose(averaged.shift, 0.75 * low + 0.25 * high)
    np.testing.assert_allclose(averaged.shielding, 186.0 - averaged.shift)
    carbon, proton = nmr.signals(averaged, GROUPS)
    assert carbon.spread == pytest.approx(math.sqrt(3.0) / 4.0 * abs(high[0] - low[0]))
    assert proton.shift == pytest.approx(0.75 * low[1:].mean() + 0.25 * high[1:].mean())
    assert math.isnan(carbon.standard_error)


def test_equivalent_nuclei_are_equal_to_the_last_digit(rng):
    """Whatever the order of the atoms; a plain sum of these numbers depends on it."""
    shifts = np.array([0.0, 1e16, 1.0, -1e16, 3.3])
    means = set()
    for _ in range(10):
        shifts[1:] = rng.permutation(shifts[1:])
        averaged = nmr.average([shieldings(shifts)], np.ones(1))
        means.add(nmr.signals(averaged, GROUPS)[1].shift)
    assert len(means) == 1


def test_one_geometry_has_no_spread():
    (signal, _) = nmr.signals(nmr.average([shieldings([1, 2, 3, 4, 5])], np.ones(1)), GROUPS)
    assert signal.shift == 1.0
    assert signal.dft == 2.0
    assert (signal.uncertainty, signal.dft_uncertainty) == (0.2, 0.1)
    assert math.isnan(signal.spread)


def test_atoms_that_changed_places_are_averaged_in_place():
    swapped = np.array([0, 2, 1, 3, 4])
    first, second = shieldings([0, 1, 2, 3, 4]), shieldings([0, 2, 1, 3, 4])
    averaged = nmr.average([first, second], np.array([0.5, 0.5]), [np.arange(5), swapped])
    np.testing.assert_array_equal(averaged.shift, [0, 1, 2, 3, 4])


def test_standard_error_of_a_trajectory(rng):
    """White noise: sigma / sqrt(n). Noise that lasts as long as a block: much more than that."""
    values = rng.normal(size=4000)
    assert nmr.standard_error(values) == pytest.approx(4000**-0.5, rel=0.5)
    slow = np.repeat(rng.normal(size=10), 400)
    assert nmr.standard_error(slow) > 10.0 * slow.std() / math.sqrt(4000)
    frames = [shieldings(np.full(5, value)) for value in values[:50]]
    (signal, _) = nmr.signals(nmr.average(frames, np.full(50, 0.02)), GROUPS, frames=True)
    assert signal.shift == pytest.approx(values[:50].mean())
    assert signal.standard_error == nmr.standard_error(values[:50])


def test_sticks_and_curve():
    """Height and area are numbers of nuclei; lines below zero stay."""
    averaged = nmr.average([shieldings([-2.3, 0.2, 0.2, 0.2, 0.2])], np.ones(1))
    found = nmr.signals(averaged, GROUPS)
    for nucleus, position, count in (("13C", -2.3, 1.0), ("1H", 0.2, 4.0)):
        lines = nmr.sticks(found, nucleus, {"solvent": "CDCl3"})
        assert (lines.x.tolist(), lines.y.tolist()) == ([position], [count])
        assert lines.provenance == {"nucleus": nucleus, "solvent": "CDCl3"}
        width = NUCLEI[nucleus].fwhm
        curve = lines.broaden(width, nmr.axis(lines, width))
        assert curve.x_unit == "ppm"
        assert np.trapezoid(curve.y, curve.x) == pytest.approx(count, rel=0.03)
        assert curve.y.max() == pytest.approx(2.0 * count / (math.pi * width), rel=0.01)


def test_the_axis_reaches_every_line():
    averaged = nmr.average([shieldings([400.0, -9.0, -9.0, -9.0, -9.0])], np.ones(1))
    found = nmr.signals(averaged, GROUPS)
    carbon, proton = (nmr.axis(nmr.sticks(found, n, {}), 0.5) for n in ("13C", "1H"))
    assert carbon.max() >= 405.0
    assert proton.min() <= -14.0
    assert np.ptp(np.diff(proton)) < 1e-9


def test_signals_are_read_from_low_to_high_field():
    averaged = nmr.average([shieldings([20.0, 1.0, 1.0, 7.0, 7.0])], np.ones(1))
    split = [GROUPS[0], NucleusGroup(1, "a", (1, 2), False), NucleusGroup(1, "b", (3, 4), False)]
    found = nmr.by_shift(nmr.signals(averaged, split), "1H")
    assert [s.group.label for s in found] == ["b", "a"]
    assert [s.nucleus for s in found] == ["1H", "1H"]
