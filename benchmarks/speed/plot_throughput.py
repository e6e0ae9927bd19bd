"""Draw the scaling measured by ``throughput.py``.

python benchmarks/speed/plot_throughput.py benchmarks/results/throughput.json docs/throughput.png
"""

import argparse
import json
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

PROGRAMS = {"specml": "SpecML", "schnetpack": "SchNetPack"}
PANELS = {
    "batch": ("n_structures", "ethanol molecules in a batch"),
    "atoms": ("n_atoms", "atoms in a batch of 8 alkanes"),
}
TICKS = (50, 100, 200, 400, 800)  # microseconds per atom


def panel(axes: Axes, rows: list[dict], key: str, label: str) -> None:
    """Time per atom against size: flat is ideal scaling."""
    for program, name in PROGRAMS.items():
        microseconds = [1e6 * row[program]["seconds"] / row["n_atoms"] for row in rows]
        axes.loglog([row[key] for row in rows], microseconds, "o-", label=name)
    axes.set(xlabel=label)
    sizes = [row[key] for row in rows]
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.set_yticks(TICKS, [str(tick) for tick in TICKS])
    axes.minorticks_off()


def plot(result: dict, path: Path) -> None:
    figure, axes = plt.subplots(
        1, len(PANELS), figsize=(7.0, 3.0), layout="constrained", sharey=True
    )
    for place, (name, (key, label)) in zip(axes, PANELS.items(), strict=True):
        panel(place, result[name], key, label)
    axes[0].set_ylabel("time of energy and forces\n(µs per atom)")
    axes[0].legend(frameon=False)
    title = "PaiNN, {n_layers} layers, {dtype}, {threads} threads, {device}"
    figure.suptitle(title.format(**result), fontsize="small")
    figure.savefig(path, dpi=200)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("result", type=Path)
    parser.add_argument("figure", type=Path)
    arguments = parser.parse_args()
    plot(json.loads(arguments.result.read_text()), arguments.figure)


if __name__ == "__main__":
    main()
