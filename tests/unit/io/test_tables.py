"""Tables of every dialect are read alike, and what cannot be read is said in one line."""

import gzip
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rdkit import Chem

from specml.errors import InputError, OutputError
from specml.io.tables.delimited import DelimitedTable
from specml.io.tables.files import is_parquet, tables_in
from specml.io.tables.json_table import is_json, json_table
from specml.io.tables.parquet import ParquetTable
from specml.io.tables.sdf import SdfTable, is_sdf
from specml.io.tables.workbook import is_workbook, workbook_table
from specml.io.tables.writers import CsvWriter, ParquetWriter, writer_for

ROWS = [["id", "smiles"], ["1", "CCO"], ["2", "c1ccccc1"], ["3", "CC(=O)O"]]


@pytest.fixture
def write(tmp_path):
    def make(content: str | bytes, name: str = "in.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def rows(table: DelimitedTable | ParquetTable, size: int = 2, skip: int = 0) -> list[list]:
    return [list(row.values()) for c in table.chunks(size, skip) for row in c.batch.to_pylist()]


def text(separator: str, end: str = "\n") -> str:
    return "".join(separator.join(row) + end for row in ROWS)


DIALECTS = {
    "commas": text(",").encode(),
    "semicolons": text(";").encode(),
    "tabs": text("\t").encode(),
    "bars": text("|").encode(),
    "windows": text(",", "\r\n").encode(),
    "old mac": text(",", "\r").encode(),
    "byte-order mark": text(",").encode("utf-8-sig"),
    "utf-16": text("\t").encode("utf-16"),
    "gzip": gzip.compress(text(",").encode()),
    "gzip members": gzip.compress(b"id,smiles\n") + gzip.compress(b"1,CCO\n2,c1ccccc1\n3,CC(=O)O"),
    "quotes": b'"id","smiles"\n"1","CCO"\n2,"c1ccccc1"\n3,CC(=O)O\n',
    "blank end": text(",").encode() + b"\n\n\n",
    "empty cells at the end": text(",").replace("O\n", "O,,\n").encode(),
}


@pytest.mark.parametrize("content", DIALECTS.values(), ids=DIALECTS)
def test_dialects(write, content):
    table = DelimitedTable(write(content))
    assert table.schema.names == ROWS[0]
    assert rows(table) == ROWS[1:]
    assert table.notes == []


def test_decimal_commas_between_semicolons(write):
    table = DelimitedTable(write("id;value;smiles\n1;0,5;CCO\n2;1,5;CC\n"))
    assert rows(table) == [["1", "0,5", "CCO"], ["2", "1,5", "CC"]]


def test_smi_files_have_a_name_with_spaces(write):
    table = DelimitedTable(write("CCO grain alcohol\nCC\n", "in.smi"), header=False)
    assert rows(table) == [["CCO", "grain alcohol"], ["CC", ""]]


def test_quoted_cells_hold_separators_quotes_and_line_ends(write):
    table = DelimitedTable(write('name,smiles\n"2,4-D ""acid""\nsecond line",CCO\n'))
    assert rows(table) == [['2,4-D "acid"\nsecond line', "CCO"]]


def test_lines_that_are_not_utf_8(write):
    table = DelimitedTable(write("name,smiles\nµ,C\n".encode() + "é,CC\n".encode("latin1")))
    assert rows(table) == [["µ", "C"], ["é", "CC"]]
    assert "1 lines are not UTF-8" in table.notes[0]


def test_blank_lines_between_rows_are_rows(write):
    assert rows(DelimitedTable(write("smiles\nC\n\n\nCC\n\n"))) == [["C"], [""], [""], ["CC"]]


def test_too_many_cells_are_kept_and_marked(write):
    table = DelimitedTable(write("smiles,name\nC,a,b\nCC\nCCC,d\n"))
    (chunk,) = table.chunks(10)
    assert [row["name"] for row in chunk.batch.to_pylist()] == ["a,b", "", "d"]
    assert chunk.faults == {0: "line 2 has 3 cells, the table 2 columns"}


def test_names_are_unique(write):
    assert DelimitedTable(write("id,,id\n1,2,3\n")).schema.names == ["id", "column_2", "id_2"]


def test_no_rows(write):
    assert rows(DelimitedTable(write("id,smiles\n"))) == []
    assert rows(DelimitedTable(write("id,smiles"))) == []


def test_long_lines_make_small_chunks(write):
    line = "C," + "x" * 10_000_000 + "\n"
    table = DelimitedTable(write("smiles,note\n" + 3 * line))
    assert [c.batch.num_rows for c in table.chunks(1000)] == [2, 1]


@pytest.mark.parametrize("skip", [0, 2, 4])
def test_skipping_goes_on_at_a_chunk(write, skip):
    lines = "".join(f"{k},C\n" for k in range(5))
    for table in (DelimitedTable(write("id,smiles\n" + lines)), parquet(write)):
        starts = [chunk.start for chunk in table.chunks(2, skip)]
        assert starts == list(range(skip, 5, 2))
        assert [int(row[0]) for row in rows(table, 2, skip)] == list(range(skip, 5))


def parquet(write) -> ParquetTable:
    path = write("", "in.parquet")
    pq.write_table(pa.table({"id": [0, 1, 2, 3, 4], "smiles": ["C"] * 5}), path, row_group_size=3)
    return ParquetTable(path)


def test_parquet_keeps_types(write):
    table = parquet(write)
    assert table.schema.field("id").type == pa.int64()
    assert rows(table)[1] == [1, "C"]


def test_how_far(write):
    shares = [c.share for c in DelimitedTable(write("smiles\n" + "CCO\n" * 50_000)).chunks(10_000)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert shares[0] < 0.7


BROKEN = {
    "empty file": (b"", "got an empty file"),
    "workbook": (b"PK\x03\x04rest", "Excel"),
    "cut gzip": (gzip.compress(text(",").encode() * 100)[:-20], "in.csv:"),
    "half of utf-16": (b"\xff\xfei\x00d", "in.csv:1: got 'utf-16"),
    "open quote": (b'id,smiles\n1,C\n"2,CC\n3,CCC\n', "in.csv:3: got a quotation mark"),
    "open quote in a long file": (
        b'id,smiles\n"2,CC\n' + b"3,C\n" * 5000,
        "in.csv:2: got a quotation mark",
    ),
}


@pytest.mark.parametrize(("content", "expected"), BROKEN.values(), ids=BROKEN)
def test_broken_files(write, content, expected):
    path = write(content)
    with pytest.raises(InputError, match=expected):
        rows(DelimitedTable(path))


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match="got no such file"):
        DelimitedTable(tmp_path / "absent.csv")


def test_a_damaged_parquet_file(write):
    path = write(b"PAR1 and nothing more")
    assert is_parquet(path)
    with pytest.raises(InputError, match="parquet with an error"):
        ParquetTable(path)


def test_a_damaged_page_of_a_parquet_file(tmp_path):
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"smiles": ["CCO"] * 100}), path)
    path.write_bytes(b"PAR1" + b"\xff" * 60 + path.read_bytes()[64:])
    with pytest.raises(InputError, match="parquet with an error"):
        list(ParquetTable(path).chunks(10))


