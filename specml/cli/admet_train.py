"""``specml admet train``: a model of a user's own measurements, or the shipped one again."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options

SHOWN = 5  # rows whose structure cannot be scored, each with its reason


class TaskKind(StrEnum):
    """What the measured values are: numbers, or one of two classes."""

    REGRESSION = "regression"
    CLASSIFICATION = "classification"


class LearningScale(StrEnum):
    """The scale on which a regression is learned."""

    IDENTITY = "identity"
    LOG = "log"


def train(
    table: Annotated[
        Path,
        typer.Argument(
            metavar="CSV", help="Table with a column of SMILES and one of measured values."
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="MODEL.json", help="File that the model is written to."
        ),
    ],
    column: Annotated[
        str, typer.Option(help="Name or position (from 1) of the column of measured values.")
    ],
    kind: Annotated[
        TaskKind,
        typer.Option("--task", help="What the measured values are; classes are written 0 and 1."),
    ],
    smiles_column: Annotated[
        str | None,
        typer.Option(help="Name or position (from 1) of the column of SMILES; guessed if obvious."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the endpoint; that of the column if not given.")
    ] = None,
    unit: Annotated[str, typer.Option(help="Unit of the measured values.")] = "",
    scale: Annotated[
        LearningScale, typer.Option(help="Learn the values, or their logarithm (all above 0).")
    ] = LearningScale.IDENTITY,
    seed: Annotated[
        int, typer.Option(min=0, help="Seed of the folds, the split and the trees.")
    ] = 1,
    force: options.Force = False,
) -> None:
    """Train a model that `specml admet predict --model` and `show --model` take.

    A fifth of the rows, chosen by scaffold, is held out to measure the error; the model that is
    saved is then trained on all rows. Rows without a value or a structure that can be scored are
    left out and counted, and so are limits (`>5`); salts count as their parents, as in `predict`.
    """
    from specml.workflows import threads

    threads.limit()
    from specml.cli import console
    from specml.documents import admet_model, files
    from specml.workflows import admet_training

    files.check(admet_model.paths(output), force, "--output")
    settings = admet_training.OwnModelSettings(
        column=column,
        kind=kind.value,
        smiles_column=smiles_column,
        name=name,
        unit=unit,
        scale=scale.value,
        seed=seed,
    )
    own = admet_training.read(table, settings)
    say = console.output().print
    for note in own.notes:
        console.note(note)
    say(f"{own.endpoint.name}: {len(own.measured.y)} rows, {own.n_left_out} left out")
    for row in own.refused[:SHOWN]:
        console.note(f"left out, {row}")
    if len(own.refused) > SHOWN:
        console.note(f"left out, and {len(own.refused) - SHOWN} more whose structure is not scored")
    report = admet_training.held_out_error(own, seed)
    value = "cannot be measured" if report["value"] is None else f"{report['value']:.3f}"
    say(f"held out by scaffold, {report['n']} rows: {report['metric']} {value}")
    if "coverage" in report:
        say(f"of them in their 90 % interval: {100 * report['coverage']:.0f} %")
    model = admet_training.train(own, report, seed)
    files.publish(admet_model.contents(model, output), "--output")
    say(f"written to {admet_model.paths(output)[0]}", soft_wrap=True)
