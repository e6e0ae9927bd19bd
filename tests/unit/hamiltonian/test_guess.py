"""The predicted guess beside PySCF's own: the energy of the one, the Fock builds of both."""

import pickle
import warnings

import numpy as np
import pytest
from pyscf import dft, qmmm, scf
from pyscf.pbc import gto as periodic
from pyscf.pbc import scf as periodic_scf

from specml.errors import InputError
from specml.hamiltonian import attempt, support
from specml.hamiltonian.calculation import counted
from specml.hamiltonian.molecule import Molecule
from specml.pyscf import GuessWarning, guess
from tests.fock_model import GOOD, SAME, WATER, BrokenFock, SpoiltFock, fails, keep, mole


def coarse(field):
    field.grids.level = 0
    return field


def compare(make, mol, model=GOOD, after=keep):
    """Fock builds of PySCF and with the guess, and the mean field that had it."""
    default, seeded = counted(make(mol)), counted(make(mol))
    energy = after(default).kernel()
    field = after(guess(seeded, model))
    assert field.kernel() == pytest.approx(energy, abs=SAME)
    assert field.converged
    return default._builds[0], seeded._builds[0], field


SUPPORTED = {
    "RHF": (scf.RHF, keep),
    "density fitting before": (lambda mol: scf.RHF(mol).density_fit(), keep),
    "density fitting after": (scf.RHF, lambda field: field.density_fit()),
    "newton after": (scf.RHF, lambda field: field.newton()),
    "both after": (scf.RHF, lambda field: field.density_fit().newton()),
    "copy": (scf.RHF, lambda field: field.copy()),
    "UHF": (scf.UHF, keep),
    "UHF, spins not broken": (lambda mol: scf.UHF(mol).set(init_guess_breaksym=0), keep),
    "RKS": (lambda mol: coarse(dft.RKS(mol, xc="b3lyp")), keep),
    "smearing": (scf.RHF, lambda field: field.smearing(sigma=0.005)),
}


@pytest.mark.parametrize("kind", SUPPORTED)
def test_saves_fock_builds_and_keeps_the_energy(kind):
    make, after = SUPPORTED[kind]
    with warnings.catch_warnings(action="error"):
        default, seeded, field = compare(make, mole(), after=after)
    assert seeded < default
    assert field.specml_guess.used == "specml"
    assert field.specml_guess.reason == ""
    assert 0.0 < field.specml_guess.network_s < 10.0


def test_a_second_order_solver_given():
    """Its Fock builds are those of the field inside, which is not the counted one outside."""
    default, seeded = counted(scf.RHF(mole())), counted(scf.RHF(mole()))
    energy = default.newton().kernel()
    field = guess(seeded.newton(), GOOD)
    assert field.kernel() == pytest.approx(energy, abs=SAME)
    assert field.specml_guess.used == "specml"
    assert seeded._builds[0] < default._builds[0]


@pytest.mark.parametrize(
    "mol",
    [
        mole(basis="sto-3g"),
        mole(basis="6-311g**"),
        mole(basis={"O": "cc-pvdz", "H": "sto-3g"}),
        mole(WATER + "; ghost-O 0 0 2.5"),
        mole(unit="Bohr", atom="O 0 0 0.22; H 0 1.43 -0.89; H 0 -1.43 -0.89"),
        mole("O@1 0 0 0.1174; H1 0 0.7572 -0.4696; H2 0 -0.7572 -0.4696"),
    ],
    ids=["smaller basis", "larger basis", "mixed basis", "ghost atom", "bohr", "labels"],
)
def test_other_bases_by_projection(mol):
    default, seeded, field = compare(scf.RHF, mol)
    assert field.specml_guess.used == "specml"
    assert seeded <= default


def test_diis_begins_with_the_first_matrix_of_a_prediction_alone():
    """In the run that starts from it, and in none after."""
    starts = []
    field = guess(scf.RHF(mole()), GOOD)
    field.callback = lambda here: starts.append(here["mf"].diis_start_cycle)
    field.kernel()
    assert set(starts) == {0}
    assert field.diis_start_cycle == 1
    density = field.get_init_guess(key="specml")
    assert field.diis_start_cycle == 1
    starts.clear()
    field.kernel(dm0=density)
    assert set(starts) == {1}
    assert field.specml_guess is None


@pytest.mark.parametrize("settings", [{"diis_start_cycle": 3}, {"damp": 0.3}, {"diis": None}])
def test_settings_of_the_user_stay(settings):
    make = lambda mol: scf.RHF(mol).set(**settings)  # noqa: E731
    default, seeded, field = compare(make, mole())
    assert seeded <= default
    for key, value in settings.items():
        assert getattr(field, key) == value


def test_an_exact_guess_takes_one_cycle():
    _, seeded, field = compare(scf.RHF, mole(), SpoiltFock(0.0))
    assert seeded == 3  # of the guess, of one cycle, of the final check
    assert field.specml_guess.excess < 1e-8


