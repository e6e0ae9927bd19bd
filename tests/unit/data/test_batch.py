"""Neighbour tables: both ways of finding neighbours agree with a plain double loop."""

import numpy as np
import pytest
import torch

from specml.data import batch as batching
from specml.structure import Structure


@pytest.fixture
def molecules(rng: np.random.Generator) -> list[Structure]:
    grid = np.stack(np.meshgrid(*[np.arange(4)] * 3), -1).reshape(-1, 3) * 1.7
    sizes = (2, 30, 64)
    return [Structure(np.full(n, 6), grid[:n] + rng.normal(scale=0.1, size=(n, 3))) for n in sizes]


def neighbor_sets(table: np.ndarray, filled: np.ndarray) -> list[set[int]]:
    return [set(row[mask].tolist()) for row, mask in zip(table, filled, strict=True)]


@pytest.mark.parametrize("dense", [0, 1000], ids=["tree", "dense"])
def test_neighbors_match_a_double_loop(molecules, dense, monkeypatch):
    monkeypatch.setattr(batching, "DENSE", dense)
    positions = np.concatenate([m.positions for m in molecules])
    n_atoms = np.array([len(m) for m in molecules])
    owner = np.repeat(np.arange(len(molecules)), n_atoms)
    expected = [
        {
            j
            for j in range(len(positions))
            if j != i and owner[i] == owner[j] and np.linalg.norm(positions[i] - positions[j]) < 4.0
        }
        for i in range(len(positions))
    ]
    assert neighbor_sets(*batching.neighbor_table(positions, n_atoms, 4.0)) == expected


def test_a_lone_atom_has_no_neighbors():
    batch = batching.collate([Structure([2], [[0.0, 0.0, 0.0]])], cutoff=5.0)
    assert not batch.filled.any()


def test_collate_keeps_order_and_charge(molecules):
    ion = Structure([8, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.97]], charge=-1)
    batch = batching.collate([molecules[0], ion], cutoff=5.0)
    assert batch.n_structures == 2
    assert batch.charge.tolist() == [0.0, -1.0]
    assert batch.structure.tolist() == [0, 0, 1, 1]
    assert batch.to("cpu", torch.float32).positions.dtype == torch.float32
