"""The one reader of named columns: how tables are written, and what is said of bad ones."""

import gzip

import pytest

from specml.errors import InputError
from specml.io.molecule_list import read_multiplicities, read_smiles, rows_of

PLAIN = "key,smiles,split\na,CCO,train\n\nb,C=O,test\n"
FORMS = {
    "commas": PLAIN.encode(),
    "semicolons and carriage returns": PLAIN.replace(",", ";").replace("\n", "\r\n").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "byte-order mark": PLAIN.encode("utf-8-sig"),
    "UTF-16": PLAIN.encode("utf-16"),
    "gzip": gzip.compress(PLAIN.encode()),
    "quotes": b'"key","smiles","split"\n"a, or ""b""","CCO","train"\nb,"C=O","test"\n',
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_every_form_reads_the_same(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    assert read_smiles(path) == ["CCO", "C=O"]
    assert dict(cells for _, cells in rows_of(path, ("smiles", "split"))) == {
        "CCO": "train",
        "C=O": "test",
    }


def test_multiplicities_are_1_where_no_column_says_otherwise(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("smiles\nO\nC\n")
    assert read_multiplicities(path) == [1, 1]
    path.write_text("smiles,multiplicity\n[CH3],2\nO=O,3\n")
    assert read_multiplicities(path) == [2, 3]
    path.write_text("smiles,multiplicity\n[CH3],doublet\n")
    with pytest.raises(InputError, match=r"list\.csv:2: got the multiplicity 'doublet'"):
        read_multiplicities(path)


def test_lines_are_counted_over_blank_ones_and_line_breaks_in_quotes(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('name,smiles\n"two\nlines",C\n\nb,CC\n')
    assert [line for line, _ in rows_of(path, ("smiles",))] == [2, 5]


BAD = {
    "no column": (b"name\nwater\n", "list.csv: got no column 'smiles'; expected a csv with the"),
    "no rows": (b"smiles\n", "list.csv: got no rows"),
    "empty": (b"", "list.csv: got an empty file"),
    "bare": (b"key,smiles\na,C\n\nb\n", "list.csv:4: got no SMILES"),
    "cells": (b"smiles,key\nC,a,b\n", "list.csv: got line 2 has 3 cells, the table 2 columns"),
    "Windows-1252": (b"smiles,name\nC,a\nCC,th\xe9\n", "got line 3, which is not UTF-8"),
    "open quote": (b'smiles\nC\n"CC\n', "list.csv:3: got a quotation mark that is never closed"),
    "cut": (gzip.compress(b"smiles\n" + b"C\n" * 99)[:-9], "expected a complete file"),
    "workbook": (b"PK\x03\x04", "Save the sheet as CSV"),
}


@pytest.mark.parametrize(("content", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_one_line(tmp_path, content, told):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_smiles(path)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: got no such file"):
        read_smiles(tmp_path / "none.csv")
