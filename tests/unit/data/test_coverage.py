"""The order in which molecules are labelled in the larger basis."""

from specml.data.coverage import covering_order, environments

ALCOHOLS = ["CO", "CCO", "CCCO", "CCCCO"]


def test_a_new_environment_comes_before_a_known_one():
    """Once methanol is there, fluoromethane of the same size brings more than ethanol."""
    assert covering_order(["CO", "CCO", "CF"], [1.0] * 3, wanted=3) == [0, 2, 1]


def test_favour_decides_between_equals():
    assert covering_order(["CO", "NO"], [1.0, 1.0], 1) == [1]  # two polar hydrogens
    assert covering_order(["CO", "NO"], [1.0, 0.1], 1) == [0]


def test_no_more_than_there_are():
    assert sorted(covering_order(ALCOHOLS, [1.0] * 4, wanted=10)) == [0, 1, 2, 3]


def test_charge_and_hydrogens_make_an_environment():
    assert environments("C[NH3+]").keys() != environments("CN").keys()
