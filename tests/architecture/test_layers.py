"""Imports point down. The list of layers is in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "specml"


def lint_imports(folder: Path) -> subprocess.CompletedProcess:
    """import-linter in a process of its own: it keeps settings in module globals."""
    code = (
        "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )


def test_contracts_are_kept():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("nn/upward.py", "from specml.models import painn\n"),
        ("spectra/draws.py", "import matplotlib.pyplot\n"),
        ("undeclared/__init__.py", ""),
        ("workflows/prints.py", "import rich\n"),
        ("cli/computes.py", "from specml.spectra import harmonic\n"),
        ("workflows/writes.py", "from specml.documents import harmonic\n"),
        ("api/prints.py", "from specml.cli import console\n"),
        ("units.py", "from specml.structure import Structure\n"),
        ("nn/cartesian.py", "from specml.nn import heads\n"),
    ],
    ids=[
        "upward import",
        "matplotlib outside plots",
        "undeclared folder",
        "rich outside cli",
        "cli past workflows and documents",
        "a workflow that writes documents",
        "api and cli apart",
        "units below everything",
        "a circle in one package",
    ],
)
def test_a_breach_is_found(tmp_path, module, line):
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for source in PACKAGE.rglob("*.py"):
        copy = tmp_path / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(source.read_text())
    breach = tmp_path / "specml" / module
    breach.parent.mkdir(exist_ok=True)
    breach.write_text(line)
    assert lint_imports(tmp_path).returncode != 0


def test_every_folder_is_a_package():
    """A folder without ``__init__.py`` would be invisible to the contracts."""
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()] == []
