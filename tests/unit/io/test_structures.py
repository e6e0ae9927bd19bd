"""Molecules from files: what is read, and what each error says and where."""

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from specml.errors import InputError
from specml.io.structures import read

WATER = "3\n{}\nO 0.0 0.0 0.1174\nH 0.0 0.7572 -0.4696\nH 0.0 -0.7572 -0.4696\n"


@pytest.fixture
def write(tmp_path):
    def to(text: str, name: str = "mol.xyz") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return to


def refusal(path: Path, charge: int | None = None) -> str:
    with pytest.raises(InputError) as error:
        read(path, charge)
    return str(error.value)


def test_one_frame(write):
    (water,) = read(write(WATER.format("a comment")))
    assert (water.name, water.charge, water.symbols) == ("mol", 0, ["O", "H", "H"])
    assert water.positions[1].tolist() == [0.0, 0.7572, -0.4696]


def test_frames_are_counted(write):
    frames = read(write(WATER.format("") * 11 + "\n\n"))
    assert [frame.name for frame in frames][::10] == ["mol-01", "mol-11"]


def test_windows_line_ends_numbers_for_symbols_and_further_columns(write):
    text = WATER.format("").replace("O ", "8 ").replace("\n", " 0.5\r\n").replace("3 0.5", "3")
    (water,) = read(write(text))
    assert water.numbers.tolist() == [8, 1, 1]
    assert water.positions[0, 2] == 0.1174


def test_extended_xyz_columns_and_aperiodic_cell(write):
    comment = 'Lattice="9 0 0 0 9 0 0 0 9" Properties=mass:R:1:species:S:1:pos:R:3 pbc="F F F"'
    text = WATER.format(comment).replace("O ", "15.999 O ").replace("H ", "1.008 H ")
    (water,) = read(write(text))
    assert water.symbols == ["O", "H", "H"]
    assert water.positions[2, 1] == -0.7572


@pytest.mark.parametrize("comment", ["charge=-1", 'Properties=species:S:1:pos:R:3 charge="-1.0"'])
def test_charge_in_the_comment(write, comment):
    path = write(f"2\n{comment}\nO 0 0 0\nH 0 0 0.97\n")
    assert read(path)[0].charge == -1
    assert read(path, charge=-1)[0].charge == -1


@pytest.mark.parametrize(
    ("comment", "charge"),
    [("-1 1", -1), ("total_charge=-1 spin=1", -1), ("charge=-1, mult=1 uhf=0", -1), ("100 50", 0)],
)
def test_charges_as_other_programs_write_them(write, comment, charge):
    path = write(f"2\n{comment}\nO 0 0 0\nH 0 0 0.97\n" if charge else WATER.format(comment))
    assert read(path)[0].charge == charge


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_encodings_of_editors(tmp_path, encoding):
    path = tmp_path / "mol.xyz"
    path.write_bytes(WATER.format("Ångström").replace("\n", "\r").encode(encoding))
    assert read(path)[0].formula == "H2O"


def test_charge_from_the_caller(write):
    assert read(write("2\n\nO 0 0 0\nH 0 0 0.97\n"), charge=-1)[0].charge == -1


def test_contradicting_charges(write):
    text = refusal(write("2\ncharge=-1\nO 0 0 0\nH 0 0 0.97\n"), charge=1)
    assert "mol.xyz:2: charge: got -1 in the file and +1" in text


