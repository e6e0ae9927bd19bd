"""Harmonic analysis of other programs' Hessians gives what those programs printed.

Gaussian's checkpoint files hold everything, so every number is compared. Q-Chem's holds the
Hessian; xtb and GAMESS print theirs (GAMESS with six decimals, and dipole derivatives). ORCA's
outputs hold neither a Hessian nor dipole or polarizability derivatives, so its wavenumbers and
Raman activities cannot be recomputed: its eigenvectors, transition dipoles, infrared intensities
and thermochemistry are compared.
"""

from dataclasses import replace

import numpy as np
import pytest

from specml import units
from specml.spectra.harmonic import harmonic_analysis
from specml.spectra.infrared import infrared_intensities
from specml.spectra.normal_modes import NormalModes, external_wavenumbers, normal_modes
from specml.spectra.raman import depolarization_ratios
from specml.spectra.thermochemistry import thermochemistry
from tests.oracles.other_programs import entries, expansion, hessian, masses, structure
from tests.tolerances import DEPOLARIZATION, IR_INTENSITY, RAMAN_ACTIVITY, WAVENUMBER

GAUSSIAN = sorted(entries("gaussian"))
RAMAN = ["g09_dvb_raman", "g16_dvb_raman"]
WITH_THERMO = [name for name in GAUSSIAN if "thermochemistry" in entries("gaussian")[name]]
ORCA = sorted(entries("orca"))
KCAL, CAL = units.KCAL_PER_MOL, units.KCAL_PER_MOL / 1000.0


@pytest.fixture(scope="module")
def gaussian():
    return {
        name: harmonic_analysis(expansion(entry, name), masses=masses(entry))
        for name, entry in entries("gaussian").items()
    }


def printed(name: str, key: str) -> np.ndarray:
    return np.array(entries(name.split("/", maxsplit=1)[0])[name.split("/")[1]]["printed"][key])


@pytest.mark.parametrize("name", GAUSSIAN)
def test_gaussian_wavenumbers_and_infrared(gaussian, name):
    ours = gaussian[name]
    expected = printed(f"gaussian/{name}", "wavenumber_cm1")
    np.testing.assert_allclose(ours.wavenumbers, expected, rtol=0, atol=WAVENUMBER)
    expected = printed(f"gaussian/{name}", "ir_km_mol")
    np.testing.assert_allclose(ours.ir_intensities, expected, rtol=0, atol=IR_INTENSITY)


def test_linear_molecule_has_its_fourth_mode(gaussian):
    assert gaussian["goodvibes_HCN_singlet"].modes.n_external == 5


@pytest.mark.parametrize("name", RAMAN)
def test_gaussian_raman(gaussian, name):
    ours = gaussian[name]
    activities = printed(f"gaussian/{name}", "raman_a4_amu")
    np.testing.assert_allclose(ours.raman_activities, activities, rtol=0, atol=RAMAN_ACTIVITY)
    # The ratio of a mode that does not scatter is noise over noise.
    seen = activities > RAMAN_ACTIVITY
    assert seen.sum() == 27
    plane = printed(f"gaussian/{name}", "depolarization_plane")
    np.testing.assert_allclose(
        ours.depolarization_ratios[seen], plane[seen], rtol=0, atol=DEPOLARIZATION
    )
    natural = depolarization_ratios(
        ours.modes, ours.expansion.polarizability_derivatives, polarised=False
    )
    expected = printed(f"gaussian/{name}", "depolarization_unpolarized")
    np.testing.assert_allclose(natural[seen], expected[seen], rtol=0, atol=DEPOLARIZATION)


@pytest.mark.parametrize("name", RAMAN)
def test_mutual_exclusion_in_a_centrosymmetric_molecule(gaussian, name):
    ours = gaussian[name]
    active = ours.ir_intensities > 0.01
    assert active.sum() > 10
    assert ours.raman_activities[active].max() < 1e-4


@pytest.mark.parametrize("name", RAMAN)
def test_gaussian_reduced_masses(gaussian, name):
    expected = printed(f"gaussian/{name}", "reduced_mass_amu")
    # 1101 and 1106 1/cm are pairs of neighbours 0.2 1/cm apart: their mixing follows the ninth
    # digit of the Hessian.
    np.testing.assert_allclose(gaussian[name].modes.reduced_masses, expected, rtol=0, atol=2e-3)


