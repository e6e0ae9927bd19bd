"""Profiles, evaluations and models as they are written."""

import json
import math

import pytest

from specml.admet import model_file, training
from specml.admet.endpoints import ENDPOINTS, Endpoint
from specml.documents import admet, admet_evaluation, admet_model
from specml.errors import InputError
from specml.workflows.admet import MoleculeProfile
from specml.workflows.admet_evaluation import ModelEvaluation, TaskEvaluation
from specml.workflows.admet_training import OwnModel
from tests import admet_data

NEW = Endpoint(
    *("skin_permeability", "Permeability of human skin after an hour", "exposure", "regression"),
    *("log10(cm/s)", "mae", "", "identity", "nobody"),
)
MOLECULE = {
    "scored_smiles": "CCO",
    "status": "salt",
    "status_reason": "removed sodium",
    "similarity": 0.07,
    "in_domain": False,
    "pains": "",
    "brenk": "thiol",
    **dict.fromkeys(admet.PROPERTIES, 1),
}


def profile(*endpoints: Endpoint, percentile: float | None = 40.0) -> MoleculeProfile:
    row = dict(MOLECULE)
    for each in endpoints:
        row |= {each.name: 0.5, f"{each.name}_uncertainty": 0.1, f"{each.name}_similarity": 0.2}
        row[f"{each.name}_percentile"] = percentile
        if not each.is_classification:
            row |= {f"{each.name}_low": 0.0123, f"{each.name}_high": 1234.5}
    return MoleculeProfile("CCO.[Na+]", row, endpoints, 0.4)


def test_a_new_endpoint_is_a_row_and_nothing_else():
    """In a group that no other endpoint has, with a title of two lines."""
    of_all = profile(*ENDPOINTS, NEW)
    (line,) = admet.endpoint_lines(of_all)["exposure"]
    assert (line.title, line.value, line.unit) == (NEW.title, "0.5", "log10(cm/s)")
    assert (line.interval, line.percentile) == ("0.012 to 1230", "40 %")
    assert line.is_unfamiliar
    assert admet.table(of_all)["endpoint"][-1] == NEW.name
    texts = [text.get_text() for text in admet.figure(of_all).texts]
    assert "● exposure" in texts
    assert admet.radar_png(of_all).startswith(b"\x89PNG")


def test_the_lines_of_a_profile():
    herg = next(endpoint for endpoint in ENDPOINTS if endpoint.name == "herg")
    (line,) = admet.endpoint_lines(profile(herg))[herg.group]
    assert (line.probability, line.value, line.interval) == (0.5, "0.50", "± 0.10")
    facts = admet.facts(profile(herg))
    assert (facts.given_as, facts.status) == ("CCO.[Na+]", "salt: removed sodium")
    assert facts.domain.startswith("outside, similarity to the training tables 0.07")
    assert facts.alerts == {"PAINS": "", "Brenk": "thiol"}
    assert facts.properties[0] == "MW 1.0 g/mol"


def test_no_radar_without_percentiles():
    with pytest.raises(InputError, match="without percentiles"):
        admet.figure(profile(NEW, percentile=None))


def test_an_evaluation_reads_back(tmp_path):
    tasks = {
        "herg": TaskEvaluation("auroc", math.nan, 4, 1, None, 0.25),
        "caco2_wang": TaskEvaluation("mae", 0.5, 9, 0, 2, 0.9),
    }
    written = ModelEvaluation("own.json", tasks)
    path = tmp_path / "evaluation.json"
    path.write_bytes(admet_evaluation.contents(written))
    assert json.loads(path.read_text())["tasks"]["herg"]["value"] is None
    again = admet_evaluation.read(path)
    assert again.tasks["caco2_wang"] == tasks["caco2_wang"]
    assert math.isnan(again.tasks["herg"].value)
    assert admet_evaluation.table(again)["n"] == [4, 9]
    path.write_text('{"tasks": 1}')
    with pytest.raises(InputError, match=r"evaluation\.json: got .*; expected an evaluation"):
        admet_evaluation.read(path)


def test_a_model_is_a_card_with_its_parameters(tmp_path):
    endpoint, data = next(iter(admet_data.tables().items()))
    model = OwnModel(training.train({endpoint: data}), {"data": "made up"})
    for path, content in admet_model.contents(model, tmp_path / "own").items():
        path.write_bytes(content)
    assert json.loads((tmp_path / "own.json").read_text())["data"] == "made up"
    assert model_file.read(tmp_path / "own.json").fitted[0].endpoint == endpoint
