"""Electronic structures and self-consistent fields without a terminal."""

import inspect

import numpy as np
import pytest
from pyscf import scf as pyscf_scf

from specml.cli.hamiltonian import hamiltonian as hamiltonian_command
from specml.cli.scf import scf as scf_command
from specml.errors import InputError, ReferenceFailure
from specml.structure import Structure
from specml.workflows import electronic_structure, scf, single_points
from specml.workflows.electronic_structure import ElectronicStructure, ElectronicStructureSettings
from specml.workflows.failure import Failure
from specml.workflows.scf import SCFRuns, SCFSettings
from tests.fock_model import SpoiltFock

WATER = Structure([8, 1, 1], [[0.0, 0.0, 0.12], [0.0, 0.76, -0.48], [0.0, -0.76, -0.48]], name="w")
FLUORIDE = Structure([9, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.92]], name="hf")
LEVEL = {"xc": "hf", "basis": "6-31g"}


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """PySCF keeps no temporary files of its own."""
    monkeypatch.setattr(pyscf_scf.hf, "MUTE_CHKFILE", True)


def lost(structure, optimize):
    """The geometry of a molecule that GFN2-xTB loses."""
    if structure is WATER:
        raise ReferenceFailure("GFN2-xTB gave up")
    return structure, "as given"


@pytest.mark.parametrize(
    ("workflow", "settings"), [(electronic_structure, None), (scf, SCFSettings(**LEVEL))]
)
def test_a_bad_molecule_is_a_failure_beside_the_others_answers(workflow, settings, monkeypatch):
    monkeypatch.setattr(single_points, "settled", lost)
    bad, good = workflow.run([WATER, FLUORIDE], settings, SpoiltFock(0.0))
    assert isinstance(bad, Failure)
    assert str(bad) == "w: GFN2-xTB gave up"
    assert good.structure.name == "hf"


def test_what_check_refuses_is_a_failure_of_run_too():
    ion = Structure([8, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.97]], charge=-1, name="ion")
    refused, absent = electronic_structure.run(
        [ion, FLUORIDE], ElectronicStructureSettings(cubes=("lumo+80",)), SpoiltFock()
    )
    assert "ion: got charge -1" in str(refused)
    assert "--cube: got 'lumo+80'" in str(absent)


def test_an_electronic_structure_carries_what_its_documents_need():
    (answer,) = electronic_structure.run([WATER], None, SpoiltFock(0.0))
    assert isinstance(answer, ElectronicStructure)
    assert answer.structure is WATER
    assert answer.geometry == "as given"
    assert answer.card["name"] == "spoilt"
    assert answer.mulliken.sum() == pytest.approx(0.0, abs=1e-8)
    assert answer.mayer[0, 1] == pytest.approx(answer.mayer[0, 2], abs=1e-6)


def test_runs_carry_what_their_documents_need():
    (answer,) = scf.run([FLUORIDE], SCFSettings(**LEVEL, compare=True), SpoiltFock(0.02))
    assert isinstance(answer, SCFRuns)
    assert answer.default is not None
    assert answer.predicted.energy == pytest.approx(answer.default.energy, abs=1e-8)
    assert answer.predicted.fock_builds < answer.default.fock_builds
    assert answer.outcome.used == "specml"
    assert answer.warnings == []
    assert answer.checkpoint.startswith(b"\x89HDF")


@pytest.mark.parametrize(
    ("command", "settings", "other"),
    [
        (hamiltonian_command, ElectronicStructureSettings(), {"optimize": True, "cubes": ()}),
        (scf_command, SCFSettings(), {"optimize": True}),
    ],
)
def test_defaults_are_those_of_the_command(command, settings, other):
    options = {name: p.default for name, p in inspect.signature(command).parameters.items()}
    own = {key: value for key, value in vars(settings).items() if key not in other}
    assert own == {key: options[key] for key in own}
    assert {key: getattr(settings, key) for key in other} == other
    assert options["no_optimize"] is False


def test_names_of_cubes_in_whatever_case():
    assert ElectronicStructureSettings(cubes=(" HOMO", "", "lumo+1 ")).cubes == ("homo", "lumo+1")
    with pytest.raises(InputError, match="--cube: got 'lumo\\+80'"):
        electronic_structure.check(
            [WATER], ElectronicStructureSettings(cubes=("density", "lumo+80")), SpoiltFock()
        )


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan])
def test_a_tolerance_that_cannot_be(value):
    with pytest.raises(InputError, match="conv_tol"):
        SCFSettings(conv_tol=value)


def test_a_functional_that_is_not_there_is_refused_before_anything_is_computed():
    with pytest.raises(InputError, match="--xc: got 'nope'"):
        scf.check([WATER], SCFSettings(xc="nope"))
