"""benchmarks/gpu.py on the CPU, with no package but those a GPU machine is sure to have."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MISSING = [
    "ase", "dask", "lightgbm", "matplotlib", "pyarrow", "pyscf", "rdkit", "safetensors",
    "tblite",
]  # fmt: skip
WITHOUT = f"""
import runpy, sys

class Forbidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {MISSING}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Forbidden())
sys.argv = sys.argv[1:]
sys.path[0] = {str(ROOT / "benchmarks")!r}
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_it_runs_without_a_gpu_and_without_the_other_packages(tmp_path):
    output = tmp_path / "gpu.json"
    script = str(ROOT / "benchmarks" / "gpu.py")
    command = [sys.executable, "-c", WITHOUT, script, "--device", "cpu", "--quick"]
    done = subprocess.run(
        [*command, "--output", str(output)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(output.read_text())
    assert found["lent"] == ["safetensors", "pyscf"]
    assert found["agrees"]
    assert not found["errors"]
    compared = {name for name, row in found["networks"].items() if "quantities" in row}
    assert compared == {
        "specml", "specml-xtb", "specml-hamiltonian", "specml-nmr", "specml-qm-encoder"
    }  # fmt: skip
    rows = found["dynamics"]["ethanol"]["batches"]
    assert [row["replicas"] for row in rows] == [1, 4]
    assert all(row["replica_steps_per_second"] > 0.0 for row in rows)
    assert set(found["dynamics"]["ethanol"]["limited_by"]) == {"1", "4"}
