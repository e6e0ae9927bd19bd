"""What a user waits for before anything happens: imports."""

import subprocess
import sys

import pytest

HEAVY = {
    "torch",
    "ase",
    "scipy",
    "pandas",
    "matplotlib",
    "rdkit",
    "pyscf",
    "tblite",
    "h5py",
    "pyarrow",
}


@pytest.mark.parametrize("module", ["specml", "specml.cli.app"])
def test_heavy_imports_wait_for_the_command(module):
    code = f"import sys, {module}; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert HEAVY & set(result.stdout.split()) == set()


def test_public_names_resolve():
    code = (
        "import specml; print([getattr(specml, name).__name__ for name in ('load', 'Structure')])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "['load', 'Structure']"


def test_unknown_name_is_an_attribute_error():
    import specml

    with pytest.raises(AttributeError, match="no attribute 'spectrum'"):
        specml.spectrum  # noqa: B018