@pytest.mark.parametrize("name", WITH_THERMO)
def test_gaussian_thermochemistry(gaussian, name):
    ours, theirs = gaussian[name].thermochemistry, entries("gaussian")[name]["thermochemistry"]
    parts = theirs["e_kcal_cv_s_cal"]
    assert ours.symmetry_number == theirs["symmetry_number"]
    joule = units.KJ_PER_MOL / 1000.0
    assert ours.zero_point_energy / joule == pytest.approx(theirs["zpe_j_mol"], abs=0.1)
    for key, value in (
        ("energy", ours.energy),
        ("enthalpy", ours.enthalpy),
        ("gibbs", ours.gibbs_energy),
    ):
        expected = theirs[f"correction_{key}_hartree"]
        assert value / units.HARTREE == pytest.approx(expected, abs=1e-6), key
    assert ours.energy / KCAL == pytest.approx(parts["Total"][0], abs=1e-3)
    assert ours.heat_capacity / CAL == pytest.approx(parts["Total"][1], abs=1e-3)
    for key, value in (
        ("Total", ours.entropy),
        ("Translational", ours.entropy_translation),
        ("Rotational", ours.entropy_rotation),
        ("Vibrational", ours.entropy_vibration),
    ):
        assert value / CAL == pytest.approx(parts[key][2], abs=1.5e-3), key


def test_symmetry_numbers(gaussian):
    found = {n: v.thermochemistry.symmetry_number for n, v in gaussian.items() if "good" in n}
    assert found == {
        "goodvibes_H2O": 2,
        "goodvibes_HCN_singlet": 1,
        "goodvibes_benzene": 12,
        "goodvibes_ethane": 6,
        "goodvibes_isobutane": 3,
        "goodvibes_methane": 12,
        "goodvibes_methylaniline": 1,
        "goodvibes_neopentane": 12,
    }


def test_qchem_water():
    entry = entries("qchem")["qchem_water"]
    modes = normal_modes(structure(entry), hessian(entry), masses(entry))
    # Printed to 0.01 1/cm; its conversion factor is 5e-7 from CODATA 2018.
    expected = np.array(entry["printed"]["wavenumber_cm1"])
    np.testing.assert_allclose(modes.wavenumbers, expected, rtol=5e-7, atol=0.005)
    expected = entry["printed"]["reduced_mass_amu"]
    np.testing.assert_allclose(modes.reduced_masses, expected, rtol=0, atol=6e-5)
    expected = np.array(entry["printed"]["displacements"]).reshape(3, 3, 3).transpose(1, 0, 2)
    overlaps = np.einsum("kax,kax->k", modes.displacements, expected)
    np.testing.assert_allclose(np.abs(overlaps), 1.0, atol=2e-3)  # three decimals printed


def test_qchem_transition_dipoles():
    entry = entries("qchem")["qchem_water"]["printed"]
    dipoles = np.array(entry["transition_dipole_au"]).reshape(3, 3)
    ours = units.INFRARED * (dipoles**2).sum(axis=1)
    # Three decimals of 0.08 to 0.25 e/amu^1/2.
    np.testing.assert_allclose(ours, entry["ir_km_mol"], rtol=0.013)


def test_qchem_thermochemistry():
    entry = entries("qchem")["qchem_water"]
    ours = thermochemistry(normal_modes(structure(entry), hessian(entry), masses(entry)))
    theirs = entry["thermochemistry"]
    assert ours.symmetry_number == theirs["symmetry_number"]
    assert ours.zero_point_energy / KCAL == pytest.approx(theirs["zpe_kcal"], abs=1e-3)
    assert ours.enthalpy / KCAL == pytest.approx(theirs["enthalpy_kcal"], abs=1e-3)
    assert ours.entropy / CAL == pytest.approx(theirs["entropy_cal"], abs=2e-3)


