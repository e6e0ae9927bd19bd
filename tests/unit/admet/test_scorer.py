"""The model that ships: its shape, its size, and what a chemist would know."""

import numpy as np
import pytest
from rdkit import Chem

import specml.admet
from specml.admet.endpoints import ENDPOINTS
from specml.admet.scorer import load
from specml.io.model_cards import ADMET, card_path

MOLECULES = {
    "caffeine": "CN1C=NC2=C1C(=O)N(C)C(=O)N2C",
    "ethanol": "CCO",
    "hexadecane": "CCCCCCCCCCCCCCCC",
    "terfenadine": "CC(C)(C)c1ccc(cc1)C(O)CCCN1CCC(CC1)C(O)(c1ccccc1)c1ccccc1",
    "streptomycin": "CC1C(C(C(O1)OC2C(C(C(C(C2O)O)N=C(N)N)O)N=C(N)N)OC3C(C(C(C(O3)CO)O)O)NC)(C=O)O",
    "nitrosamine": "CN(C)N=O",
    "sodium": "[Na+]",
}


@pytest.fixture(scope="module")
def scores():
    return load().predict([Chem.MolFromSmiles(text) for text in MOLECULES.values()])


def test_every_molecule_has_every_endpoint(scores):
    assert scores.endpoints == ENDPOINTS
    assert np.isfinite(scores.value).all()
    assert np.isfinite(scores.uncertainty).all()
    assert ((scores.percentile >= 0) & (scores.percentile <= 100)).all()
    regression = np.array([not row.is_classification for row in ENDPOINTS])
    assert (scores.low <= scores.value)[:, regression].all()
    assert (scores.value <= scores.high)[:, regression].all()
    assert np.isnan(scores.low[:, ~regression]).all()


def test_what_a_chemist_knows(scores):
    names, tasks = list(MOLECULES), [row.name for row in ENDPOINTS]

    def value(molecule: str, task: str) -> float:
        return float(scores.value[names.index(molecule), tasks.index(task)])

    assert value("ethanol", "solubility_aqsoldb") > 0.0 > value("hexadecane", "solubility_aqsoldb")
    assert value("terfenadine", "herg") > 0.9
    assert value("streptomycin", "hia_hou") < 0.5 < value("caffeine", "hia_hou")
    assert value("caffeine", "bbb_martins") > 0.8
    assert value("nitrosamine", "ames") > 0.8
    assert value("terfenadine", "lipophilicity_astrazeneca") > value(
        "caffeine", "lipophilicity_astrazeneca"
    )


def test_weights_are_small_and_have_a_card():
    card = card_path(None, ADMET)
    files = list(card.parent.glob("*"))
    assert sum(path.stat().st_size for path in files) < 25e6
    assert '"command"' in card.read_text()


@pytest.mark.parametrize(
    ("labelled", "plain"),
    [
        ("[2H]C([2H])([2H])Oc1ccccc1", "COc1ccccc1"),
        ("[14CH3]C(=O)Oc1ccccc1", "CC(=O)Oc1ccccc1"),
        ("[H]/N=C(/C)N", "CC(=N)N"),
        ("[CH3:1][OH:2]", "CO"),
    ],
)
def test_isotopes_and_written_hydrogens_change_no_prediction(labelled, plain):
    one, other = specml.admet.score(labelled), specml.admet.score(plain)
    assert one["similarity"] == other["similarity"]
    assert all(one[row.name] == other[row.name] for row in ENDPOINTS)
    heavier = "2H" in labelled or "14C" in labelled
    assert (one["mw"] > other["mw"]) == heavier


@pytest.mark.parametrize(
    ("smiles", "inside"),
    [
        ("C" * 190, False),
        ("C" * 24 + "O", True),
        ("COCCOCCOC", True),
        ("C" + "OCC" * 60 + "O", False),
        ("NC(CC1=CC=CC=C1)C(=O)" + "NC(C)C(=O)" * 19 + "NCC(=O)O", False),
    ],
    ids=["190 carbons", "24 carbons", "triglyme", "PEG of 182 atoms", "21 residues"],
)
def test_the_domain_sees_size(smiles, inside):
    assert specml.admet.score(smiles, tasks=["solubility_aqsoldb"])["in_domain"] is inside


def test_intervals_outside_the_sizes_are_those_of_strangers():
    """Of 190 carbons in a row the fingerprint is that of 30."""
    chains = [Chem.MolFromSmiles("C" * n) for n in (30, 190)]
    scores = load().predict(chains, ["lipophilicity_astrazeneca"])
    assert scores.nearest[0] == scores.nearest[1]
    assert scores.uncertainty[1] > scores.uncertainty[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "COc1ccc2[nH]c(S(=O)Cc3ncc(C)c(OC)c3C)nc2c1",
            "COc1ccc2[nH]c([S+]([O-])Cc3ncc(C)c(OC)c3C)nc2c1",
        ),
        ("CN(C)C(=N)NC(=N)N", "CN(C)C(=N)N=C(N)N"),
        ("CN1CCC(Oc2ccccc2)CC1", "[CH3:1][N:2]1[CH2:3][CH2:4][CH:5]([O:6]c2ccccc2)[CH2:7][CH2:8]1"),
    ],
)
def test_one_molecule_has_one_set_of_numbers(one, other):
    rows = specml.admet.score([one, other])
    first, second = rows.drop(columns=["smiles", "status_reason"]).to_dict("records")
    assert str(first) == str(second)
