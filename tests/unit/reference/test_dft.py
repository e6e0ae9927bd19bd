"""PySCF labels against finite differences of PySCF's own energies."""

import numpy as np
import pytest

from specml.errors import ReferenceFailure
from specml.reference import dft
from specml.structure import Structure


@pytest.fixture(scope="module")
def hydrogen_fluoride() -> Structure:
    return Structure([9, 1], [[0.0, 0.0, 0.1], [0.0, 0.3, 1.0]], name="HF")


@pytest.fixture(scope="module")
def labels(hydrogen_fluoride: Structure) -> dict:
    return dft.label(hydrogen_fluoride, polarizability_svp=True, response=True)


def test_forces_are_minus_the_slope_of_the_energy(hydrogen_fluoride, labels):
    h = 2e-3
    shift = np.zeros((2, 3))
    shift[1] = [0.0, 0.6 * h, 0.8 * h]
    ends = [
        dft.energy(dft.kohn_sham(hydrogen_fluoride.with_positions(p)))
        for p in (hydrogen_fluoride.positions + shift, hydrogen_fluoride.positions - shift)
    ]
    slope = -(ends[0] - ends[1]) / (2 * h)
    assert labels["forces"][1] @ [0.0, 0.6, 0.8] == pytest.approx(slope, abs=5e-3)
    # The grid does not move with the atoms: the sum of forces is small, not zero.
    assert np.abs(labels["forces"].sum(0)).max() < 5e-3


@pytest.mark.parametrize(
    ("name", "basis"),
    [("polarizability_svp", dft.BASIS), ("polarizability", dft.RESPONSE_BASIS)],
)
def test_polarizability_is_the_slope_of_the_dipole(hydrogen_fluoride, labels, name, basis):
    field = np.array([0.0, 1e-3, 0.0])
    plus, minus = (
        dft.dipole(dft.kohn_sham(hydrogen_fluoride, basis, sign * field)) for sign in (1, -1)
    )
    column = (plus - minus) / 2e-3 * dft.BOHR**2
    np.testing.assert_allclose(labels[name][:, 1], column, atol=6e-3)


def test_charges_sum_to_zero(labels):
    assert labels["mulliken_charges"].sum() == pytest.approx(0.0, abs=1e-6)
    assert labels["loewdin_charges"].sum() == pytest.approx(0.0, abs=1e-6)


def test_dipole_points_from_fluorine_to_hydrogen(labels):
    assert labels["dipole"] @ [0.0, 0.3, 0.9] > 0.2


def test_dipole_of_an_ion_is_about_its_centre_of_mass():
    ion = Structure([8, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.97]], charge=-1)
    moved = ion.with_positions(ion.positions + np.array([5.0, 0.0, 0.0]))
    here, there = (dft.dipole(dft.kohn_sham(s)) for s in (ion, moved))
    np.testing.assert_allclose(here, there, atol=1e-3)


def test_elements_beyond_radon_are_refused():
    francium = Structure([87, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 2.8]], name="FrH")
    with pytest.raises(ReferenceFailure, match="the element Fr"):
        dft.label(francium)


def test_unpaired_electrons_are_where_they_belong():
    radical = Structure([8, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.98]], multiplicity=2, name="OH")
    labels = dft.label(radical)
    assert labels["spin_populations"].sum() == pytest.approx(1.0, abs=1e-6)
    assert labels["spin_populations"][0] > 0.9
    assert labels["loewdin_charges"].sum() == pytest.approx(0.0, abs=1e-6)
    with pytest.raises(ReferenceFailure, match="multiplicity 2"):
        dft.label(radical, polarizability_svp=True)
