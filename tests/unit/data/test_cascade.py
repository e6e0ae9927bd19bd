"""Reading the CASCADE sets, from two molecules written here in their format."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom

from specml.data.cascade import evaluation_keys, read_cascade
from specml.data.molecules import connectivity_key
from specml.errors import InputError


def molecule(smiles: str, name: str) -> Chem.Mol:
    found = Chem.AddHs(Chem.MolFromSmiles(smiles))
    rdDistGeom.EmbedMolecule(found, randomSeed=0)
    found.SetProp("_Name", name)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ethanol (1), methanol (2) and a record that is known to be damaged."""
    blocks = [
        Chem.MolToMolBlock(molecule(smiles, name)) + "$$$$\n"
        for smiles, name in (("CCO", "1"), ("CO", "2"), ("CCC", "7695"))
    ]
    texts = {
        "DFT8K/DFT.sdf.gz": "".join(blocks),
        "DFT8K/DFT8K.csv.gz": ",mol_id,atom_type,atom_index,Shift\n0,1,6,0,18.5\n1,1,1,3,1.2\n",
        "Exp5K/Exp5K.csv.gz": ",mol_id,atom_index,Shift,atom_type\n0,1,1,57.8,6\n",
        "CHESHIRE/CHESHIRE_probe.sdf.gz": blocks[0],
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()))
    return tmp_path


def test_shifts_stand_at_their_atoms(folder: Path) -> None:
    ethanol, methanol = read_cascade(folder, frozenset())
    assert ethanol.dft[[0, 3]].tolist() == [18.5, 1.2]
    assert np.isnan(ethanol.dft[[1, 2, 4]]).all()
    assert ethanol.experiment[1] == 57.8
    assert np.isnan(methanol.dft).all()
    assert ethanol.numbers.tolist() == [6, 6, 8, 1, 1, 1, 1, 1, 1]


def test_probe_molecules_are_for_testing(folder: Path) -> None:
    assert next(read_cascade(folder, frozenset())).split == "test"


def test_molecules_can_be_left_out(folder: Path) -> None:
    key = connectivity_key(Chem.MolFromSmiles("CCO"))
    assert [m.name for m in read_cascade(folder, frozenset([key]))] == ["2"]


def test_the_list_of_evaluation_molecules_has_comments(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# names\nLFQSCWFLJHTTHZ\n")
    assert evaluation_keys(path) == {"LFQSCWFLJHTTHZ"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"DFT8K\.csv\.gz: got No such file"):
        list(read_cascade(tmp_path, frozenset()))
