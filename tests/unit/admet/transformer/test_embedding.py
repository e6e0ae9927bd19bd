import pytest
import torch
from rdkit import Chem

from specml.admet.transformer.embedding import embed, load, save
from specml.admet.transformer.encoder import GraphTransformer, TransformerSize
from specml.errors import WeightsError


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    return GraphTransformer(TransformerSize(layers=1, width=8, heads=2)).eval()


def test_vectors_keep_the_order_of_the_molecules(encoder):
    molecules = [Chem.MolFromSmiles(s) for s in ("CCCCCC", "O", "c1ccccc1", "O")]
    vectors = embed(molecules, encoder)
    assert vectors.shape == (4, 16)
    for row, molecule in zip(vectors, molecules, strict=True):
        assert embed([molecule], encoder)[0] == pytest.approx(row, abs=1e-5)


def test_vectors_do_not_depend_on_the_order_of_atoms(encoder):
    one, other = (Chem.MolFromSmiles(s) for s in ("CC(O)CN", "NCC(C)O"))
    first, second = embed([one, other], encoder)
    assert first == pytest.approx(second, abs=1e-5)


def test_nothing_gives_nothing(encoder):
    assert embed([], encoder).shape == (0, 16)
    assert embed([Chem.Mol()], encoder).shape == (1, 16)


def test_what_is_saved_is_loaded(encoder, tmp_path):
    molecules = [Chem.MolFromSmiles("CCO")]
    save(tmp_path / "a.json", encoder, {"task": "all"})
    again = embed(molecules, load(tmp_path / "a.json"))[0]
    assert again == pytest.approx(embed(molecules, encoder)[0], abs=5e-3)


def test_half_a_model_is_refused(encoder, tmp_path):
    save(tmp_path / "a.json", encoder, {})
    (tmp_path / "a.safetensors").unlink()
    with pytest.raises(WeightsError, match="fits its network"):
        load(tmp_path / "a.json")


def test_the_encoder_that_ships():
    vectors = embed([Chem.MolFromSmiles("CC(=O)Oc1ccccc1C(=O)O"), Chem.MolFromSmiles("O")])
    assert vectors.shape == (2, 2 * load().size.width)
    assert (vectors.std(axis=1) > 0.1).all()
