"""What no frame, numbering or isotope may change, and what symmetry forbids."""

from dataclasses import replace

import numpy as np
import pytest

from specml import units
from specml.spectra.harmonic import harmonic_analysis
from specml.spectra.normal_modes import external_wavenumbers, normal_modes
from specml.spectra.sum_rules import sum_rule_residuals
from specml.spectra.thermochemistry import moments_of_inertia
from specml.structure import Structure
from tests.invariants.spring_molecules import named, rotation, spring_expansion
from tests.tolerances import IDENTITY

MOLECULES = ["H2O", "NH3", "CH4", "HCN", "CO2", "C2H2", "C2H4", "H2CO", "CH3OH", "C6H6", "CH3CN"]
CENTROSYMMETRIC = ["CO2", "C2H2", "C2H4", "C6H6"]
LINEAR = {"HCN", "CO2", "C2H2"}


def heavier(structure: Structure) -> np.ndarray:
    """Masses with one hydrogen (or the first atom) replaced by a heavier isotope."""
    masses = structure.masses.copy()
    which = int(np.argmin(structure.numbers))
    masses[which] *= 2.0 if structure.numbers[which] == 1 else 13.003 / 12.0
    return masses


@pytest.mark.parametrize("name", MOLECULES)
def test_number_of_vibrations_and_orthonormality(name):
    structure = named(name)
    modes = normal_modes(structure, spring_expansion(structure).hessian)
    expected = 3 * len(structure) - (5 if name in LINEAR else 6)
    flat = modes.vectors.reshape(len(modes.wavenumbers), -1)
    assert len(flat) == expected
    np.testing.assert_allclose(flat @ flat.T, np.eye(expected), atol=IDENTITY)
    # No mode moves the centre of mass or turns the molecule.
    weighted = modes.cartesian * modes.masses[:, None]
    centred = structure.positions - modes.masses @ structure.positions / modes.masses.sum()
    np.testing.assert_allclose(weighted.sum(axis=1), 0.0, atol=IDENTITY)
    np.testing.assert_allclose(np.cross(centred, weighted).sum(axis=1), 0.0, atol=1e-5)


@pytest.mark.parametrize("name", MOLECULES)
def test_rotation_and_translation_leave_the_spectrum(name):
    structure = named(name)
    expansion = spring_expansion(structure)
    turn = rotation(7)
    every = np.kron(np.eye(len(structure)), turn)
    turned = replace(
        expansion,
        structure=structure.with_positions(structure.positions @ turn.T + [1.0, -2.0, 3.0]),
        hessian=every @ expansion.hessian @ every.T,
        dipole=turn @ expansion.dipole,
        dipole_derivatives=turn @ expansion.dipole_derivatives @ every.T,
        polarizability=turn @ expansion.polarizability @ turn.T,
        polarizability_derivatives=np.einsum(
            "ia,jb,abx,yx->ijy", turn, turn, expansion.polarizability_derivatives, every
        ),
    )
    assert_same(harmonic_analysis(expansion), harmonic_analysis(turned))


@pytest.mark.parametrize("name", MOLECULES)
def test_numbering_of_atoms_leaves_the_spectrum(name):
    structure = named(name)
    order = np.random.default_rng(1).permutation(len(structure))
    columns = (3 * order[:, None] + np.arange(3)).ravel()
    expansion = spring_expansion(structure)
    permuted = replace(
        expansion,
        structure=Structure(structure.numbers[order], structure.positions[order]),
        hessian=expansion.hessian[np.ix_(columns, columns)],
        dipole_derivatives=expansion.dipole_derivatives[:, columns],
        polarizability_derivatives=expansion.polarizability_derivatives[:, :, columns],
    )
    assert_same(harmonic_analysis(expansion), harmonic_analysis(permuted))


