"""docs/json.md and the JSON files name the same keys."""

import json
import re
from pathlib import Path

import pytest

TABLE = Path(__file__).parents[2] / "docs" / "json.md"


def keys(value: object, prefix: str = "") -> set[str]:
    """Dotted keys of a document; a list of objects is ``modes[]``."""
    if isinstance(value, dict):
        return set().union(*(keys(v, f"{prefix}.{k}" if prefix else k) for k, v in value.items()))
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {f"{prefix}[]"} | keys(value[0], f"{prefix}[]")
    return {prefix}


@pytest.mark.parametrize("command", ["ir", "raman"])
def test_the_table_is_complete_and_true(run, predictor, command):
    run(command, "water.xyz")
    document = json.loads(Path(f"water.{command}.json").read_text())
    assert keys(document["conformers"][0]["modes"]) == keys(document["modes"])
    document["conformers"][0]["modes"] = [{}]
    written = keys(document)
    rows = re.findall(r"^\| `([^`]+)` \|.*?\| (.*) \|$", TABLE.read_text(), re.MULTILINE)
    other = "ir only" if command == "raman" else "raman only"
    assert written == {key for key, meaning in rows if other not in meaning}
