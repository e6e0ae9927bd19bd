import numpy as np
import pytest
import torch
from rdkit import Chem

from specml.admet.transformer.encoder import GraphTransformer, TransformerSize
from specml.admet.transformer.graph import GraphBatch, collate, graph

SMILES = ("CC(=O)Oc1ccccc1C(=O)O", "O", "C[N+](C)(C)C.[Cl-]")


@pytest.fixture(scope="module")
def encoder():
    torch.manual_seed(0)
    encoder = GraphTransformer(TransformerSize(layers=2, width=16, heads=4)).eval()
    torch.nn.init.normal_(encoder.pair_bias.weight)
    return encoder


def states(encoder, molecules):
    with torch.no_grad():
        return encoder(collate([graph(m) for m in molecules]))


def test_a_molecule_does_not_feel_its_batch(encoder):
    molecules = [Chem.MolFromSmiles(s) for s in SMILES]
    together = states(encoder, molecules)
    for i, molecule in enumerate(molecules):
        alone = states(encoder, [molecule])[0]
        torch.testing.assert_close(together[i, : len(alone)], alone, atol=1e-5, rtol=0)


def test_states_follow_the_order_of_the_atoms(encoder):
    molecule = Chem.MolFromSmiles(SMILES[0])
    order = np.random.default_rng(0).permutation(molecule.GetNumAtoms())
    shuffled = Chem.RenumberAtoms(molecule, order.tolist())
    before, after = states(encoder, [molecule])[0], states(encoder, [shuffled])[0]
    torch.testing.assert_close(before[0], after[0], atol=1e-5, rtol=0)
    torch.testing.assert_close(before[1:][torch.from_numpy(order)], after[1:], atol=1e-5, rtol=0)


def test_attention_sums_to_one_and_leaves_padding_out(encoder):
    batch = collate([graph(Chem.MolFromSmiles(s)) for s in SMILES])
    with torch.no_grad():
        _, attention = encoder.layers[0](encoder.embed(batch), encoder.bias(batch))
    torch.testing.assert_close(attention.sum(-1), torch.ones_like(attention.sum(-1)))
    assert attention[1, :, :, 2:].abs().max() == 0.0


def test_bond_order_and_distance_reach_the_states(encoder):
    ethane, ethene, propane = (graph(Chem.MolFromSmiles(s)) for s in ("CC", "C=C", "CCC"))
    # The same tokens, so that only the pair differs.
    single, double = collate([ethane]), collate([ethene])
    with torch.no_grad():
        a, b = encoder(single), encoder(GraphBatch(single.tokens, double.pairs))
    assert not torch.allclose(a, b, atol=1e-4)
    assert encoder.bias(collate([propane])).shape == (1, 4, 4, 4)


def test_bias_of_free_pairs_learns_nothing(encoder):
    batch = collate([graph(Chem.MolFromSmiles("CC.O"))])
    encoder.zero_grad()
    encoder(batch).square().sum().backward()
    assert encoder.pair_bias.weight.grad[:2].abs().max() == 0.0
    assert encoder.bias(batch)[0, :, 0, 1:].abs().max() == 0.0
