"""Does pretraining on atomic quantum mechanics help? The same encoder, taught different things.

    python benchmarks/admet/pretraining.py pretrain RUN --labels LABELS.h5 --models all gap masking
    python benchmarks/admet/pretraining.py pretrain RUN --shifts CASCADE --models nmr masking
    python benchmarks/admet/pretraining.py finetune RUN --data TDC --output RESULTS.json
    python benchmarks/admet/pretraining.py probe RUN --data TDC --output RESULTS.json
    python benchmarks/admet/pretraining.py analyse RUN --labels LABELS.h5 --data TDC \
        --output ANALYSES.json

Every command resumes: what its output holds is not computed again. TDC is a folder of tables of the
benchmark's training rows, ``<task>.csv`` with the columns Drug and Y. A fifth of the rows, other
scaffolds than the rest (the benchmark's own split, seeds 1 to 5), is held out and used for nothing
but the figures.
"""

import argparse
import csv
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem, RDLogger

from specml.admet.analysis import preservation, rank_collapse, rollout, sensitivity
from specml.admet.analysis.layer_states import layer_states
from specml.admet.endpoints import BACKWARD, ENDPOINTS, FORWARD, Endpoint
from specml.admet.metrics import METRICS
from specml.admet.splits import scaffold_split, scaffolds
from specml.admet.transformer import embedding
from specml.admet.transformer.encoder import GraphTransformer, TransformerSize
from specml.admet.transformer.finetuning import FineTuningSettings, MeasuredGraphs, finetune
from specml.admet.transformer.graph import FARTHEST, Graph, collate, graph
from specml.admet.transformer.pretraining import TASKS
from specml.admet.transformer.run import PretrainingSchedule, fresh, pretrain
from specml.admet.transformer.shifts import shift_labels
from specml.data.cascade import evaluation_keys, read_cascade
from specml.io import atom_labels
from specml.io.atom_labels import AtomLabels

SCRATCH = "scratch"
SIZE = TransformerSize(layers=6, width=64, heads=4)
SEEDS = (1, 2, 3, 4, 5)
HELD_OUT = (0.8, 0.2, 0.0)
PROTOCOL = FineTuningSettings()
RIDGE = np.logspace(-1, 5, 13)
ANALYSED = {"molecules": 100, "jacobians": 5, "largest_jacobian": 22, "atoms": 30000, "fewest": 200}


def run_pretraining(args: argparse.Namespace) -> None:
    labels = read_labels(args)
    args.run.mkdir(parents=True, exist_ok=True)
    untrained = fresh("all", args.size, 0).encoder
    embedding.save(args.run / f"{SCRATCH}.json", untrained, {"task": SCRATCH})
    for name in args.models:
        card = args.run / f"{name}.json"
        if card.exists():
            continue
        model, schedule = fresh(name, args.size, 0), PretrainingSchedule(args.epochs)
        began, history = time.process_time(), []
        for epoch in pretrain(model, name, labels, schedule, args.run / f"{name}.ckpt"):
            history.append([round(epoch.training, 4), round(epoch.held_out, 4)])
            print(name, epoch, flush=True)
        facts = {
            "task": name,
            "molecules": len(labels),
            "atoms": int(labels.n_atoms.sum()),
            "epochs": args.epochs,
            "batch_size": schedule.batch_size,
            "rate": schedule.rate,
            "losses": history,
            "cpu_seconds": round(time.process_time() - began),
            "labels": labels.attributes,
        }
        embedding.save(card, model.encoder, facts)


def read_labels(args: argparse.Namespace) -> AtomLabels:
    """GFN2-xTB labels of drug-like molecules, DFT shifts of other molecules, or both."""
    labels = atom_labels.read(args.labels) if args.labels else AtomLabels.empty()
    if args.molecules:
        labels = labels.first(args.molecules)
    if args.shifts:
        left_out = evaluation_keys(args.exclude) if args.exclude else frozenset()
        shifts = shift_labels(read_cascade(args.shifts, left_out))
        labels = atom_labels.joined(labels, shifts)
    return labels


def encoders(run: Path, names: list[str]) -> dict[str, GraphTransformer]:
    return {name: embedding.load(run / f"{name}.json") for name in names}


