"""The column of structures is found when it is obvious, and asked for when it is not."""

import pytest

from specml.admet.smiles_column import has_header, named, smiles_column
from specml.errors import InputError

ROWS = [["1", "CCO", "A"], ["2", "c1ccccc1", "B"], ["3", "CC(=O)O", "C"]]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["id", "smiles", "class"], "smiles"),
        (["canonical_smiles", "Smiles", "class"], "Smiles"),
        (["id", "Isomeric SMILES", "class"], "Isomeric SMILES"),
        (["id", "smi", "class"], "smi"),
        (["id", "compound", "class"], "compound"),
    ],
)
def test_obvious(names, expected):
    assert smiles_column(names, ROWS, None) == expected


def test_a_few_slips_do_not_hide_it():
    rows = [*ROWS, *ROWS, ["4", "oops", ""], ["5", "", ""]]
    assert smiles_column(["a", "b", "c"], rows, None) == "b"


def test_classes_and_answers_are_no_structures():
    """C, N and NO are SMILES too."""
    rows = [["C", "NO", "x"], ["N", "NO", "y"]]
    with pytest.raises(InputError, match="got the columns a, b, c; expected a column of SMILES"):
        smiles_column(["a", "b", "c"], rows, None)


def test_ambiguous():
    with pytest.raises(InputError, match="expected one column of SMILES"):
        smiles_column(["smiles_a", "smiles_b"], [["C", "C"]], None)


def test_many_columns_make_a_short_message():
    with pytest.raises(InputError, match="and 88 more"):
        smiles_column([f"x{k}" for k in range(100)], [], None)


def test_by_name_or_position():
    assert named(["a", "B", "2"], "a", "--x") == "a"
    assert named(["a", "B", "2"], "b", "--x") == "B"
    assert named(["a", "B", "2"], "2", "--x") == "2"
    assert named(["a", "B"], "2", "--x") == "B"
    for wrong in ("c", "3", "0", "-1"):
        with pytest.raises(InputError, match="--x: got"):
            named(["a", "B"], wrong, "--x")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["id", "smiles", "class"], *ROWS], True),
        ([["id", "compound", "class"], *ROWS], True),
        (ROWS, False),
        ([["CCO"]], False),
        ([["smiles"]], True),
        ([["1", "2"], ["3", "4"]], True),
        ([], True),
    ],
)
def test_header(rows, expected):
    assert has_header(rows, None) == expected


def test_a_name_that_was_given_is_a_header():
    assert has_header([["CCO"], ["CCN"], ["CCC"]], "CCO")


@pytest.mark.parametrize(
    ("rows", "given", "expected"),
    [
        ([["CCO", "1"], ["xx", "2"], ["CCC", "3"]], "1", False),  # a position, not the cell "1"
        ([["compound", "1"], ["CCO", "2"]], "1", True),
    ],
)
def test_header_above_a_position(rows, given, expected):
    assert has_header(rows, given) == expected


@pytest.mark.parametrize(
    ("first", "expected"),
    [(["C1CC", "bad"], False), (["C", "methane"], False), (["SMILES", "name"], True)],
)
def test_header_of_a_list(first, expected):
    assert has_header([first, ["CCO", "ethanol"]], None, listed=True) == expected


def test_inchi_is_a_structure_where_there_are_no_smiles():
    rows = [["InChI=1S/CH4O/c1-2/h2H,1H3", "CCO", "1"], ["InChI=1S/CH4/h1H4", "CCN", "2"]]
    assert smiles_column(["a", "b", "c"], rows, None) == "b"
    assert smiles_column(["a", "c"], [[row[0], row[2]] for row in rows], None) == "a"


def test_selfies_and_placeholders_are_no_structures():
    rows = [["[C][C][O]", "NaN", "CCO"], ["[C][=C][N]", "None", "CCN"]]
    assert smiles_column(["a", "b", "c"], rows, None) == "c"
