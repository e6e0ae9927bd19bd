"""PySCF's conversions of a mean field with the guess: the hook stays, or all of it goes."""

import copy
import io
import sys
import types

import pytest
from pyscf import adc, dft, lib, scf

from specml.hamiltonian.guess import PredictedGuess
from specml.pyscf import guess
from tests.fock_model import GOOD, SAME, mole


def coarse(field):
    field.grids.level = 0
    return field


def rks(mol):
    return coarse(dft.RKS(mol, xc="pbe"))


def uks(mol):
    return coarse(dft.UKS(mol, xc="pbe"))


KEEP = {
    "RHF to_rks": (scf.RHF, lambda field: coarse(field.to_rks("pbe"))),
    "RHF to_ks": (scf.RHF, lambda field: coarse(field.to_ks("pbe"))),
    "RHF to_uks": (scf.RHF, lambda field: coarse(field.to_uks("pbe"))),
    "RHF to_uhf": (scf.RHF, lambda field: field.to_uhf()),
    "UHF to_rks": (scf.UHF, lambda field: coarse(field.to_rks("pbe"))),
    "UHF to_rhf": (scf.UHF, lambda field: field.to_rhf()),
    "UHF to_uks": (scf.UHF, lambda field: coarse(field.to_uks("pbe"))),
    "RKS to_hf": (rks, lambda field: field.to_hf()),
    "RKS to_uks": (rks, lambda field: field.to_uks()),
    "UKS to_rks": (uks, lambda field: field.to_rks()),
    "DF-RHF to_ks": (lambda mol: scf.RHF(mol).density_fit(), lambda f: coarse(f.to_ks("pbe"))),
    "undo_df": (lambda mol: scf.RHF(mol).density_fit(), lambda field: field.undo_df()),
    "undo_soscf": (lambda mol: scf.RHF(mol).newton(), lambda field: field.undo_soscf()),
    "undo_newton": (lambda mol: scf.RHF(mol).newton(), lambda field: field.undo_newton()),
    "remove_soscf": (scf.RHF, lambda field: field.newton().remove_soscf()),
    "undo_smearing": (
        lambda mol: scf.RHF(mol).smearing(sigma=0.001),
        lambda field: field.undo_smearing(),
    ),
    "undo_scanner": (scf.RHF, lambda field: field.as_scanner().undo_scanner()),
    "copy": (scf.RHF, lambda field: field.copy()),
    "copy.copy": (scf.RHF, copy.copy),
    "deepcopy": (scf.RHF, copy.deepcopy),
    "fast_newton": (scf.RHF, scf.fast_newton),
}


@pytest.mark.parametrize("kind", KEEP)
def test_conversions_keep_the_guess(kind):
    make, convert = KEEP[kind]
    plain, field = convert(make(mole())), convert(guess(make(mole()), GOOD))
    assert isinstance(field, PredictedGuess)
    assert field.init_guess == "specml"
    assert field.__module__ == lib.drop_class(type(field), PredictedGuess).__module__
    if kind == "fast_newton":  # has run, and is done
        assert field.e_tot == pytest.approx(plain.e_tot, abs=1e-7)
        return
    assert field.kernel() == pytest.approx(plain.kernel(), abs=SAME)
    assert field.specml_guess.used == "specml"


LOSE = {
    "view": lambda field: field.view(scf.hf.RHF),
    "undo_guess": lambda field: field.undo_guess(),
    "undo_guess of a scanner": lambda field: field.as_scanner().undo_guess().undo_scanner(),
    "undo_guess of a solver": lambda field: field.newton().undo_guess().undo_soscf(),
}


@pytest.mark.parametrize("kind", LOSE)
def test_without_the_mixin_nothing_of_it_is_left(kind):
    field = LOSE[kind](guess(scf.RHF(mole()).set(init_guess="1e"), GOOD))
    assert type(field) is scf.hf.RHF
    assert field.init_guess == "1e"
    assert not [name for name in vars(field) if "specml" in name]
    field.verbose, field.stdout = 4, io.StringIO()
    assert field.kernel() == pytest.approx(scf.RHF(mole()).kernel(), abs=SAME)
    assert "initial guess = 1e" in field.stdout.getvalue()
    assert "pec" not in field.stdout.getvalue().replace("expect", "")


def test_a_guess_chosen_afterwards_is_converted_too():
    field = guess(scf.RHF(mole()), GOOD)
    field.init_guess = "1e"
    assert field.to_uks("pbe").init_guess == "1e"
    field.init_guess = "specml"
    assert field.to_uks("pbe").init_guess == "specml"


METHODS = {
    "RKS": rks,
    "UKS": uks,
    "RKS, second order": lambda mol: rks(mol).newton(),
    "RKS, fitting undone": lambda mol: rks(mol).density_fit().undo_df(),
}


@pytest.mark.parametrize("order", ["before", "after"])
@pytest.mark.parametrize("kind", METHODS)
def test_adc_refuses_density_functionals_as_ever(kind, order):
    """PySCF looks at the module of the class; of W it returned 0.1588 hartree."""
    make = METHODS[kind]
    if order == "after" and "undone" in kind:
        field = guess(rks(mole()).density_fit(), GOOD).undo_df()
    elif order == "after" and "second" in kind:
        field = guess(rks(mole()), GOOD).newton()
    else:
        field = guess(make(mole()), GOOD)
    field.max_cycle = 1
    field.kernel()
    with pytest.raises(NotImplementedError, match="DFT reference"):
        adc.ADC(field)


def test_adc_of_hartree_fock_is_that_of_pyscf():
    answers = []
    for field in (scf.RHF(mole()), guess(scf.RHF(mole()), GOOD)):
        field.conv_tol = 1e-11
        answers.append(adc.ADC(field.run()).kernel_gs()[0])
    assert answers[1] == pytest.approx(answers[0], abs=1e-7)


@pytest.mark.parametrize("name", ["RHF", "UHF"])
def test_to_gpu_gets_the_field_alone(monkeypatch, name):
    """gpu4pyscf has a class of the same module and name as PySCF's, and no other."""
    module = types.ModuleType(f"gpu4pyscf.scf.{'hf' if name == 'RHF' else 'uhf'}")
    received = []
    module.from_cpu = lambda field: received.append(field) or "on the GPU"
    for parent in ("cupy", "gpu4pyscf", "gpu4pyscf.scf"):
        monkeypatch.setitem(sys.modules, parent, types.ModuleType(parent))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    make = getattr(scf, name)
    assert guess(make(mole()), GOOD).to_gpu() == "on the GPU"
    assert type(received[0]) is type(make(mole()))
    assert received[0].init_guess == "minao"
