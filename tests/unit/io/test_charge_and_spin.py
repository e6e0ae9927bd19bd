"""Charge and spin in every spelling that is common; what is not understood is refused."""

import numpy as np
import pytest
from ase import Atoms
from ase.build import molecule

from specml.errors import InputError
from specml.io import ase_atoms, charge_and_spin
from specml.io.structures import read

OXALATE = """6
{}
C 0.7754 0 0
C -0.7754 0 0
O 1.3411 1.1083 0
O 1.3411 -1.1083 0
O -1.3411 1.1083 0
O -1.3411 -1.1083 0
"""


@pytest.mark.parametrize(
    "comment",
    [
        "charge=-2",
        "overall_charge=-2",
        "total_charge=-2.0",
        "net_charge = -2",
        "formal charge: -2",
        "charge: -2",
        "charge:-2, multiplicity: 1",
        "CHARGE=-2",
        "q=-2",
        "chrg=-2 uhf=0",
        "chg=2-",
        "-2 1",
        "-2 1 oxalate",
        "oxalate, charge -2",
        '{"charge": -2, "spin": 1}',
        "energy: -377.1 gnorm: 0.0001 charge=-2",
        'Properties=species:S:1:pos:R:3 charge=-2 pbc="F F F"',
    ],
)
def test_spellings_of_a_charge(tmp_path, comment):
    path = tmp_path / "oxalate.xyz"
    path.write_text(OXALATE.replace("{}", comment))
    assert read(path)[0].charge == -2


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "charged groups",
        "energy: -377.1 gnorm: 0.0001 xtb: 6.5.1",
        "gdb 1 157.7 157.7 157.7 0. 13.21",
        "charges=mulliken",
        "spin_polarized=no",
        "100 50",
        "1 0.5 frame",
        "step 3 2 of 10",
        "seq=4",
    ],
)
def test_comments_that_say_nothing_of_it(comment):
    assert charge_and_spin.of_text("here", comment) == (None, None)


@pytest.mark.parametrize(
    "comment",
    [
        "charge=two",
        "charge=0.5",
        "my_charge=-2",
        "ionic_charge: two",
        "spin=up",
        "spinstate=3",
    ],
)
def test_what_is_not_understood_is_refused(comment):
    with pytest.raises(InputError, match=r"whole number|that is understood"):
        charge_and_spin.of_text("here", comment)


@pytest.mark.parametrize(
    ("comment", "multiplicity"),
    [("0 3", 3), ("mult=2", 2), ("spin_multiplicity: 3", 3), ("uhf=1", 2), ("unpaired=2", 3)],
)
def test_spellings_of_a_spin(comment, multiplicity):
    assert charge_and_spin.of_text("here", comment)[1] == multiplicity


def test_columns_of_extended_xyz(tmp_path):
    path = tmp_path / "hydroxide.xyz"
    row = "Properties=species:S:1:pos:R:3:initial_charges:R:1"
    path.write_text(f"2\n{row}\nO 0 0 0 -1.3\nH 0 0 0.97 0.3\n")
    assert read(path)[0].charge == -1
    path.write_text(f"2\n{row}\nO 0 0 0 -1.3\nH 0 0 0.97 0.6\n")
    with pytest.raises(InputError, match=r"add up to -0\.700"):
        read(path)
    moments = "Properties=species:S:1:pos:R:3:initial_magmoms:R:1"
    path.write_text(f"2\n{moments}\nO 0 0 0 1.0\nO 0 0 1.2 1.0\n")
    with pytest.raises(InputError, match="closed-shell"):
        read(path)


def test_atoms_of_ase_state_charge_and_spin():
    hydroxide = Atoms("OH", [[0, 0, 0], [0, 0, 0.97]])
    hydroxide.info["charge"] = -1
    assert ase_atoms.structure(hydroxide).charge == -1
    charged = Atoms("OH", [[0, 0, 0], [0, 0, 0.97]], charges=[-1.2, 0.2])
    assert ase_atoms.structure(charged).charge == -1
    with pytest.raises(InputError, match=r"-1, \+0"):
        ase_atoms.structure(hydroxide, charge=0)
    with pytest.raises(InputError, match="closed-shell"):
        ase_atoms.structure(molecule("O2"))  # ASE gives it two unpaired electrons
    water = molecule("H2O")
    water.info |= {"spin": 3, "forces": np.zeros(3)}
    with pytest.raises(InputError, match="closed-shell"):
        ase_atoms.structure(water)
