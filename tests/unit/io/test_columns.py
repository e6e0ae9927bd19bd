"""One reader for every list of molecules."""

import gzip

import pytest

from specml.errors import InputError
from specml.io.columns import read_columns, read_smiles

PLAIN = b"key,smiles,split\na,CO,train\nb,CN,test\n"


@pytest.mark.parametrize("content", [PLAIN, gzip.compress(PLAIN), b"\xef\xbb\xbf" + PLAIN])
def test_plain_or_packed_whatever_the_name(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    assert read_columns(path, ("split", "smiles")) == [("train", "CO"), ("test", "CN")]
    assert read_smiles(path) == ["CO", "CN"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"name\nO\n", r"no column 'smiles'; expected a csv with the column smiles\. Name"),
        (b"smiles\n", "no rows"),
        (b"", r"no column|no rows"),
        (b"key,smiles\na,O\nb\n", r"list\.csv:3: got no SMILES"),
        (b'smiles\n"a\nb",x\n""\n', r"list\.csv:4: got no SMILES"),
        (b"smiles\n\xff\n", r"can't decode.* in UTF-8"),
        (gzip.compress(PLAIN)[:-9], "list.csv"),
        (gzip.compress(PLAIN)[:20] + b"\0" * 30, "list.csv"),
    ],
)
def test_a_list_that_cannot_be_read(tmp_path, content, told):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=told):
        read_smiles(path)


def test_a_missing_list_and_a_folder(tmp_path):
    for path, told in ((tmp_path / "none.csv", "No such file"), (tmp_path, "directory")):
        with pytest.raises(InputError, match=told):
            read_smiles(path)