def tables(folder: Path, names: list[str]) -> list[tuple[Endpoint, MeasuredGraphs, list[str]]]:
    """Rows and scaffolds of the tasks, smallest first."""
    found = []
    for endpoint in ENDPOINTS:
        if names and endpoint.name not in names:
            continue
        with (folder / f"{endpoint.name}.csv").open(newline="") as file:
            table = list(csv.DictReader(file))
        smiles = [row["Drug"] for row in table]
        rows = MeasuredGraphs.of(smiles, np.array([float(row["Y"]) for row in table]))
        found.append((endpoint, rows, scaffolds(smiles)))
    return sorted(found, key=lambda each: len(each[1]))


def evaluate(
    args: argparse.Namespace,
    key: str,
    predict: Callable[[str, Endpoint, MeasuredGraphs, np.ndarray, np.ndarray, int], np.ndarray],
) -> None:
    """Fill ``results[key][task][model][seed]`` with the benchmark's metric on held-out rows."""
    results = json.loads(args.output.read_text()) if args.output.exists() else {}
    part = results.setdefault(key, {})
    for endpoint, rows, keys in tables(args.data, args.tasks):
        task = part.setdefault(endpoint.name, {})
        for seed in SEEDS:
            train, held, _ = scaffold_split(keys, HELD_OUT, seed)
            for name in args.models:
                done = task.setdefault(name, {})
                if str(seed) in done:
                    continue
                p = predict(name, endpoint, rows, train, held, seed)
                done[str(seed)] = METRICS[endpoint.metric](rows.y[held], p)
                task["rows"] = [len(train), len(held)]
                args.output.write_text(json.dumps(results, indent=1) + "\n")
        print(endpoint.name, {n: np.mean(list(task[n].values())) for n in args.models}, flush=True)


def run_finetuning(args: argparse.Namespace) -> None:
    starts = encoders(args.run, args.models)

    def predict(name, endpoint, rows, train, held, seed):
        model = finetune(starts[name], endpoint, rows.select(train), PROTOCOL, seed)
        if seed == SEEDS[0]:
            kept = args.run / "finetuned" / f"{endpoint.name}-{name}.json"
            embedding.save(kept, model.encoder, {"task": endpoint.name, "from": name})
        return model.predict([rows.graphs[i] for i in held])

    evaluate(args, "finetuned", predict)


def run_probes(args: argparse.Namespace) -> None:
    """A ridge regression on the vectors of the encoder as it is (0 and 1 of a classification)."""
    starts = encoders(args.run, args.models)
    vectors: dict[tuple[str, str], np.ndarray] = {}

    def predict(name, endpoint, rows, train, held, _seed):
        if (name, endpoint.name) not in vectors:
            vectors[name, endpoint.name] = embedding.embed_graphs(rows.graphs, starts[name])
        x = vectors[name, endpoint.name].astype(float)
        y = FORWARD[endpoint.transform](rows.y)
        z = _ridge(x[train], y[train], x[held])
        return z if endpoint.is_classification else BACKWARD[endpoint.transform](z)

    evaluate(args, "probe", predict)


