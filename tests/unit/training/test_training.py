"""Training learns, resumes where it was, and refuses recipes it does not understand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from specml.errors import InputError, WeightsError
from specml.io import datasets
from specml.models.ladder import LadderModel, NetworkConfig, forces_of
from specml.reference.xtb import GFN2
from specml.structure import Structure
from specml.training import ladder_data
from specml.training.ladder import TrainingSource, evaluate, train
from specml.training.loop import Schedule
from specml.training.losses import LossWeights, errors
from specml.training.recipe import read_recipe

RECIPES = Path(__file__).parents[3] / "recipes"


@pytest.fixture
def data(water: Structure, rng: np.random.Generator) -> ladder_data.LadderData:
    moved = [
        water.with_positions(water.positions + rng.normal(scale=0.05, size=(3, 3)))
        for _ in range(32)
    ]
    calculator = GFN2(water)
    labels = [calculator(s.positions) for s in moved]
    dataset = datasets.from_structures(moved, np.zeros(32), np.arange(32), ["O"], labels)
    found = ladder_data.from_gfn2(dataset)
    return found.without_references(found.fit_references())


def small_model() -> LadderModel:
    torch.manual_seed(0)
    return LadderModel(NetworkConfig("painn", n_channels=16, n_layers=2, n_radial=8))


def run(model, data, schedule, checkpoint, every=20):
    return list(
        train(model, [TrainingSource(data, 1.0)], schedule, LossWeights(), checkpoint, every)
    )


def test_errors_fall(data, tmp_path):
    model = small_model()
    before = evaluate(model, data)
    schedule = Schedule(steps=150, batch_size=8, learning_rate=5e-3, warmup=10, ema=0.9)
    run(model, data, schedule, tmp_path / "a.pt")
    after = evaluate(model, data)
    assert after["forces.0"] < 0.4 * before["forces.0"]
    assert after["dipole.0"] < 0.4 * before["dipole.0"]
    assert "forces.1" not in after  # there is no DFT label in the data


@pytest.mark.parametrize("known", [(0,), (1,), (0, 1)])
def test_a_polarizability_of_either_basis_teaches(data, known):
    """Of one basis alone it is compared with that basis' own sum of rungs."""
    model = small_model()
    batch, targets = data.batch(np.arange(4), model.cutoff)
    predicted = model(batch).polarizability.detach().cumsum(3)
    for level in known:
        targets.polarizability[..., level] = predicted[..., level] + 2.0 * torch.eye(3)
    found = errors(model, batch, targets, create_graph=False)
    names = {name for name in found if name.startswith("polarizability")}
    assert names == {f"polarizability.{level + 1}" for level in known}
    for name in names:  # |2 1|_F over the three atoms of water
        assert found[name].item() == pytest.approx(2.0 * 3**0.5 / 3, rel=1e-5)


def test_mass_weighted_forces_count_hydrogen_most(data):
    """Errors of 1 eV/angstrom on O and on one H: means over the three atoms of water."""
    model = small_model()
    batch, targets = data.batch(np.arange(4), model.cutoff)
    positions = batch.positions.requires_grad_(True)
    exact = forces_of(model(batch.with_positions(positions)).energy[:, 0], positions).detach()
    for atom, mass in ((0, 15.999), (1, 1.008)):
        targets.forces[:, :, 0] = exact
        targets.forces[atom::3, 2, 0] += 1.0
        found = errors(model, batch, targets, create_graph=False)
        assert found["forces.0"].item() == pytest.approx(1 / 3, rel=1e-4)
        weighted = found["mass_weighted_forces.0"].item()
        assert weighted == pytest.approx(1 / 3 / mass**0.5, rel=1e-4)


def test_a_stopped_run_goes_on_where_it_was(data, tmp_path):
    schedule = Schedule(steps=40, batch_size=8, warmup=10)
    steps = train(
        small_model(), [TrainingSource(data, 1.0)], schedule, LossWeights(), tmp_path / "a.pt", 20
    )
    assert next(steps).step == 20
    steps.close()
    reports = run(small_model(), data, schedule, tmp_path / "a.pt")
    assert [r.step for r in reports] == [40]


def test_references_take_out_the_elements(data):
    assert np.abs(data.energy[:, 0]).max() < 5.0  # of 139 eV of valence energy


def test_batches_cover_every_structure_once_an_epoch(data):
    stream = data.batches(8, 5.0, np.random.default_rng(0))
    seen = np.concatenate([next(stream)[1].energy[:, 0].numpy() for _ in range(4)])
    np.testing.assert_allclose(np.sort(seen), np.sort(data.energy[:, 0]), atol=1e-5)


def test_a_pass_takes_few_geometries_of_a_molecule_and_others_in_the_next(data):
    """Molecules 0 and 1 have 1 and 31 geometries: a pass of 4 each is 5 rows."""
    molecule = np.array([0] + [1] * 31, dtype=np.int32)
    data = replace(data, dataset=replace(data.dataset, molecule=molecule, smiles=["a", "b"]))
    stream = data.batches(5, 5.0, np.random.default_rng(0), per_molecule=4)
    passes = [{float(e) for e in next(stream)[1].energy[:, 0]} for _ in range(20)]
    assert all(len(energies) == 5 for energies in passes)
    assert set.intersection(*passes) == {float(np.float32(data.energy[0, 0]))}
    assert len(set.union(*passes)) > 25


@pytest.mark.parametrize(
    ("name", "n_channels"),
    [
        ("specml/first", 64),
        ("specml/continued", 64),
        ("specml-xtb/first", 128),
        ("specml-xtb/continued", 128),
    ],
)
def test_the_shipped_recipes_are_read(name, n_channels):
    assert read_recipe(RECIPES / f"{name}.toml").network.n_channels == n_channels


def test_an_unknown_key_is_named(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text("[network]\nn_chanels = 64\n")
    with pytest.raises(InputError, match=r"network\.n_chanels"):
        read_recipe(path)


@pytest.mark.parametrize(
    "text", ['[network]\nn_channels = "64"\n', "[pretrain]\nsteps = 10.5\n", "network = 3\n"]
)
def test_a_value_of_the_wrong_type_is_named(tmp_path, text):
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"n_channels|pretrain\.steps|a table"):
        read_recipe(path)


def test_a_pass_without_geometries_is_refused(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text("[data]\nper_molecule = 0\n")
    with pytest.raises(InputError, match=r"per_molecule.*at least 1"):
        read_recipe(path)


def test_a_checkpoint_of_another_network_is_refused(data, tmp_path):
    run(small_model(), data, Schedule(steps=1, batch_size=8), tmp_path / "a.pt")
    other = LadderModel(NetworkConfig("painn", n_channels=8, n_layers=1, n_radial=8))
    with pytest.raises(WeightsError, match=r"another recipe.*another --output"):
        run(other, data, Schedule(steps=1, batch_size=8), tmp_path / "a.pt")


def test_references_of_the_present_data_survive_a_checkpoint(data, tmp_path):
    run(small_model(), data, Schedule(steps=1, batch_size=8), tmp_path / "a.pt")
    for steps in (1, 2):  # a finished run, and one that goes on
        model = small_model()
        model.energy.reference.fill_(3.5)
        run(model, data, Schedule(steps=steps, batch_size=8), tmp_path / "a.pt")
        assert (model.energy.reference == 3.5).all()
