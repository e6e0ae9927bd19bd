"""Structures of drawing programs, Gaussian, ORCA, pdb and mol2; isotopes; names and titles."""

from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from specml.errors import InputError, SpecMLError
from specml.io.file_names import file_name
from specml.io.structures import read, read_each
from specml.workflows import isotopes
from specml.workflows.inputs import from_smiles

ROWS = "O 0.0 0.0 0.1174\nH 0.0 0.7572 -0.4696\nH 0.0 -0.7572 -0.4696\n"
WATER = np.array([[0.0, 0.0, 0.1174], [0.0, 0.7572, -0.4696], [0.0, -0.7572, -0.4696]])
GAUSSIAN = f"%mem=1GB\n# b3lyp/def2svp opt\n\nwater\n\n0 1\n{ROWS}\n"
ORCA = f"! B3LYP\n%pal nprocs 4 end\n* xyz 0 1\n{ROWS}*\n"
LOG = """ Charge =  0 Multiplicity = 1
                         Standard orientation:
 ---------------------------------------------------------------------
 Center     Atomic      Atomic             Coordinates (Angstroms)
 Number     Number       Type             X           Y           Z
 ---------------------------------------------------------------------
      1          8           0        0.0         0.0         {}
      2          1           0        0.0         0.7572     -0.4696
      3          1           0        0.0        -0.7572     -0.4696
 ---------------------------------------------------------------------
"""
OUT = f"""Total Charge           Charge          ....    0
Multiplicity           Mult            ....    1
---------------------------------
CARTESIAN COORDINATES (ANGSTROEM)
---------------------------------
O 0 0 0.9
H 0 0 1.9
H 0 1 0.9

---------------------------------
CARTESIAN COORDINATES (ANGSTROEM)
---------------------------------
{ROWS}
"""
PDB = """HETATM    1  O   HOH A   1       0.000   0.000   0.117  1.00  0.00           O
HETATM    2  H1  HOH A   1       0.000   0.757  -0.470  1.00  0.00           H
HETATM    3  H2  HOH A   1       0.000  -0.757  -0.470  1.00  0.00           H
END
"""
MOL2 = """@<TRIPOS>MOLECULE
water
 3 2 1
SMALL
USER_CHARGES

@<TRIPOS>ATOM
 1 O1 0.0 0.0 0.1174 O.3 1 WAT -0.8
 2 H1 0.0 0.7572 -0.4696 H 1 WAT 0.4
 3 H2 0.0 -0.7572 -0.4696 H 1 WAT 0.4
@<TRIPOS>BOND
 1 1 2 1
 2 1 3 1
"""


@pytest.fixture
def write(tmp_path):
    def to(text: str, name: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return to


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w.com", GAUSSIAN),
        ("w.gjf", GAUSSIAN.replace("O 0.0", "O 0 0.0").replace("H 0.0", "H -1 0.0")),
        ("w.gjf", GAUSSIAN.replace("O 0.0 0.0 0.1174", "O(Fragment=1),0.0,0.0,0.1174")),
        ("w.log", LOG.format(0.9) + LOG.format(0.1174)),
        ("w.inp", ORCA),
        ("w.out", OUT),
        ("w.out", LOG.format(0.1174)),
        ("w.pdb", PDB),
        ("w.mol2", MOL2),
        ("w.xyz", "3\n\n" + ROWS.replace("0.1174", "1.174*^-1")),
        ("w.xyz", "3\n\n" + ROWS.replace("0.1174", "1.174D-01")),
        ("w.xyz", '3\nLattice="9 0 0 0 9 0 0 0 9" pbc=F\n' + ROWS),
        ("w.xyz", '3\nLattice="9 0 0 0 9 0 0 0 9" pbc=[False, False, False]\n' + ROWS),
        ("w.extxyz", '3\npbc="0 0 0" Lattice="9 0 0 0 9 0 0 0 9"\n' + ROWS),
        (
            "w.xyz",
            "3\ngdb 3\t799.6\t437.9\n" + ROWS + "1671.4\t3803.0\t3907.6\nO\tO\nInChI=1S/H2O\n",
        ),
    ],
)
def test_water_in_every_format(write, name, text):
    (water,) = read(write(text, name))
    assert (water.name, water.charge, water.formula) == ("w", 0, "H2O")
    np.testing.assert_allclose(water.positions, WATER, atol=6e-4)


