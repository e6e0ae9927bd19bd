import numpy as np
import torch
from rdkit import Chem

from specml.admet.transformer import graph as g


def pairs(smiles):
    return g.graph(Chem.MolFromSmiles(smiles)).pairs


def test_pairs_of_a_chain_with_a_double_bond():
    expected = [[g.SELF, g.DOUBLE, 7], [g.DOUBLE, g.SELF, g.SINGLE], [7, g.SINGLE, g.SELF]]
    assert pairs("C=CO").tolist() == expected


def test_fragments_of_a_salt_do_not_see_each_other():
    assert pairs("CC.[Cl-]")[2].tolist() == [g.FREE, g.FREE, g.SELF]


def test_far_pairs_are_alike():
    row = g.bonds_between(pairs("C" * 14)[0])
    assert row.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]


def test_tokens_tell_charge_aromaticity_and_hydrogens():
    tokens = g.graph(Chem.MolFromSmiles("[NH3+]c1ccccc1")).tokens
    assert tokens[0].tolist() == [7 + 2, 4 + 2, 3 + 2, 1 + 5, 2]
    assert tokens[1].tolist() == [6 + 2, 3 + 2, 0 + 2, 0 + 5, 3]


def test_unusual_atoms_fit_the_tables():
    for smiles in ("[Og]", "[C-4]", "[SnH4]", "[Na+].[Cl-]"):
        tokens = g.graph(Chem.MolFromSmiles(smiles)).tokens
        assert (tokens < np.array(g.SIZES)).all()


def test_padding_is_seen_by_nobody():
    batch = g.collate([g.graph(Chem.MolFromSmiles(s)) for s in ("C", "CCC")])
    assert batch.is_atom.tolist() == [[False, True, False, False], [False, True, True, True]]
    assert (batch.pairs[0, :, 2:] == g.PADDING).all()
    assert (batch.pairs[0, :, :2] != g.PADDING).all()
    assert batch.pairs[0, 0].tolist() == [g.SELF, g.FREE, g.PADDING, g.PADDING]
    assert torch.equal(batch.tokens[:, 0], torch.ones(2, 5, dtype=torch.int64))
