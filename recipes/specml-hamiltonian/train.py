"""Train the network of potentials on problems of ``problems.py``; a second call resumes.

    python recipes/specml-hamiltonian/train.py problems out --molecules datasets/molecules.csv
    python recipes/specml-hamiltonian/train.py water out --exchange 0         (the yardstick)

Writes ``out.pt`` (checkpoint) and ``out.trained.pt`` (averaged weights and settings).
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from problems import read

from specml.data.splits import read_splits
from specml.hamiltonian.network import PotentialConfig, PotentialNetwork
from specml.hamiltonian.scales import fit_scales
from specml.hamiltonian.targets import Problem
from specml.hamiltonian.training import polish, train_potentials, validation
from specml.inference.model_file import read_networks
from specml.io.model_cards import SHIPPED
from specml.models.ladder import NetworkConfig
from specml.training.loop import Schedule


def split(
    problems: dict[tuple[str, int], Problem], molecules: Path | None, first: int
) -> tuple[list[Problem], list[Problem]]:
    """Training and validation problems: by molecule, or the first ones and the 100 after them."""
    if molecules is None:
        rows = list(problems.values())
        return rows[:first], rows[first : first + 100]
    splits = read_splits(molecules)
    parts: dict[str, list[Problem]] = {"train": [], "validation": []}
    for (smiles, _), problem in problems.items():
        parts[splits[smiles]].append(problem)
    return parts["train"], parts["validation"]


def fresh(train: list[Problem], card: Path, neutral: bool) -> PotentialNetwork:
    """A network whose representation is that of a response model."""
    torch.manual_seed(0)
    (ladder, *_), settings = read_networks(card)
    model = PotentialNetwork(PotentialConfig(NetworkConfig(**settings["network"]), neutral=neutral))
    model.representation.load_state_dict(ladder.representation.state_dict())
    fit_scales(model, train)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problems", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--molecules", type=Path)
    parser.add_argument("--first", type=int, default=500)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--stop", type=int)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--representation", type=Path, default=SHIPPED / "specml.json")
    parser.add_argument("--start", type=Path, help="another run's .trained.pt, with its scales")
    parser.add_argument("--report-every", type=int, default=200)
    parser.add_argument("--exchange", type=float, default=0.2)
    parser.add_argument("--polish", type=int, default=0, help="rounds on the last linear maps")
    args = parser.parse_args()
    problems = read(args.problems)
    train, held = split(problems, args.molecules, args.first)
    print(len(train), "training,", len(held), "validation geometries", flush=True)
    # The yardstick, a single small molecule, has no far field (``network``).
    model = fresh(train, args.representation, neutral=args.exchange > 0.0)
    if args.start:
        model.load_state_dict(torch.load(args.start, weights_only=True)["state"])
    schedule = Schedule(args.steps, args.batch_size, args.learning_rate)
    checkpoint = args.output.with_suffix(".pt")
    for report in train_potentials(
        model, train, schedule, checkpoint, args.report_every, stop=args.stop
    ):
        print(report.step, f"{report.errors['loss']:.5f}", f"{report.seconds:.0f} s", flush=True)
    model.eval()
    if args.polish:
        print("polished", polish(model, train, held, args.polish), flush=True)
    rng = np.random.default_rng(0)
    some = [train[i] for i in rng.permutation(len(train))[: len(held)]]
    print("train", validation(model, some), "validation", validation(model, held), flush=True)
    torch.save(
        {
            "state": model.state_dict(),
            "config": model.config.to_card(),
            "exchange": args.exchange,
            "n_train": len(train),
        },
        args.output.with_suffix(".trained.pt"),
    )


if __name__ == "__main__":
    main()
