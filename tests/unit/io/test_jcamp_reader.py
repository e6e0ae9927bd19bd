"""Reading JCAMP-DX: blocks, labels, pairs, and every kind of damage."""

from pathlib import Path

import jcamp as independent
import numpy as np
import pytest

from specml.errors import InputError
from specml.io.jcamp import jcamp
from specml.io.jcamp_block import blocks
from specml.io.jcamp_reader import table

RECORDS = {
    "TITLE": "a",
    "JCAMP-DX": "4.24",
    "DATA TYPE": "INFRARED SPECTRUM",
    "XFACTOR": "1",
    "YFACTOR": "0.5",
    "FIRSTX": "400",
    "LASTX": "405",
    "NPOINTS": "6",
    "XYDATA": "(X++(Y..Y))\n400 10 20 30\n403 40 50 60",
    "END": "",
}


@pytest.fixture
def read(tmp_path):
    """The table of a file of the records above, some of them changed or (None) left out."""

    def call(**changes: str | None):
        labels = {name.replace("_", " "): value for name, value in changes.items()}
        records = {**RECORDS, **labels}
        records["END"] = records.pop("END")  # the last one
        lines = [f"##{label}={text}" for label, text in records.items() if text is not None]
        (tmp_path / "a.jdx").write_text("\n".join(lines) + "\n")
        return table(blocks(tmp_path / "a.jdx")[0])

    return call


def test_the_records_themselves(read):
    found = read()
    np.testing.assert_array_equal(found.x, np.arange(400.0, 406.0))
    np.testing.assert_array_equal(found.y, [5, 10, 15, 20, 25, 30])
    assert not found.peaks
    assert found.missing == 0


def test_difference_lines_hand_over_their_last_ordinate(read):
    lines = "(X++(Y..Y))\n400 10J0J0J0\n403 40J0J0\n405 60"
    np.testing.assert_array_equal(read(XYDATA=lines).y, read().y)


def test_abscissas_are_checked_after_their_factor(read):
    scaled = RECORDS["XYDATA"].replace("400", "800").replace("403", "806")
    np.testing.assert_array_equal(read(XYDATA=scaled, XFACTOR="0.5").x, read().x)


def test_exponents_are_not_squeezed_digits(read):
    lines = "(X++(Y..Y))\n4.00E+02 1.0E+01 2.0e+01 3E+1\n403 40 50 60"
    np.testing.assert_array_equal(read(XYDATA=lines).y, read().y)


def test_what_was_not_measured_is_left_out(read):
    found = read(XYDATA="(X++(Y..Y))\n400 10 ? 30\n403 40 50 60")
    assert found.missing == 1
    assert found.x.tolist() == [400, 402, 403, 404, 405]


@pytest.mark.parametrize(
    "pairs",
    ["400,10; 402,20;\n407.5,30", "407.5 30\n402 20\n400 10", "400, 10\n402, 20\n407.5, 30"],
)
def test_pairs_in_any_layout_come_out_ascending(read, pairs):
    found = read(XYDATA=None, XYPOINTS=f"(XY..XY)\n{pairs}", NPOINTS="3")
    assert found.x.tolist() == [400, 402, 407.5]
    assert found.y.tolist() == [5, 10, 15]


def test_a_peak_table_is_lines(read):
    found = read(XYDATA=None, PEAK_TABLE="(XY..XY)\n1000, 1", NPOINTS="1")
    assert found.peaks
    assert found.x.tolist() == [1000.0]


def test_labels_and_comments(tmp_path):
    """Blanks, dashes and case of labels mean nothing; values may go on in the next line."""
    path = tmp_path / "a.jdx"
    path.write_text(
        "\ufeff$$ written by hand\n##Title= a $$ b\n##jcamp_dx=5.01\n"
        "##Datatype= INFRARED\n SPECTRUM\n"
        "##xypoints=(XY..XY) $$ pairs\n1 2 $$ first\n3 4\n##end=\n",
        encoding="utf-8",
    )
    (block,) = blocks(path)
    assert (block.title, block.text("DATATYPE")) == ("a", "INFRARED SPECTRUM")
    assert table(block).y.tolist() == [2.0, 4.0]


