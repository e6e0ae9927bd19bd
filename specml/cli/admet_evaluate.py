"""``specml admet evaluate``: a model against measured values it has not seen."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specml.cli import admet_options, options

if TYPE_CHECKING:
    from specml.admet.endpoints import Endpoint
    from specml.admet.training import Data


def evaluate(
    test: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Folder of test files <task>.csv with columns Drug_ID, Drug, Y.",
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Folder of the training files, to count test rows that are among them.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="JSON file to write.")
    ] = Path("evaluation.json"),
    tasks: admet_options.Tasks = None,
    model: admet_options.ModelFile = None,
    device: options.Device = "cpu",
    force: options.Force = False,
) -> None:
    """Score test files with a model as it is, and print and write the benchmark's metrics.

    Nothing is trained. Every row is predicted; a row that cannot be read gets the median of the
    other predictions and is counted in n_failed.
    """
    from specml.workflows import threads

    threads.tame()
    import json
    import math
    from dataclasses import asdict

    from specml.admet import evaluation
    from specml.admet.rows import loaded
    from specml.cli import console
    from specml.io import outputs

    outputs.check([output], force, "--output")
    scorer = loaded(admet_options.model(model, device))
    endpoints = admet_options.chosen(scorer.endpoints, tasks)
    found = evaluation.tables(test, endpoints)
    # All files first: a bad one is found before an hour of predictions.
    tables = {
        endpoint: (evaluation.read(path, endpoint), _known(data, path.name, endpoint))
        for endpoint, path in found.items()
    }
    console.output().print(f"{'task':32} {'metric':9} {'value':>7} {'n':>6} failed")
    results = {}
    for endpoint, (measured, known) in tables.items():
        result = evaluation.evaluate(scorer, endpoint, measured, known)
        line = f"{endpoint.name:32} {result.metric:9} {result.value:7.3f} {result.n:6}"
        console.output().print(f"{line} {result.n_failed:6}")
        # JSON has no NaN, the metric of a table of one class.
        results[endpoint.name] = {
            key: None if isinstance(value, float) and math.isnan(value) else value
            for key, value in asdict(result).items()
        }
    name = str(model) if model else "specml-admet"
    text = json.dumps({"model": name, "tasks": results}, indent=2) + "\n"
    outputs.publish({output: text.encode()}, "--output")
    console.output().print(f"written to {output}", soft_wrap=True)


def _known(folder: Path | None, name: str, endpoint: "Endpoint") -> "Data | None":
    """The training rows of a task, if they are there."""
    from specml.admet import evaluation

    path = None if folder is None else folder / name
    return evaluation.read(path, endpoint) if path and path.is_file() else None
