import json

import pytest

from specml.data.shimanouchi import fundamentals
from specml.errors import InputError

ROW = {
    "name": "Made-up",
    "inchi": "1S/CH4O/c1-2/h2H,1H3/i1D3",
    "n_atoms": 6,
    "linear": False,
    "complete": True,
    "modes": [
        {"sym": "e", "mode": "CH3 rock", "cm1": 1040.0, "degeneracy": 2, "uncertainty": "B"},
        {"sym": "a", "mode": "Torsion", "cm1": 295.0, "degeneracy": 1, "uncertainty": "C"},
        {
            "sym": "e",
            "mode": "CCC deform + CC torsion",
            "cm1": 248.0,
            "degeneracy": 1,
            "uncertainty": "D",
        },
    ],
}


def test_degenerate_modes_are_repeated_and_sorted(tmp_path):
    path = tmp_path / "table.json"
    path.write_text(json.dumps([ROW]))
    (molecule,) = fundamentals(path)
    assert molecule.wavenumbers.tolist() == [248.0, 295.0, 1040.0, 1040.0]
    assert molecule.torsions.tolist() == [False, True, False, False]
    assert molecule.classes == ("D", "C", "B", "B")
    assert molecule.isotopic
    assert molecule.complete


@pytest.mark.parametrize("text", ["", "[{}]", '{"a": 1}'])
def test_another_file_is_refused(tmp_path, text):
    path = tmp_path / "table.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"table\.json"):
        fundamentals(path)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="absent"):
        fundamentals(tmp_path / "absent.json")