def test_linked_blocks(tmp_path):
    inner = "\n".join(f"##{label}={value}" for label, value in RECORDS.items())
    path = tmp_path / "a.jdx"
    path.write_text(f"##TITLE=all\n##DATA TYPE=LINK\n##BLOCKS=2\n{inner}\n{inner}\n##END=\n")
    outer, first, second = blocks(path)
    assert outer.text("DATATYPE") == "LINK"
    assert table(first).y.tolist() == table(second).y.tolist()


@pytest.mark.parametrize("step", [1.0, -0.25])
def test_our_own_files_come_back(tmp_path, step):
    x = np.arange(1000.0, 1500.0, abs(step))[:: int(np.sign(step))]
    y = np.cos(x / 50.0)
    path = tmp_path / "a.jdx"
    path.write_bytes(
        jcamp(
            x,
            y,
            title="a",
            data_type="INFRARED SPECTRUM",
            y_units="L/(mol cm)",
            formula="H2O",
            origin="SpecML",
            notes={},
        )
    )
    found, other = table(blocks(path)[0]), independent.readfile(path)
    order = np.argsort(x)
    np.testing.assert_allclose(found.x, x[order], atol=1e-9)
    np.testing.assert_allclose(found.y, y[order], atol=2e-9)
    np.testing.assert_allclose(found.y, other["y"][order], atol=1e-15)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"LASTX": None}, "no LASTX, read from the lines"),
        ({"FIRSTX": None}, "no FIRSTX, read from the lines"),
        ({"NPOINTS": None}, "no NPOINTS, read from the lines"),
        (
            {"FIRSTX": None, "LASTX": None, "NPOINTS": None},
            "no FIRSTX, LASTX, NPOINTS, read from the lines",
        ),
        ({"NPOINTS": "7"}, "6 points, though ##NPOINTS=7"),
        ({"NPOINTS": "5"}, "6 points, though ##NPOINTS=5"),
        (
            {"LASTX": None, "DELTAX": "1", "XYDATA": "(X++(Y..Y))\n400 10 20 30 40 50 60"},
            "no LASTX, read from the lines",
        ),
    ],
)
def test_what_the_rest_of_the_file_says(read, changes, note):
    data = read(**changes)
    np.testing.assert_allclose(data.x, read().x, atol=1e-12)
    np.testing.assert_array_equal(data.y, read().y)
    assert data.notes == (note,)


def test_no_factor_of_the_abscissa_is_one(read):
    np.testing.assert_array_equal(read(XFACTOR=None).x, read().x)


def test_descending_without_the_sign_of_deltax(read):
    lines = "(X++(Y..Y))\n405 60 50 40 30 20 10"
    data = read(FIRSTX="405", LASTX="400", DELTAX="1", NPOINTS=None, XYDATA=lines)
    np.testing.assert_array_equal(data.y, read().y)


def test_decimal_commas(read):
    lines = "(X++(Y..Y))\n400,0 10,0 20,0 30,0\n403,0 40,0 50,0 60,0"
    data = read(XYDATA=lines, FIRSTX="400,0", LASTX="405,0", YFACTOR="0,5")
    np.testing.assert_array_equal(data.y, read().y)
    assert data.notes == ("decimal commas",)
    data = read(XYDATA=None, XYPOINTS="(XY..XY)\n400,5 1,5\n402,25 2,5", NPOINTS="2")
    assert data.x.tolist() == [400.5, 402.25]
    assert data.y.tolist() == [0.75, 1.25]


def test_pairs_with_a_wrong_number_of_points(read):
    pairs = "(XY..XY)\n400,10; 402,20; 405,30"
    data = read(XYDATA=None, XYPOINTS=pairs, NPOINTS="4")
    assert data.notes == ("3 points, though ##NPOINTS=4",)
    with pytest.raises(InputError, match="got 3 points; expected ##NPOINTS=4"):
        read(XYDATA=None, XYPOINTS=pairs, NPOINTS="4", LASTX="409")


NTUPLES = """##TITLE=a
##DATA TYPE=INFRARED SPECTRUM
##DATA CLASS=NTUPLES
##NTUPLES=INFRARED SPECTRUM
##VAR_NAME= WAVENUMBER, ABSORBANCE, PAGE
##SYMBOL= X, Y, N
##VAR_TYPE= INDEPENDENT, DEPENDENT, PAGE
##VAR_DIM= 6, 6, 2
##UNITS= 1/CM, ABSORBANCE, SECONDS
##FIRST= 400, 5, 1
##LAST= 405, 30, 2
##FACTOR= 1, 0.5, 1
##PAGE= N=1
##DATA TABLE= (X++(Y..Y)), XYDATA
400 10 20 30
403 40 50 60
##PAGE= N=2
##DATA TABLE= (X++(Y..Y)), XYDATA
400 0 0 0
403 0 0 0
##END NTUPLES=
##END=
"""


