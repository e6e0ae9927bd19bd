"""What decides the state is looked at where it is set; causes are named, and said at once."""

import inspect
import io
import warnings

import numpy as np
import pytest
from pyscf import dft, gto, scf, x2c

from specml.errors import InputError, WeightsError
from specml.hamiltonian import predictor
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.scan import previous_of
from specml.pyscf import GuessWarning, density, guess
from tests.fock_model import GOOD, SAME, WATER, SpoiltFock, mole

FORMAMIDE = (
    "C -.0105 .4170 0; O 1.1843 .2464 0; N -.9478 -.5604 0;"
    "H -.4513 1.4353 0; H -.6540 -1.5255 0; H -1.9283 -.3447 0"
)


@pytest.fixture(scope="module")
def shipped():
    return predictor.load()


def test_electrons_set_on_the_field(shipped):
    """The triplet of the issue: with the guess it was 66 millihartree higher."""
    mol = gto.M(atom=FORMAMIDE, basis="def2-svp", verbose=0)
    field = guess(scf.UHF(mol), shipped)
    field.nelec = (13, 11)
    with pytest.warns(GuessWarning, match=r"electrons set on the field \(mf.nelec = \(13, 11\)\)"):
        field.kernel()
    assert field.e_tot == pytest.approx(-168.622175, abs=1e-6)
    assert field.specml_guess.used == "minao"


class Occupied(scf.hf.RHF):
    """A rule of its own, as a class."""

    def get_occ(self, mo_energy=None, mo_coeff=None):
        occupations = np.zeros_like(mo_energy)
        occupations[[0, 1, 2, 3, 5]] = 2.0
        return occupations


def by_hand(field):
    field.get_occ = lambda energies, *_: np.where(np.arange(len(energies)) < 5, 2.0, 0.0)
    return field


def electrons_of_the_molecule(mol):
    mol = mol.copy()
    mol.nelectron = 8
    return scf.RHF(mol)


RULES = {
    "mf.nelec": lambda mol: scf.UHF(mol).set(nelec=(6, 4)),
    "nelec = (5, 4)": lambda mol: scf.UHF(mol).set(nelec=(5, 4)),
    "nelec = (7, 3)": lambda mol: dft.UKS(mol, xc="pbe").set(nelec=(7, 3)),
    "nelec = (6, 4)": lambda mol: scf.UHF(mol).set(nelec=(6, 4)).newton(),
    "mf.get_occ": lambda mol: by_hand(scf.RHF(mol)),
    "occupations of its own (mf.get_occ)": lambda mol: by_hand(scf.RHF(mol)).newton(),
    "get_occ of SpecMLOccupied": Occupied,
    "get_occ": lambda mol: scf.addons.frac_occ(scf.RHF(mol)),
    "occupations": lambda mol: scf.addons.float_occ(scf.UHF(mol)),
    "occupations of its own": lambda mol: scf.addons.dynamic_occ(scf.RHF(mol)),
    "mf.mu0": lambda mol: scf.RHF(mol).smearing(sigma=0.005, mu0=-0.1),
    "may move electrons": lambda mol: scf.UHF(mol).smearing(sigma=0.1),
    "electrons set on the molecule (8 for nuclei of 10)": electrons_of_the_molecule,
}


@pytest.mark.parametrize("reason", RULES)
def test_rules_of_occupation_wherever_they_are_set(reason):
    field = guess(RULES[reason](mole()), GOOD)
    with warnings.catch_warnings(action="ignore"):
        field.get_init_guess(key="specml")
    assert reason in field.specml_guess.reason
    assert field.specml_guess.used == "minao"


def test_a_rule_set_after_the_guess_and_on_the_field_inside():
    field = guess(scf.UHF(mole()), GOOD)
    field.nelec = (6, 4)
    with pytest.warns(GuessWarning, match="mf.nelec"):
        found = field.kernel()
    assert found == pytest.approx(scf.UHF(mole()).set(nelec=(6, 4)).kernel(), abs=SAME)
    solver = guess(scf.UHF(mole()), GOOD).newton()
    solver._scf.nelec = (6, 4)
    with pytest.warns(GuessWarning, match="mf.nelec"):
        solver.get_init_guess(key="specml")


def test_the_same_electrons_set_by_hand_are_no_obstacle():
    field = guess(scf.UHF(mole()).set(nelec=(5, 5)), GOOD)
    field.kernel()
    assert field.specml_guess.used == "specml"


def test_a_scan_does_not_take_fractional_occupations_for_filled_orbitals():
    scanner = guess(scf.RHF(mole()).smearing(sigma=0.05), GOOD).as_scanner()
    scanner(mole())
    assert np.abs(scanner.mo_occ - np.round(scanner.mo_occ)).max() > 1e-5
    assert previous_of(scanner, None) is None


