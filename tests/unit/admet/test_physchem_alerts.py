"""The fast ways give what RDKit's slow ways give."""

import pytest
from rdkit import Chem
from rdkit.Chem import QED
from rdkit.Chem.FilterCatalog import FilterCatalog, FilterCatalogParams

from specml.admet.alerts import alerts
from specml.admet.physchem import physchem

# With PAINS and without; fused, charged, large, small, with sulfur, halogens and boron.
SMILES = [
    "C",
    "CC(=O)Oc1ccccc1C(=O)O",
    "CN1C=NC2=C1C(=O)N(C(=O)N2C)C",
    "O=C1C=CC(=O)c2ccccc12",
    "CN(C)c1ccc(C=C2SC(=S)NC2=O)cc1",
    "Oc1ccccc1O",
    "c1ccc(N=Nc2ccccc2)cc1",
    "N#CC(C#N)=Cc1ccc(O)c(O)c1",
    "Oc1ccccc1CN1CCOCC1",
    "C[N+](C)(C)CCOC(=O)C",
    "O=[N+]([O-])c1ccc(Cl)cc1Br",
    "OB(O)c1ccccc1",
    "CC(C)Cc1ccc(cc1)C(C)C(=O)O",
    "CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5",
    "OC[C@H]1O[C@@H](O[C@H]2O[C@H](CO)[C@@H](O)[C@H](O)[C@H]2O)[C@H](O)[C@@H](O)[C@@H]1O",
    "O=C(NC(=S)Nc1ccccc1)c1ccco1",
    "C1CC2CCC1CC2=NNc1ccccc1",
]


@pytest.fixture(params=SMILES)
def mol(request):
    return Chem.MolFromSmiles(request.param)


@pytest.fixture(scope="module")
def catalogues():
    lists = FilterCatalogParams.FilterCatalogs
    result = {}
    for name, chosen in (("pains", lists.PAINS), ("brenk", lists.BRENK)):
        parameters = FilterCatalogParams()
        parameters.AddCatalog(chosen)
        result[name] = FilterCatalog(parameters)
    return result


@pytest.mark.parametrize("name", ["pains", "brenk"])
def test_alerts_are_those_of_the_catalogue(mol, catalogues, name):
    expected = {match.GetDescription() for match in catalogues[name].GetMatches(mol)}
    assert set(getattr(alerts(mol), name)) == expected


def test_these_molecules_have_alerts():
    """Otherwise the test above would compare nothing with nothing."""
    found = [alerts(Chem.MolFromSmiles(smiles)) for smiles in SMILES]
    assert sum(bool(a.pains) for a in found) >= 5
    assert sum(bool(a.brenk) for a in found) >= 5


def test_qed_is_rdkits(mol):
    assert physchem(mol).qed == pytest.approx(QED.qed(mol), abs=1e-12)


def test_aspirin():
    """PubChem CID 2244: 180.16 g/mol, 63.6 square angstrom, 1 donor, 3 rotatable bonds."""
    values = physchem(Chem.MolFromSmiles("CC(=O)Oc1ccccc1C(=O)O"))
    assert values.mw == pytest.approx(180.16, abs=0.01)
    assert values.tpsa == pytest.approx(63.6, abs=0.1)
    assert (values.hbd, values.rings, values.lipinski_violations) == (1, 1, 0)
    assert values.fsp3 == pytest.approx(1 / 9)


def test_rule_of_five():
    """Maltose breaks the counts of acceptors and donors; a long alkane that of log P."""
    assert physchem(Chem.MolFromSmiles(SMILES[14])).lipinski_violations == 2
    assert physchem(Chem.MolFromSmiles("C" * 20)).lipinski_violations == 1
    assert physchem(Chem.MolFromSmiles("C" * 40)).lipinski_violations == 2


def test_the_screen_may_forget(monkeypatch):
    """Kinds of atoms and bonds are kept up to a number; what is found does not depend on it."""
    mols = [Chem.MolFromSmiles(smiles) for smiles in SMILES]
    expected = [alerts(mol) for mol in mols]
    monkeypatch.setattr("specml.admet.screen.MOST_KINDS", 3)
    assert [alerts(mol) for mol in mols] == expected
