import numpy as np
import pytest
from rdkit import Chem

from specml.admet.analysis.rollout import laplacian, overlap, rollout
from specml.admet.transformer.graph import collate, graph


def of(smiles):
    return laplacian(collate([graph(Chem.MolFromSmiles(smiles))]).pairs[0].numpy())


def modes(smiles):
    """Eigenvalues and modes of the Laplacian of a chain: none is degenerate in butane."""
    return np.linalg.eigh(of(smiles))


def test_laplacian_of_ethanol_by_hand():
    expected = [[3, -1, -1, -1], [-1, 2, -1, 0], [-1, -1, 3, -1], [-1, 0, -1, 2]]
    assert of("CCO").tolist() == expected


def test_fragments_of_a_salt_are_joined():
    assert of("C.O").tolist() == [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]


def test_modes_of_a_molecule_are_shifted_by_one_and_a_hub_mode_is_added():
    chain = 2.0 - 2.0 * np.cos(np.pi * np.arange(4) / 4.0)  # eigenvalues of a path of four
    assert modes("CCCC")[0] == pytest.approx(sorted([0.0, *(chain[1:] + 1.0), 5.0]))


def test_rollout_of_two_layers_by_hand():
    first, second = np.array([[0.0, 1.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [1.0, 0.0]])
    assert rollout(np.stack([first, second])).tolist() == [[0.5, 0.5], [0.25, 0.75]]


def test_diffusion_captures_every_mode():
    values, vectors = modes("CCCC")
    found = overlap(vectors @ np.diag(np.exp(-values)) @ vectors.T, of("CCCC"))
    assert found.captured == 4
    assert found.zeta == pytest.approx(4.0)
    assert found.matched_zeta == pytest.approx(4.0)


def test_eigenvalues_of_the_mode_that_captures():
    # Modes of R: the trivial one, half-and-half mixtures of graph modes 2 and 3 (eigenvalues 0.8
    # and 0.4), graph mode 1 (0.2), the hub (0.1). Captured: modes 1 and 4 of the graph.
    _, v = modes("CCCC")
    mixed = np.stack([v[:, 2] + v[:, 3], v[:, 2] - v[:, 3]], axis=1) / np.sqrt(2.0)
    basis = np.column_stack([v[:, 0], mixed, v[:, 1], v[:, 4]])
    found = overlap(basis @ np.diag([1.0, 0.8, 0.4, 0.2, 0.1]) @ basis.T, of("CCCC"))
    assert found.captured == 2
    assert found.eta == pytest.approx((0.8 + 0.1) / 1.5)  # places 1 and 4 of the list of R
    assert found.matched_eta == pytest.approx((0.2 + 0.1) / 1.5)