@pytest.mark.filterwarnings("ignore::specml.pyscf.GuessWarning")
def test_the_worse_the_guess_the_larger_the_measure():
    found = []
    for error in (0.01, 0.1, 0.5, 1.0):
        field = guess(scf.RHF(mole()), SpoiltFock(error))
        field.get_init_guess(key="specml")
        found.append(field.specml_guess)
    assert np.all(np.diff([outcome.excess for outcome in found]) > 0.0)
    assert [outcome.used for outcome in found] == ["specml", "specml", "minao", "minao"]


@pytest.mark.filterwarnings("ignore::specml.pyscf.GuessWarning")
@pytest.mark.parametrize("kind", ["RHF", "newton after", "UHF"])
def test_a_bad_guess_costs_one_fock_build(kind):
    make, after = SUPPORTED[kind]
    default, seeded, field = compare(make, mole(), SpoiltFock(1.0), after)
    assert seeded == default + 1
    assert field.specml_guess.used == "minao"
    assert "hartree per electron" in field.specml_guess.reason


def cell(_):
    lattice = periodic.M(atom="He 0 0 0", a=np.eye(3) * 4, basis="sto-3g", verbose=0)
    return periodic_scf.RHF(lattice)


def frozen(field):
    """Occupations chosen by overlap with given orbitals."""
    field.run()
    return scf.addons.mom_occ(field, field.mo_coeff, field.mo_occ)


ION = mole("O 0 0 0; H 0 0 0.97", charge=-1)
RADICAL = mole("O 0 0 0; H 0 0 0.97", spin=1)
SODIUM = mole("Na 0 0 0; H 0 0 1.9")
OBSTACLES = {
    "charge -1": (scf.RHF, ION),
    "1 unpaired": (scf.UHF, RADICAL),
    "the element Na": (scf.RHF, SODIUM),
    "core potentials": (scf.RHF, mole("H 0 0 0; I 0 0 1.6", basis="def2-svp", ecp="def2-svp")),
    "symmetry": (scf.RHF, mole(symmetry=True)),
    "Cartesian": (scf.RHF, mole(basis="6-31g*", cart=True)),
    "no nuclei": (scf.RHF, mole("ghost-O 0 0 0; ghost-H 0 0 1")),
    "another method": (scf.ROHF, mole()),
    "than RHF, RKS": (scf.GHF, mole()),
    "X2C": (lambda mol: scf.RHF(mol).x2c(), mole()),
    "a solvent": (lambda mol: scf.RHF(mol).PCM(), mole()),
    "point charges": (lambda mol: qmmm.mm_charge(scf.RHF(mol), [[0.0, 0.0, 4.0]], [0.3]), mole()),
    "occupations": (lambda mol: frozen(scf.RHF(mol)), mole()),
    "breaksym='mix'": (lambda mol: scf.UHF(mol).set(init_guess_breaksym="mix"), mole()),
    "periodic": (cell, None),
}


@pytest.mark.parametrize("reason", OBSTACLES)
def test_what_the_guess_is_not_for(reason):
    make, mol = OBSTACLES[reason]
    field = guess(make(mol), GOOD)
    assert reason in support.obstacle(field, Molecule(field.mol), GOOD.elements).reason


@pytest.mark.parametrize("reason", ["charge -1", "1 unpaired", "symmetry", "another method", "X2C"])
def test_left_to_pyscf_with_one_warning(reason):
    make, mol = OBSTACLES[reason]
    expected = make(mol).kernel()
    field = guess(make(mol), GOOD)
    with pytest.warns(GuessWarning, match=reason):
        assert field.kernel() == pytest.approx(expected, abs=1e-10)
    assert field.specml_guess.used == "minao"
    with warnings.catch_warnings(action="error"):  # said once
        field.get_init_guess(key="specml")


def test_a_molecule_too_large_for_the_memory():
    field = guess(scf.RHF(mole(max_memory=0.01)), GOOD)
    with pytest.warns(GuessWarning, match=r"MB of integrals \(mf.max_memory is 0.01\)"):
        field.get_init_guess(key="specml")


@pytest.mark.parametrize(
    "answer",
    [fails, lambda fock: fock * np.nan, lambda fock: fock[:2, :2], lambda fock: fock * 0.0],
    ids=["raises", "NaN", "wrong shape", "no gap"],
)
def test_no_failure_of_the_model_reaches_the_calculation(answer):
    mol = mole()
    expected = scf.RHF(mol).kernel()
    with pytest.warns(GuessWarning):
        assert guess(scf.RHF(mol), BrokenFock(answer)).kernel() == pytest.approx(
            expected, abs=1e-10
        )


def test_a_bond_pulled_apart_is_left_to_pyscf():
    """Where there are several solutions PySCF's own start decides which one is found."""
    mol = mole("H 0 0 0; H 0 0 4.0")
    with pytest.warns(GuessWarning, match="predicted gap"):
        found = guess(scf.UHF(mol), SpoiltFock(1.0)).kernel()
    assert found == pytest.approx(scf.UHF(mol).kernel(), abs=1e-10)