def test_charges_that_these_files_state(write):
    hydroxide = "O 0 0 0\nH 0 0 0.97\n"
    for name, text in (
        ("a.com", f"#\n\nt\n\n-1 1\n{hydroxide}\n"),
        ("a.inp", f"* xyz -1 1\n{hydroxide}*\n"),
        (
            "a.mol2",
            MOL2.replace(" 3 H2 0.0 -0.7572 -0.4696 H 1 WAT 0.4\n", "").replace("-0.8", "-1.4"),
        ),
        ("a.pdb", "\n".join([PDB.split("\n", maxsplit=1)[0] + "1-", PDB.split("\n")[1]])),
    ):
        path = write(text, name)
        assert read(path)[0].charge == -1
        with pytest.raises(InputError, match="one charge"):
            read(path, charge=1)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.com", GAUSSIAN.replace("0 1\n", "0 3\n"), "closed-shell"),
        ("a.inp", ORCA.replace("0 1", "0 2"), "closed-shell"),
        ("a.log", LOG.replace("Multiplicity = 1", "Multiplicity = 3"), "closed-shell"),
        ("a.com", "#\n\nt\n\n0 1\nO\nH 1 0.97\nH 1 0.97 2 104.5\n\n", "a.com:6: got 'O'"),
        ("a.com", "# opt\n", "no line of charge"),
        ("a.inp", "* xyzfile 0 1 b.xyz\n", "Give b.xyz itself"),
        ("a.inp", "* int 0 1\nO 0 0 0 0 0 0\n*\n", "coordinates of atoms"),
        ("a.log", "nothing\n", "no geometry"),
        ("a.mol2", MOL2.replace("-0.8", "-0.5"), "add up to 0.300"),
        ("a.mol2", MOL2.replace("O.3", "Du"), "an element and x, y, z"),
        ("a.pdb", "REMARK nothing\n", "no molecules"),
        ("a.xyz", '3\nLattice="9 0 0 0 9 0 0 0 9" pbc="T F F"\n' + ROWS, "a periodic cell"),
    ],
)
def test_what_is_refused(write, name, text, words):
    with pytest.raises(InputError, match=words):
        read(write(text, name))


def test_several_models_of_a_pdb_file(write):
    models = "".join(f"MODEL {k}\n{PDB.replace('END', 'ENDMDL')}" for k in (1, 2))
    assert [m.name for m in read(write(models, "a.pdb"))] == ["a-1", "a-2"]


def drawing(smiles: str, title: str = "") -> str:
    molecule = Chem.MolFromSmiles(smiles)
    AllChem.Compute2DCoords(molecule)
    molecule.SetProp("_Name", title)
    return Chem.MolToMolBlock(molecule)


@pytest.mark.parametrize("smiles", ["CCO", "C[C@H](N)C(=O)O", "F/C=C/F", "C[NH3+]", "[2H]OC"])
def test_flat_drawings_are_embedded(write, smiles):
    """Hydrogens are added, wedges and double bonds kept."""
    (molecule,) = read(write(drawing(smiles), "a.mol"))
    assert np.ptp(molecule.positions[:, 2]) > 0.1 or "/" in smiles
    back = Chem.MolFromMolBlock(molecule.mol_block)
    Chem.AssignStereochemistryFrom3D(back)
    plain = Chem.MolFromSmiles(smiles.replace("[2H]", ""))
    assert Chem.MolToSmiles(Chem.RemoveHs(back)) == Chem.MolToSmiles(plain)
    assert molecule.charge == Chem.GetFormalCharge(plain)
    assert sorted(molecule.isotopes)[-1:] == ([2] if "2H" in smiles else [])


