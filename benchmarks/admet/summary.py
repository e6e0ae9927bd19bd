"""Table, calibration and error by distance of what the held-out runs left in CACHE.

    python benchmarks/admet/summary.py --cache CACHE --baseline maplight-100 maplight-300

Prints the tables of docs/admet_accuracy.md, writes benchmarks/results/admet_accuracy.json and the
figure docs/admet_distance.png. Of several baselines the first that has a task is taken. The
transformers trained from scratch are those of benchmarks/results/admet_pretraining.json.
"""

import argparse
import json
from pathlib import Path

import matplotlib as mpl
import numpy as np

from specml.admet import metrics
from specml.admet.endpoints import ENDPOINTS, FORWARD, Endpoint

mpl.use("Agg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results"
EDGES = np.array([0.0, 0.3, 0.4, 0.5, 0.6, 0.75, 1.001])
SEEDS = range(1, 6)
MORE_SEEDS = range(1, 21)  # of the calibration of small tables: a hundred rows are held out at once


def runs(cache: Path, endpoint: Endpoint, seeds: range = SEEDS) -> dict[int, dict[str, np.ndarray]]:
    """What was kept of each seed."""
    paths = {seed: cache / "scorer" / f"{endpoint.name}.{seed}.npz" for seed in seeds}
    return {seed: dict(np.load(path)) for seed, path in paths.items() if path.exists()}


def baseline(folders: list[Path], endpoint: Endpoint) -> tuple[str, dict[int, np.ndarray]]:
    """Name of the baseline and its predictions by seed; no seeds if there is none."""
    for folder in folders:
        paths = {seed: folder / f"{endpoint.name}.{seed}.npy" for seed in SEEDS}
        found = {seed: np.load(path) for seed, path in paths.items() if path.exists()}
        if found:
            return folder.name, found
    return "", {}


def transformer() -> dict[str, dict[int, float]]:
    """By task and seed, the metric of the transformer trained from scratch."""
    kept = json.loads((RESULTS / "admet_pretraining.json").read_text())["finetuned"]
    return {
        task: {int(seed): value for seed, value in row["scratch"].items()}
        for task, row in kept.items()
    }


def compare(endpoint: Endpoint, values: dict[int, float], theirs: dict[int, float]) -> dict:
    """Paired difference of the metric (positive: the scorer is better) over the seeds of both."""
    sign = -1 if endpoint.metric in metrics.LOWER_IS_BETTER else 1
    shared = sorted(set(values) & set(theirs))
    gain = sign * np.array([values[seed] - theirs[seed] for seed in shared])
    error = float(gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else None
    return {"gain": float(gain.mean()) if len(gain) else None, "standard_error": error}


def calibration(endpoint: Endpoint, own: dict) -> dict:
    """Over the held-out rows of all seeds that were run."""
    y, value, row = (
        np.concatenate([kept[key] for kept in own.values()]) for key in ("y", "value", "row")
    )
    counts = {"n": len(y), "calibration_seeds": len(own)}
    if endpoint.is_classification:
        # What probabilities that are right would show, from the finite number of rows alone. A row
        # that several seeds hold out has one label.
        drawn = np.random.default_rng(0).uniform(size=(200, row.max() + 1))[:, row] < value
        chance = np.mean([metrics.ece(labels.astype(float), value) for labels in drawn])
        return counts | {"ece": metrics.ece(y, value), "ece_of_chance": float(chance)}
    low, high = (np.concatenate([kept[key] for kept in own.values()]) for key in ("low", "high"))
    return counts | {"coverage": metrics.coverage(y, low, high)}


def by_distance(endpoint: Endpoint, own: dict) -> list[float | None]:
    """Error in bins of similarity to the training rows, as a multiple of the task's mean.

    Absolute error on the scale of learning; of a classification the Brier score.
    """
    y, value, near = (
        np.concatenate([kept[key] for kept in own.values()]) for key in ("y", "value", "near")
    )
    scale = FORWARD[endpoint.transform]
    difference = scale(y) - scale(value)
    error = np.square(difference) if endpoint.is_classification else np.abs(difference)
    bins = np.digitize(near, EDGES) - 1
    return [
        float(error[bins == k].mean() / error.mean()) if (bins == k).sum() >= 20 else None
        for k in range(len(EDGES) - 1)
    ]


def spread(values: dict[int, float]) -> str:
    numbers = list(values.values())
    if len(numbers) < 2:
        return f"{numbers[0]:.3f}" if numbers else ""
    return f"{np.mean(numbers):.3f} ± {np.std(numbers, ddof=1):.3f}"


def shown(gained: dict) -> str:
    gain = "" if gained["gain"] is None else f"{gained['gain']:+.3f}"
    error = gained["standard_error"]
    return gain if error is None else f"{gain} ± {error:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--baseline", nargs="+", required=True)
    args = parser.parse_args()
    folders = [args.cache / name for name in args.baseline]
    from_scratch = transformer()
    results = {}
    print("| task | metric | scorer | MapLight-style | gain | transformer | gain | calibration |")
    print("|---|---|---|---|---|---|---|---|")
    for endpoint in ENDPOINTS:
        own = runs(args.cache, endpoint)
        if not own:
            continue
        metric = metrics.METRICS[endpoint.metric]
        name, other = baseline(folders, endpoint)
        scorer = {seed: metric(kept["y"], kept["value"]) for seed, kept in own.items()}
        others = {
            "maplight": {seed: metric(own[seed]["y"], p) for seed, p in other.items()},
            "transformer": from_scratch.get(endpoint.name, {}),
        }
        over = {arm: compare(endpoint, scorer, theirs) for arm, theirs in others.items()}
        row = {"metric": endpoint.metric, "scorer": scorer, **others, "over": over}
        row |= calibration(endpoint, runs(args.cache, endpoint, MORE_SEEDS))
        row |= {"baseline": name, "by_distance": by_distance(endpoint, own)}
        results[endpoint.name] = row
        cells = [endpoint.name, endpoint.metric, spread(scorer)]
        for arm, theirs in others.items():
            cells += [spread(theirs), shown(over[arm])]
        judged = (
            f"ECE {row['ece']:.3f} ({row['ece_of_chance']:.3f})"
            if "ece" in row
            else f"{100 * row['coverage']:.1f} %"
        )
        print("|", " | ".join((*cells, judged)), "|")
    for arm in ("maplight", "transformer"):
        gains = [row["over"][arm] for row in results.values()]
        compared = [one for one in gains if one["gain"] is not None]
        better = sum(one["gain"] > 0 for one in compared)
        equal = sum(one["gain"] >= -(one["standard_error"] or 0.0) for one in compared)
        print(f"{arm}: better on {better}, not worse by one s.e. on {equal}, of {len(compared)}")
    path = RESULTS / "admet_accuracy.json"
    path.write_text(json.dumps({"edges": EDGES.tolist(), "tasks": results}, indent=1) + "\n")
    draw(results)


def draw(results: dict) -> None:
    figure, axes = plt.subplots(figsize=(5.2, 3.4), layout="constrained")
    table = np.array(
        [[np.nan if v is None else v for v in row["by_distance"]] for row in results.values()]
    )
    middle = (EDGES[:-1] + np.minimum(EDGES[1:], 1)) / 2
    axes.plot(middle, table.T, color="0.8", lw=0.8)
    axes.plot(middle, np.nanmedian(table, axis=0), "o-", color="C0", label="median of the tasks")
    axes.axhline(1.0, color="0.5", lw=0.6)
    axes.set(
        xlabel="similarity to the nearest training molecule (Tanimoto)",
        ylabel="error, in units of the task's mean",
        ylim=(0, 2.5),
    )
    axes.legend(frameon=False)
    figure.savefig(ROOT / "docs" / "admet_distance.png", dpi=120)
    print("median by similarity", np.round(np.nanmedian(table, axis=0), 2))


if __name__ == "__main__":
    main()
