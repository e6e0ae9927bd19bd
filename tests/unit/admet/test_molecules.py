"""Every entry of a column of structures becomes a parent or a reason."""

import pytest
from rdkit import Chem

from specml.admet.molecules import Status, clean

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
    ("InChI=1S/CH4/h1H4", Status.INVALID, "an InChI, not SMILES"),
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
