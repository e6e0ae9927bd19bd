"""Boltzmann weights against closed forms; degeneracies against counting on paper."""

import numpy as np
import pytest

from specml.data.conformer_distance import ConformerDistance
from specml.data.embedding import embed
from specml.data.sampling import conformer
from specml.data.topology import graph
from specml.errors import InputError
from specml.spectra.ensemble import boltzmann_weights, degeneracies, mixture
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.units import BOLTZMANN, KJ_PER_MOL


def force_field_conformers(smiles: str) -> list[Structure]:
    """MMFF94 minima, lowest first."""
    structure = conformer(smiles)
    molecule = graph(structure)
    found = embed(molecule, 60, smiles)
    kept = ConformerDistance(molecule).distinct(
        found.positions, found.energies, 0.2 * KJ_PER_MOL, 0.2
    )
    return [structure.with_positions(found.positions[k]) for k in kept]


def test_two_conformers_of_known_gap():
    """RT at 298.15 K is 2.478957 kJ/mol (R = 8.31446262 J/(mol K)): 5 kJ/mol are 2.016977 RT."""
    high, low = boltzmann_weights([5.0 * KJ_PER_MOL - 100.0, -100.0], [1, 1], 298.15)
    assert high / low == pytest.approx(np.exp(-5.0 / 2.478957), rel=1e-6)
    assert high + low == pytest.approx(1.0, abs=1e-15)


def test_degeneracy_multiplies():
    gap = BOLTZMANN * 300.0 * np.log(2.0)
    np.testing.assert_allclose(boltzmann_weights([0.0, gap], [1, 2], 300.0), 0.5)
    equal = boltzmann_weights([0.0, 0.0, 0.0], [1, 4, 3], 300.0)
    np.testing.assert_allclose(equal, [0.125, 0.5, 0.375])


def test_limits_of_temperature():
    energies = [0.2, 0.0, 0.1]
    np.testing.assert_allclose(boltzmann_weights(energies, [1, 1, 1], 1e9), 1.0 / 3.0, rtol=1e-5)
    np.testing.assert_array_equal(boltzmann_weights(energies, [1, 1, 1], 1e-3), [0.0, 1.0, 0.0])


def test_a_temperature_must_be_positive():
    with pytest.raises(InputError, match="Boltzmann weights: got 0 K"):
        boltzmann_weights([0.0], [1], 0)


@pytest.mark.parametrize(
    ("smiles", "expected"),
    [
        ("CCO", [1, 2]),  # anti; gauche and its mirror image (MMFF94 has anti lowest)
        ("CCCC", [1, 2]),
        ("CCCCC", [1, 4, 2, 4]),  # tt; tg, tg', gt, g't; gg, g'g'; the bent forms of gg'
        ("FCCCl", [1, 2]),
        ("C[C@@H](O)F", [1, 1]),  # chiral by configuration: no mirror images
        ("C1CCCCC1", [1, 3]),  # chair D3d (12 operations), twist boat D2 (4)
    ],
)
def test_degeneracies(smiles, expected):
    assert degeneracies(force_field_conformers(smiles)) == expected


def test_isotopes_break_symmetry():
    """FCH2CH2F with one D: trans has no symmetry left, and neither has gauche."""
    conformers = force_field_conformers("FCCF")
    masses = conformers[0].masses.copy()
    masses[-1] = 2.014101778
    assert degeneracies(conformers) in ([1, 2], [2, 1])
    assert degeneracies(conformers, masses) == [1, 1]


def test_mixture():
    """Heights times weights; the area of the curve is the weighted area."""
    one = Spectrum([1000.0, 2000.0], [10.0, 4.0], "1/cm", "km/mol", "infrared", True)
    other = Spectrum([1500.0], [20.0], "1/cm", "km/mol", "infrared", True)
    both = mixture([one, other], np.array([0.25, 0.75]))
    assert both.x.tolist() == [1000.0, 2000.0, 1500.0]
    assert both.y.tolist() == [2.5, 1.0, 15.0]
    grid = np.arange(0.0, 4000.0, 1.0)
    mean = 0.25 * one.broaden(10.0, grid).y + 0.75 * other.broaden(10.0, grid).y
    np.testing.assert_allclose(both.broaden(10.0, grid).y, mean, rtol=1e-12)
