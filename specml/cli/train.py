"""``specml train``: the recipe that made the shipped models, or your own."""

from pathlib import Path
from typing import Annotated

import typer


def train(
    recipe: Annotated[
        Path,
        typer.Argument(
            help="Recipe of the training, a toml file such as recipes/specml/first.toml."
        ),
    ],
    gfn2: Annotated[
        list[Path],
        typer.Option(help="File of GFN2 labels (`specml label --scheme gfn2`); may be repeated."),
    ],
    dft: Annotated[
        list[Path],
        typer.Option(
            help="File of B3LYP labels (`specml label --scheme b3lyp-svp+response`); may be "
            "repeated."
        ),
    ],
    molecules: Annotated[
        Path, typer.Option(help="Table of molecules, csv, with the columns smiles and split.")
    ],
    output: Annotated[
        Path, typer.Option(help="Folder that checkpoints, log and model are written to.")
    ],
    name: Annotated[str, typer.Option(help="Name of the model.")] = "custom",
    start: Annotated[
        str | None,
        typer.Option(
            help="Model, by name or path, whose weights to begin with instead of random ones."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Start afresh: forget checkpoints and model.")
    ] = False,
) -> None:
    """Train a model on labelled geometries; a second call resumes the first."""
    from specml.cli import console
    from specml.cli.tasks import resumable, watch
    from specml.workflows.training import Training, TrainingFiles

    files = TrainingFiles(recipe, gfn2, dft, molecules, output, name, start)
    training = Training(files, force)
    kept = f"{output} (go on without --force)" if force else str(output)
    with resumable(kept):
        for title, steps in training.stages():
            watch(title, steps)
    card = training.write()
    console.output().print(f"Wrote {card}. Use it with --model {card}.")
