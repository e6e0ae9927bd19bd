"""The forms of JCAMP-DX ordinates, by the examples of the standard and a file of the field.

Tables VI and VII of R. S. McDonald, P. A. Wilks, Appl. Spectrosc. 1988, 42, 151. The DIFDUP line
of table VI has two misprints there; it stands here as J. I. Baumbach, A. N. Davies, P. Lampen,
H. Schmidt, Pure Appl. Chem. 2001, 73, 1765 print it again.
"""

from pathlib import Path

import numpy as np
import pytest

from specml.io.jcamp_block import blocks
from specml.io.jcamp_reader import table

HEAD = """##TITLE=Example
##JCAMP-DX=4.24
##DATA TYPE=INFRARED SPECTRUM
##XUNITS=1/CM
##YUNITS=ABSORBANCE
##XFACTOR=1.0
##YFACTOR={factor}
##FIRSTX={first}
##LASTX={last}
##NPOINTS={count}
##XYDATA=(X++(Y..Y))
{lines}
##END=
"""
TABLE_VI = """0 0 0 0 2 4 4 4 7 5 4 4 5 5 7 10 11 11 6 5 7 6 9 9 7 10 10 9 10 11 12 15 16 16 14 17
38 38 35 38 42 47 54 59 66 75 78 88 96 104 110 121 128"""
# Owner: public domain (ISIS, Dortmund), among the test files of the University of the West Indies.
SQZDUP = """5000.03B1399TB1410B1416B1411B1408B1406B1401B1402B1406B1404B1400B1402B1403B1401
4996.42B1407B1406B1399B1405TB1388B1381B1387B1385B1374B1369B1371B1369B1371B1376
4992.80B1374B1370B1366B1363B1371B1376B1372TB1377B1375B1369B1373B1374B1366B1359"""


def read(folder: Path, lines: str, first: float, last: float, count: int, factor: str = "1"):
    path = folder / "example.jdx"
    text = HEAD.format(lines=lines, first=first, last=last, count=count, factor=factor)
    path.write_text(text)
    return table(blocks(path)[0])


@pytest.mark.parametrize(
    "line",
    [
        "0 1 2 3 3 2 1 0 -1 -2 -3",
        "0 1+2+3+3+2+1+0-1-2-3",
        "0 1 2 3 3 2 1 0-1-2-3",
        "0 1BCCBA@abc",
        "0 1BCTBA@abc",
        "0 1JJ%jjjjjj",
        "0 1JT%jX",
    ],
    ids=["AFFN", "PAC", "PAC with blanks", "SQZ", "SQZDUP", "DIF", "DIFDUP"],
)
def test_table_vii(tmp_path, line):
    found = read(tmp_path, line, 0, 9, 10)
    np.testing.assert_array_equal(found.x, np.arange(10.0))
    np.testing.assert_array_equal(found.y, [1, 2, 3, 3, 2, 1, 0, -1, -2, -3])


def test_table_vi(tmp_path):
    """DIFDUP with repetitions after a squeezed digit, after differences, and a check line."""
    lines = "599.860@VKT%TLkj%J%KLJ%njKjL%kL%jJULJ%kLK1%lLMNPNPRLJ0QTOJ1P\n700.158A28"
    found = read(tmp_path, lines, 599.860, 700.158, 53, "0.5")
    np.testing.assert_array_equal(found.y, 0.5 * np.array(TABLE_VI.split(), dtype=float))
    assert found.x[[0, -1]].tolist() == [599.860, 700.158]


def test_lines_of_an_instrument(tmp_path):
    """Falling abscissa, squeezed digits and repetitions: 15 points a line, as its x say."""
    step = 0.24105835
    found = read(tmp_path, SQZDUP, 5000.0323, 5000.0323 - 44 * step, 45, "4.5930663e-005")
    ordinates = found.y[::-1] / 4.5930663e-5
    assert ordinates[:4].round().tolist() == [21399, 21399, 21410, 21416]
    assert ordinates[[15, 44]].round().tolist() == [21407, 21359]
    half = 0.5 * 4.5930663e-5  # rounding of an ordinate
    assert found.y[-1] == pytest.approx(0.98288858, abs=half)  # FIRSTY of the file
