"""Every entry of a column of structures becomes a parent or a reason."""

import csv
from importlib.resources import files

import pytest
from rdkit import Chem
from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers
from rdkit.Chem.MolStandardize import rdMolStandardize

from specml.admet.components import neutral
from specml.admet.features import features
from specml.admet.molecules import Status, clean, learned, plain

READ = [
    ("CCO", Status.OK, "", "CCO"),
    ("  CCO\n", Status.OK, "", "CCO"),
    ("c1ccccc1 |c:0|", Status.OK, "", "c1ccccc1"),
    ("CC(=O)[O-]", Status.OK, "scored in its neutral form", "CC(=O)O"),
    ("C[N+](C)(C)CC(=O)[O-]", Status.OK, "", "C[N+](C)(C)CC(=O)[O-]"),
    ("O=[N+]([O-])c1ccccc1", Status.OK, "", "O=[N+]([O-])c1ccccc1"),
    ("CCCCN.Cl", Status.SALT, "removed hydrogen chloride", "CCCCN"),
    (
        "CC(=O)[O-].[Na+]",
        Status.SALT,
        "removed sodium",
        "CC(=O)O",
    ),
    ("CC(=O)O[Na]", Status.SALT, "removed sodium", "CC(=O)O"),
    ("OC(=O)/C=C/C(=O)O.CCCCN.CCCCN", Status.SALT, "removed maleic or fumaric acid", "CCCCN"),
    ("CCCCN.CCCCN", Status.SALT, "one of 2 equal components was scored", "CCCCN"),
    (
        "CCCCN.CCCCCO",
        Status.MIXTURE,
        "the largest of 2 components was scored, without CCCCN",
        "CCCCCO",
    ),
]
# Forms of one molecule each; the first is the one that is scored.
NOTATIONS = [
    "CS(C)=O C[S+](C)[O-]",
    "CS(C)(=O)=O C[S+2](C)([O-])[O-] C[S+](C)(=O)[O-]",
    "CP(C)(C)=O C[P+](C)(C)[O-]",
    "CP(C)(C)=S C[P+](C)(C)[S-]",
    "CN=P(C)(C)C C[N-][P+](C)(C)C",
    "CN=S(C)C C[N-][S+](C)C",
    "C=P(C)(C)C [CH2-][P+](C)(C)C",
    "CC(=O)C=P(C)(C)C CC(=O)[CH-][P+](C)(C)C CC([O-])=C[P+](C)(C)C",
    "C=S(C)C [CH2-][S+](C)C",
    "CC(=O)C=[N+]=[N-] CC(=O)[CH-][N+]#N CC([O-])=C[N+]#N CC(=O)C=N#N",
    "CN=[N+]=[N-] C[N-][N+]#N CN=N#N",
    "[O-][n+]1ccccc1 O=n1ccccc1",
    "C[N+](C)(C)[O-] CN(=O)(C)C",
    "C[N+](=O)[O-] CN(=O)=O C[N+2]([O-])[O-]",
    "CC#[N+][O-] C[C-]=[N+]=O CC#N=O",
    "C=[N+](C)[O-] [CH2-][N+](C)=O C=N(C)=O",
    "C[Se](C)=O C[Se+](C)[O-]",
    "O=Ic1ccccc1 [O-][I+]c1ccccc1",
    "CC(C)=O C[C+](C)[O-]",
    "Cn1ccccc1=O [O-]c1cccc[n+]1C",
    "Cn1ccc(=O)cc1 [O-]c1cc[n+](C)cc1",
    "CC(=O)N(C)C CC([O-])=[N+](C)C",
    "CN(C)C=CC=O C[N+](C)=CC=C[O-]",
    "CC[n+]1ccn(C)c1 CCn1cc[n+](C)c1",
    "CCN(C=[N+](C)C)CC CN(C)C=[N+](CC)CC",
    "COc1ccc2[nH]c(S(=O)Cc3ncc(C)c(OC)c3C)nc2c1 COc1ccc2[nH]c([S+]([O-])Cc3ncc(C)c(OC)c3C)nc2c1",
]
TAUTOMERS = [
    "CN(C)C(=N)NC(=N)N CN(C)C(=N)N=C(N)N",  # metformin
    "CC(=O)CC(c1ccccc1)c1c(O)c2ccccc2oc1=O CC(=O)CC(c1ccccc1)C1C(=O)Oc2ccccc2C1=O",  # warfarin
    "CC(=O)CC(c1ccccc1)c1c(O)c2ccccc2oc1=O CC(=O)CC(c1ccccc1)c1c(=O)c2ccccc2oc1O",
    "CC(=O)CC(c1ccccc1)c1c(O)c2ccccc2oc1=O CC(=O)CC(c1ccccc1)C1=C(O)c2ccccc2OC1=O",
    "CNC(C)=O CN=C(C)O",
    "CNC(C)=S CN=C(C)S",
    "CNC(N)=O CN=C(N)O",
    "O=c1cccc[nH]1 Oc1ccccn1",
    "O=c1cc[nH]cc1 Oc1ccncc1",
    "O=c1cc[nH]c(=O)[nH]1 Oc1ccnc(O)n1",
    "S=c1[nH]cnc2[nH]cnc12 Sc1ncnc2[nH]cnc12",
    "N=C(N)NCCCC(N)C(=O)O NC(N)=NCCCC(N)C(=O)O",
    "Clc1cccc(Cl)c1NC1=NCCN1 Clc1cccc(Cl)c1N=C1NCCN1",  # clonidine
    "CCNC(=NC#N)NC CCN=C(NC)NC#N",  # as in cimetidine
    "CC(=O)N=C(N)N CC(=O)NC(=N)N",
    "Cc1csc(N=C(N)N)n1 Cc1csc(NC(=N)N)n1",  # as in famotidine
    "CC(=O)CC(C)=O CC(=O)C=C(C)O",
]
# What stays as it is drawn: azoles, other enols, open chains of rings.
DRAWN = ["c1nn[nH]n1", "c1nnn[nH]1", "CC(O)=C(C#N)C(N)=O", "OC1=C(C(=O)N)CCCC1", "OCC1OC(O)CCC1"]
SALTS = {
    "C1CNCCN1.OC(=O)CC(O)(CC(=O)O)C(=O)O": "C1CNCCN1",
    "CCN(CC)CCOC(=O)c1ccc(N)cc1.CCCCCCCCCCCCCCCCCC(=O)O": "CCN(CC)CCOC(=O)c1ccc(N)cc1",
    "CCN(CC)CCOC(=O)c1ccc(N)cc1.CCCCCCO": "CCN(CC)CCOC(=O)c1ccc(N)cc1",
    "CCN(CC)CCOC(=O)c1ccc(N)cc1.CC1(C)SC2C(NC(=O)Cc3ccccc3)C(=O)N2C1C(=O)O": (
        "CC1(C)SC2C(NC(=O)Cc3ccccc3)C(=O)N2C1C(=O)O"
    ),
    "CN(C)C(=N)NC(=N)N.O=C(O)c1cc2ccccc2c(Cc2c(O)c(C(=O)O)cc3ccccc23)c1O": "CN(C)C(=N)NC(=N)N",
    "C[N+](C)(C)CCO.OC(=O)C(O)C(O)C(=O)[O-]": "C[N+](C)(C)CCO",
    "C[N+](C)(C)CCO.O=C([O-])c1ccccc1O": "O=C(O)c1ccccc1O",
    "NCCCCC(N)C(=O)O.CC(=O)Oc1ccccc1C(=O)O": "CC(=O)Oc1ccccc1C(=O)O",
    "CC(=O)O.[Na]": "CC(=O)O",
    "CC(=O)O[Ca]OC(C)=O": "CC(=O)O",
}
REFUSED = [
    ("", Status.EMPTY, "no structure"),
    ("   ", Status.EMPTY, "no structure"),
    (None, Status.EMPTY, "no structure"),
    (float("nan"), Status.EMPTY, "no structure"),
    (Chem.Mol(), Status.EMPTY, "no structure"),
    ("C1CC", Status.INVALID, "not SMILES: syntax error"),
    ("aspirin", Status.INVALID, "not SMILES: syntax error"),
    (7, Status.INVALID, "not SMILES: syntax error"),
    ("CCO CCN", Status.INVALID, "text after the SMILES"),
    ("CCO>>CC=O", Status.INVALID, "a reaction, not a molecule"),
    ("[CH-]1C=CC=C1.[CH-]1C=CC=C1.[Fe+2]", Status.UNSUPPORTED, "no molecule without its metal"),
    ("CCN->[Cu]", Status.UNSUPPORTED, "element Cu"),
    ("InChI=1S/CH4/h1H", Status.INVALID, "not a complete InChI"),
    ("[C]", Status.UNSUPPORTED, "a radical or carbene: unpaired electrons at atom 1 (C)"),
    ("[CH3]", Status.UNSUPPORTED, "a radical or carbene: unpaired electrons at atom 1 (C)"),
    ("C[O]", Status.UNSUPPORTED, "a radical or carbene: unpaired electrons at atom 2 (O)"),
    ("C[N+](C)C", Status.UNSUPPORTED, "a radical or carbene: unpaired electrons at atom 2 (N)"),
    ("C[NH+]C", Status.UNSUPPORTED, "a radical or carbene: unpaired electrons at atom 2 (N)"),
    ("C[CH+]C", Status.UNSUPPORTED, "a cation of C (atom 2)"),
    ("C[Si+](C)C", Status.UNSUPPORTED, "a cation of Si (atom 2)"),
    ("[CH+]1C=CC=C1", Status.UNSUPPORTED, "a cation of C (atom 1)"),
    ("[C][C][O]", Status.INVALID, "SELFIES, not SMILES"),
    ("[C][=C][Branch1][C][O]", Status.INVALID, "SELFIES, not SMILES"),
    ("[C][C][Ring1][C]", Status.INVALID, "SELFIES, not SMILES"),
    (
        "C~C",
        Status.UNSUPPORTED,
        "a bond that is not single, double, triple or aromatic",
    ),
    ("[Li]CCCC", Status.UNSUPPORTED, "element Li"),
    ("NaN", Status.EMPTY, "no structure"),
    ("None", Status.EMPTY, "no structure"),
    ("-", Status.EMPTY, "no structure"),
    ("#N/A", Status.EMPTY, "no structure"),
    (
        "CC(C)(C)(C)C",
        Status.INVALID,
        "Explicit valence for atom # 1 C, 5, is greater than permitted",
    ),
    ("*CC", Status.UNSUPPORTED, "an open position (R group or any atom)"),
    ("[Na+].[Cl-]", Status.UNSUPPORTED, "no carbon"),
    ("C[Pt]", Status.UNSUPPORTED, "element Pt"),
    ("C" * 201, Status.TOO_LARGE, "201 heavy atoms; at most 200 are scored"),
    ("C" * 5001, Status.TOO_LARGE, "5001 characters of SMILES; at most 5000 are read"),
]


