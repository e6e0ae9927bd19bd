"""A tiny model of shieldings, and the command that runs with it."""

import json
from pathlib import Path

import numpy as np
import pytest

from specml.documents import nmr as documents
from tests.nmr_model import write_tiny

METHANOL = """6

C -0.0473 0.6660 0.0
O -0.0473 -0.7580 0.0
H -1.0930 0.9764 0.0
H 0.4376 1.0816 0.8926
H 0.4376 1.0816 -0.8926
H 0.8793 -1.0213 0.0
"""


@pytest.fixture(autouse=True)
def card(folder) -> str:
    (folder / "methanol.xyz").write_text(METHANOL)
    return str(write_tiny(folder))


@pytest.fixture
def nmr(run, card, monkeypatch):
    """Run the command with the tiny model and without drawing, which takes most of its time."""
    monkeypatch.setattr(documents, "nmr_png", lambda *args: b"")
    return lambda *words: run("nmr", *words, "--model", card)


def load(stem: str) -> dict:
    return json.loads(Path(f"{stem}.nmr.json").read_text())


@pytest.fixture
def methanol(nmr) -> dict:
    assert nmr("methanol.xyz", "--no-optimize").exit_code == 0
    return load("methanol")


def frames(count: int) -> str:
    rng = np.random.default_rng(1)
    text = []
    for _ in range(count):
        rows = [line.split() for line in METHANOL.splitlines()[2:]]
        moved = [[float(x) + rng.normal(0.0, 0.02) for x in row[1:]] for row in rows]
        text += ["6", "", *(f"{row[0]} {x} {y} {z}" for row, (x, y, z) in
                            zip(rows, moved, strict=True))]  # fmt: skip
    return "\n".join(text) + "\n"