def test_xtb_wavenumbers():
    entry = entries("xtb")["xtb_dvb"]
    # xtb's atomic weights, to more digits than its manual gives.
    weights = np.where(np.array(entry["numbers"]) == 6, 12.0107356, 1.00794075)
    modes = normal_modes(structure(entry), hessian(entry), weights)
    expected = entry["printed"]["wavenumber_cm1"]
    np.testing.assert_allclose(modes.wavenumbers, expected, rtol=0, atol=0.0051)  # two decimals


@pytest.fixture(scope="module")
def planar_ammonia():
    entry = entries("gamess")["gamess_nh3_ts"]
    return entry, normal_modes(structure(entry), hessian(entry), masses(entry))


def test_gamess_transition_state(planar_ammonia):
    """The imaginary mode (825i) is kept, rotations of 47 and 69 1/cm are not taken for modes."""
    entry, modes = planar_ammonia
    expected = [-entry["printed"]["imaginary_cm1"], *entry["printed"]["wavenumber_cm1"]]
    # Six decimals of the Hessian are worth 0.02 1/cm.
    np.testing.assert_allclose(modes.wavenumbers, expected, rtol=0, atol=0.02)
    external = external_wavenumbers(structure(entry), hessian(entry), masses(entry))
    np.testing.assert_allclose(
        np.sort(np.abs(external))[3:], entry["printed"]["external_cm1"][3:], atol=0.02
    )


def test_gamess_infrared(planar_ammonia):
    entry, modes = planar_ammonia
    derivatives = np.array(entry["dipole_derivatives_debye_angstrom"]).reshape(12, 3).T
    ours = infrared_intensities(modes, derivatives * units.DEBYE)
    ours = ours / (units.INFRARED * units.DEBYE**2)
    theirs = entry["printed"]
    expected = [theirs["imaginary_ir"], *theirs["ir_debye2_amu_angstrom2"]]
    # Modes 9 and 10 are a degenerate pair that six decimals split.
    np.testing.assert_allclose(ours, expected, rtol=2e-4, atol=1e-3)


def test_gamess_thermochemistry_leaves_the_imaginary_mode_out(planar_ammonia):
    entry, modes = planar_ammonia
    theirs = entry["thermochemistry"]
    ours = thermochemistry(modes, symmetry=theirs["symmetry_number"])
    kj = units.KJ_PER_MOL
    assert ours.n_imaginary == 1
    assert ours.zero_point_energy / units.HARTREE == pytest.approx(theirs["zpe_hartree"], abs=1e-6)
    assert ours.enthalpy / kj == pytest.approx(theirs["h_kj"], abs=2e-3)
    assert ours.gibbs_energy / kj == pytest.approx(theirs["g_kj"], abs=2e-3)
    entropies = (ours.entropy_translation, ours.entropy_rotation, ours.entropy_vibration)
    for value, expected in zip(entropies, theirs["entropy_j"], strict=True):
        assert value / kj * 1000.0 == pytest.approx(expected, abs=2e-3)


@pytest.fixture(scope="module", params=ORCA)
def orca(request):
    """ORCA's modes, and a Hessian put together from them."""
    entry = entries("orca")[request.param]
    molecule, weights = structure(entry), masses(entry)
    cartesian = np.array(entry["printed"]["modes"]).reshape(54, 20, 3)
    vectors = cartesian * np.sqrt(weights)[:, None]
    vectors /= np.linalg.norm(vectors, axis=(1, 2))[:, None, None]
    wavenumbers = np.array(entry["printed"]["wavenumber_cm1"])
    flat = (vectors * np.sqrt(weights)[:, None]).reshape(54, 60)
    rebuilt = np.einsum("ki,k,kj->ij", flat, (wavenumbers / units.WAVENUMBER) ** 2, flat)
    return entry, NormalModes(molecule, weights, wavenumbers, vectors, 6), rebuilt


def test_orca_modes_are_vibrations_and_eigenvectors(orca):
    """Its eigenvectors are orthonormal and free of our translations and rotations."""
    _, modes, rebuilt = orca
    flat = modes.vectors.reshape(54, 60)
    np.testing.assert_allclose(flat @ flat.T, np.eye(54), atol=3e-5)  # six decimals printed
    ours = normal_modes(modes.structure, rebuilt, modes.masses)
    np.testing.assert_allclose(ours.wavenumbers, modes.wavenumbers, rtol=0, atol=0.01)
    external = external_wavenumbers(modes.structure, rebuilt, modes.masses)
    assert np.abs(external).max() < 1.0