@pytest.mark.parametrize(("entry", "status", "reason", "parent"), READ)
def test_scored(entry, status, reason, parent):
    cleaned = clean(entry)
    assert (cleaned.status, cleaned.reason) == (status, reason)
    assert cleaned.scored
    assert Chem.MolToSmiles(cleaned.mol) == Chem.CanonSmiles(parent)


@pytest.mark.parametrize(("entry", "status", "reason"), REFUSED)
def test_refused_with_a_reason(entry, status, reason):
    cleaned = clean(entry)
    assert (cleaned.status, cleaned.reason) == (status, reason)
    assert not cleaned.scored


def test_molecules_are_read_like_their_smiles():
    """Also one that nobody sanitised, and one with explicit hydrogens."""
    raw = Chem.MolFromSmiles("CC(=O)[O-].[Na+]", sanitize=False)
    assert clean(raw).reason == clean("CC(=O)[O-].[Na+]").reason
    assert clean(Chem.AddHs(Chem.MolFromSmiles("CCO"))).mol.GetNumAtoms() == 3


def test_rdkit_says_nothing(capfd):
    clean("C1CC(")
    clean("CC(C)(C)(C)C")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("forms", NOTATIONS + TAUTOMERS)
def test_one_molecule_in_several_notations(forms):
    parents = [Chem.MolToSmiles(clean(form).mol) for form in forms.split()]
    assert set(parents) == {Chem.CanonSmiles(forms.split()[0])}


