"""The files of electronic structures and self-consistent fields: written and read back."""

import io
import json

import h5py
import pytest
from pyscf import scf as pyscf_scf

from specml.documents import electronic_structure, scf
from specml.errors import InputError
from specml.structure import Structure
from specml.workflows import electronic_structure as electronic_workflow
from specml.workflows import scf as scf_workflow
from tests.fock_model import SpoiltFock

FLUORIDE = Structure([9, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.92]], name="fluoride")
KINDS = {"hamiltonian": electronic_structure, "scf": scf}


@pytest.fixture(scope="module")
def answers():
    """A result of each kind, of one molecule."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyscf_scf.hf, "MUTE_CHKFILE", True)
        settings = electronic_workflow.ElectronicStructureSettings(cubes=("lumo",))
        (electrons,) = electronic_workflow.run([FLUORIDE], settings, SpoiltFock(0.0))
        level = scf_workflow.SCFSettings(xc="hf", basis="6-31g", compare=True)
        (runs,) = scf_workflow.run([FLUORIDE], level, SpoiltFock(0.02))
    return {"hamiltonian": electrons, "scf": runs}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_what_was_announced_and_is_read_back(answers, kind, tmp_path):
    document, answer = KINDS[kind], answers[kind]
    announced = document.FORMAT.paths(answer, tmp_path, False)
    written = document.FORMAT.write(answer, tmp_path)
    assert written == announced
    assert set(written.values()) == set(tmp_path.iterdir())
    assert written["json"] == tmp_path / f"fluoride.{kind}.json"
    for suffix, data in document.contents(answer).items():
        same_day = suffix.endswith("cube")  # PySCF writes the time into a cube
        assert same_day or written[suffix].read_bytes() == data
    assert document.read(written["json"]) == json.loads(written["json"].read_text())


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_such_document(kind, tmp_path):
    path = tmp_path / "other.json"
    path.write_text('{"schema": "specml/ir/1"}')
    with pytest.raises(InputError, match=r"specml/ir/1.*specml/" + kind):
        KINDS[kind].read(path)


def test_tables_are_columns(answers):
    orbitals = electronic_structure.table(answers["hamiltonian"])
    assert orbitals["orbital"][:2] == [1, 2]
    assert orbitals["occupation"] == [2.0] * 5 + [0.0] * 6
    runs = scf.table(answers["scf"])
    assert runs["guess_used"] == ["minao", "specml"]
    assert {len(column) for column in runs.values()} == {2}


def test_the_basis_in_the_matrix_file_is_written_in_one_order(answers):
    with h5py.File(io.BytesIO(electronic_structure.contents(answers["hamiltonian"])["h5"])) as file:
        assert list(json.loads(file.attrs["basis_functions"])) == ["F", "H"]