def test_orca_infrared(orca):
    """Transition dipoles <0|mu|1> = dmu/dQ sqrt(<Q^2>_0) give the printed km/mol."""
    entry, modes, _ = orca
    theirs = entry["printed"]
    which = np.array(theirs["ir_mode"])
    dipoles = np.array(theirs["t_au"]) * units.BOHR
    spread = units.HBAR * units.WAVENUMBER / (2.0 * modes.wavenumbers[which])
    along = dipoles / np.sqrt(spread)[:, None]  # dmu/dQ
    cartesian = (modes.vectors * np.sqrt(modes.masses)[:, None]).reshape(54, 60)
    derivatives = along.T @ cartesian[which]  # back to atoms, so that our code projects it
    ours = infrared_intensities(modes, derivatives)[which]
    # Printed to 0.01 km/mol, from dipoles of six decimals.
    allowed = 0.006 + 2e-6 * units.BOHR * 2.0 * np.abs(along).max(axis=1) * units.INFRARED / (
        np.sqrt(spread)
    )
    assert (np.abs(ours - theirs["ir_km_mol"]) < allowed).all()


def test_orca_molar_absorption_has_the_same_shape(orca):
    """Its eps column is the intensity in other units: one ratio for all modes."""
    theirs = orca[0]["printed"]
    strong = np.array(theirs["ir_km_mol"]) > 5.0
    ratios = np.array(theirs["eps_l_mol_cm"])[strong] / np.array(theirs["ir_km_mol"])[strong]
    np.testing.assert_allclose(ratios, ratios.mean(), rtol=2e-3)


def test_orca_thermochemistry(orca):
    """ORCA's vibrational entropy is quasi-harmonic and left out; the rest is comparable."""
    entry, modes, _ = orca
    theirs = entry["thermochemistry"]
    ours = thermochemistry(modes)
    assert ours.symmetry_number == theirs["symmetry_number"]
    t, hartree = ours.temperature, units.HARTREE
    kt = units.BOLTZMANN * t
    thermal = ours.energy - ours.zero_point_energy - 3.0 * kt
    # Wavenumbers printed to 0.01 1/cm: 5e-8 hartree each at most.
    assert ours.zero_point_energy / hartree == pytest.approx(theirs["zpe_hartree"], abs=3e-7)
    assert thermal / hartree == pytest.approx(theirs["vibrational_hartree"], abs=1e-6)
    assert 1.5 * kt / hartree == pytest.approx(theirs["translational_hartree"], abs=1e-8)
    rotation, translation = ours.entropy_rotation * t, ours.entropy_translation * t
    assert rotation / hartree == pytest.approx(theirs["ts_rotational_hartree"], abs=1e-7)
    assert translation / hartree == pytest.approx(theirs["ts_translational_hartree"], abs=1e-7)


def test_displaced_gaussian_input_is_noticed(gaussian):
    """Water relaxed to 1.3e-4 hartree/bohr only has rotations of 59 1/cm and says so."""
    ours = gaussian["g16_water_mp2"]
    assert ours.max_external == pytest.approx(59.486, abs=2e-3)
    assert any("not a stationary point" in warning for warning in ours.warnings)
    calm = replace(ours.expansion, gradient=np.zeros(9))
    assert not harmonic_analysis(calm, masses=ours.modes.masses).warnings


def test_hessian_that_resists_translation_is_noticed(gaussian):
    """What a grid at rest did to oxygen: 3.5 eV/angstrom^2 in its own block."""
    ours = gaussian["g16_water_mp2"]
    hessian = ours.expansion.hessian.copy()
    hessian[:3, :3] += 3.5 * np.eye(3)
    spoiled = replace(ours.expansion, gradient=np.zeros(9), hessian=hessian)
    (warning,) = harmonic_analysis(spoiled, masses=ours.modes.masses).warnings
    assert "translations and rotations up to" in warning