def test_categories_become_values(tmp_path):
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"smiles": pa.array(["CCO", None]).dictionary_encode()}), path)
    table = ParquetTable(path)
    assert table.schema.field("smiles").type == pa.string()
    assert [chunk.batch.to_pylist() for chunk in table.chunks(9)] == [
        [{"smiles": "CCO"}, {"smiles": None}]
    ]


def test_tables_of_a_folder(write, tmp_path):
    for name in ("b.csv", "a.parquet", "c.csv.gz", "notes.md", "d.csv.partial"):
        write("x", name)
    assert [path.name for path in tables_in(tmp_path)] == ["a.parquet", "b.csv", "c.csv.gz"]


BATCH = pa.RecordBatch.from_pydict(
    {"name": ["a,b", None], "value": [0.123456789, None], "inside": [True, False], "n": [3, None]}
)


def test_csv_out():
    code = CsvWriter()
    assert code.head(BATCH.schema) == b"name,value,inside,n\n"
    assert code.rows(BATCH, 1) == b'"a,b",0.12346,true,3\n,,false,\n'


def test_columns_of_the_input_keep_all_digits():
    numbers = {"a": [1234567.891, None], "b": pa.array([0.1, 2.0], pa.float32())}
    batch = pa.RecordBatch.from_pydict(numbers)
    assert CsvWriter().rows(batch, 2) == b"1234567.891,0.1\n,2\n"


