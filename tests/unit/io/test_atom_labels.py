import numpy as np
import pytest

from specml.errors import InputError
from specml.io import atom_labels
from specml.io.atom_labels import ATOMIC, STEP, AtomLabels


def row(smiles, n, start):
    values = (np.arange(n) + start) / 100.0
    labels = {name: values + 0.001 * i for i, name in enumerate(ATOMIC)}
    return smiles, labels | {"gap": np.array(3.25), "dipole": np.array(0.5)}


def test_what_is_written_is_read(tmp_path):
    labels = AtomLabels.empty().extended([row("CCO", 3, -20), row("C", 1, 5)])
    labels.attributes["seen"] = 7
    atom_labels.write(tmp_path / "a.h5", labels)
    again = atom_labels.read(tmp_path / "a.h5").extended([row("CC", 2, 0)])
    assert again.smiles == ["CCO", "C", "CC"]
    assert again.select(np.array([2, 1])).atomic["charge"] == pytest.approx([0.0, 0.01, 0.05])
    assert again.starts.tolist() == [0, 3, 4, 6]
    assert again.attributes["seen"] == 7
    assert again.molecular["gap"].tolist() == [3.25, 3.25, 3.25]
    expected = [-0.2, -0.19, -0.18, 0.05, 0.0, 0.01]
    np.testing.assert_allclose(again.atomic["charge"], expected, atol=STEP / 2)


def test_joined_labels_are_nan_where_one_has_none():
    first = AtomLabels.empty().extended([row("CCO", 3, 0), row("C", 1, 5)]).first(1)
    other = AtomLabels(["CN"], np.array([2], dtype=np.uint8), {"shift": np.array([1.0, 2.0])}, {})
    both = atom_labels.joined(first, other)
    assert both.smiles == ["CCO", "CN"]
    assert both.starts.tolist() == [0, 3, 5]
    nan = np.nan
    expected = {"charge": [0.0, 0.01, 0.02, nan, nan], "shift": [nan, nan, nan, 1.0, 2.0]}
    for name, values in expected.items():
        np.testing.assert_allclose(both.atomic[name], values)
    np.testing.assert_allclose(both.molecular["gap"], [3.25, nan])


def test_nothing_labelled_yet_can_be_written(tmp_path):
    atom_labels.write(tmp_path / "a.h5", AtomLabels.empty())
    assert len(atom_labels.read(tmp_path / "a.h5")) == 0


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "a.h5"
    path.write_text("smiles")
    with pytest.raises(InputError, match="labels of atoms"):
        atom_labels.read(path)