CAUSES = {
    "X2C": (lambda mol: scf.RHF(mol).x2c(), "RHF, RKS, UHF or UKS of a molecule alone"),
    "X2C, a": (x2c.UHF, "RHF, RKS, UHF or UKS of a molecule alone"),
    "a solvent model (PCM)": (lambda mol: scf.RHF(mol).PCM(), "of a molecule alone"),
    "point-group symmetry": (
        lambda _: scf.RHF(mole(symmetry=True)),
        "RHF, RKS, UHF or UKS of a molecule alone",
    ),
    "(SpecMLGHF)": (scf.GHF, "RHF, RKS, UHF or UKS of a molecule alone"),
    "charge +2": (lambda _: scf.RHF(mole(charge=2)), "a neutral closed-shell molecule of elements"),
    "the element Na": (lambda _: scf.RHF(mole("Na 0 0 0; H 0 0 1.9")), "elements the model knows"),
    "MB of integrals": (lambda _: scf.RHF(mole(max_memory=0.01)), "set mf.max_memory higher"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_the_warning_names_the_cause_and_what_was_needed(cause):
    make, expected = CAUSES[cause]
    field = guess(make(mole()), GOOD)
    with pytest.warns(GuessWarning) as caught:
        field.get_init_guess(key="specml")
    text = str(caught[0].message)
    assert cause in text
    assert expected in text
    assert ("closed-shell" in text) == ("closed-shell" in expected or "elements" in expected)


def test_the_warning_points_at_the_line_of_the_user():
    field = guess(scf.RHF(mole(charge=2)), GOOD)
    line = inspect.currentframe().f_lineno + 2
    with pytest.warns(GuessWarning) as caught:
        field.kernel()
    assert (caught[0].filename, caught[0].lineno) == (__file__, line)


def log_of(field) -> str:
    field.verbose, field.stdout = 4, io.StringIO()
    with warnings.catch_warnings(action="ignore"):
        field.kernel()
    return field.stdout.getvalue()


@pytest.mark.parametrize("solver", [lambda field: field, lambda field: field.newton()])
def test_the_log_of_pyscf_says_what_was_used_and_why(solver):
    used = log_of(solver(guess(scf.RHF(mole()), GOOD)))
    assert "initial guess = specml (" in used
    left = log_of(solver(guess(scf.RHF(mole(charge=2)), GOOD)))
    assert "initial guess = specml" not in left
    assert "The predicted guess is not used: got charge +2; expected a neutral" in left
    assert "Initial guess from minao" in left
    chosen = guess(scf.RHF(mole()), GOOD)
    chosen.init_guess = "1e"
    assert "initial guess = 1e" in log_of(chosen)


@pytest.mark.parametrize("device", ["foo", "", "cuda:99", "meta"])
@pytest.mark.parametrize("call", [lambda d: guess(scf.RHF(mole()), device=d),
                                  lambda d: guess(scf.RHF(mole()), GOOD, d),
                                  lambda d: density(mole(), GOOD, d)])  # fmt: skip
def test_a_device_that_is_not_there_is_refused_at_once(call, device):
    with pytest.raises(WeightsError, match="device: got"):
        call(device)


@pytest.mark.parametrize("model", [42, object(), {"name": "x"}])
def test_what_is_no_model(model):
    with pytest.raises(InputError, match="model: got an object of class"):
        guess(scf.RHF(mole()), model)


@pytest.mark.parametrize("basis", ["def2-svp", "cc-pvdz"])
def test_density_for_other_codes(shipped, basis):
    mol = gto.M(atom=WATER, basis=basis, verbose=0)
    matrix = density(mol, shipped)
    assert matrix.shape == (mol.nao, mol.nao)
    assert np.sum(matrix * mol.intor("int1e_ovlp")) == pytest.approx(10.0, abs=1e-8)
    field = dft.RKS(mol, xc="b3lyp").set(grids=dft.Grids(mol).set(level=0))
    field.kernel(dm0=matrix)
    assert np.abs(field.make_rdm1() - matrix).max() < 0.05
    assert field.cycles <= 6


def test_density_of_what_the_models_are_not_for():
    for settings in ({"charge": 1, "spin": 1}, {"cart": True}, {"charge": 2}):
        with pytest.raises(InputError, match=r"charge|Cartesian"):
            density(mole(**settings), GOOD)
    with pytest.raises(InputError, match="an object of class str"):
        density(WATER, GOOD)
    with pytest.warns(GuessWarning, match="predicted gap"):
        density(mole("H 0 0 0; H 0 0 4.0"), SpoiltFock(1.0))


def test_molecules_of_a_user_have_no_electrons_missing():
    mol = mole()
    mol.nelectron = 8
    with pytest.raises(InputError, match="electrons set on the molecule"):
        density(mol, GOOD)
    assert Molecule.of(mole()).n_occupied == 5
