"""The scripts that come from elsewhere are the ones their record names."""

import hashlib
import re
from importlib.resources import files

import pytest

from specml.report.html import LICENCES, SCRIPTS, STYLES

VENDOR = files("specml.report") / "assets" / "vendor"
RECORD = (VENDOR / "README.md").read_text()
ROWS = re.findall(r"^\| `([^`]+)` \|.* `([0-9a-f]{64})` \|$", RECORD, re.MULTILINE)


@pytest.mark.parametrize(("name", "digest"), ROWS, ids=[name for name, _ in ROWS])
def test_checksum(name, digest):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_every_file_is_recorded():
    used = {name.removeprefix("vendor/") for name in (*SCRIPTS, *STYLES) if "vendor/" in name}
    assert used == {name for name, _ in ROWS}
    assert {path.name for path in VENDOR.iterdir()} == used | {*LICENCES, "README.md"}
