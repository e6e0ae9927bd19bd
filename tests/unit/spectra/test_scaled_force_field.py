"""Scaled force fields: neutral, uniform, invariant, blind to translation and rotation."""

import numpy as np
import pytest
from ase.build import molecule
from scipy.spatial.transform import Rotation

from specml.errors import InputError, OutputError
from specml.expansion import Expansion
from specml.relax import model_hessian
from specml.spectra.normal_modes import external_wavenumbers, normal_modes
from specml.spectra.scaled_force_field import (
    DEUTERIUM,
    ForceConstantScaling,
    decompose,
    factor_of,
    load,
    missing_motions,
    save,
    scaled_hessian,
)
from specml.spectra.valence_coordinates import PARENTS, valence_coordinates
from specml.structure import Structure
from tests.tolerances import IDENTITY

# Bent, linear, planar, pyramidal, tetrahedral; rings, methyl groups, a twist about a chain.
NAMES = ("H2O", "HCN", "C2H2", "CO2", "H2CO", "NH3", "CH3CN", "C3H4_D2d", "C6H6", "C3H6_D3h")
FACTORS = {kind: 0.85 + 0.02 * (k % 10) for k, kind in enumerate(sorted(PARENTS))}


_APART = np.repeat([[0.0, 0.0, 0.0], [3.0, 0.5, 0.2]], 3, axis=0)


def structure(name: str) -> Structure:
    return Structure.from_ase(molecule(name), name=name)


def hessian_of(one: Structure, seed: int = 0) -> np.ndarray:
    """A random force field of the right curvature, free of translations and rotations."""
    modes = normal_modes(one, model_hessian(one), np.ones(len(one)))
    internal = modes.vectors.reshape(len(modes.wavenumbers), -1)
    random = np.random.default_rng(seed).normal(size=(3 * len(one),) * 2)
    return internal.T @ internal @ (model_hessian(one) + random @ random.T) @ internal.T @ internal


@pytest.mark.parametrize("name", NAMES)
def test_factors_of_one_change_nothing(name):
    one = structure(name)
    hessian = hessian_of(one)
    neutral = scaled_hessian(one, hessian, dict.fromkeys(FACTORS, 1.0))
    np.testing.assert_allclose(neutral, hessian, atol=1e-8)
    np.testing.assert_array_equal(scaled_hessian(one, hessian, {}), neutral)


@pytest.mark.parametrize("name", NAMES)
def test_coordinates_reach_every_vibration(name):
    """With one factor for all, the whole Hessian is multiplied by it."""
    one = structure(name)
    assert missing_motions(one) == 0
    hessian = hessian_of(one)
    scaled = scaled_hessian(one, hessian, {"stretch": 0.9, "bend": 0.9})
    np.testing.assert_allclose(scaled, 0.9 * hessian, atol=IDENTITY * np.abs(hessian).max())


@pytest.mark.parametrize("name", NAMES)
def test_translations_and_rotations_stay_zero(name):
    one = structure(name)
    scaled = scaled_hessian(one, hessian_of(one), FACTORS)
    assert np.abs(external_wavenumbers(one, scaled, np.ones(len(one)))).max() < 0.01
    np.testing.assert_array_equal(scaled, scaled.T)


def test_rows_are_free_of_translation_and_rotation_even_when_nearly_straight():
    positions = np.array([[0.0, 0.0, -1.0], [0.0, 0.1, 0.15], [0.0, 0.0, 1.3], [0.7, -0.5, -1.5]])
    one = Structure(np.array([7, 6, 8, 1]), positions)
    rows = np.array([found.row for found in valence_coordinates(one)])
    assert {"straight bend", "H bend"} <= {found.kind for found in valence_coordinates(one)}
    axes = np.eye(3)[:, None, :]
    np.testing.assert_allclose(rows.reshape(-1, 4, 3).sum(1), 0.0, atol=1e-12)
    turns = np.cross(axes, positions[None]).reshape(3, -1)
    np.testing.assert_allclose(rows @ turns.T, 0.0, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_rotation_and_permutation(name):
    one = structure(name)
    hessian = hessian_of(one)
    scaled = scaled_hessian(one, hessian, FACTORS)
    turn = Rotation.random(rng=1).as_matrix()
    all_turn = np.kron(np.eye(len(one)), turn)
    turned = scaled_hessian(
        one.with_positions(one.positions @ turn.T), all_turn @ hessian @ all_turn.T, FACTORS
    )
    size = np.abs(hessian).max()
    np.testing.assert_allclose(turned, all_turn @ scaled @ all_turn.T, atol=IDENTITY * size)
    order = np.random.default_rng(3).permutation(len(one))
    flat = (3 * order[:, None] + np.arange(3)).ravel()
    other = Structure(one.numbers[order], one.positions[order])
    permuted = scaled_hessian(other, hessian[np.ix_(flat, flat)], FACTORS)
    np.testing.assert_allclose(permuted, scaled[np.ix_(flat, flat)], atol=IDENTITY * size)


def test_stretch_of_a_diatomic():
    """The wavenumber goes with the root of the factor."""
    one = structure("HCl")
    hessian = hessian_of(one)
    (before,) = normal_modes(one, hessian).wavenumbers
    (after,) = normal_modes(one, scaled_hessian(one, hessian, {"S-H stretch": 0.81})).wavenumbers
    assert after == pytest.approx(0.9 * before)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("H2CO", {"C=O stretch", "C-H stretch", "H bend", "HXH bend", "out of plane"}),
        ("HCN", {"C#N stretch", "C-H stretch", "straight H bend"}),
        ("CO2", {"=C=O stretch", "straight bend"}),
        ("CH3Cl", {"C-Cl stretch", "C-H stretch", "H bend", "HXH bend"}),
        ("NH3", {"N-H stretch", "HXH bend"}),
        ("SO2", {"S=O stretch", "third-row bend"}),
        ("CH3NO2", {"N-N stretch", "C-N stretch", "heavy bend", "torsion"}),
    ],
)
def test_kinds(name, kinds):
    assert kinds <= {found.kind for found in valence_coordinates(structure(name))}