def _ridge(x: np.ndarray, y: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Predictions of a ridge regression whose penalty has the smallest leave-one-out error."""
    mean, deviation = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    x, wanted = (x - mean) / deviation, (wanted - mean) / deviation
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    target = u.T @ (y - y.mean())
    best = (np.inf, RIDGE[-1])
    for penalty in RIDGE:
        shrink = s**2 / (s**2 + penalty)
        left = (y - y.mean()) - u @ (shrink * target)
        leverage = (u**2) @ shrink + 1.0 / len(y)
        best = min(best, (float(np.mean((left / (1.0 - leverage)) ** 2)), penalty))
    return y.mean() + wanted @ (vt.T @ (s / (s**2 + best[1]) * target))


def run_analyses(args: argparse.Namespace) -> None:
    """The four analyses of every fine-tuned encoder that is there, or of the pretrained ones."""
    results = json.loads(args.output.read_text()) if args.output.exists() else {}
    labels = read_labels(args)
    probes = _probe_molecules(labels)
    preserved: dict[Path, dict[str, float]] = {}
    for endpoint, rows, keys in tables(args.data, args.tasks):
        _, held, _ = scaffold_split(keys, HELD_OUT, SEEDS[0])
        molecules = [rows.graphs[i] for i in held if 4 <= len(rows.graphs[i]) <= 50]
        for name in args.models:
            tuned = args.run / "finetuned" / f"{endpoint.name}-{name}.json"
            card = args.run / f"{name}.json" if args.frozen else tuned
            row = results.setdefault(name, {})
            if endpoint.name in row or not card.exists():
                continue
            encoder = embedding.load(card)
            if card not in preserved:
                preserved[card] = _preserved(encoder, *probes)
            row[endpoint.name] = _analysed(encoder, molecules) | {"preserved": preserved[card]}
            args.output.write_text(json.dumps(results) + "\n")
            print(endpoint.name, name, row[endpoint.name]["zeta"], flush=True)


def _analysed(encoder: GraphTransformer, molecules: list[Graph]) -> dict:
    chosen = molecules[: ANALYSED["molecules"]]
    overlaps, residuals = [], []
    for molecule in chosen:
        found = layer_states(encoder, molecule)
        product = rollout.rollout(found.attention.numpy())
        pairs = collate([molecule]).pairs[0].numpy()
        overlaps.append(rollout.overlap(product, rollout.laplacian(pairs)))
        residuals.append(rank_collapse.residuals(found.states.numpy()))
    small = [m for m in molecules if len(m) <= ANALYSED["largest_jacobian"]]
    curves = np.full((ANALYSED["jacobians"], FARTHEST + 1), np.nan)
    for curve, molecule in zip(curves, small, strict=False):
        values = sensitivity.normalised(sensitivity.sensitivity(encoder, molecule))
        curve[: len(values)] = values
    return {
        "zeta": float(np.mean([o.zeta for o in overlaps])),
        "matched_zeta": float(np.mean([o.matched_zeta for o in overlaps])),
        "captured": float(np.mean([o.captured for o in overlaps])),
        "molecules": len(chosen),
        "rank": np.quantile(residuals, [0.15, 0.5, 0.85], axis=0).tolist(),
        "sensitivity": np.nanmean(curves[:, :6], axis=0).tolist(),
    }


def _probe_molecules(labels: AtomLabels) -> tuple:
    """Graphs and labels of molecules drawn at random that hold so many atoms."""
    order = np.random.default_rng(0).permutation(len(labels))
    count = np.searchsorted(np.cumsum(labels.n_atoms[order]), ANALYSED["atoms"])
    part = labels.select(np.sort(order[:count]))
    return [graph(Chem.MolFromSmiles(s)) for s in part.smiles], part


def _preserved(encoder: GraphTransformer, graphs: list, labels: AtomLabels) -> dict[str, float]:
    """R^2 of every property read from the states after the last layer, where it is known."""
    states = [layer_states(encoder, molecule).states[-1].numpy() for molecule in graphs]
    atoms = np.concatenate([state[1:] for state in states])
    cls = np.stack([state[0] for state in states])
    columns = [(name, atoms, values) for name, values in labels.atomic.items()]
    columns.append(("gap", cls, labels.molecular["gap"]))
    found = {}
    for name, x, y in columns:
        known = np.isfinite(y)
        if known.sum() >= ANALYSED["fewest"]:
            found[name] = preservation.preserved(x[known], y[known])
    return found


def main() -> None:
    RDLogger.DisableLog("rdApp.*")
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    commands = parser.add_subparsers(required=True)
    every = [SCRATCH, *(name for name in TASKS if name != "full")]
    for name, function in (
        ("pretrain", run_pretraining),
        ("finetune", run_finetuning),
        ("probe", run_probes),
        ("analyse", run_analyses),
    ):
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        if name in {"pretrain", "analyse"}:
            command.add_argument("--labels", type=Path, help="from `specml admet label`")
            command.add_argument("--shifts", type=Path, help="folder of the CASCADE sets")
            command.add_argument("--exclude", type=Path, help="InChIKey blocks left out of CASCADE")
            command.add_argument("--molecules", type=int, help="the first so many of the labels")
        command.add_argument("run", type=Path, help="folder of the encoders")
        command.add_argument("--models", nargs="+", default=every)
        if name == "pretrain":
            command.set_defaults(models=[each for each in every if each != SCRATCH])
            command.add_argument("--epochs", type=int, default=15)
            command.add_argument("--width", type=int, default=SIZE.width)
        else:
            command.add_argument("--data", type=Path, required=True)
            command.add_argument("--output", type=Path, required=True)
            command.add_argument("--tasks", nargs="+", default=[])
        if name == "analyse":
            command.add_argument("--frozen", action="store_true", help="encoders as pretrained")
    args = parser.parse_args()
    args.size = TransformerSize(SIZE.layers, getattr(args, "width", SIZE.width), SIZE.heads)
    args.function(args)


if __name__ == "__main__":
    main()
