import numpy as np
import pytest

from specml import units
from specml.errors import InputError
from specml.expansion import Expansion
from specml.spectra.harmonic import harmonic_analysis
from specml.spectra.normal_modes import normal_modes
from specml.structure import Structure
from tests.invariants.spring_molecules import named, spring_expansion


def diatomic(constant: float, length: float = 1.128) -> tuple[Structure, np.ndarray]:
    structure = Structure([6, 8], [[0.0, 0.0, 0.0], [0.0, 0.0, length]])
    hessian = np.zeros((6, 6))
    hessian[[2, 5, 2, 5], [2, 5, 5, 2]] = [constant, constant, -constant, -constant]
    return structure, hessian


def test_diatomic_follows_the_textbook():
    """Carbon monoxide, 1902 N/m: nu = sqrt(k/mu) / (2 pi c) = 2170 1/cm."""
    structure, hessian = diatomic(1902.0 / 16.02176634)
    modes = normal_modes(structure, hessian, np.array([12.0, 15.9949146]))
    assert modes.n_external == 5
    assert modes.wavenumbers == pytest.approx([2170.0], abs=1.0)
    # Gaussian's reduced mass is that of the normalised displacement, for CO 13.4 and not 6.86.
    assert modes.reduced_masses == pytest.approx([13.4388], abs=1e-3)
    np.testing.assert_allclose(np.linalg.norm(modes.displacements), 1.0)


def test_isotope_shift_of_a_diatomic_is_the_root_of_reduced_masses():
    structure, hessian = diatomic(100.0)
    light = normal_modes(structure, hessian, np.array([12.0, 16.0])).wavenumbers
    heavy = normal_modes(structure, hessian, np.array([13.0, 18.0])).wavenumbers
    expected = np.sqrt((12.0 * 16.0 / 28.0) / (13.0 * 18.0 / 31.0))
    assert heavy / light == pytest.approx([expected], rel=1e-12)


def test_imaginary_mode_is_negative_and_warned_of():
    structure, hessian = diatomic(-10.0)
    modes = normal_modes(structure, hessian)
    reduced = structure.masses.prod() / structure.masses.sum()
    assert modes.wavenumbers == pytest.approx([-units.WAVENUMBER * np.sqrt(10.0 / reduced)])
    expansion = Expansion(structure, 0.0, np.zeros(6), hessian, np.zeros(3), np.zeros((3, 6)))
    vibrations = harmonic_analysis(expansion)
    assert "imaginary" in vibrations.warnings[0]
    assert vibrations.raman_activities is None
    assert vibrations.raman() is None
    assert vibrations.thermochemistry.zero_point_energy == 0.0


def test_single_atom_has_no_vibration_but_thermochemistry():
    atom = Structure([18], [[1.0, 2.0, 3.0]])
    vibrations = harmonic_analysis(
        Expansion(atom, 0.0, np.zeros(3), np.zeros((3, 3)), np.zeros(3), np.zeros((3, 3)))
    )
    assert vibrations.wavenumbers.shape == (0,)
    assert vibrations.assignments == []
    assert vibrations.infrared().y.shape == (0,)
    # Argon, 298.15 K, 1 atm: 154.74 J/(mol K) (JANAF: 154.845 at 1 bar).
    entropy = vibrations.thermochemistry.entropy / units.KJ_PER_MOL * 1000.0
    assert entropy == pytest.approx(154.845 - 8.31446 * np.log(1.01325), abs=0.01)


def test_slightly_bent_chain_counts_as_linear():
    structure = named("HCN")
    hessian = spring_expansion(structure).hessian
    moved = structure.positions.copy()
    moved[-1] += np.cross(moved[0] - moved[1], [0.3, 0.5, 0.1]) * 0.01
    assert normal_modes(structure.with_positions(moved), hessian).n_external == 5


def test_bent_water_does_not_count_as_linear():
    assert normal_modes(named("H2O"), np.eye(9)).n_external == 6


@pytest.mark.parametrize(
    ("hessian", "masses", "thing"),
    [
        (np.eye(8), None, "Hessian"),
        (np.full((9, 9), np.nan), None, "Hessian"),
        (np.eye(9), np.ones(2), "masses"),
        (np.eye(9), np.array([1.0, 0.0, 1.0]), "masses"),
    ],
)
def test_bad_input_is_named(hessian, masses, thing):
    with pytest.raises(InputError, match=thing):
        normal_modes(named("H2O"), hessian, masses)