@pytest.mark.parametrize("smiles", DRAWN)
def test_tautomers_that_stay_as_drawn(smiles):
    assert (Chem.MolToSmiles(clean(smiles).mol), clean(smiles).reason) == (
        Chem.CanonSmiles(smiles),
        "",
    )


def test_a_moved_hydrogen_is_said():
    assert clean("CN(C)C(=N)N=C(N)N").reason == "scored as its usual tautomer"


@pytest.mark.parametrize("smiles", list(SALTS))
def test_the_drug_of_a_salt(smiles):
    cleaned = clean(smiles)
    assert Chem.MolToSmiles(cleaned.mol) == Chem.CanonSmiles(SALTS[smiles])


def test_every_counterion_is_known_as_ion_and_as_acid_or_base():
    """Beside propranolol; those of one atom have one form."""
    drug = "CC(C)NCC(O)COc1cccc2ccccc12"
    listed = csv.DictReader(
        files("specml.admet").joinpath("counterions.csv").read_text().splitlines()
    )
    for row in listed:
        mol = Chem.MolFromSmiles(row["smiles"])
        forms = {row["smiles"], Chem.MolToSmiles(neutral(mol))}
        forms.add(Chem.MolToSmiles(rdMolStandardize.Reionizer().reionize(mol)))
        if row["name"] == "hexafluorophosphate":  # seven bonds at P
            forms = {row["smiles"]}
        for form in forms:
            cleaned = clean(f"{drug}.{form}")
            assert (cleaned.status, Chem.MolToSmiles(cleaned.mol)) == (Status.SALT, drug), form


