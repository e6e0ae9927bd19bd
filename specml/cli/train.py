"""``specml train``: the recipe that made the shipped models, or your own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from specml.training.run import Run


def train(
    recipe: Annotated[Path, typer.Argument(help="toml file, see recipes/specml/first.toml.")],
    gfn2: Annotated[
        list[Path], typer.Option(help="GFN2 labels (`specml label --scheme gfn2`). Repeatable.")
    ],
    dft: Annotated[
        list[Path],
        typer.Option(help="B3LYP labels (`specml label --scheme b3lyp-svp+response`). Repeatable."),
    ],
    molecules: Annotated[Path, typer.Option(help="csv with the columns smiles and split.")],
    output: Annotated[Path, typer.Option(help="Folder for checkpoints, log and model.")],
    name: Annotated[str, typer.Option(help="Name of the model.")] = "custom",
    start: Annotated[
        str | None,
        typer.Option(help="Model (name or json) whose weights to begin with, not random ones."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Start afresh: forget checkpoints and model.")
    ] = False,
) -> None:
    """Train a model on labelled geometries; a second call resumes the first."""
    from specml.cli.tasks import resumable, watch
    from specml.data.splits import read_splits
    from specml.inference.model_file import read_network
    from specml.io import datasets, outputs
    from specml.training.recipe import read_recipe
    from specml.training.run import Run

    settings = read_recipe(recipe)
    splits = read_splits(molecules)
    card = output / f"{name}.json"
    outputs.check([card], force, "--output")
    cheap, fine = (datasets.concatenate([datasets.read(f) for f in files]) for files in (gfn2, dft))
    begin = None if start is None else read_network(start, settings.network)
    run = Run(settings, cheap, fine, splits, output, begin)
    if force:
        for path in (card, *(output / f"{stage}.pt" for stage in ("pretrain", "finetune"))):
            path.unlink(missing_ok=True)
    kept = f"{output} (go on without --force)" if force else str(output)
    with resumable(kept):
        for title, steps, total in (
            ("pretrain", run.pretrain(), settings.pretrain.steps),
            ("finetune", run.finetune(), settings.finetune.steps),
        ):
            watch(title, ((report.step, 0, total) for report in steps))
    _write(run, card, molecules)


def _write(run: "Run", path: Path, molecules: Path) -> None:
    from specml.cli import console
    from specml.inference.model_file import write_model

    card = run.card(path.stem, f"{path.stem}.safetensors", baseline="gfn2")
    card |= {"description": "", "data": card["data"] | {"molecules": molecules.name}}
    write_model(path, run.model, card)
    console.output().print(f"Wrote {path}. Use it with --model {path}.")