def test_degenerate_frontier_orbitals_are_left_to_pyscf():
    """Which of two pi* orbitals of singlet oxygen is filled is PySCF's own choice."""
    mol = mole("O 0 0 0; O 0 0 1.21")
    field = guess(scf.RHF(mol), SpoiltFock(0.7))
    with pytest.warns(GuessWarning, match="degenerate"):
        field.get_init_guess(key="specml")


def test_a_guess_chosen_afterwards_is_the_users():
    field = guess(scf.RHF(mole()), GOOD)
    assert field.init_guess == "specml"
    field.init_guess = "1e"
    default = counted(scf.RHF(mole())).set(init_guess="1e")
    seeded = counted(field)
    default.kernel()
    seeded.kernel()
    assert seeded.specml_guess is None
    assert seeded._builds == default._builds
    density = default.make_rdm1()
    assert field.get_init_guess(key=density) is density


def test_a_guess_chosen_before_is_the_one_fallen_back_to():
    field = guess(scf.RHF(SODIUM).set(init_guess="1e"), GOOD)
    with pytest.warns(GuessWarning, match="'1e'"):
        field.get_init_guess(key="specml")
    assert field.specml_guess.used == "1e"


@pytest.mark.parametrize("own", ["density", "chkfile"])
def test_a_density_of_ones_own_is_kept(own, tmp_path):
    done = scf.RHF(mole()).set(chkfile=str(tmp_path / "scf.chk")).run()
    start = done.make_rdm1() if own == "density" else "chkfile"
    make = lambda mol: scf.RHF(mol).set(chkfile=done.chkfile, init_guess=start)  # noqa: E731
    with pytest.warns(GuessWarning, match="a guess of your own"):
        default, seeded, field = compare(make, mole())
    assert seeded == default
    assert field.specml_guess.used == ("given" if own == "density" else "chkfile")


def test_the_potential_of_a_guess_is_not_kept_for_another_use():
    field = guess(coarse(dft.RKS(mole(), xc="pbe")), GOOD)
    density = field.get_init_guess(key="specml")
    field.xc = "b3lyp"
    plain = coarse(dft.RKS(mole(), xc="b3lyp"))
    assert field.energy_tot(density) == pytest.approx(plain.energy_tot(density), abs=SAME)


def test_a_run_after_another_costs_what_it_does_without():
    """A cation after its molecule, from the density of which PySCF starts."""
    cation = mole(charge=1, spin=1)
    default, seeded = counted(scf.UHF(mole())), counted(scf.UHF(mole()))
    field = guess(seeded, GOOD)
    for one in (default, field):
        one.kernel()
        one._builds[0] = 0
        one.reset(cation)
    assert field.kernel() == pytest.approx(default.kernel(), abs=SAME)
    assert seeded._builds == default._builds


def test_the_field_given_is_not_changed():
    plain = scf.RHF(mole())
    seeded = guess(plain, GOOD)
    assert plain.init_guess == "minao"
    assert type(plain) is scf.hf.RHF
    assert isinstance(seeded, scf.hf.RHF)
    assert guess(seeded, GOOD) is seeded


def test_pickle():
    field = pickle.loads(pickle.dumps(guess(scf.RHF(mole()), GOOD)))
    expected = scf.RHF(mole()).kernel()
    assert field.kernel() == pytest.approx(expected, abs=SAME)
    assert field.specml_guess.used == "specml"


def test_reset_to_another_molecule():
    field = guess(scf.RHF(mole()), GOOD)
    field.get_init_guess(key="specml")
    field.reset(mole("N 0 0 0; N 0 0 1.1"))
    assert field.kernel() == pytest.approx(scf.RHF(field.mol).kernel(), abs=SAME)
    assert field.specml_guess.used == "specml"


def test_conversion_to_two_spins():
    field = guess(scf.RHF(mole()), GOOD).to_uhf()
    assert field.kernel() == pytest.approx(scf.UHF(mole()).kernel(), abs=SAME)


@pytest.mark.parametrize("name", ["to_hf", "to_rhf", "to_uhf"])
def test_conversion_to_hartree_fock(name):
    method = scf.UHF if name == "to_uhf" else scf.RHF
    field = getattr(guess(dft.RKS(mole(), xc="b3lyp"), GOOD), name)()
    assert field.kernel() == pytest.approx(method(mole()).kernel(), abs=SAME)
    assert field.specml_guess.used == "specml"


def test_what_is_no_mean_field():
    with pytest.raises(InputError, match="an object of class Mole"):
        guess(mole(), GOOD)


def test_the_shipped_model_is_loaded_once(monkeypatch):
    loads = []
    monkeypatch.setattr(attempt.predictor, "load", lambda **_: loads.append(1) or SpoiltFock())
    attempt._shipped.cache_clear()
    for _ in range(2):
        assert guess(scf.RHF(mole())).run().specml_guess.used == "specml"
    attempt._shipped.cache_clear()
    assert loads == [1]