@pytest.mark.parametrize(
    "smiles",
    ["CN1CCC(Oc2ccccc2)CC1", "CC1CCC(O)CC1", "CC(O)C(O)C", "OC1CC(O)C1", "C1CC2CCC1C2C=CC"],
)
def test_numbers_of_atoms_stereo_marks_and_the_order_of_atoms_change_nothing(smiles):
    mol = Chem.MolFromSmiles(smiles)
    numbered = Chem.Mol(mol)
    for atom in numbered.GetAtoms():
        atom.SetAtomMapNum(atom.GetIdx() + 1)
    isomers = [Chem.MolToSmiles(isomer) for isomer in EnumerateStereoisomers(mol)]
    shuffled = Chem.MolToRandomSmilesVect(mol, 3, randomSeed=1)
    texts = [smiles, Chem.MolToSmiles(numbered), *isomers, *shuffled]
    described = features([plain(clean(text).mol) for text in texts])
    assert (described == described[0]).all()


def test_what_is_described_is_described_alike_again():
    """RDKit keeps what it has computed of a molecule."""
    mols = [Chem.MolFromSmiles(text) for text in ("CCC1(C)OC(=O)N(C)C1=O", "OCC1OC(O)C(F)C(O)C1O")]
    assert (features(mols) == features(mols)).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CC(=O)[O-].[Na+]", "CC(=O)O"),
        ("C[C@H](O)[2H]", "CCO"),
        ("C[S+](C)[O-]", "CS(C)=O"),
        ("[Na+].[Cl-]", "[Cl-].[Na+]"),  # not scored, and in tables of solubility
        ("InChI=1S/CH4/h1H4", "C"),
    ],
)
def test_models_learn_what_is_scored(text, expected):
    assert Chem.MolToSmiles(learned(text)) == expected


def test_nothing_is_learned_of_what_cannot_be_read():
    assert learned("C1CC") is None
    assert learned("") is None


def test_columns_hold_inchi_and_bytes_and_invisible_marks():
    for text in ("InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3", b"CCO", "\ufeffCCO\u200b", "\xa0CCO"):
        assert Chem.MolToSmiles(clean(text).mol) == "CCO"
