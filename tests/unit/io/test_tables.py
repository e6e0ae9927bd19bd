"""Tables of every dialect are read alike, and what cannot be read is said in one line."""

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from specml.errors import InputError, OutputError
from specml.io.tables.delimited import DelimitedTable
from specml.io.tables.files import is_parquet, tables_in
from specml.io.tables.parquet import ParquetTable
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
