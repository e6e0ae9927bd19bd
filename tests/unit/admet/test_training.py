"""A scorer from tables to files and back, on made-up values."""

import numpy as np
import pytest
from rdkit import Chem

from specml.admet import model_file, training
from specml.admet.scorer import Scorer, load
from specml.admet.training import Measurements
from specml.errors import InputError, WeightsError
from specml.workflows.admet_evaluation import MeasuredTable, evaluate
from tests import admet_data


@pytest.fixture(scope="module")
def trained():
    drugs = [Chem.MolFromSmiles(text) for text in admet_data.smiles()[::3]]
    return training.train(admet_data.tables(), drugs)


@pytest.fixture(scope="module")
def mols():
    texts = ["CCCCCCc1ccccc1", "OCC(O)CO", "c1ccccc1C", "[Na+]"]
    return [Chem.MolFromSmiles(text) for text in texts]


def test_it_learns(trained):
    """Log P of its own training rows to within the noise and some shrinkage."""
    scorer = Scorer(trained)
    for endpoint, data in admet_data.tables().items():
        result = evaluate(scorer, MeasuredTable(endpoint, data, data))
        assert result.n_known == result.n == 72
        if endpoint.is_classification:
            assert result.value > 0.95
        else:
            assert result.value < 0.5 * np.abs(data.y - np.median(data.y)).mean()
            assert 0.85 < result.calibration <= 1.0


def test_scores_are_what_they_say(trained, mols):
    scores = Scorer(trained).predict(mols)
    assert scores.value.shape == (4, 2)
    assert (scores.low[:, 0] < scores.value[:, 0]).all()
    assert (scores.value[:, 0] < scores.high[:, 0]).all()
    assert np.isnan(scores.low[:, 1]).all()
    assert ((scores.uncertainty[:, 1] >= 0) & (scores.uncertainty[:, 1] <= 0.5)).all()
    assert ((scores.value[:, 1] > 0) & (scores.value[:, 1] < 1)).all()
    assert ((scores.percentile >= 0) & (scores.percentile <= 100)).all()
    assert scores.similarity[2] == pytest.approx(1.0)
    np.testing.assert_array_equal(scores.nearest, scores.similarity[:, None] * np.ones(2))
    assert list(scores.inside[2:]) == [True, False]
    # Less certain of what resembles nothing.
    assert scores.uncertainty[3, 0] >= scores.uncertainty[2, 0] - 1e-12


def test_order_and_batches_do_not_matter(trained, mols):
    scorer = Scorer(trained)
    both, one = scorer.predict(mols), scorer.predict(mols, ["greasy"])
    np.testing.assert_array_equal(both.value[:, 1:], one.value)
    single = np.concatenate([scorer.predict([mol]).value for mol in mols])
    np.testing.assert_allclose(both.value, single, rtol=1e-5)
    assert scorer.predict([]).value.shape == (0, 2)
    with pytest.raises(InputError, match="'herg'"):
        scorer.predict(mols, ["herg"])


def test_files_give_the_same_scores(trained, mols, tmp_path):
    path = tmp_path / "own.json"
    model_file.save(path, trained, {"data": "made up"})
    before, after = Scorer(trained).predict(mols), load(path).predict(mols)
    np.testing.assert_allclose(before.value, after.value, atol=2e-3)  # leaves in half precision
    np.testing.assert_array_equal(before.similarity, after.similarity)
    np.testing.assert_allclose(before.high, after.high, atol=4e-3)


@pytest.mark.parametrize(("shift", "factor"), [(8.0, 1e10), (8.0, 1e-7), (1e6, 1.0)])
def test_the_unit_of_the_values_does_not_matter(mols, tmp_path, shift, factor):
    endpoint, data = next(iter(admet_data.tables().items()))
    plain = training.train({endpoint: data})
    other = training.train({endpoint: Measurements(data.smiles, factor * (data.y + shift))})
    model_file.save(tmp_path / "own.json", other, {})
    expected = factor * (Scorer(plain).predict(mols).value + shift)
    found = load(tmp_path / "own.json").predict(mols).value
    np.testing.assert_allclose(found, expected, atol=5e-3 * factor)


def test_parameters_of_another_card_are_refused(trained, tmp_path):
    """What a kill between the two files leaves behind."""
    model_file.save(tmp_path / "own.json", trained, {})
    endpoint, data = next(iter(admet_data.tables().items()))
    model_file.save(tmp_path / "new.json", training.train({endpoint: data}), {})
    (tmp_path / "new.safetensors").replace(tmp_path / "own.safetensors")
    with pytest.raises(WeightsError, match="parameters of another card"):
        load(tmp_path / "own.json")


def test_values_that_do_not_differ_are_refused():
    endpoint, data = next(iter(admet_data.tables().items()))
    with pytest.raises(InputError, match="2 in every row"):
        training.train({endpoint: Measurements(data.smiles, np.full(len(data.smiles), 2.0))})


def test_rows_that_cannot_be_read_are_counted(trained):
    for endpoint in admet_data.tables():
        table = MeasuredTable(endpoint, Measurements(["C1CC", ""], np.array([0.0, 1.0])))
        result = evaluate(Scorer(trained), table)
        assert (result.n, result.n_failed, result.calibration) == (2, 2, None)


def test_a_file_of_something_else_is_refused(tmp_path):
    path = tmp_path / "other.json"
    path.write_text('{"kind": "shielding"}')
    with pytest.raises(WeightsError, match=r"other\.json"):
        load(path)


def test_held_out_error_is_of_other_scaffolds():
    (endpoint, data), *_ = admet_data.tables().items()
    report = training.held_out_error(endpoint, data)
    assert report["n"] + report["n_train"] == 72
    assert report["value"] > 0.05


@pytest.mark.parametrize(
    ("y", "said"),
    [(np.ones(60), "both 0 and 1"), (np.full(60, np.nan), "numbers"), (np.ones(10), "at least 50")],
)
def test_tables_that_cannot_be_learned(y, said):
    data = Measurements(admet_data.smiles()[: len(y)], y)
    with pytest.raises(InputError, match=said):
        training.train({admet_data.CLASSIFICATION: data})


def test_what_is_learned_is_what_is_scored():
    """Salts, other notations and marks of stereochemistry describe the same molecules."""
    written = ["CC(C)N.Cl", "C[S+](C)[O-]", "C[C@H](O)CN", "[Na+].[O-]C(=O)c1ccccc1", "Oc1ccccn1"]
    parents = ["CC(C)N", "CS(C)=O", "CC(O)CN", "OC(=O)c1ccccc1", "O=c1cccc[nH]1"]
    y = np.arange(5.0)
    first, second = (
        training.DescribedMolecules({admet_data.REGRESSION: Measurements(texts, y)})
        for texts in (written, parents)
    )
    assert (first.x == second.x).all()
    assert [first.position[a] for a in written] == [second.position[b] for b in parents]


def test_one_structure_in_two_notations_is_one_molecule():
    data = Measurements(["CCN.Cl", "CCN", "CCO"], np.arange(3.0))
    described = training.DescribedMolecules({admet_data.REGRESSION: data})
    assert described.position == {"CCN.Cl": 0, "CCN": 0, "CCO": 1}
    assert described.rows(data).x.shape[0] == 3
    assert described.sizes.tolist() == [3, 3]


def test_the_sizes_of_the_domain_are_saved(trained, tmp_path):
    model_file.save(tmp_path / "own.json", trained, {})
    assert model_file.read(tmp_path / "own.json").most_atoms == trained.most_atoms == 14
