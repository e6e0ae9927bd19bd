"""The network of potentials, its matrix, and the problems it learns from."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from pyscf import df, dft, gto, scf
from safetensors.torch import save_file
from scipy.linalg import eigh
from scipy.spatial.transform import Rotation

from specml.errors import InputError, WeightsError
from specml.hamiltonian import assembly, predictor
from specml.hamiltonian.assembly import assemble, lowest, refined, self_consistent
from specml.hamiltonian.layout import columns, counts, flat_index, offsets
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.network import PotentialConfig, PotentialNetwork
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.hamiltonian.scales import fit_scales
from specml.hamiltonian.shells import Shells
from specml.hamiltonian.targets import integrals_of, orbital_weights, problem
from specml.hamiltonian.training import polish, train_potentials, validation
from specml.models.ladder import NetworkConfig
from specml.reference.auxiliary import auxiliary, auxiliary_molecule, shells
from specml.reference.one_electron import inverse_root, one_electron
from specml.structure import Structure
from specml.training.loop import Schedule

CONFIG = PotentialConfig(NetworkConfig(n_channels=8, n_layers=1, n_radial=6), width=6)
CARD = {
    "name": "test",
    "kind": "hamiltonian",
    "weights": "test.safetensors",
    "elements": ["H", "C", "N", "O", "F", "S", "Cl"],
    "method": "b3lyp",
    "basis": "def2-svp",
    "exchange": 0.2,
    **CONFIG.to_card(),
}
ATOMS = [
    ("O", (0.1, 0.0, 0.05)),
    ("C", (0.0, 0.2, 1.25)),
    ("H", (0.95, 0.3, 1.8)),
    ("H", (-0.9, 0.1, 1.9)),
]
FORMALDEHYDE = Structure([8, 6, 1, 1], [position for _, position in ATOMS])


def mole(atoms: list = ATOMS) -> gto.Mole:
    return gto.M(atom=atoms, basis="def2-svp", verbose=0)


@pytest.fixture(scope="module")
def model() -> HamiltonianPredictor:
    torch.manual_seed(1)
    network = PotentialNetwork(CONFIG)
    with torch.no_grad():
        for head in (network.invariant, *network.equivariant):
            head.weight.mul_(3.0)
    return HamiltonianPredictor(network.eval(), CARD)


@pytest.fixture(scope="module")
def matrix(model: HamiltonianPredictor) -> np.ndarray:
    return model.fock(mole())


@pytest.fixture(scope="module")
def label() -> np.ndarray:
    field = dft.RKS(mole(), xc="b3lyp").density_fit()
    field.chkfile = None
    field.grids.level = 0
    field.kernel()
    return field.get_fock()


@pytest.mark.parametrize("improper", [False, True])
def test_the_matrix_turns_with_the_molecule(
    model: HamiltonianPredictor, matrix: np.ndarray, improper: bool
) -> None:
    turn = Rotation.random(random_state=5).as_matrix() * (-1.0 if improper else 1.0)
    d = Shells.of(mole()).rotation(turn)
    turned = model.fock(mole([(s, turn @ np.array(r) + 0.7) for s, r in ATOMS]))
    np.testing.assert_allclose(turned, d @ matrix @ d.T, atol=1e-5)
    bare = np.abs(matrix - one_electron(mole()).matrix).max()
    assert bare > 0.05  # the network does speak


def test_the_matrix_permutes_with_the_atoms(
    model: HamiltonianPredictor, matrix: np.ndarray
) -> None:
    order = [2, 1, 3, 0]
    slices = mole().aoslice_by_atom()[:, 2:]
    orbitals = np.concatenate([np.arange(*slices[i]) for i in order])
    found = model.fock(mole([ATOMS[i] for i in order]))
    np.testing.assert_allclose(found, matrix[np.ix_(orbitals, orbitals)], atol=1e-5)


def test_the_matrix_is_hermitian_and_the_same_in_a_batch(
    model: HamiltonianPredictor, matrix: np.ndarray
) -> None:
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)
    other = mole([("F", (0, 0, 0)), ("H", (0, 0, 0.92))])
    found = model.fock([other, mole()])[1]
    np.testing.assert_allclose(found, matrix, atol=1e-5)


def test_a_structure_is_taken_as_it_is(model: HamiltonianPredictor, matrix: np.ndarray) -> None:
    np.testing.assert_allclose(model.fock(FORMALDEHYDE), matrix, atol=1e-6)
    assert isinstance(model.fock([FORMALDEHYDE]), list)


def excess(model: HamiltonianPredictor) -> np.ndarray:
    """Charge of every atom of formaldehyde: of its charges, and of heights taken for charges."""
    rows = model.rows([Molecule(mole())])[0]
    flat = rows.transpose(1, 0, 2).reshape(2, -1)[:, flat_index(FORMALDEHYDE.numbers)]
    found, start = [], 0
    for z in (8, 6, 1, 1):
        charges = np.concatenate([[q] + [0.0] * (2 * l) for l, q in shells(z)])
        found.append(flat[:, start : start + len(charges)] @ charges)
        start += len(charges)
    return np.transpose(found)


def test_atoms_have_no_far_field(model: HamiltonianPredictor) -> None:
    charges, heights = excess(model)
    np.testing.assert_allclose(charges, 0.0, atol=1e-4)
    assert np.abs(heights).min() > 1e-3  # heights are free


def test_charges_are_free_where_the_card_says_so() -> None:
    config = replace(CONFIG, neutral=False)
    assert PotentialConfig.from_card(config.to_card()) == config
    assert PotentialConfig.from_card({"network": asdict(CONFIG.network), "width": 6}).neutral
    torch.manual_seed(1)
    free = HamiltonianPredictor(PotentialNetwork(config).eval(), CARD)
    assert np.abs(excess(free)[0]).min() > 1e-3


def test_rows_follow_pyscf() -> None:
    functions = auxiliary_molecule(mole())
    assert len(flat_index(FORMALDEHYDE.numbers)) == functions.nao
    assert sum(n * (2 * l + 1) for l, n in enumerate(counts())) == offsets()[-1]
    assert columns(1)[:3] == (0, 1, 2)
    assert columns(1)[3] == offsets()[1]  # the p shell of hydrogen stands where p shells begin


def test_auxiliary_coulomb_and_exchange_are_close_to_the_exact_ones() -> None:
    field = dft.RKS(mole(), xc="hf")
    field.chkfile = None
    field.max_cycle = 3
    field.kernel()
    occupied = field.mo_coeff[:, :8]
    exact_j, exact_k = field.get_jk(dm=2.0 * occupied @ occupied.T)
    integrals = auxiliary(mole())
    np.testing.assert_allclose(integrals.coulomb(occupied), exact_j, atol=3e-3)
    off = np.abs(integrals.exchange(occupied) - exact_k)
    assert off.mean() < 3e-4
    assert off.max() < 0.05  # in the 1s shell


def test_integrals_are_those_of_pyscf() -> None:
    """Charges of one function each give (mu nu|k) and (mu nu k)."""
    integrals = auxiliary(mole())
    functions = auxiliary_molecule(mole())
    one, none = np.eye(functions.nao)[30], np.zeros(functions.nao)
    for name, charges, heights in (("int3c2e", one, none), ("int3c1e", none, one)):
        expected = df.incore.aux_e2(mole(), functions, intor=name)[:, :, 30]
        np.testing.assert_allclose(integrals.potential(charges, heights), expected, atol=1e-10)


def test_the_error_of_a_problem_is_that_of_the_matrix(label: np.ndarray) -> None:
    found = problem(FORMALDEHYDE, label, 0.2)
    generator = np.random.default_rng(0)
    n = len(found.best) // 2
    x = found.best + 0.01 * generator.normal(size=2 * n)
    integrals = integrals_of(FORMALDEHYDE)
    energies, c = eigh(label, integrals.one.overlap)
    weights = orbital_weights(energies, 8)
    j, k = (f(c[:, :8]) for f in (integrals.auxiliary.coulomb, integrals.auxiliary.exchange))
    given = integrals.one.core + j - 0.1 * k + integrals.auxiliary.potential(x[:n], x[n:])
    direct = ((c.T @ (label - given) @ c * weights)[np.tril_indices(len(c))] ** 2).sum()
    seen = found.root @ x - found.target
    assert seen @ seen + found.floor == pytest.approx(direct, rel=1e-5)


def test_the_best_coefficients_give_the_label(label: np.ndarray) -> None:
    found = problem(FORMALDEHYDE, label, 0.2)
    rows = np.zeros((2, 4 * offsets()[-1]))
    rows[:, flat_index(FORMALDEHYDE.numbers)] = found.best.reshape(2, -1)
    rows = rows.reshape(2, 4, -1).transpose(1, 0, 2)
    best = assemble(integrals_of(FORMALDEHYDE), rows, 0.2)
    assert np.abs(best - label).mean() < 4e-5
    rough = assemble(integrals_of(FORMALDEHYDE), 0.0 * rows, 0.2)
    assert np.abs(rough - label).mean() > 1e-2


def test_the_small_field_is_self_consistent_and_exact_for_its_own_potential() -> None:
    """Without V and with all of K it is Hartree-Fock with fitted integrals."""
    integrals = integrals_of(FORMALDEHYDE)
    start = lowest(integrals.one.matrix, inverse_root(integrals.one.overlap), 8)
    found, converged = self_consistent(integrals, np.zeros((38, 38)), 1.0, start)
    assert converged
    reference = scf.RHF(mole()).density_fit(auxbasis="def2-universal-jfit")
    reference.chkfile = None
    reference.kernel()
    np.testing.assert_allclose(found, reference.get_fock(), atol=1e-4)


def test_a_true_matrix_refines_the_orbitals_more_than_its_diagonalisation(
    label: np.ndarray,
) -> None:
    """From a density that misses the converged one by the mixing of two orbitals."""
    integrals = integrals_of(FORMALDEHYDE)
    root = inverse_root(integrals.one.overlap)
    field = dft.RKS(mole(), xc="b3lyp").density_fit()
    field.chkfile = None
    field.grids.level = 0
    _, c = eigh(label, integrals.one.overlap)
    rough = c[:, :8].copy()
    rough[:, 7] = np.cos(0.05) * c[:, 7] + np.sin(0.05) * c[:, 8]
    fock = np.asarray(field.get_fock(dm=2.0 * rough @ rough.T))
    overlap, best = integrals.one.overlap, c[:, :8]

    def off(occupied: np.ndarray) -> float:
        return 8.0 - float(((best.T @ overlap @ occupied) ** 2).sum())

    found = refined(integrals, fock, rough, 0.2)
    assert found is not None
    assert off(found) < 0.4 * off(lowest(fock, root, 8)) < 0.1 * off(rough)


def test_what_does_not_converge_refines_nothing(
    label: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "CYCLES", 1)
    integrals = integrals_of(FORMALDEHYDE)
    start = lowest(integrals.one.matrix, inverse_root(integrals.one.overlap), 8)
    assert refined(integrals, label, start, 0.2) is None


def test_training_learns_resumes_and_pauses(label: np.ndarray, tmp_path: Path) -> None:
    torch.manual_seed(0)
    problems = [problem(FORMALDEHYDE, label, 0.2)] * 2
    network = PotentialNetwork(CONFIG)
    fit_scales(network, problems)
    schedule = Schedule(steps=30, batch_size=2, learning_rate=2e-2, warmup=2)
    checkpoint = tmp_path / "run.pt"
    first = list(train_potentials(network, problems, schedule, checkpoint, 5, stop=15))
    rest = list(train_potentials(network, problems, schedule, checkpoint, 5))
    assert [report.step for report in first + rest] == [5, 10, 15, 20, 25, 30]
    assert rest[-1].errors["loss"] < 0.8 * first[0].errors["loss"]


def test_a_card_and_its_parameters_make_the_same_model(
    model: HamiltonianPredictor, matrix: np.ndarray, tmp_path: Path
) -> None:
    torch.manual_seed(1)
    assert model._model is not None
    save_file(model._model.state_dict(), tmp_path / "test.safetensors")
    (tmp_path / "test.json").write_text(json.dumps(CARD))
    found = predictor.load(tmp_path / "test.json").fock(mole())
    np.testing.assert_allclose(found, matrix, atol=1e-6)
    (tmp_path / "other.json").write_text(json.dumps(CARD | {"kind": "shielding"}))
    with pytest.raises(WeightsError, match="kind"):
        predictor.load(tmp_path / "other.json")
    (tmp_path / "wide.json").write_text(json.dumps(CARD | {"width": 7}))
    with pytest.raises(WeightsError, match="fits its network"):
        predictor.load(tmp_path / "wide.json")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"basis": "sto-3g"}, "basis"),
        ({"cart": True}, "Cartesian"),
        ({"charge": 2}, "charge"),
        ({"spin": 2}, "unpaired"),
        ({"atom": "Si 0 0 0; H 0 0 1.5; H 0 1.5 0"}, "the element Si"),
    ],
)
def test_other_molecules_are_refused(
    model: HamiltonianPredictor, settings: dict, reason: str
) -> None:
    options = {"atom": ATOMS, "basis": "def2-svp", "verbose": 0} | settings
    with pytest.raises(InputError, match=reason):
        model.fock(gto.M(**options))


def test_the_last_maps_are_solved_for(label: np.ndarray) -> None:
    torch.manual_seed(0)
    problems = [problem(FORMALDEHYDE, label, 0.2)]
    network = PotentialNetwork(CONFIG)
    fit_scales(network, problems)
    history = polish(network, problems, problems, rounds=5)
    assert history[-1] < 0.1 * history[0]
    assert validation(network, problems) == pytest.approx(history[-1], rel=0.1)
