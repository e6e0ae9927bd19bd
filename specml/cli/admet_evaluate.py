"""``specml admet evaluate``: a model against measured values it has not seen."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import admet_options, options


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
    model: options.Model = None,
    device: options.Device = "cpu",
    force: options.Force = False,
) -> None:
    """Score test files with a model as it is, and print and write the benchmark's metrics.

    Nothing is trained. Every row is predicted; a row that cannot be read gets the median of the
    other predictions and is counted in n_failed.
    """
    from specml.workflows import threads

    threads.limit()
    from specml.cli import console
    from specml.documents import admet_evaluation as documents
    from specml.documents import files
    from specml.workflows import admet, admet_evaluation
    from specml.workflows.admet_endpoints import chosen

    files.check([output], force, "--output")
    scorer = admet.load(admet.scorer_source(model, device))
    endpoints = chosen(scorer.endpoints, admet_options.names(tasks))
    tables = admet_evaluation.measured_tables(test, endpoints, data)
    console.output().print(documents.HEADER)
    results = {}
    for endpoint, result in admet_evaluation.run(scorer, tables):
        console.output().print(documents.line(endpoint.name, result))
        results[endpoint.name] = result
    evaluation = admet_evaluation.ModelEvaluation(admet.model_name(model), results)
    files.publish({output: documents.contents(evaluation)}, "--output")
    console.output().print(f"written to {output}", soft_wrap=True)
