"""NTUPLES of JCAMP-DX 5: the first page of several, as a block of the older records.

Called by :mod:`specml.io.jcamp_reader`. The records of NTUPLES are lists, one entry a variable:
``##SYMBOL= X, Y``, ``##UNITS= 1/CM, ABSORBANCE``, ``##FACTOR=``, ``##FIRST=``, ``##LAST=``.
"""

import re
from dataclasses import replace

from specml.io.jcamp_block import JcampBlock

_FORM = re.compile(r"\(([A-Z])\+\+\(([A-Z])\.\.[A-Z]\)\)|\(([A-Z])([A-Z])\.\.[A-Z]{2}\)")


def first_page(block: JcampBlock) -> JcampBlock:
    """The block with the records of its first page under the labels of a simple table.

    Raises
    ------
    InputError
        A form of the table, or symbols in it, that are not those of NTUPLES.
    """
    line, (head, *body) = block.records["DATATABLE"]
    form = _FORM.match(head.replace(" ", "").upper())
    symbols = [symbol.upper() for symbol in _entries(block, "SYMBOL")]
    names = [name for name in form.groups() if name] if form else []
    if not form or any(name not in symbols for name in names):
        raise block.error(
            "DATATABLE", repr(head.strip()), "(X++(Y..Y)) or (XY..XY) of ##SYMBOL=", "Export again."
        )
    x, y = (symbols.index(name) for name in names)
    spaced = "++" in form[0]
    records = dict(block.records)
    records["XYDATA"] = line, ["(X++(Y..Y))" if spaced else "(XY..XY)", *body]
    for label, source, place in (
        ("XUNITS", "UNITS", x),
        ("YUNITS", "UNITS", y),
        ("XFACTOR", "FACTOR", x),
        ("YFACTOR", "FACTOR", y),
        ("FIRSTX", "FIRST", x),
        ("LASTX", "LAST", x),
        ("NPOINTS", "VARDIM", x),
    ):
        entries = _entries(block, source)
        if place < len(entries) and entries[place]:
            records[label] = block.records[source][0], [entries[place]]
    return replace(block, records=records)


def _entries(block: JcampBlock, label: str) -> list[str]:
    return [entry.strip() for entry in block.text(label).split(",")]