def test_straight_chains_have_one_twist():
    """Allene has one torsion, about C=C=C, acetylene none."""
    found = [one.kind for one in valence_coordinates(structure("C3H4_D2d"))]
    assert found.count("torsion") == 1
    assert "torsion" not in {one.kind for one in valence_coordinates(structure("C2H2"))}


def test_molecules_side_by_side_keep_what_is_between_them():
    water = structure("H2O")
    both = Structure(np.tile(water.numbers, 2), np.vstack([water.positions] * 2) + _APART)
    assert missing_motions(both) == 6
    hessian = hessian_of(both)
    neutral = scaled_hessian(both, hessian, dict.fromkeys(FACTORS, 1.0))
    np.testing.assert_allclose(neutral, hessian, atol=1e-8)
    between = np.repeat([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]], 3, axis=0).ravel()
    scaled = scaled_hessian(both, hessian, FACTORS)
    np.testing.assert_allclose(scaled @ between, hessian @ between, atol=1e-8)


def test_general_kinds_stand_in():
    factors = {"stretch": 0.92, "C=O stretch": 0.88}
    assert factor_of(factors, "C=O stretch") == 0.88
    assert factor_of(factors, "C#N stretch") == 0.92
    assert factor_of(factors, "torsion") == 1.0


def test_deuterium_has_less_of_the_anharmonicity():
    light = factor_of({"O-H stretch": 0.9216}, "O-H stretch") ** 0.5
    heavy = factor_of({"O-H stretch": 0.9216}, "O-H stretch" + DEUTERIUM) ** 0.5
    assert (1.0 - heavy) / (1.0 - light) == pytest.approx((1.008 / 2.014) ** 0.5)
    one = structure("H2O")
    masses = np.array([15.999, 2.014, 2.014])
    hessian = hessian_of(one)
    uniform = scaled_hessian(one, hessian, {"O-H stretch": 0.9216}, masses)
    assert not np.allclose(uniform, scaled_hessian(one, hessian, {"O-H stretch": 0.9216}))


@pytest.mark.parametrize("name", NAMES)
def test_decomposition_is_the_scaled_hessian(name):
    one = structure(name)
    hessian = hessian_of(one)
    parts = decompose(one, hessian)
    roots = np.sqrt([factor_of(FACTORS, kind) for kind in parts.kinds])
    wavenumbers, slopes = parts.solve(roots)
    expected = normal_modes(one, scaled_hessian(one, hessian, FACTORS)).wavenumbers
    np.testing.assert_allclose(wavenumbers, expected, atol=1e-6)
    step = 1e-5
    for k in range(len(roots)):
        shift = step * np.eye(len(roots))[k]
        numeric = (parts.solve(roots + shift)[0] - parts.solve(roots - shift)[0]) / (2.0 * step)
        # Members of a degenerate pair may come in another mixture: their sum does not.
        assert slopes[:, k].sum() == pytest.approx(numeric.sum(), rel=1e-5, abs=1e-3)


def test_expansion_keeps_its_dipole():
    one = structure("H2CO")
    slopes = np.random.default_rng(0).normal(size=(3, 12))
    given = Expansion(one, 0.0, np.zeros(12), hessian_of(one), np.zeros(3), slopes)
    scaled = ForceConstantScaling(FACTORS)(given)
    assert scaled.dipole_derivatives is slopes
    assert not np.allclose(scaled.hessian, given.hessian)


def test_file(tmp_path):
    scaling = ForceConstantScaling(
        {"stretch": 0.93}, {"stretch": 0.01}, 15.0, 9.0, 47.0, 3, 20, "m"
    )
    save(scaling, "m", tmp_path)
    assert load("m", tmp_path) == scaling
    assert load("other", tmp_path) == ForceConstantScaling()
    assert "stretch 0.930" in scaling.description
    assert ForceConstantScaling().description == "unscaled"
    (tmp_path / "bad.force-constants.json").write_text("{}")
    with pytest.raises(InputError, match="schema"):
        load("bad", tmp_path)
    with pytest.raises(OutputError):
        save(scaling, "m", tmp_path / "nowhere")
    with pytest.raises(InputError, match="positive"):
        ForceConstantScaling({"stretch": 0.0})
