"""The scaffold splitter against split sizes that others print for the same tables.

The tables are not ours to hand on: the file holds, for each row, running numbers for its scaffold
and its molecule, which is all the rule looks at.
"""

import json
from pathlib import Path

import pytest

from specml.admet.splits import scaffold_split

DATA = json.loads((Path(__file__).parent / "data" / "tdc_splits.json").read_text())
CASES = [
    (task, int(seed), counts)
    for task, table in DATA.items()
    if task != "source"
    for seed, counts in table["counts"].items()
]


@pytest.mark.parametrize(("task", "seed", "counts"), CASES)
def test_counts(task, seed, counts):
    """Rows of train and validation, then their distinct molecules."""
    molecules = DATA[task]["molecules"]
    train, valid, test = scaffold_split(DATA[task]["scaffolds"], (0.875, 0.125, 0.0), seed)
    distinct = [len({molecules[row] for row in part}) for part in (train, valid)]
    assert [len(train), len(valid), *distinct] == counts
    assert len(test) == 0