def test_titles_of_records_and_comments_are_names(write):
    records = "".join(f"{drawing(s, t)}$$$$\n" for s, t in (("CCO", "ethanol"), ("CO", "MeOH #2")))
    assert [m.name for m in read(write(records, "a.sdf"))] == ["ethanol", "MeOH_~~2"]
    same = records.replace("MeOH #2", "ethanol")
    assert [m.name for m in read(write(same, "a.sdf"))] == ["a-1", "a-2"]
    frames = f"3\nwater one\n{ROWS}3\nwater two\n{ROWS}"
    assert [m.name for m in read(write(frames, "a.xyz"))] == ["water_one", "water_two"]
    energies = f"3\n -5.07\n{ROWS}3\n -5.06\n{ROWS}"
    assert [m.name for m in read(write(energies, "a.xyz"))] == ["a-1", "a-2"]


def test_one_bad_record_leaves_the_others(write):
    text = f"{drawing('CCO')}$$$$\nnot\na\nblock\n$$$$\n{drawing('CO')}$$$$\n"
    first, second, third = read_each(write(text, "a.sdf"))
    assert (first.formula, third.formula) == ("C2H6O", "CH4O")
    assert isinstance(second, SpecMLError)
    assert "RDKit cannot read" in str(second)


@pytest.mark.parametrize("label", ["D", "2H", "H-2"])
def test_deuterium_in_xyz(write, label):
    (water,) = read(write("3\n\n" + ROWS.replace("H 0.0 0", f"{label} 0.0 0"), "a.xyz"))
    assert water.isotopes == (0, 2, 0)
    np.testing.assert_allclose(isotopes.masses(water, ()), [15.999, 2.0141, 1.008], atol=2e-3)
    (gaussian,) = read(write(GAUSSIAN.replace("H 0.0 0", "H(Iso=2) 0.0 0"), "a.gjf"))
    assert gaussian.isotopes == (0, 2, 0)


def test_isotopes_in_smiles():
    methanol = from_smiles("[2H]OC")
    assert methanol.isotopes == (2, 0, 0, 0, 0, 0)
    assert isotopes.masses(from_smiles("[13CH4]"), ())[0] == pytest.approx(13.00335, abs=1e-5)
    assert isotopes.masses(from_smiles("CO"), ()) is None


def test_isotopes_of_many_atoms_at_once():
    methanol = from_smiles("CO")  # C O H H H H
    for forms in (["H=D"], ["3-6=D"], ["3,4=D", "5-6=D"], ["H=D", "3=D"]):
        np.testing.assert_allclose(isotopes.masses(methanol, forms)[2:], 2.0141, atol=1e-4)
    mixed = isotopes.masses(methanol, ["H=D", "3=T"])
    np.testing.assert_allclose(mixed[2:], [3.01605, 2.0141, 2.0141, 2.0141], atol=1e-4)
    for form, words in (
        ("N=15N", "no N in CO"),
        ("H=13C", "an isotope of C for H"),
        ("3-9=D", "7"),
        ("5-3=D", "ATOM="),
    ):
        with pytest.raises(InputError, match=words):
            isotopes.masses(methanol, [form])
    with pytest.raises(InputError, match="a known isotope"):
        isotopes.masses(from_smiles("[99CH4]"), ())


def test_names_are_safe_and_differ():
    smiles = ["C#C", "C=C", "CC", "[C-]#[O+]", "CC(C)C", "[2H]C", "N#Cc1ccccc1", "C[C@H](O)F"]
    names = [file_name(s) for s in smiles]
    assert len(set(names)) == len(names)
    assert not any(set("#[]()&;$'\"`!%*?<>| /\\{}") & set(name) for name in names)
    assert not any(name.startswith(("-", "~", ".")) for name in names)
