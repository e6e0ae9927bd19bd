"""The workflow of NMR spectra, without a terminal and without files."""

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from specml.data.sampling import conformer
from specml.errors import InputError, ReferenceFailure
from specml.inference.shieldings import load_shieldings
from specml.nuclei import NUCLEI
from specml.reference.surface import GFN2Surface
from specml.structure import Structure
from specml.workflows.failure import Failure
from specml.workflows.nmr import run, run_and
from specml.workflows.nmr_inputs import averaged_over
from specml.workflows.nmr_settings import NMRSettings
from specml.workflows.nmr_spectra import NMRSpectra
from tests.nmr_model import write_tiny

AS_GIVEN = NMRSettings(optimize=False, conformers=1)


@pytest.fixture(scope="module")
def card(tmp_path_factory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def methanol() -> Structure:
    return conformer("CO")


def finished(word: str, spectra: NMRSpectra) -> tuple[str, str, int]:
    return word, spectra.structure.formula, os.getpid()


def test_numbers_are_those_of_the_predictor(card, methanol):
    (spectra,) = run([methanol], AS_GIVEN, card)
    (shieldings,) = load_shieldings(card).predict([methanol])
    assert spectra.signals_of(NUCLEI["13C"])[0].shift == shieldings.shift[0]
    assert list(spectra.curves) == list(spectra.sticks) == ["1H", "13C"]
    assert spectra.warnings == []


def test_a_loaded_model_gives_the_same(card, methanol):
    first, second = (
        next(iter(run([methanol], AS_GIVEN, model))) for model in (card, load_shieldings(card))
    )
    assert [s.shift for s in first.signals] == [s.shift for s in second.signals]


def test_a_failure_stands_beside_the_others_answers(card, methanol, monkeypatch):
    original = GFN2Surface.relax

    def relax(self, structures):
        if len(structures[0]) == 5:
            raise ReferenceFailure("SCF: got no convergence; expected some. Try again.")
        return original(self, structures)

    monkeypatch.setattr(GFN2Surface, "relax", relax)
    answers = list(run([methanol, conformer("C"), methanol], NMRSettings(conformers=1), card))
    assert [type(answer) for answer in answers] == [NMRSpectra, Failure, NMRSpectra]
    assert "SCF: got no convergence" in str(answers[1])


def test_what_is_to_be_done_is_done_where_it_was_computed(card, methanol):
    finish = partial(finished, "done")
    molecules = [methanol, conformer("CC")]
    answers = list(run_and(finish, molecules, AS_GIVEN, card, processes=2))
    assert [answer[:2] for answer in answers] == [("done", "CH4O"), ("done", "C2H6")]
    assert os.getpid() not in {answer[2] for answer in answers}


def test_frames_are_averaged(card, methanol):
    frames = [methanol, methanol.with_positions(1.01 * methanol.positions)]
    settings = NMRSettings(average=True)
    (spectra,) = run([averaged_over(frames, "methanol", "frames")], settings, card)
    assert spectra.n_frames == 2
    assert spectra.structure.name == "methanol"
    with pytest.raises(InputError, match="got one frame"):
        run([methanol], settings, card)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"nuclei": ("15N",)}, "nuclei: got '15N'; expected one of 1H, 13C"),
        ({"fwhm_ppm": 0.0}, "fwhm_ppm: got 0.0"),
        ({"mhz": float("nan")}, "mhz: got nan"),
        ({"temperature_k": -1.0}, "temperature_k: got -1.0"),
        ({"conformers": 0}, "conformers: got 0"),
        ({"conformers": 2, "average": True}, "--conformers 2: got --average"),
        ({"conformers": 2, "optimize": False}, "--no-optimize"),
    ],
)
def test_settings_that_cannot_be(options, reason):
    with pytest.raises(InputError, match=reason):
        NMRSettings(**options)


def test_a_nucleus_that_the_model_has_not_learned(card, methanol, monkeypatch):
    monkeypatch.setitem(NUCLEI, "17O", replace(NUCLEI["13C"], number=8, name="17O"))
    with pytest.raises(InputError, match="model tiny: got no shifts of 17O"):
        run([methanol], NMRSettings(nuclei=("17O",), optimize=False), card)
    (spectra,) = run([methanol], NMRSettings(nuclei=("13C", "17O"), optimize=False), card)
    assert list(spectra.curves) == ["13C"]