def assert_same(a, b):
    """Equal spectra; what belongs to degenerate modes is summed over them."""
    np.testing.assert_allclose(a.wavenumbers, b.wavenumbers, rtol=1e-7, atol=1e-4)
    groups = np.cumsum(np.diff(a.wavenumbers, prepend=0.0) > 0.1)
    for key in ("ir_intensities", "raman_activities", "raman_cross_sections"):
        first, second = (
            np.bincount(groups, getattr(v, key)) / getattr(v, key).max() for v in (a, b)
        )
        np.testing.assert_allclose(first, second, atol=1e-6, err_msg=key)
    single = np.bincount(groups)[groups] == 1
    visible = single & (a.raman_activities > 1e-6 * a.raman_activities.max())
    np.testing.assert_allclose(
        a.depolarization_ratios[visible], b.depolarization_ratios[visible], atol=1e-5
    )
    assert [x for x, one in zip(a.assignments, single, strict=True) if one] == [
        x for x, one in zip(b.assignments, single, strict=True) if one
    ]
    assert a.thermochemistry.gibbs_energy == pytest.approx(b.thermochemistry.gibbs_energy)
    assert a.thermochemistry.symmetry_number == b.thermochemistry.symmetry_number


@pytest.mark.parametrize("name", CENTROSYMMETRIC)
def test_mutual_exclusion(name):
    ours = harmonic_analysis(spring_expansion(named(name)))
    infrared = ours.ir_intensities / ours.ir_intensities.max()
    raman = ours.raman_activities / ours.raman_activities.max()
    assert (infrared > 1e-3).any()
    assert (raman > 1e-3).any()
    assert np.minimum(infrared, raman).max() < 1e-8


@pytest.mark.parametrize(("name", "infrared", "raman"), [("CO2", 3, 1), ("C2H2", 3, 4)])
def test_number_of_active_modes_of_linear_molecules(name, infrared, raman):
    ours = harmonic_analysis(spring_expansion(named(name)))
    assert (ours.ir_intensities > 1e-6 * ours.ir_intensities.max()).sum() == infrared
    assert (ours.raman_activities > 1e-6 * ours.raman_activities.max()).sum() == raman


def test_benzene_has_four_infrared_bands_and_seven_raman_lines():
    """A2u + 3 E1u in the infrared, 2 A1g + E1g + 4 E2g in Raman."""
    ours = harmonic_analysis(spring_expansion(named("C6H6")))
    groups = np.cumsum(np.diff(ours.wavenumbers, prepend=0.0) > 0.1)
    bands = np.bincount(groups, ours.ir_intensities) > 1e-6 * ours.ir_intensities.max()
    lines = np.bincount(groups, ours.raman_activities) > 1e-6 * ours.raman_activities.max()
    assert (bands.sum(), lines.sum()) == (4, 7)


def test_depolarization_ratio_of_methane():
    """0 for the breathing mode, 3/4 for every other that scatters."""
    ours = harmonic_analysis(spring_expansion(named("CH4")))
    seen = ours.raman_activities > 1e-6 * ours.raman_activities.max()
    ratios = ours.depolarization_ratios[seen]
    assert np.isclose(ratios, 0.0, atol=1e-6).sum() == 1
    assert np.isclose(ratios, 0.75, atol=1e-6).sum() == len(ratios) - 1
    assert len(ratios) > 5


@pytest.mark.parametrize("name", MOLECULES)
def test_teller_redlich_product_rule(name):
    structure = named(name)
    hessian = spring_expansion(structure).hessian
    masses = (structure.masses, heavier(structure))
    wavenumbers = [normal_modes(structure, hessian, m).wavenumbers for m in masses]
    assert min(w.min() for w in wavenumbers) > 10.0
    first = 1 if name in LINEAR else 0
    moments = [moments_of_inertia(structure.positions, m)[first:].prod() for m in masses]
    expected = (
        (masses[0] / masses[1]).prod() ** 1.5
        * (masses[1].sum() / masses[0].sum()) ** 1.5
        * (moments[1] / moments[0]) ** 0.5
    )
    assert (wavenumbers[1] / wavenumbers[0]).prod() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", MOLECULES)
