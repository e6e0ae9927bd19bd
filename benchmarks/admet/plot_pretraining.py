"""Tables and figures of `pretraining.py`.

    python benchmarks/admet/plot_pretraining.py RESULTS.json ANALYSES.json docs

Prints the tables in Markdown and writes one figure for the comparison and for each analysis.
"""

import argparse
import json
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from specml.admet.analysis.paired import gains, paired_p, sign_p
from specml.admet.endpoints import endpoint
from specml.admet.metrics import LOWER_IS_BETTER

SCRATCH = "scratch"
ORDER = (
    "scratch",
    "all",
    "nmr",
    "charge",
    "fukui_nucleophilic",
    "fukui_electrophilic",
    "gap",
    "masking",
)
TITLES = {
    "scratch": "none",
    "all": "atomic QM",
    "nmr": "DFT NMR",
    "charge": "charge",
    "fukui_nucleophilic": "Fukui +",
    "fukui_electrophilic": "Fukui −",
    "gap": "gap",
    "masking": "masking",
}
SIGNIFICANT = 0.05


def models_of(part: dict) -> list[str]:
    """Models that some task has, in one order."""
    return [m for m in ORDER if any(m in task for task in part.values())]


def complete(part: dict) -> dict:
    """The models of each task that have every seed, beside the number of its rows."""
    models = models_of(part)
    seeds = max((len(task[m]) for task in part.values() for m in models if m in task), default=0)
    kept = {
        name: {m: task[m] for m in models if len(task.get(m, ())) == seeds}
        | {"rows": task.get("rows")}
        for name, task in part.items()
    }
    return {name: task for name, task in kept.items() if SCRATCH in task and len(task) > 2}


def values(task: dict, model: str) -> np.ndarray:
    return np.array([task[model][seed] for seed in sorted(task[model])])


def gain(name: str, task: dict, model: str, other: str = SCRATCH) -> np.ndarray:
    lower = endpoint(name).metric in LOWER_IS_BETTER
    return gains(values(task, model), values(task, other), lower)


def print_table(part: dict) -> None:
    """Mean and spread over seeds; bold where the paired test against `none` says better."""
    models = models_of(part)
    print("| task | metric | train / held | " + " | ".join(TITLES[m] for m in models) + " |")
    print("|---" * (3 + len(models)) + "|")
    for name, task in part.items():
        cells = []
        for model in models:
            if model not in task:
                cells.append("")
                continue
            found = values(task, model)
            text = f"{found.mean():.3f} ± {found.std(ddof=1):.3f}"
            better = model != SCRATCH and paired_p(gain(name, task, model)) < SIGNIFICANT
            cells.append(f"**{text}**" if better else text)
        train, held = task["rows"]
        print(
            f"| {name} | {endpoint(name).metric} | {train} / {held} | " + " | ".join(cells) + " |"
        )


def print_wins(part: dict) -> None:
    """Against every other model: wins over tasks with the sign test, and significant tasks."""
    models = models_of(part)
    print("\n| first | second | wins | p (sign test) | tasks with p < 0.05 | ... the other way |")
    print("|---|---|---|---|---|---|")
    pairs = [(m, SCRATCH) for m in models if m != SCRATCH]
    pairs += [("all", m) for m in models if m not in {SCRATCH, "all"} and "all" in models]
    for first, second in pairs:
        by_task = [
            gain(name, task, first, second)
            for name, task in part.items()
            if first in task and second in task
        ]
        wins, n, p = sign_p([each.mean() for each in by_task])
        better = sum(paired_p(each) < SIGNIFICANT for each in by_task)
        worse = sum(paired_p(-each) < SIGNIFICANT for each in by_task)
        row = f"{TITLES[first]} | {TITLES[second]} | {wins} of {n} | {p:.2g} | {better} | {worse}"
        print(f"| {row} |")


def plot_gains(part: dict, title: str, path: Path) -> None:
    """Gain over `none` of each task in standard deviations over seeds of `none`."""
    models = [m for m in models_of(part) if m != SCRATCH]
    figure, axes = plt.subplots(figsize=(7.6, 0.3 * len(part) + 1.4), layout="constrained")
    for row, (name, task) in enumerate(part.items()):
        spread = values(task, SCRATCH).std(ddof=1)
        for k, model in enumerate(models):
            if model not in task:
                continue
            each = gain(name, task, model) / spread
            y = row + 0.7 * ((k + 0.5) / len(models) - 0.5)
            error = each.std(ddof=1) / np.sqrt(len(each))
            axes.errorbar(each.mean(), y, xerr=error, fmt="o", ms=4, color=f"C{k}")
    for k, model in enumerate(models):
        axes.plot([], [], "o", ms=4, color=f"C{k}", label=TITLES[model])
    axes.axvline(0.0, color="0.5", lw=0.8)
    axes.set_yticks(range(len(part)), list(part))
    axes.invert_yaxis()
    axes.set_xlabel("gain over none / its deviation over seeds (bars: standard error)")
    axes.set_title(title)
    figure.legend(fontsize=8, loc="outside right upper")
    save(figure, path)


