"""GFN2-xTB labels of atoms; the sums follow from the definition of the indices."""

import numpy as np
import pytest

from specml.errors import InputError, ReferenceFailure
from specml.io import atom_labels
from specml.reference import atom_labelling
from specml.reference.fukui import fukui_labels


def test_indices_of_a_molecule_without_hydrogen_sum_to_one():
    labels = fukui_labels("ClC(Cl)(Cl)Cl")
    assert labels["charge"].sum() == pytest.approx(0.0, abs=1e-3)
    assert labels["fukui_nucleophilic"].sum() == pytest.approx(1.0, abs=1e-3)
    assert labels["fukui_electrophilic"].sum() == pytest.approx(1.0, abs=1e-3)


def test_sites_of_attack():
    # Acrolein, C=CC=O: nucleophiles take its carbonyl and end carbon, not the one between them.
    # Dimethylamine, CNC: an electrophile takes the nitrogen.
    acrolein = fukui_labels("C=CC=O")["fukui_nucleophilic"]
    assert acrolein[1] < min(acrolein[0], acrolein[2])
    assert fukui_labels("CNC")["fukui_electrophilic"].argmax() == 1
    assert fukui_labels("CNC")["charge"].argmin() == 1


def test_dipole_of_an_ion_does_not_depend_on_where_it_stands():
    # Tetramethylammonium is a tetrahedron: no dipole about its centre.
    assert fukui_labels("C[N+](C)(C)C")["dipole"] == pytest.approx(0.0, abs=0.02)


def test_a_radical_is_refused():
    with pytest.raises(ReferenceFailure, match="unpaired"):
        fukui_labels("[CH3]")


def test_hydrogens_written_as_atoms_are_refused():
    # Labels would no longer stand beside the atoms of the graph.
    with pytest.raises(ReferenceFailure, match="hydrogens written"):
        fukui_labels("[2H]OC")


def test_a_diradical_geometry_is_refused(monkeypatch):
    monkeypatch.setattr("specml.reference.fukui.SMALLEST_GAP", 50.0)
    with pytest.raises(ReferenceFailure, match=r"a gap of \d+\.\d\d eV"):
        fukui_labels("CO")


LIST = ("CCO", "bad", "CC", "C" * 41, "O", "CN")


def made_up(text):
    """Labels that are lengths of text."""
    scalars = {"gap": np.array(len(text)), "dipole": np.array(0.0)}
    return dict.fromkeys(atom_labels.ATOMIC, np.zeros(len(text))) | scalars


def run(monkeypatch, out, limit=None, smiles=LIST, excluded=frozenset()):
    """Label a list in this process."""
    monkeypatch.setattr(atom_labelling, "fukui_labels", made_up)
    # Results come out of order, as from several processes.
    monkeypatch.setattr(
        atom_labelling, "unordered", lambda work, tasks, *_: (work(t) for t in reversed(tasks))
    )
    steps = list(atom_labelling.label_list(smiles, out, excluded, 1, limit))
    return steps[-1], atom_labels.read(out)


def test_pieces_give_the_same_file_as_one_run(tmp_path, monkeypatch):
    last, whole = run(monkeypatch, tmp_path / "whole.h5")
    assert (last.done, last.failed, last.total) == (4, 2, 6)
    for _ in range(3):
        _, parts = run(monkeypatch, tmp_path / "parts.h5", limit=2)
    assert parts.smiles == whole.smiles
    assert sorted(whole.smiles) == ["CC", "CCO", "CN", "O"]
    assert parts.attributes == whole.attributes
    assert parts.molecular["gap"].tolist() == [len(s) for s in parts.smiles]


def test_another_list_is_refused(tmp_path, monkeypatch):
    run(monkeypatch, tmp_path / "a.h5", limit=2)
    with pytest.raises(InputError, match="another list"):
        run(monkeypatch, tmp_path / "a.h5", smiles=("CCO", "CC"))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"smiles": ("CCO", "bad", "CC", "CCC", "O", "CN")}, "another list"),
        ({"excluded": frozenset(("OKKJLVBELUTLKV",))}, "another excluded"),
    ],
)
def test_a_file_of_another_list_or_other_exclusions_is_not_continued(
    tmp_path, monkeypatch, changed, told
):
    run(monkeypatch, tmp_path / "l.h5", limit=2)
    with pytest.raises(InputError, match=told):
        run(monkeypatch, tmp_path / "l.h5", **changed)


def test_a_run_does_not_undo_the_work_of_another(tmp_path, monkeypatch):
    out = tmp_path / "l.h5"
    run(monkeypatch, out, limit=1)
    slow = atom_labelling.label_list(LIST, out, frozenset(), 1)
    next(slow)
    _, done = run(monkeypatch, out)
    with pytest.raises(InputError, match="another run"):
        list(slow)
    assert atom_labels.read(out).smiles == done.smiles


def interrupted(monkeypatch, out, places):
    """A run that is stopped after the labels of these places in the order."""

    def some(work, tasks, *_):
        yield from (work(task) for task in tasks if task[0] in places)
        raise KeyboardInterrupt

    monkeypatch.setattr(atom_labelling, "fukui_labels", made_up)
    monkeypatch.setattr(atom_labelling, "unordered", some)
    with pytest.raises(KeyboardInterrupt):
        list(atom_labelling.label_list(LIST, out, frozenset(), 1))


def test_a_stopped_run_keeps_what_lies_beyond_a_gap_too(tmp_path, monkeypatch):
    """It waits in a shard; the file itself stays a fair sample without gaps."""
    _, whole = run(monkeypatch, tmp_path / "whole.h5")
    out = tmp_path / "l.h5"
    interrupted(monkeypatch, out, (0, 1, 3, 5))
    assert atom_labels.read(out).attributes["seen"] == 2
    assert (tmp_path / "l.h5.parts").exists()
    last, found = run(monkeypatch, out)
    assert last.total == 2  # places 2 and 4
    assert found.smiles == whole.smiles
    assert found.attributes == whole.attributes
    assert not (tmp_path / "l.h5.parts").exists()


def test_shards_that_a_kill_left_behind_are_taken_up_once(tmp_path, monkeypatch):
    _, whole = run(monkeypatch, tmp_path / "whole.h5")
    out, parts = tmp_path / "l.h5", tmp_path / "l.h5.parts"
    interrupted(monkeypatch, out, (1, 2, 3))
    kept = (parts / "000000.h5").read_bytes()
    interrupted(monkeypatch, out, (0,))  # the file now has the first four
    assert atom_labels.read(out).attributes["seen"] == 4
    parts.mkdir()
    (parts / "000000.h5").write_bytes(kept)  # as if killed before they were removed
    _, found = run(monkeypatch, out)
    assert found.smiles == whole.smiles
    assert not parts.exists()
