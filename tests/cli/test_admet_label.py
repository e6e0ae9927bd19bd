"""`specml admet label`: atoms of drug-like molecules, resumed after a stop."""

import gzip

import pytest

from specml.io import atom_labels
from specml.reference import atom_labelling


@pytest.fixture
def molecules(folder):
    path = folder / "molecules.csv.gz"
    path.write_bytes(gzip.compress(b"smiles,key\nCO,a\nC(C,b\nC=O,c\nCl,d\n"))
    return path


@pytest.fixture
def one_process(monkeypatch):
    monkeypatch.setattr(atom_labelling, "unordered", lambda work, tasks, *_: map(work, tasks))


def test_labels_of_a_list_in_two_pieces(run, molecules, folder, one_process):
    arguments = ("admet", "label", molecules, "--output", "l.h5")
    assert "2 of 4 looked at" in run(*arguments, "--limit", 2).stdout
    result = run(*arguments)
    assert "3 molecules, 5 atoms" in result.stdout
    labels = atom_labels.read(folder / "l.h5")
    assert sorted(labels.smiles) == ["C=O", "CO", "Cl"]
    assert labels.molecular["gap"].min() > 1.0


def test_excluded_molecules_are_left_out(run, molecules, folder, one_process):
    (folder / "keys.txt").write_text("# methanol\nOKKJLVBELUTLKV\n")
    run("admet", "label", molecules, "--output", "l.h5", "--exclude", "keys.txt")
    assert sorted(atom_labels.read(folder / "l.h5").smiles) == ["C=O", "Cl"]


@pytest.mark.parametrize(
    ("content", "told"), [(b"name\nwater\n", "no column 'smiles'"), (b"\xff\xfe\x00", "decode")]
)
def test_a_list_that_cannot_be_read(refused, folder, content, told):
    (folder / "bad.csv").write_bytes(content)
    assert told in refused("admet", "label", "bad.csv", "--output", "l.h5")


def test_a_missing_list(refused):
    assert "none.csv" in refused("admet", "label", "none.csv", "--output", "l.h5")


def test_an_empty_list(refused, folder):
    (folder / "empty.csv").write_text("smiles\n")
    assert "no rows" in refused("admet", "label", "empty.csv", "--output", "l.h5")
    assert not (folder / "l.h5").exists()


def test_exclusions_that_are_no_keys(refused, molecules, folder):
    (folder / "keys.txt").write_text("CCO\n")
    arguments = ("admet", "label", molecules, "--output", "l.h5", "--exclude", "keys.txt")
    assert "'CCO'; expected the block of an InChIKey" in refused(*arguments)


def test_the_folder_of_the_output_is_made_before_the_work(run, molecules, folder, one_process):
    run("admet", "label", molecules, "--output", "new/l.h5", "--limit", 1)
    assert (folder / "new" / "l.h5").exists()