def analysed(results: dict) -> tuple[list[str], list[str]]:
    """Models, and the tasks that all of them have."""
    models = [m for m in ORDER if m in results]
    tasks = [t for t in results[models[0]] if all(t in results[m] for m in models)]
    return models, tasks


def plot_zeta(results: dict, path: Path) -> None:
    models, tasks = analysed(results)
    figure, axes = plt.subplots(1, 2, figsize=(7.0, 3.2), layout="constrained", sharey=True)
    for panel, key, title in zip(
        axes, ("zeta", "matched_zeta"), ("as published", "matched modes"), strict=True
    ):
        for k, model in enumerate(models):
            y = [results[model][task][key] for task in tasks]
            x = k + np.linspace(-0.2, 0.2, len(y))
            panel.plot(x, y, "o", ms=4, color=f"C{k}", alpha=0.7)
            panel.hlines(np.mean(y), k - 0.3, k + 0.3, color="k", lw=1.2)
        panel.set_xticks(range(len(models)), [TITLES[m] for m in models], rotation=30, ha="right")
        panel.set_title(title)
    axes[0].set_ylabel("mean ζ of a task")
    save(figure, path)


def plot_rank(results: dict, path: Path) -> None:
    models, tasks = analysed(results)
    figure, axes = plt.subplots(figsize=(6.0, 3.6), layout="constrained")
    for k, model in enumerate(models):
        low, middle, high = np.mean([results[model][task]["rank"] for task in tasks], axis=0)
        layers = np.arange(1, len(middle) + 1) + 0.07 * (k - len(models) / 2)
        axes.errorbar(
            layers, middle, yerr=[middle - low, high - middle],
            fmt="o-", ms=4, color=f"C{k}", label=TITLES[model],
        )  # fmt: skip
    axes.set_xlabel("layer")
    axes.set_ylabel("rank residual ρ (median, 15 % to 85 %)")
    axes.set_ylim(bottom=0.0)
    figure.legend(fontsize=8, loc="outside right upper")
    save(figure, path)


def plot_preserved(results: dict, path: Path) -> None:
    models, tasks = analysed(results)
    properties = list(results[models[0]][tasks[0]]["preserved"])
    mean = np.array(
        [
            [np.mean([results[m][t]["preserved"][p] for t in tasks]) for p in properties]
            for m in models
        ]
    )
    figure, axes = plt.subplots(figsize=(5.6, 3.4), layout="constrained")
    image = axes.imshow(mean, vmin=0.0, vmax=1.0, cmap="viridis", aspect="auto")
    for i, row in enumerate(mean):
        for j, value in enumerate(row):
            axes.text(
                j, i, f"{value:.2f}", ha="center", va="center", color="w" if value < 0.6 else "k"
            )
    axes.set_xticks(range(len(properties)), [TITLES[p] for p in properties])
    axes.set_yticks(range(len(models)), [TITLES[m] for m in models])
    figure.colorbar(image, label="R² on held-out half, mean over tasks")
    save(figure, path)


def plot_sensitivity(results: dict, path: Path) -> None:
    models, tasks = analysed(results)
    figure, axes = plt.subplots(figsize=(5.6, 3.4), layout="constrained")
    for k, model in enumerate(models):
        curves = np.array([results[model][task]["sensitivity"][1:] for task in tasks])
        error = curves.std(axis=0, ddof=1) / np.sqrt(len(tasks)) if len(tasks) > 1 else None
        bonds = np.arange(1, curves.shape[1] + 1)
        axes.errorbar(
            bonds, curves.mean(axis=0), yerr=error, fmt="o-", ms=4, color=f"C{k}",
            label=TITLES[model],
        )  # fmt: skip
    axes.set_xticks(bonds)
    axes.set_xlabel("bonds between the atoms")
    axes.set_ylabel("normalised sensitivity $S_k$")
    figure.legend(fontsize=8, loc="outside right upper")
    save(figure, path)


def save(figure: mpl.figure.Figure, path: Path) -> None:
    figure.savefig(path, dpi=110)
    plt.close(figure)


def main() -> None:
    mpl.use("Agg")
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("analyses", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    results = json.loads(args.results.read_text())
    for key, title in (("finetuned", "fine-tuned"), ("probe", "frozen, ridge read-out")):
        part = complete(results.get(key, {}))
        if not part:
            continue
        print(f"\n{title}: {len(part)} tasks\n")
        print_table(part)
        print_wins(part)
        plot_gains(part, title, args.folder / f"admet_{key}.png")
    analyses = json.loads(args.analyses.read_text())
    plot_zeta(analyses, args.folder / "admet_zeta.png")
    plot_rank(analyses, args.folder / "admet_rank.png")
    plot_preserved(analyses, args.folder / "admet_preserved.png")
    plot_sensitivity(analyses, args.folder / "admet_sensitivity.png")


if __name__ == "__main__":
    main()
