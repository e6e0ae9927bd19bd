"""Molecules per second and memory of ``specml admet predict``, end to end, beside another program.

python benchmarks/speed/admet_predict.py SMILES.csv.gz --rows 10000 --output admet_predict.json \
    --beside '/tmp/admet-ai/bin/admet_predict --data_path {input} --save_path {output}'

The rows are taken at even distances from the first column of a list; a list that is shorter than
``--rows`` is gone through again (structures are not remembered, so repeating them saves nothing).
Time includes the start of the program. Memory is that of the program and all its processes,
sampled once a second, pages that they share counted once a process.
"""

import argparse
import csv
import gzip
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

PARTS = 10  # of the run, for which rate and memory are given
MEGABYTE = 2**20


def write_rows(source: Path, rows: int, path: Path) -> None:
    """A table with one column, ``smiles``."""
    with gzip.open(source, "rt") if source.suffix == ".gz" else source.open() as handle:
        smiles = [row[0] for row in csv.reader(handle)][1:]
    step = max(len(smiles) / rows, 1.0)
    with path.open("w") as handle:
        handle.write("smiles\n")
        handle.writelines(f"{smiles[int(k * step) % len(smiles)]}\n" for k in range(rows))


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has ended meanwhile
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [pid]
    for one in found:
        found.extend(parents.get(one, []))
    return found


def memory(pid: int) -> float:
    """Resident memory of a process and its descendants, MB."""
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for one in family(pid):
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * page
        except OSError:
            continue
    return total / MEGABYTE


class Growth:
    """Rows in a growing text file; each byte is read once."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset, self.rows = path, 0, 0

    def look(self) -> int:
        if self._path.exists():
            with self._path.open("rb") as handle:
                handle.seek(self._offset)
                data = handle.read()
            self._offset += len(data)
            self.rows += data.count(b"\n")
        return max(self.rows - 1, 0)


def measure(command: list[str], growing: Path | None) -> dict:
    """Run a program to its end."""
    load, before = os.getloadavg()[0], getrusage(RUSAGE_CHILDREN)
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    growth = Growth(growing) if growing else None
    samples = []
    while process.poll() is None:
        rows = growth.look() if growth else 0
        samples.append((time.perf_counter() - begun, rows, memory(process.pid)))
        time.sleep(1.0)
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    after = getrusage(RUSAGE_CHILDREN)
    return {
        "seconds": seconds,
        "cpu_seconds": sum(after[:2]) - sum(before[:2]),
        "peak_memory_mb": max(sample[2] for sample in samples),
        "load_before": load,
        "samples": samples,
    }


def parts(samples: list[tuple[float, int, float]]) -> list[dict]:
    """Rate and memory of each tenth of the rows; chunks arrive whole, so rates scatter."""
    total = samples[-1][1]
    result = []
    for k in range(PARTS):
        inside = [
            s for s in samples if total * k / PARTS <= s[1] <= total * (k + 1) / PARTS and s[1]
        ]
        if len(inside) > 1 and inside[-1][1] > inside[0][1]:
            rate = (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0])
            result.append({"rate": rate, "memory_mb": max(s[2] for s in inside)})
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("smiles", type=Path)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--beside", help="a command with {input} and {output}")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table, scored = Path(folder) / "in.csv", Path(folder) / "out.csv"
        write_rows(arguments.smiles, arguments.rows, table)
        command = [sys.executable, "-m", "specml", "admet", "predict", str(table), str(scored)]
        command += ["--workers", str(arguments.workers)]
        command += ["--model", str(arguments.model)] if arguments.model else []
        ours = measure(command, Path(f"{scored}.partial"))
        ours["parts"] = parts(ours.pop("samples"))
        result = {"rows": arguments.rows, "workers": arguments.workers, "specml": ours}
        if arguments.beside:
            places = {"input": str(table), "output": f"{folder}/other.csv"}
            words = [word.format(**places) for word in shlex.split(arguments.beside)]
            other = measure(words, None)
            other.pop("samples")
            result |= {"beside": words[0], "other": other}
            result["ratio"] = other["seconds"] / ours["seconds"]
            # Of processor time: also meaningful on a machine that others use.
            result["cpu_ratio"] = other["cpu_seconds"] / ours["cpu_seconds"]
    for one in ("specml", "other"):
        if one in result:
            result[one]["molecules_per_second"] = arguments.rows / result[one]["seconds"]
    arguments.output.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
