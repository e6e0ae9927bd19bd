import numpy as np
import pytest
import torch
from rdkit import Chem

from specml.admet.transformer.encoder import TransformerSize
from specml.admet.transformer.graph import graph
from specml.admet.transformer.pretraining import SHIFTS, TASKS, PretrainingTargets, batches
from specml.admet.transformer.run import PretrainingSchedule, fresh, pretrain
from specml.errors import WeightsError
from specml.io.atom_labels import ATOMIC, AtomLabels

SMILES = ["CCO", "CN", "CC=O", "O", "CCS", "CCN", "CO", "CCCl", "CC#N", "CF"] * 3
SIZE = TransformerSize(layers=1, width=16, heads=2)


@pytest.fixture(scope="module")
def labels():
    """Charges that follow from the element, so that they can be learned."""
    rows = []
    for smiles in SMILES:
        numbers = np.array([a.GetAtomicNum() for a in Chem.MolFromSmiles(smiles).GetAtoms()])
        atomic = dict.fromkeys(ATOMIC + SHIFTS, 0.1 * (6.0 - numbers))
        scalars = {"gap": np.array(float(len(numbers))), "dipole": np.array(numbers.max() / 9.0)}
        rows.append((smiles, atomic | scalars))
    start = AtomLabels.empty()
    start.atomic |= {name: np.empty(0) for name in SHIFTS}
    return start.extended(rows)


@pytest.mark.parametrize("name", ["all", "gap", "masking", "full"])
def test_every_task_learns(name, labels, tmp_path):
    model = fresh(name, SIZE, seed=0)
    schedule = PretrainingSchedule(epochs=8, batch_size=5, rate=1e-2)
    epochs = list(pretrain(model, name, labels, schedule, tmp_path / "a.ckpt"))
    assert epochs[-1].training < 0.8 * epochs[0].training
    assert np.isfinite(epochs[-1].held_out)


def test_a_run_in_pieces_is_the_run_in_one(labels, tmp_path):
    schedule = PretrainingSchedule(epochs=3, batch_size=5)
    whole = fresh("all", SIZE, seed=0)
    list(pretrain(whole, "all", labels, schedule, tmp_path / "whole"))
    for seed in range(3):  # only the first start counts
        piece = fresh("all", SIZE, seed)
        next(pretrain(piece, "all", labels, schedule, tmp_path / "piece"))
    for a, b in zip(whole.parameters(), piece.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_loss_of_one_atom_by_hand(labels):
    targets = PretrainingTargets(
        [graph(Chem.MolFromSmiles(s)) for s in SMILES], labels, TASKS["charge"]
    )
    model = fresh("charge", SIZE, seed=0)
    torch.nn.init.zeros_(model.atoms.weight)
    torch.nn.init.zeros_(model.atoms.bias)
    charge = labels.atomic["charge"]
    water = abs(charge[labels.starts[3]] - charge.mean()) / charge.std()
    loss = targets.loss(model, [3], np.random.default_rng(0))
    assert loss.item() == pytest.approx(water, rel=1e-5)


def test_a_missing_label_does_not_count(labels):
    targets = PretrainingTargets(
        [graph(Chem.MolFromSmiles(s)) for s in SMILES], labels, TASKS["all"]
    )
    model = fresh("all", SIZE, seed=0).eval()
    random = np.random.default_rng(0)
    whole = [targets.loss(model, [i], random).item() for i in (0, 1)]
    targets._atomic[labels.starts[1] : labels.starts[2]] = np.nan  # those of molecule 1
    assert targets.loss(model, [0, 1], random).item() == pytest.approx(whole[0], rel=1e-5)
    assert targets.rows.tolist() == [0, *range(2, len(SMILES))]


def test_a_hidden_atom_shows_only_its_neighbours(labels):
    """The loss of masking cannot tell nitrogen from oxygen when both have one neighbour."""
    model = fresh("masking", SIZE, seed=0).eval()
    graphs = [graph(Chem.MolFromSmiles(s)) for s in ("[Na+]", "[K+]")]
    targets = PretrainingTargets(graphs, labels, TASKS["masking"])
    seen = []
    model.atoms.register_forward_hook(lambda _m, _i, out: seen.append(out.detach()))
    for i in range(2):  # one atom: it is always hidden
        targets.loss(model, [i], np.random.default_rng(0))
    torch.testing.assert_close(seen[0], seen[1])


def test_batches_hold_every_molecule_once():
    lengths = np.random.default_rng(0).integers(1, 40, 100)
    rows = list(batches(lengths, 8, np.random.default_rng(1)))
    assert sorted(np.concatenate(rows).tolist()) == list(range(100))
    assert max(np.ptp(lengths[r]) for r in rows) <= 12


def test_a_checkpoint_of_other_batches_is_refused(labels, tmp_path):
    """29 molecules in batches of 5 are 6 steps an epoch, in batches of 7 they are 5."""
    model = fresh("all", SIZE, seed=0)
    next(
        pretrain(model, "all", labels, PretrainingSchedule(epochs=2, batch_size=5), tmp_path / "a")
    )
    with pytest.raises(WeightsError, match="6 steps, no whole number of epochs of 5"):
        next(
            pretrain(
                model, "all", labels, PretrainingSchedule(epochs=2, batch_size=7), tmp_path / "a"
            )
        )