def test_a_carriage_return_inside_a_cell_ends_no_row():
    batch = pa.RecordBatch.from_pydict({"note": ["r\rr", "n\nn", 'q"q']})
    data = CsvWriter().rows(batch, 1)
    assert data == b'"r\rr"\n"n\nn"\n"q""q"\n'


def test_gzip_out_can_be_continued():
    code = CsvWriter(compressed=True)
    data = code.head(BATCH.schema) + code.rows(BATCH, 1)
    assert gzip.decompress(data).splitlines()[0] == b"name,value,inside,n"


def test_parquet_out(tmp_path):
    code = ParquetWriter()
    partial, out = tmp_path / "partial", tmp_path / "out"
    partial.write_bytes(code.head(BATCH.schema) + 2 * code.rows(BATCH, 1))
    code.finish(partial, out)
    assert pq.read_table(out).to_pylist() == 2 * BATCH.to_pylist()
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("out.csv", None, b"name,value"),
        ("out.tsv", None, b"name\tvalue"),
        ("out.parquet", "csv", b"name,value"),
    ],
)
def test_the_name_decides(tmp_path, name, form, expected):
    assert writer_for(tmp_path / name, form).head(BATCH.schema).startswith(expected)


@pytest.mark.parametrize("name", ["out.xlsx", "out.parquet.gz"])
def test_a_name_that_promises_something_else(tmp_path, name):
    with pytest.raises(OutputError, match=r"expected \.csv"):
        writer_for(tmp_path / name)
    assert isinstance(writer_for(tmp_path / name, "csv"), CsvWriter)


def test_the_form_overrules_the_name(tmp_path):
    assert isinstance(writer_for(tmp_path / "out.PARQUET"), ParquetWriter)
    assert isinstance(writer_for(tmp_path / "out.csv", "parquet"), ParquetWriter)
    assert gzip.decompress(writer_for(tmp_path / "out.csv.gz").head(BATCH.schema))


@pytest.mark.parametrize(
    ("name", "content", "names", "expected"),
    [
        ("a.smi", "CCO\ta b\t1\nCCN\tc\t2\n", None, [["CCO", "a b", "1"], ["CCN", "c", "2"]]),
        ("a.smi", "CCO\ta b\nCCN\tc\n", None, [["CCO", "a b"], ["CCN", "c"]]),
        (
            "a.smi",
            "smiles id y\nCCO a 1\nCCN b 2\n",
            "smiles id y",
            [["CCO", "a", "1"], ["CCN", "b", "2"]],
        ),
        ("a.smi", "CCO,a\nCCN,b\n", None, [["CCO", "a"], ["CCN", "b"]]),
        ("a.csv", "sep=;\nsmiles;y\nCCO;1,5\n", "smiles y", [["CCO", "1,5"]]),
        ("a.csv", '"sep=|"\nsmiles|y\nCCO|1\n', "smiles y", [["CCO", "1"]]),
        ("a.csv", "# by X\n# of Y, Z\nsmiles,y\nCCO,1\n", "smiles y", [["CCO", "1"]]),
        ("a.csv", "# SMILES of X\nsmiles,y\nCCO,1\n", "smiles y", [["CCO", "1"]]),
        ("a.smi", "#SMILES name\nCCO a\n", "#SMILES name", [["CCO", "a"]]),
        ("a.csv", "#,smiles\n1,CCO\n", "# smiles", [["1", "CCO"]]),
    ],
)
def test_what_stands_before_and_between_cells(write, name, content, names, expected):
    table = DelimitedTable(write(content, name), header=names is not None)
    assert names is None or table.schema.names == names.split()
    assert rows(table) == expected