def test_sum_rules_hold_for_an_exact_source(name):
    structure = named(name)
    expansion = spring_expansion(structure)
    residuals = sum_rule_residuals(expansion, structure.masses)
    assert len(residuals) == 4
    assert max(residuals.values()) < IDENTITY * 10
    # Squares of round-off in the Hessian: sqrt(1e-15) of a wavenumber.
    assert np.abs(external_wavenumbers(structure, expansion.hessian)).max() < 1e-3


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("dipole_derivatives", "dipole translation"),
        ("polarizability_derivatives", "polarizability translation"),
    ],
)
def test_broken_translation_is_reported(field, rule):
    expansion = spring_expansion(named("H2O"))
    broken = replace(expansion, **{field: getattr(expansion, field) + 0.1})
    assert any(rule in warning for warning in harmonic_analysis(broken).warnings)
    assert not harmonic_analysis(expansion).warnings


def test_broken_rotation_is_reported():
    """A dipole that does not belong to its derivatives."""
    expansion = spring_expansion(named("H2O"))
    broken = replace(expansion, dipole=expansion.dipole * 1.5)
    warnings = harmonic_analysis(broken).warnings
    assert any("dipole rotation" in warning for warning in warnings)


@pytest.mark.parametrize("about_centre_of_mass", [False, True])
def test_sum_rule_of_an_ion(about_centre_of_mass):
    """One elementary charge on oxygen: the dipole follows the origin that was chosen."""
    neutral = named("H2O")
    ion = Structure(neutral.numbers, neutral.positions, charge=1, multiplicity=2)
    expansion = spring_expansion(ion)
    charges = np.array([1.0, 0.0, 0.0])
    derivatives, dipole = np.kron(charges, np.eye(3)), charges @ ion.positions
    if about_centre_of_mass:
        weights = ion.masses / ion.masses.sum()
        derivatives = derivatives - np.kron(weights, np.eye(3))
    dipole = dipole - ion.masses @ ion.positions / ion.masses.sum()
    ours = replace(
        expansion,
        dipole=expansion.dipole + dipole,
        dipole_derivatives=expansion.dipole_derivatives + derivatives,
    )
    residuals = sum_rule_residuals(ours, ion.masses)
    assert residuals["dipole translation"] < IDENTITY
    assert residuals["dipole rotation"] < IDENTITY
    # Vibrations do not move the centre of mass, so both choices give one spectrum.
    reference = replace(
        expansion,
        dipole_derivatives=expansion.dipole_derivatives + np.kron(charges, np.eye(3)),
    )
    np.testing.assert_allclose(
        harmonic_analysis(ours).ir_intensities, harmonic_analysis(reference).ir_intensities
    )


def test_isotopologue_of_an_ion_does_not_depend_on_the_origin_of_the_dipole():
    """Slopes about the centre of mass of the standard masses and about a fixed point agree."""
    neutral = spring_expansion(named("H2O"))
    s = neutral.structure
    ion = Structure(s.numbers, s.positions, charge=2)
    fixed = neutral.dipole_derivatives.reshape(3, -1, 3) + 2.0 * np.eye(3)[:, None] / len(s)
    fixed = fixed - (fixed.sum(1) - 2.0 * np.eye(3))[:, None] / len(s)
    share = s.masses / s.masses.sum()
    centred = fixed - 2.0 * np.eye(3)[:, None] * share[:, None]
    found = [
        harmonic_analysis(
            replace(neutral, structure=ion, dipole_derivatives=slopes.reshape(3, -1)),
            masses=heavier(s),
        ).ir_intensities
        for slopes in (fixed, centred)
    ]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)


def test_heat_capacity_vanishes_near_absolute_zero():
    """At 1 K only translation and rotation are left: 3 k of a bent molecule, 2.5 k of a linear."""
    for name, expected in (("H2O", 3.0), ("CO2", 2.5)):
        cold = harmonic_analysis(spring_expansion(named(name)), temperature=1.0).thermochemistry
        assert cold.heat_capacity == pytest.approx(expected * units.BOLTZMANN, rel=1e-9)
