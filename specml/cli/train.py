"""``specml train``: the recipe that made the shipped models, or your own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specml.cli import options

if TYPE_CHECKING:
    from specml.training.run import Run


def train(
    recipe: Annotated[Path, typer.Argument(help="toml file, see datasets/recipe.toml.")],
    gfn2: Annotated[Path, typer.Option(help="GFN2 geometries (`specml sample`).")],
    dft: Annotated[Path, typer.Option(help="B3LYP labels (`specml label`).")],
    molecules: Annotated[Path, typer.Option(help="csv with the columns smiles and split.")],
    output: Annotated[Path, typer.Option(help="Folder for checkpoints, log and model.")],
    name: Annotated[str, typer.Option(help="Name of the model.")] = "custom",
    force: options.Force = False,
) -> None:
    """Train a model on labelled geometries; a second call resumes the first."""
    from specml.cli.tasks import resumable, watch
    from specml.data.splits import read_splits
    from specml.io import datasets, outputs
    from specml.training.recipe import read_recipe
    from specml.training.run import Run

    settings = read_recipe(recipe)
    splits = read_splits(molecules)
    card = output / f"{name}.json"
    outputs.check([card], force)
    run = Run(settings, datasets.read(gfn2), datasets.read(dft), splits, output)
    with resumable(str(output)):
        for title, steps, total in (
            ("pretrain", run.pretrain(), settings.pretrain.steps),
            ("finetune", run.finetune(), settings.finetune.steps),
        ):
            watch(title, ((report.step, 0, total) for report in steps))
    _write(run, card)


def _write(run: "Run", path: Path) -> None:
    from specml.cli import console
    from specml.inference.model_file import write_model

    card = run.card(path.stem, f"{path.stem}.safetensors", baseline="gfn2")
    write_model(path, run.model, card)
    console.output().print(f"Wrote {path}. Use it with --model {path}.")
