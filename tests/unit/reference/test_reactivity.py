"""GFN2-xTB labels of atoms; the sums follow from the definition of the indices."""

import numpy as np
import pytest

from specml.errors import InputError, ReferenceFailure
from specml.io import atom_labels
from specml.reference import atom_labelling
from specml.reference.reactivity import reactivity


def test_indices_of_a_molecule_without_hydrogen_sum_to_one():
    labels = reactivity("ClC(Cl)(Cl)Cl")
    assert labels["charge"].sum() == pytest.approx(0.0, abs=1e-3)
    assert labels["fukui_nucleophilic"].sum() == pytest.approx(1.0, abs=1e-3)
    assert labels["fukui_electrophilic"].sum() == pytest.approx(1.0, abs=1e-3)


def test_sites_of_attack():
    # Acrolein, C=CC=O: nucleophiles take its carbonyl and end carbon, not the one between them.
    # Dimethylamine, CNC: an electrophile takes the nitrogen.
    acrolein = reactivity("C=CC=O")["fukui_nucleophilic"]
    assert acrolein[1] < min(acrolein[0], acrolein[2])
    assert reactivity("CNC")["fukui_electrophilic"].argmax() == 1
    assert reactivity("CNC")["charge"].argmin() == 1


def test_dipole_of_an_ion_does_not_depend_on_where_it_stands():
    # Tetramethylammonium is a tetrahedron: no dipole about its centre.
    assert reactivity("C[N+](C)(C)C")["dipole"] == pytest.approx(0.0, abs=0.02)


def test_a_radical_is_refused():
    with pytest.raises(ReferenceFailure, match="unpaired"):
        reactivity("[CH3]")


def run(monkeypatch, out, limit=None, smiles=("CCO", "bad", "CC", "C" * 41, "O", "CN")):
    """Label a list in this process, the labels being lengths of text."""

    def label(text):
        atoms = np.zeros(len(text))
        scalars = {"gap": np.array(len(text)), "dipole": np.array(0.0)}
        return dict.fromkeys(atom_labels.ATOMIC, atoms) | scalars

    monkeypatch.setattr(atom_labelling, "reactivity", label)
    # Results come out of order, as from several processes.
    monkeypatch.setattr(
        atom_labelling, "unordered", lambda work, tasks, *_: (work(t) for t in reversed(tasks))
    )
    steps = list(atom_labelling.label_list(smiles, out, frozenset(), 1, limit))
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