BROKEN = {
    "not a number of atoms": ("hello\nworld\n", ":1:", "'hello'"),
    "zero atoms": ("0\n\n", ":1:", "'0'"),
    "too few atoms": ("3\n\nO 0 0 0\nH 0 0 1\n", ":5:", "after 2 of 3 atoms"),
    "too many atoms": ("1\n\nO 0 0 0\nH 0 0 1\n", ":4:", "'H 0 0 1'"),
    "short row": ("2\n\nO 0 0 0\nH 0 0\n", ":4:", "'H 0 0'"),
    "letters": ("2\n\nO 0 0 0\nH 0 0 x\n", ":4:", "'H 0 0 x'"),
    "unknown element": ("2\n\nO 0 0 0\nXx 0 0 1\n", ":4:", "'Xx'"),
    "element 119": ("2\n\nO 0 0 0\n119 0 0 1\n", ":4:", "'119'"),
    "nan": ("2\n\nO 0 0 0\nH 0 0 nan\n", ":4:", "finite"),
    "infinity": ("2\n\nO 0 0 0\nH 0 0 inf\n", ":4:", "finite"),
    "overlap": ("2\n\nO 0 0 0\nO 0 0 0.1\n", ":2:", "0.100 angstrom"),
    "odd electrons": ("2\n\nO 0 0 0\nH 0 0 0.97\n", ":2:", "9 electrons"),
    "second frame": (WATER.format("") + "2\n\nO 0 0 0\nH 0 0 nan\n", ":9:", "finite"),
    "periodic": (WATER.format('Lattice="9 0 0 0 9 0 0 0 9"'), ":2:", "periodic"),
    "triplet": ("2\nmultiplicity=3\nO 0 0 0\nO 0 0 1.2\n", ":2:", "multiplicity=3"),
    "charge and multiplicity": ("2\n0 3\nO 0 0 0\nO 0 0 1.2\n", ":2:", "'0 3'"),
    "uhf": ("2\nuhf=2\nO 0 0 0\nO 0 0 1.2\n", ":2:", "'uhf=2'"),
    "two charges": ("2\ncharge=0 charge=2\nO 0 0 0\nO 0 0 1.2\n", ":2:", "+0, +2"),
    "half a charge": ("2\ncharge=0.5\nO 0 0 0\nO 0 0 1.2\n", ":2:", "charge=0.5"),
    "no positions": ("2\nProperties=species:S:1\nO 0 0 0\nO 0 0 1\n", ":2:", "'pos'"),
    "empty": ("  \n", "mol.xyz:", "an empty file"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_errors_name_file_line_and_reason(write, case):
    text, line, reason = BROKEN[case]
    found = refusal(write(text))
    assert f"mol.xyz{line}" in found or line in found
    assert reason in found


def test_missing_unreadable_and_foreign_files(tmp_path, write):
    assert "no such file" in refusal(tmp_path / "absent.xyz")
    (tmp_path / "folder.xyz").mkdir()
    assert "readable file" in refusal(tmp_path / "folder.xyz")
    binary = tmp_path / "binary.xyz"
    binary.write_bytes(b"3\n\n\xff\x00")
    assert "binary.xyz:3: got bytes that are not text" in refusal(binary)
    assert "'.cml'" in refusal(write("ATOM", "mol.cml"))


def block(smiles: str, hydrogens: bool = True, flat: bool = False, v3000: bool = False) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    if hydrogens:
        molecule = Chem.AddHs(molecule)
    if flat:
        AllChem.Compute2DCoords(molecule)
    else:
        AllChem.EmbedMolecule(molecule, randomSeed=1)
    return Chem.MolToMolBlock(molecule, forceV3000=v3000)


@pytest.mark.parametrize("v3000", [False, True])
def test_mol_blocks(write, v3000):
    text = block("C[NH3+]", v3000=v3000)
    (ammonium,) = read(write(text, "mol.mol"))
    assert (ammonium.formula, ammonium.charge) == ("CH6N", 1)
    expected = Chem.MolFromMolBlock(text, removeHs=False).GetConformer().GetPositions()
    np.testing.assert_array_equal(ammonium.positions, expected)


def test_sdf_holds_many(write):
    text = f"{block('CO')}$$$$\n{block('N')}>  <energy>\n1.0\n\n$$$$\n"
    assert [(m.name, m.formula) for m in read(write(text, "two.sdf"))] == [
        ("two-1", "CH4O"),
        ("two-2", "H3N"),
    ]


def test_sdf_errors(write):
    good = f"{block('O')}$$$$\n"
    line = good.count("\n") + 1
    bare = refusal(write(good + block("CO", hydrogens=False), "mol.sdf"))
    assert bare.split("mol.sdf", 1)[1].startswith(
        f":{line}: got 3 hydrogen atoms missing on atom 1"
    )
    assert "RDKit cannot read" in refusal(write("not\na\nmol block\n", "mol.sdf"))
    assert "one charge" in refusal(write(good, "mol.sdf"), charge=1)


def test_isotopes_in_a_mol_block(write):
    (molecule,) = read(write(block("[2H]OC"), "mol.mol"))
    assert molecule.isotopes == (2, 0, 0, 0, 0, 0)
    assert molecule.formula == "CH4O"


def test_sdf_of_separators_only(write):
    assert "got no molecules" in refusal(write("$$$$\n", "mol.sdf"))