def test_the_first_page_of_ntuples(read, tmp_path):
    (tmp_path / "b.jdx").write_text(NTUPLES)
    data = table(blocks(tmp_path / "b.jdx")[0])
    np.testing.assert_array_equal(data.x, read().x)
    np.testing.assert_array_equal(data.y, read().y)
    assert data.block.text("YUNITS") == "ABSORBANCE"
    assert data.notes == ("the first of 2 pages of NTUPLES",)
    (tmp_path / "b.jdx").write_text(NTUPLES.replace("(X++(Y..Y))", "(X++(R..R))"))
    with pytest.raises(InputError, match="of ##SYMBOL="):
        table(blocks(tmp_path / "b.jdx")[0])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"NPOINTS": "7", "LASTX": "406"}, r"a.jdx:8: got 6 points; expected ##NPOINTS=7"),
        ({"NPOINTS": None, "LASTX": "406"}, "6 points, the last of them at 405; expected .*406"),
        ({"LASTX": None, "NPOINTS": None, "XYDATA": "(X++(Y..Y))\n400 10 20"}, "no ##LASTX="),
        ({"NPOINTS": "1"}, "at least two"),
        ({"LASTX": "x"}, "##LASTX=x"),
        (
            {"XYDATA": "(X++(Y..Y))\n400 10 20 30\n403 40 5#0 60"},
            r"a.jdx:11: got the character '#'",
        ),
        ({"XYDATA": "(X++(Y..Y))\n400 10 20 30\n409 40 50 60"}, "409; expected 403 .*X check"),
        (
            {"XYDATA": "(X++(Y..Y))\n400 10J0J0J0\n403 41J0J0"},
            "a.jdx:11: got 41 as the first ordinate; expected 40, .*Y check",
        ),
        ({"XYDATA": "(X++(Y..Y))\n400 J0"}, "'J0' with no ordinate before it"),
        ({"XYDATA": "(X++(Y..Y))\n400 1S999999999"}, "the repetition 'S999999999'"),
        ({"XYDATA": "(X++(Y..Y))\n? 1 2"}, "no abscissa"),
        ({"XYDATA": "(X++(R..R))\n400 1 2"}, r"\(X\+\+\(R..R\)\)"),
        ({"XYDATA": "(XY..XY)\n400 1 2"}, "pairs of numbers"),
        ({"XYDATA": "(XY..XY)\n400 1", "NPOINTS": "1"}, "1 measured points; expected a spectrum"),
        ({"XYDATA": "(X++(Y..Y))\n1E+400 1 2"}, "a.jdx:10: got a number too large"),
        ({"XYDATA": "(XY..XY)\n1E+400 1\n2 3", "NPOINTS": "2"}, "an abscissa too large"),
        ({"XYDATA": "(X++(Y..Y))\nE50 10 20 30\n403 40 50 60"}, "begins at 550; expected 400"),
        ({"XYDATA": "(X++(Y..Y))\n400 ??????"}, "0 measured points; expected a spectrum"),
        ({"XYDATA": None, "NPOINTS": "0", "PEAK_TABLE": "(XY..XY)"}, "0 measured points"),
        ({"XYDATA": None, "NTUPLES": "NMR FID"}, "a block with NTUPLES"),
        ({"XYDATA": None}, "a block without data"),
        ({"END": None}, "the end of the file within the block 'a'"),
    ],
)
def test_damage_is_named(read, changes, words):
    with pytest.raises(InputError, match=words):
        read(**changes)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"400 0.1\n401 0.2\n", "'400 0.1'"),
        (b"##TITLE=a\0\0", "binary data"),
        (b"##JCAMP-DX=4.24\n", "outside a block"),
    ],
)
def test_what_is_not_jcamp(tmp_path, content, words):
    path = tmp_path / "a.jdx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        blocks(path)
    with pytest.raises(InputError, match="no such file"):
        blocks(Path("absent.jdx"))