@pytest.mark.parametrize(
    "content",
    [
        '[{"smiles": "CCO", "y": 1}, {"smiles": null, "y": true}]',
        '{"smiles": ["CCO", null], "y": [1, true]}',
        '{"smiles": {"0": "CCO", "1": null}, "y": {"0": 1, "1": true}}',
        '{"smiles": "CCO", "y": 1}\n{"smiles": null, "y": true}\n',
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a"])
def test_json(write, content, name):
    path = write(content, name)
    assert is_json(path)
    table = json_table(path)
    assert table.schema.names == ["smiles", "y"]
    assert rows(table) == [["CCO", "1"], [None, "true"]]


def test_a_list_of_smiles_in_json(write):
    assert rows(json_table(write('["CCO", "CCN"]', "a.json"))) == [["CCO"], ["CCN"]]


@pytest.mark.parametrize("content", ["[]", "[1, 2]", "{", '{"a": [1], "b": [1, 2]}', "[{}]", "5"])
def test_json_that_is_no_table(write, content):
    with pytest.raises(InputError, match=r"records such as"):
        json_table(write(content, "a.json"))


def test_smiles_are_not_json(write):
    assert not is_json(write("[Na+].[Cl-]\n", "a.smi"))


def structures(*records: tuple[str, str, dict[str, str]]) -> str:
    text = ""
    for smiles, title, properties in records:
        block = Chem.MolToMolBlock(Chem.MolFromSmiles(smiles))
        text += title + block[block.index("\n") :]
        text += "".join(f"> <{key}>\n{value}\n\n" for key, value in properties.items())
        text += "$$$$\n"
    return text


def test_structure_files(write):
    content = structures(
        ("CCO", "ethanol", {"y": "1"}),
        ("", "nothing", {}),
        ("C[C@H](N)C(=O)O", "alanine", {"z": "a\nb", "smiles": "x"}),
    )
    broken = content.replace("  3  2", "  9  2", 1)
    path = write(content, "a.sdf")
    assert is_sdf(path)
    table = SdfTable(path)
    assert table.schema.names == ["smiles_2", "title", "y", "z", "smiles"]
    expected = [
        ["CCO", "ethanol", "1", "", ""],
        ["", "nothing", "", "", ""],
        ["C[C@H](N)C(=O)O", "alanine", "", "a\nb", "x"],
    ]
    assert rows(table) == expected
    assert rows(table, skip=2) == expected[2:]
    assert [c.faults for c in table.chunks(3)] == [{}]
    (chunk,) = SdfTable(write(broken, "b.sdf")).chunks(3)
    assert chunk.faults == {0: "a record that cannot be read"}
    assert chunk.batch.num_rows == 3


def workbook(path, rows, more=()):
    cells = {str: '<c t="inlineStr"><is><t>{}</t></is></c>', bool: '<c t="b"><v>{:d}</v></c>'}
    lines = "".join(
        "<row>" + "".join(cells.get(type(c), "<c><v>{}</v></c>").format(c) for c in row) + "</row>"
        for row in rows
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = "".join(f'<sheet name="{n}" sheetId="1" r:id="r1"/>' for n in ("first", *more))
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(
            "xl/workbook.xml",
            f'<workbook {space} xmlns:r="{links}"><sheets>{sheets}</sheets></workbook>',
        )
        made.writestr(
            "xl/_rels/workbook.xml.rels",
            '<R><Relationship Id="r1" Target="worksheets/sheet1.xml"/></R>',
        )
        made.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {space}><sheetData>{lines}</sheetData></worksheet>",
        )
    return path


def test_workbooks(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["smiles", "y"], ["CCO", 1.5], [], ["CCN", True]], ["b"])
    assert is_workbook(path)
    table = workbook_table(path, header=True)
    assert table.schema.names == ["smiles", "y"]
    assert rows(table) == [["CCO", "1.5"], ["", ""], ["CCN", "true"]]
    assert table.notes == [f"{path}: the sheet 'first' is read, not 'b'"]


def test_workbooks_without_a_table(tmp_path):
    with pytest.raises(InputError, match="no cells in its first sheet"):
        workbook_table(workbook(tmp_path / "a.xlsx", []), header=True)
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as made:
        made.writestr("xl/workbook.xml", "<broken")
    with pytest.raises(InputError, match="a workbook with an error"):
        workbook_table(tmp_path / "b.xlsx", header=True)
    assert not is_workbook(tmp_path / "absent.xlsx")
